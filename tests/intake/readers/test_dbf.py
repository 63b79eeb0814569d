"""Text of a Shapefile's table, whatever its .cpg and its language byte say."""

from __future__ import annotations

import zipfile

import geopandas as gpd
import pytest

from geo_service.intake import read_areas
from geo_service.terms import BadInput
from tests.intake.polygons import KINDS, SQUARE, moved

HAN = {"编号": ["a1", "a2"], "名称": ["背街一巷", "背街二巷"], "类型": ["背街小巷", "alley"]}
TWO = [SQUARE, moved(SQUARE, 0.01)]


def shapefile(folder, columns, encoding, cpg=None, language=0):
    table = gpd.GeoDataFrame(columns, geometry=TWO, crs=4326)
    table.to_file(folder / "g.shp", encoding=encoding)
    (folder / "g.cpg").unlink()
    if cpg is not None:
        (folder / "g.cpg").write_text(cpg)
    data = bytearray((folder / "g.dbf").read_bytes())
    data[29] = language
    (folder / "g.dbf").write_bytes(data)
    return folder / "g.shp"


def read(path, **how):
    return read_areas(path, known_kinds=KINDS, kind_names={"背街小巷": "alley"}, **how)


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
@pytest.mark.parametrize("cpg", [None, "UTF-8", "ISO-8859-1", "GBK", "936", "nonsense"])
@pytest.mark.parametrize("language", [0, 0x57, 0x4D])
def test_chinese_is_read_as_it_was_written(tmp_path, encoding, cpg, language):
    got = read(shapefile(tmp_path, HAN, encoding, cpg, language))
    assert got.areas["area_id"].tolist() == ["a1", "a2"]
    assert got.areas["name"].tolist() == ["背街一巷", "背街二巷"]
    assert got.areas["kind"].tolist() == ["alley", "alley"]
    is_gbk = cpg in ("GBK", "936") or (cpg is None and language == 0x4D)
    honest = is_gbk if encoding == "GBK" else cpg == "UTF-8"
    assert [w.key for w in got.warnings] == [] if honest else ["intake.table_encoding"]


def test_a_zip_of_them(tmp_path):
    shapefile(tmp_path, HAN, "GBK")
    with zipfile.ZipFile(tmp_path / "g.zip", "w") as archive:
        for part in ("shp", "shx", "dbf", "prj"):
            archive.write(tmp_path / f"g.{part}", f"背街小巷.{part}".encode("gbk").decode("cp437"))
    got = read(tmp_path / "g.zip", id_field="编号", name_field="名称")
    assert got.areas["name"].tolist() == ["背街一巷", "背街二巷"]
    with pytest.raises(BadInput, match="编号, 名称, 类型"):
        read(tmp_path / "g.zip", id_field="代码")


def test_parts_whose_names_differ_in_case(tmp_path):
    shapefile(tmp_path, HAN, "GBK")
    with zipfile.ZipFile(tmp_path / "g.zip", "w") as archive:
        for part in ("shp", "shx", "dbf", "prj"):
            archive.write(tmp_path / f"g.{part}", f"G.{part}" if part == "dbf" else f"g.{part}")
    (tmp_path / "g.dbf").rename(tmp_path / "G.DBF")
    for name in ("g.zip", "g.shp"):
        assert read(tmp_path / name).areas["name"].tolist() == ["背街一巷", "背街二巷"]


@pytest.mark.parametrize(
    ("name", "encoding", "cpg"),
    [
        ("Müllerstraße", "cp1252", None),
        ("Müllerstraße", "cp1252", "1252"),
        ("Żabia, Łódź", "cp1250", "1250"),
        ("улица Ленина", "cp1251", "1251"),
        ("東區裕農路", "big5", "Big5"),
        ("鄭州東路", "GBK", None),
        ("Main Street", "ascii", None),
    ],
)
def test_other_languages_as_the_file_says(tmp_path, name, encoding, cpg):
    columns = {"area_id": ["a", "b"], "name": [name, "plain"], "kind": "street"}
    got = read(shapefile(tmp_path, columns, encoding, cpg))
    assert got.areas["name"].tolist() == [name, "plain"]
    told = [] if cpg or encoding == "ascii" else ["intake.table_encoding"]
    assert [w.key for w in got.warnings] == told


def test_a_name_that_was_cut_within_a_character(tmp_path):
    columns = {"area_id": ["a", "b"], "name": ["街" * 26 + "ab", "巷" * 2], "kind": "street"}
    path = shapefile(tmp_path, columns, "UTF-8")
    data = (tmp_path / "g.dbf").read_bytes()
    (tmp_path / "g.dbf").write_bytes(data.replace(b"ab", "街".encode()[:2]))
    got = read(path)
    assert got.areas["name"].iloc[0].startswith("街" * 26)
    assert got.areas["name"].iloc[1] == "巷巷"


def test_the_encoding_that_is_asked_for(tmp_path):
    path = shapefile(tmp_path, HAN, "GBK")
    got = read(path, encoding="gbk")
    assert (got.areas["name"].iloc[0], got.warnings) == ("背街一巷", [])
    with pytest.raises(BadInput, match=r"not in utf-8.*gb18030"):
        read(path, encoding="utf-8")
    with pytest.raises(BadInput, match="klingon"):
        read(path, encoding="klingon")


def test_english_names_go_before_chinese_ones(tmp_path):
    columns = {
        "编号": ["x", "y"],
        "area_id": ["a", "b"],
        "名称": ["甲", "乙"],
        "街道": ["丙", "丁"],
    }
    got = read(shapefile(tmp_path, columns, "GBK"), kind="背街小巷")
    assert got.areas["kind"].tolist() == ["alley", "alley"]
    assert got.areas["area_id"].tolist() == ["a", "b"]
    assert got.areas["name"].tolist() == ["甲", "乙"]
    assert got.areas["subdistrict_id"].tolist() == ["丙", "丁"]


@pytest.mark.parametrize("cut", [3, 40, 100, 200])
def test_a_table_that_is_cut_off(tmp_path, cut):
    path = shapefile(tmp_path, HAN, "GBK")
    data = (tmp_path / "g.dbf").read_bytes()
    (tmp_path / "g.dbf").write_bytes(data[:cut])
    with pytest.raises(BadInput, match=r"g\.shp"):
        read(path, kind="street")
