"""Files of areas in their odd forms."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest

from geo_service.intake import read_areas
from geo_service.terms import BadInput
from tests.intake.polygons import KINDS, SQUARE, collection, feature, moved

FORMATS = r"no file of areas that is read: GeoJSON .*GeoPackage .*Shapefile .*KML"


@pytest.fixture
def read(write):
    def _read(content, name="a.geojson", **how):
        path = content if isinstance(content, Path) else write(content, name)
        return read_areas(path, **{"known_kinds": KINDS, "kind": "street", **how})

    return _read


@pytest.mark.parametrize(
    "wrap",
    [
        collection,
        lambda *f: json.dumps(f),
        lambda *f: json.dumps([{"type": "FeatureCollection", "features": [one]} for one in f]),
        lambda *f: gzip.compress(collection(*f).encode()),
        lambda *f: b"\xef\xbb\xbf" + collection(*f).encode(),
    ],
)
def test_forms_of_geojson(read, wrap):
    got = read(wrap(feature(name="a"), feature(moved(SQUARE, 1), name="b")), "areas.json")
    assert got.areas["name"].tolist() == ["a", "b"]


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.zip"])
def test_other_formats_with_another_crs(read, tmp_path, name):
    table = gpd.GeoDataFrame(
        {"name": ["甲", "乙"], "kind": ["alley", None]},
        geometry=[SQUARE, moved(SQUARE, 0.01)],
        crs=4326,
    ).to_crs(32648)
    table.to_file(tmp_path / name.replace(".zip", ".shp"), encoding="utf-8")
    if name == "a.zip":
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for part in ("shp", "shx", "dbf", "prj", "cpg"):
                archive.write(tmp_path / f"a.{part}", f"folder/a.{part}")
    got = read(tmp_path / name)
    assert sorted(got.areas["name"]) == sorted(["甲", "乙"])
    assert sorted(got.areas["kind"]) == ["alley", "street"]
    assert got.areas.total_bounds[0] == pytest.approx(103.80, abs=1e-7)


def test_shapefile_without_prj_is_degrees_or_an_error(read, tmp_path):
    table = gpd.GeoDataFrame({"name": ["a"]}, geometry=[SQUARE], crs=4326)
    table.to_file(tmp_path / "a.shp")
    table.to_crs(32648).to_file(tmp_path / "m.shp")
    for name in "am":
        (tmp_path / f"{name}.prj").unlink()
    assert [w.key for w in read(tmp_path / "a.shp").warnings] == ["intake.crs_assumed"]
    with pytest.raises(BadInput, match="--crs"):
        read(tmp_path / "m.shp")
    assert len(read(tmp_path / "m.shp", crs="EPSG:32648").areas) == 1
    (tmp_path / "m.shx").unlink()
    with pytest.raises(BadInput, match=r"lacks its \.shx"):
        read(tmp_path / "m.shp")


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"<OGRVRTDataSource/>", "a.vrt", "not accepted"),
        (b"<OGRVRTDataSource/>", "a.geojson", "not accepted"),
        (b"<OGRVRTDataSource/>", "a.shp", FORMATS),
        (b"<OGRVRTDataSource/>", "a.gpkg", FORMATS),
        (b"SQLite format 3\0junk", "a.gpkg", FORMATS),
        (b"SQLite format 3\0junk", "a.geojson", FORMATS),
        (b"\x00\x00\x27\x0ajunk", "a.geojson", r"part of a Shapefile: name its \.shp"),
        (b"\x03~\x0b\x1e", "a.dbf", r"part of a Shapefile: name its \.shp"),
        (b"PK\x03\x04junk", "a.zip", "is damaged"),
        (b"a,b\n1,2\n", "a.geojson", FORMATS),
        (b"%PDF-1.7", "a.geojson", FORMATS),
        (b"<?xml version='1.0'?><gpx/>", "a.gpx", FORMATS),
        (b"{}", "a.geojson", "holds no features"),
        (b"[1]", "a.geojson", "holds no features"),
        (b'{"type": "Featu', "a.geojson", "is not JSON"),
        (b"[" * 500, "a.geojson", "nested deeper"),
        (b"", "a.geojson", "is empty"),
    ],
)
def test_foreign_and_hostile_files(read, content, name, message):
    with pytest.raises(BadInput, match=message):
        read(content, name)


def test_sqlite_that_is_no_geopackage(read, tmp_path):
    path = tmp_path / "a.gpkg"
    with sqlite3.connect(path) as base:
        base.execute("create table t (a)")
    base.close()
    with pytest.raises(BadInput, match=FORMATS):
        read(path)


def test_zip_of_something_else(read):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../evil.txt", "x")
    with pytest.raises(BadInput, match=FORMATS):
        read(out.getvalue(), "a.zip")


def test_a_damaged_shapefile_is_not_called_something_else(read, tmp_path):
    gpd.GeoDataFrame({"name": ["a"]}, geometry=[SQUARE], crs=4326).to_file(tmp_path / "a.shp")
    data = (tmp_path / "a.shp").read_bytes()
    (tmp_path / "a.shp").write_bytes(data[:50])
    with pytest.raises(BadInput, match="is damaged"):
        read(tmp_path / "a.shp")


def test_a_zip_of_several_shapefiles_names_them(read):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.shp", "x")
        archive.writestr("b.shp", "x")
    with pytest.raises(BadInput, match=r"several Shapefiles: a\.shp, b\.shp"):
        read(out.getvalue(), "a.zip")


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
{head}<Folder><name>一</name><Placemark><name>背街一巷</name><ExtendedData>
<Data name="area_id"><value>a1</value></Data><Data name="kind"><value>alley</value></Data>
</ExtendedData>{box}</Placemark></Folder>
<Folder><name>二</name><Placemark><name>背街二巷</name><ExtendedData><Data name="area_id">
<value>a2</value></Data></ExtendedData><MultiGeometry>{box}</MultiGeometry></Placemark></Folder>
</Document></kml>"""
BOX = """<Polygon><outerBoundaryIs><LinearRing><coordinates>103.80,36.05,0 103.801,36.05,0
103.801,36.051,0 103.80,36.051,0 103.80,36.05,0</coordinates></LinearRing></outerBoundaryIs>
</Polygon>"""


def test_kml_of_all_its_folders_also_zipped(read):
    page = KML.format(head="", box=BOX)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("doc.kml", page)
    for content, name in ((page, "a.kml"), (out.getvalue(), "a.kmz"), (out.getvalue(), "a.zip")):
        got = read(content, name)
        assert got.areas["area_id"].tolist() == ["a1", "a2"]
        assert got.areas["name"].tolist() == ["背街一巷", "背街二巷"]
        assert got.areas["kind"].tolist() == ["alley", "street"]
        assert got.areas["area_m2"].tolist() == pytest.approx([10_000] * 2, rel=0.05)
        assert got.warnings == []


def test_kml_in_another_encoding(read):
    page = KML.format(head="", box=BOX)
    for content, how in (
        (page.replace("UTF-8", "GBK").encode("gbk"), {}),
        (page.encode("gbk"), {"encoding": "gbk"}),
    ):
        assert read(content, "a.kml", **how).areas["name"].tolist() == ["背街一巷", "背街二巷"]


def test_kml_that_is_refused(read):
    entities = KML.format(head="", box=BOX).replace("<kml", '<!DOCTYPE k [<!ENTITY a "b">]>\n<kml')
    with pytest.raises(BadInput, match="entities"):
        read(entities, "a.kml")
    with pytest.raises(BadInput, match="is damaged"):
        read(KML.format(head="", box=BOX)[:500], "a.kml")
