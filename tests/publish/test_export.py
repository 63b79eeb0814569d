"""A table into a file: whole or not at all."""

import geopandas as gpd
import pandas as pd
import pytest

from geo_service.publish import (
    TABLES,
    Filter,
    placed,
    shaped,
    write_export,
)
from geo_service.terms import BadUse


def reports(**columns):
    return placed(TABLES["reports"], pd.DataFrame(columns))


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


@pytest.mark.parametrize("suffix", [".csv", ".geojson", ".xlsx", ".gpkg", ".parquet"])
def test_telephones_in_words_are_masked_in_every_format(tmp_path, suffix):
    words = "找 138 0000 1234"
    rows = {"report_id": "13800001234", "address": words, "description": [words, None]}
    given = TABLES["reports"].frame.conform(pd.DataFrame(rows))
    for shapes in (True, False):
        got = shaped("reports", given, gpd.GeoDataFrame(), Filter(), "Asia/Shanghai", shapes=shapes)
        assert got["address"].tolist() == ["找 138****1234"] * 2
        assert got["description"].isna().tolist() == [False, True]
        assert got["report_id"].tolist() == ["13800001234"] * 2
    write_export("reports", placed(TABLES["reports"], given), tmp_path / f"reports{suffix}")
    read = pd.read_csv if suffix == ".csv" else pd.read_excel
    read = pd.read_parquet if suffix == ".parquet" else read
    read = gpd.read_file if suffix in (".gpkg", ".geojson") else read
    assert read(tmp_path / f"reports{suffix}")["description"][0] == "找 138****1234"
