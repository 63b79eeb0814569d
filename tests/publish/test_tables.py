"""Files people open are harmless, and hold what the table held."""

import csv
import io

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service.publish import (
    TABLES,
    csv_stream,
    placed,
    spreadsheet_safe,
    write_export,
)

NASTY = st.text(alphabet=st.sampled_from("=+-@＝＋－＠\t\r\n ',\"a1\u3000\u200b"), max_size=6)


def reports(**columns):
    return placed(TABLES["reports"], pd.DataFrame(columns))


def rows_of(table):
    text = b"".join(csv_stream(table)).decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@settings(deadline=None)  # other processes share this machine
@given(st.lists(NASTY, min_size=1, max_size=5))
def test_csv_gives_back_every_cell(texts):
    got = rows_of(reports(report_id=[f"r{n}" for n in range(len(texts))], description=texts))
    expected = spreadsheet_safe(pd.Series(texts, dtype="str"))
    assert [row["description"] for row in got] == list(expected)


def test_csv_of_nothing_is_its_header():
    text = b"".join(csv_stream(reports(report_id=[]))).decode()
    assert text == ",".join(TABLES["reports"].properties) + "\n"


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
