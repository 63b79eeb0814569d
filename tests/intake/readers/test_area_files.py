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
        (b"<OGRVRTDataSource/>", "a.shp", "is not GeoJSON"),
        (b"<OGRVRTDataSource/>", "a.gpkg", "is not GeoJSON"),
        (b"SQLite format 3\0junk", "a.gpkg", "is not GeoJSON"),
        (b"SQLite format 3\0junk", "a.geojson", "is not GeoJSON"),
        (b"\x00\x00\x27\x0ajunk", "a.geojson", "is not GeoJSON"),
        (b"PK\x03\x04junk", "a.zip", "is not GeoJSON"),
        (b"a,b\n1,2\n", "a.geojson", "is not GeoJSON"),
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
    with pytest.raises(BadInput, match="is not GeoJSON"):
        read(path)


def test_zip_of_something_else(read):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../evil.txt", "x")
    with pytest.raises(BadInput, match="is not GeoJSON"):
        read(out.getvalue(), "a.zip")
