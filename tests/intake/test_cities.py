"""The real cities, read by their presets: every row accounted for, every oddity known."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geo_service.intake import ImportOptions, read_areas, read_reports
from geo_service.locate import on_fallback
from tests.intake.conftest import NOW, warned

SHARED = Path(__file__).parents[3] / "shared" / "data"
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not SHARED.exists(), reason="no shared data"),
]
FILES = {
    "boston": ("boston-311", ["boston_311_2015"]),
    "chicago": ("chicago-311", ["chicago_sanitation_code_complaints"]),
    "nyc_queens": (
        "nyc-311",
        ["nyc_queens_311_2020_2023", "nyc_queens_street_conditions_2020_2023"],
    ),
    "vancouver": (
        "vancouver-311",
        ["vancouver_311_feedback_2022_2024", "vancouver_311_feedback_2023"],
    ),
}


@pytest.fixture(scope="module")
def city():
    """Read a city's files by its preset, once each."""
    done = {}

    def _city(name):
        if name not in done:
            preset, files = FILES[name]
            done[name] = [
                read_reports(
                    SHARED / name / f"{file}.csv.gz", ImportOptions(preset=preset), now=NOW
                )
                for file in files
            ]
        return done[name]

    return _city


def together(parts):
    return pd.concat([part.reports for part in parts], ignore_index=True)


@pytest.mark.parametrize(
    ("name", "read", "reports", "repeated"),
    [
        ("boston", 121_145, 121_145, 0),
        ("chicago", 74_401, 74_026, 375),
        ("nyc_queens", 120_714, 120_714, 0),
        ("vancouver", 11_740, 11_740, 0),
    ],
)
def test_every_row_is_accounted_for(city, name, read, reports, repeated):
    parts = city(name)
    assert sum(part.read for part in parts) == read
    assert sum(len(part.reports) for part in parts) == reports
    assert sum(part.repeated for part in parts) == repeated
    assert sum(len(part.rejects) for part in parts) == 0


@pytest.mark.parametrize(
    ("name", "without_point", "categories", "closed", "timezone"),
    [
        ("boston", 0, 158, 101_075, "America/New_York"),
        ("chicago", 24, 10, 73_701, "America/Chicago"),
        ("nyc_queens", 12_307, 9, 119_103, "America/New_York"),
        ("vancouver", 1_936, 1, 9_761, "America/Vancouver"),
    ],
)
def test_what_the_rows_say(city, name, without_point, categories, closed, timezone):
    parts, rows = city(name), together(city(name))
    assert (rows["precision"].isna() == rows["lon"].isna()).all()
    assert rows["lon"].isna().sum() == without_point
    assert rows["category"].nunique() == categories
    assert rows["closed_at"].notna().sum() == closed
    assert {part.timezone for part in parts} == {timezone}


def test_times_of_boston_are_months_first_and_local(city):
    rows = city("boston")[0].reports.set_index("report_id")
    assert rows["reported_at"]["101001242404"] == pd.Timestamp("2015-01-05T17:40:41Z")
    assert rows["closed_at"]["101001242404"] == pd.Timestamp("2015-01-06T18:46:56Z")


def test_queens_closings_before_openings_are_dropped(city):
    counts = [warned(part).get("closing_before_opening", 0) for part in city("nyc_queens")]
    assert counts == [21, 8]


def test_queens_rows_without_a_point_keep_their_street(city):
    rows = together(city("nyc_queens"))
    lost = rows[rows["lon"].isna()]
    assert lost["area_name"].notna().sum() > 10_000


def test_vancouver_closings_are_days_and_rows_have_made_ids(city):
    first = city("vancouver")[0].reports.iloc[0]
    assert first["report_id"].startswith("row-")
    assert first["reported_at"] == pd.Timestamp("2024-01-24T09:46:04Z")
    assert first["closed_at"] == pd.Timestamp("2024-01-25T08:00:00Z")
    counts = [warned(part)["closing_before_opening"] for part in city("vancouver")]
    assert sum(counts) == 1_449
    assert together(city("vancouver"))["report_id"].duplicated().sum() == 267


@pytest.mark.parametrize(
    ("name", "rows"), [("boston", 17_070), ("chicago", 0), ("nyc_queens", 0), ("vancouver", 0)]
)
def test_fallback_points(city, name, rows):
    table = together(city(name))
    found = on_fallback(table["lon"].to_numpy(), table["lat"].to_numpy(), table["address"])
    assert found.sum() == rows
    points = table.loc[found, ["lon", "lat"]].drop_duplicates().to_numpy().tolist()
    assert points == ([[-71.0587, 42.3594]] if rows else [])


@pytest.mark.parametrize(
    ("name", "areas", "repaired"),
    [("boston", 26, 4), ("chicago", 98, None), ("nyc_queens", 62, None), ("vancouver", 23, 1)],
)
def test_neighbourhoods(name, areas, repaired):
    path = SHARED / name / "neighborhoods.geojson.gz"
    got = read_areas(path, kind="subdistrict", known_kinds=["subdistrict"])
    assert len(got.areas) == areas
    assert got.areas.geometry.is_valid.all()
    assert repaired is None or len(got.repaired) == repaired
