"""What only GDAL reads is read in a process of its own, with limits."""

from __future__ import annotations

import io
import os
import sqlite3
import time
import zipfile

import geopandas as gpd
import pyogrio
import pytest
import shapely

from geo_service.intake import read_areas, read_osm
from geo_service.intake.readers import gdal
from geo_service.intake.readers.gdal import Ask, ReaderLimits, read_layers
from geo_service.terms import BadInput

VRT = (
    b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/http://127.0.0.1:9/a.shp'
    b"</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
)


SQUARE = shapely.box(103.8, 36.05, 103.81, 36.06)


@pytest.fixture(autouse=True)
def soon():
    """None of these may take long."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < 30


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in members.items():
            new.writestr(name.replace("__", "."), data)
    return out.getvalue()


@pytest.mark.parametrize("name", ["a.vrt", "a.geojson", "a.shp", "a.gpkg", "a.json", "a.zip", "a"])
def test_vrt_by_any_name(write, read, name):
    path = write(VRT, name)
    with pytest.raises(BadInput, match="a"):
        read_areas(path, kind="street", known_kinds=["street"])
    with pytest.raises(BadInput, match="a"):
        read(path)


@pytest.mark.parametrize(
    "path",
    [
        "/vsicurl/http://127.0.0.1:9/a.geojson",
        "vsizip/a.zip",
        "../vsizip/a.zip/b.shp",
        "/vsistdin/",
        "\\vsimem\\a.gpkg",
        "/VSIZIP/a.zip",
    ],
)
def test_virtual_paths(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    from pathlib import Path

    with pytest.raises(BadInput, match="not accepted"):
        read_areas(Path(path), kind="street", known_kinds=["street"])


@pytest.mark.parametrize(
    "members",
    [
        {"a__vrt": VRT},
        {"a__shp": VRT, "a__shx": VRT, "a__dbf": VRT},
        {"a__shp": b"/vsicurl/http://127.0.0.1:9/a.shp", "a__shx": b"", "a__dbf": b""},
        {"/vsizip/b__zip/a__shp": b"x", "../../a__shp": b"y"},
    ],
)
def test_a_zip_of_them(write, members):
    with pytest.raises(BadInput, match=r"a\.zip"):
        read_areas(write(zipped(**members), "a.zip"), kind="street", known_kinds=["street"])


def test_a_symlink_to_a_device(tmp_path):
    (tmp_path / "a.geojson").symlink_to("/dev/zero")
    with pytest.raises(BadInput, match="not a plain file"):
        read_areas(tmp_path / "a.geojson", kind="street", known_kinds=["street"])


@pytest.fixture
def package(tmp_path):
    path = tmp_path / "a.gpkg"
    areas = gpd.GeoDataFrame({"name": ["x"]}, geometry=[SQUARE], crs=4326)
    pyogrio.write_dataframe(areas, path, driver="GPKG")
    return path


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIRTUAL TABLE v USING fts5(x)",
        "CREATE VIEW v AS SELECT load_extension('/tmp/x.so')",
        "CREATE VIEW v AS SELECT '/vsicurl/http://127.0.0.1:9/' AS x",
    ],
)
def test_a_geopackage_with_more_than_tables(package, statement):
    assert len(read_areas(package, kind="street", known_kinds=["street"]).areas) == 1
    with sqlite3.connect(package) as database:
        database.execute(statement)
    with pytest.raises(BadInput, match=r"a\.gpkg"):
        read_areas(package, kind="street", known_kinds=["street"])


def test_a_damaged_geopackage(package):
    data = bytearray(package.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    package.write_bytes(data)
    with pytest.raises(BadInput, match=r"a\.gpkg"):
        read_areas(package, kind="street", known_kinds=["street"])


@pytest.mark.parametrize(
    "limits",
    [
        ReaderLimits(memory_bytes=256 * 1024**2),
        ReaderLimits(wall_seconds=0),
        ReaderLimits(disk_bytes=16),
    ],
)
def test_a_reader_that_takes_too_much(package, limits):
    with pytest.raises(BadInput, match=r"a\.gpkg cannot be read within"):
        read_layers(
            package,
            lambda folder: (folder / "a.gpkg").write_bytes(package.read_bytes()) and None,
            "a.gpkg",
            "GPKG",
            [Ask()],
            limits,
        )


def test_a_reader_that_is_killed(package, monkeypatch, tmp_path):
    worker = tmp_path / "worker.py"
    worker.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    monkeypatch.setattr(gdal.gdal_worker, "__file__", str(worker))
    with pytest.raises(BadInput, match=r"a\.gpkg .* breaks the reader"):
        read_areas(package, kind="street", known_kinds=["street"])


def test_the_reader_leaves_nothing_behind(package, tmp_path, monkeypatch):
    monkeypatch.setattr(gdal.tempfile, "tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    read_areas(package, kind="street", known_kinds=["street"])
    assert not list((tmp_path / "t").iterdir())


def test_a_pbf_of_claims(write):
    head = b"\x00\x00\x00\x0e\x0a\x09OSMHeader\x18"
    for claim in (b"\x01", b"\xff\xff\xff\x0f"):
        data = head + claim + b"\x10\xff\xff\xff\xff\x0f\x1a\x02\x78\x9c" + b"\0" * 100
        with pytest.raises(BadInput, match=r"a\.osm\.pbf"):
            read_osm(write(data, "a.osm.pbf"))
