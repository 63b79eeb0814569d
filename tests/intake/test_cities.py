"""The real cities, read by their presets: every row accounted for, every oddity known."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
import pytest

from geo_service.intake import ImportOptions, read_areas, read_reports
from geo_service.locate import judge
from tests.intake.conftest import NOW, warned

pytestmark = pytest.mark.shared_data


class City(NamedTuple):
    """What is known of a city's files."""

    preset: str
    files: list[str]
    read: int
    repeated: int
    without_point: int
    categories: int
    closed: int
    timezone: str
    areas: int


BOSTON = City(
    "boston-311", ["boston_311_2015"], 121_145, 0, 0, 158, 101_075, "America/New_York", 26
)
CHICAGO = City(
    *("chicago-311", ["chicago_sanitation_code_complaints"]),
    *(74_401, 375, 24, 10, 73_701, "America/Chicago", 98),
)
QUEENS = City(
    *("nyc-311", ["nyc_queens_311_2020_2023", "nyc_queens_street_conditions_2020_2023"]),
    *(120_714, 0, 12_307, 9, 119_080, "America/New_York", 62),
)
VANCOUVER = City(
    *("vancouver-311", ["vancouver_311_feedback_2022_2024", "vancouver_311_feedback_2023"]),
    *(11_740, 0, 1_936, 1, 9_761, "America/Vancouver", 23),
)


@pytest.fixture
def read(shared_data):
    """Read a city's files by its preset, and hold what is known of them."""

    def _read(folder, known):
        folder = shared_data / folder
        options = ImportOptions(preset=known.preset)
        parts = [read_reports(folder / f"{file}.csv.gz", options, now=NOW) for file in known.files]
        rows = pd.concat([part.reports for part in parts], ignore_index=True)
        assert sum(part.read for part in parts) == known.read
        assert sum(part.repeated for part in parts) == known.repeated
        assert len(rows) == known.read - known.repeated
        assert sum(len(part.rejects) for part in parts) == 0
        assert (rows["precision"].isna() == rows["lon"].isna()).all()
        assert rows["lon"].isna().sum() == known.without_point
        assert rows["category"].nunique() == known.categories
        assert rows["closed_at"].notna().sum() == known.closed
        assert {part.timezone for part in parts} == {known.timezone}
        areas = read_areas(
            folder / "neighborhoods.geojson.gz", kind="subdistrict", known_kinds=["subdistrict"]
        )
        assert len(areas.areas) == known.areas
        assert areas.areas.geometry.is_valid.all()
        return parts, rows, len(areas.repaired)

    return _read


def judged(rows):
    found = judge(rows)
    return found[["lon", "lat", "rows", "state"]].to_numpy().tolist()


def test_boston_writes_the_month_first_and_has_a_fallback_point(read):
    _, rows, repaired = read("boston", BOSTON)
    assert repaired == 4
    one = rows.set_index("report_id").loc["101001242404"]
    assert one["reported_at"] == pd.Timestamp("2015-01-05T17:40:41Z")
    assert one["closed_at"] == pd.Timestamp("2015-01-06T18:46:56Z")
    assert judged(rows) == [[-71.0587, 42.3594, 17_070, "fallback"]]


def test_chicago_marks_its_duplicates_and_gives_metres_too(read, shared_data):
    (got,), rows, _ = read("chicago", CHICAGO)
    assert (got.scheme, got.warnings) == ("chicago-311", [])
    assert judged(rows) == []
    one = rows.set_index("report_id").loc["00-00002158"]
    assert one["category"] == "unspecified"
    assert one["reported_at"] == pd.Timestamp("2000-01-03T06:00Z")
    assert one["closed_at"] == pd.Timestamp("2011-03-29T05:00Z")
    path = shared_data / "chicago" / f"{CHICAGO.files[0]}.csv.gz"
    raw = pd.read_csv(path, dtype=str).drop_duplicates("Service_Request_Number", keep="last")
    assert rows["is_duplicate"].sum() == raw["Status"].str.endswith("- Dup").sum()
    assert rows["lon"].isna().sum() == raw["Longitude"].isna().sum()
    assert set(got.categories["code"]) == set(raw.iloc[:, 5].dropna())

    mapping = {"reported_at": "Creation_Date", "report_id": "Service_Request_Number",
               "x": "X_Coordinate", "y": "Y_Coordinate"}  # fmt: skip
    options = ImportOptions(crs="EPSG:3435", timezone="America/Chicago", mapping=mapping)
    metres = read_reports(path, options, now=NOW).reports
    assert (metres[["lon", "lat"]] - rows[["lon", "lat"]]).abs().max().max() < 1e-4


def test_queens_drops_closings_before_openings_and_keeps_streets(read):
    parts, rows, _ = read("nyc_queens", QUEENS)
    assert [warned(part).get("closing_before_opening", 0) for part in parts] == [21, 8]
    assert rows.loc[rows["lon"].isna(), "area_name"].notna().sum() > 10_000
    assert judged(rows) == []


def test_vancouver_closes_by_days_and_gets_ids(read):
    parts, rows, repaired = read("vancouver", VANCOUVER)
    assert repaired == 1
    first = rows.iloc[0]
    assert first["report_id"].startswith("row-")
    assert first["reported_at"] == pd.Timestamp("2024-01-24T09:46:04Z")
    assert first["closed_at"] == pd.Timestamp("2024-01-25T08:00:00Z")
    assert sum(warned(part)["closing_before_opening"] for part in parts) == 1_449
    assert rows["report_id"].duplicated().sum() == 267
    assert judged(rows) == []
