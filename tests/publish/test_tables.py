"""Files people open are harmless, and hold what the table held."""

import csv
import io

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service.publish import (
    TABLES,
    Filter,
    csv_stream,
    placed,
    shaped,
    spreadsheet_safe,
    write_export,
)
from geo_service.terms import BadUse

NASTY = st.text(alphabet=st.sampled_from("=+-@＝＋－＠\t\r\n ',\"a1\u3000\u200b"), max_size=6)


def reports(**columns):
    return placed(TABLES["reports"], pd.DataFrame(columns))


def rows_of(table):
    text = b"".join(csv_stream(table)).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@settings(deadline=None)  # other processes share this machine
@given(st.lists(NASTY, min_size=1, max_size=5))
def test_no_cell_begins_like_a_formula(texts):
    got = spreadsheet_safe(pd.Series(texts, dtype="str"))
    for before, after in zip(texts, got, strict=True):
        bare = before.strip(" \n\u3000\u200b")
        dangerous = bare[:1] in tuple("=+-@＝＋－＠\t\r") and bare != ""
        assert after == ("'" + before if dangerous else before)


@settings(deadline=None)  # other processes share this machine
@given(st.lists(NASTY, min_size=1, max_size=5))
def test_csv_gives_back_every_cell(texts):
    got = rows_of(reports(report_id=[f"r{n}" for n in range(len(texts))], description=texts))
    expected = spreadsheet_safe(pd.Series(texts, dtype="str"))
    assert [row["description"] for row in got] == list(expected)


def test_numbers_stay_numbers():
    row = rows_of(reports(report_id=["r"], lon=[-70.123456789], lat=[-33.4]))[0]
    assert (row["lon"], row["lat"]) == ("-70.1234568", "-33.4")


def test_csv_of_nothing_is_its_header():
    text = b"".join(csv_stream(reports(report_id=[]))).decode()
    assert text == ",".join(TABLES["reports"].properties) + "\n"


def test_null_is_empty_and_times_are_utc():
    row = rows_of(reports(report_id=["r"], reported_at=["2026-06-28T08:00:00+08:00"]))[0]
    assert row["reported_at"] == "2026-06-28T00:00:00Z"
    assert row["address"] == ""
    assert row["is_duplicate"] == "false"


def test_xlsx_holds_text_not_formulas(tmp_path):
    path = tmp_path / "r.xlsx"
    table = reports(
        report_id=["r", "s"],
        description=["=cmd|' /C calc'!A0", "#N/A"],
        lon=[103.5, None],
        address=["bell\x07", None],
    )
    write_export("reports", table, path)
    header, first, second = openpyxl.load_workbook(path).active.iter_rows()
    column = {cell.value: number for number, cell in enumerate(header)}
    assert first[column["description"]].value == "'=cmd|' /C calc'!A0"
    assert {cell.data_type for cell in (*first, *second)} <= {"s", "n", "b"}
    assert first[column["lon"]].value == 103.5
    assert first[column["address"]].value == "bell"
    assert second[column["description"]].value == "#N/A"


def test_gpkg_gives_back_points_times_and_text(tmp_path):
    path = tmp_path / "r.gpkg"
    write_export(
        "reports",
        reports(
            report_id=["r", "s"],
            description=["=1", None],
            lon=[103.5, None],
            lat=[36.0, None],
            reported_at=["2026-06-28T00:00:00Z", None],
        ),
        path,
    )
    assert pyogrio.list_layers(path)[0][0] == "reports"
    got = pyogrio.read_dataframe(path)
    assert got.crs.to_epsg() == 4326
    assert got.geometry[0].x == 103.5
    assert got.geometry[1] is None
    assert got.loc[0, "description"] == "=1"
    assert pd.Timestamp(got.loc[0, "reported_at"]) == pd.Timestamp("2026-06-28T00:00:00Z")


def test_parquet_gives_back_the_table(tmp_path):
    path = tmp_path / "r.parquet"
    table = reports(report_id=["r"], description=["=1"], lon=[103.5], lat=[36.0])
    write_export("reports", table, path)
    got = gpd.read_parquet(path)
    assert list(got.columns) == list(table.columns)
    assert got.loc[0, "description"] == "=1"
    assert got.crs.to_epsg() == 4326


@pytest.mark.parametrize("suffix", [".geojson", ".csv", ".xlsx", ".gpkg", ".parquet"])
def test_a_table_without_rows_can_be_written(tmp_path, suffix):
    path = tmp_path / f"r{suffix}"
    write_export("reports", reports(report_id=[]), path)
    assert path.stat().st_size > 0
    assert list(tmp_path.iterdir()) == [path]


def test_another_suffix_is_refused_by_name(tmp_path):
    with pytest.raises(BadUse, match=r"r\.doc"):
        write_export("reports", reports(report_id=["r"]), tmp_path / "r.doc")


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(BadUse, match="nowhere"):
        write_export("reports", reports(report_id=["r"]), tmp_path / "nowhere" / "r.csv")


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "r.csv"
    path.write_text("old")

    def broken(table):
        yield b"half"
        raise OSError("disk full")

    monkeypatch.setattr("geo_service.publish.tables.csv_stream", broken)
    with pytest.raises(OSError, match="disk full"):
        write_export("reports", reports(report_id=["r"]), path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_table_nobody_knows_cannot_be_exported():
    with pytest.raises(BadUse, match="secrets"):
        shaped("secrets", pd.DataFrame(), gpd.GeoDataFrame(), Filter(), "Asia/Shanghai")


def test_rows_are_chosen_and_shaped_in_one_step():
    rows = pd.DataFrame({"case_id": ["1", "2"], "category": ["D01", "D02"], "more": [1, 2]})
    rows = TABLES["cases"].frame.conform(rows)
    got = shaped("cases", rows, gpd.GeoDataFrame(), Filter(category=("D02",)), "Asia/Shanghai")
    assert got["case_id"].tolist() == ["2"]
    assert list(got.columns) == [*TABLES["cases"].properties, "geometry"]
