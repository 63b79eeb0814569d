"""OpenStreetMap's ways as areas: named, cut apart, with ids that stay."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo_service.intake import osm, read_osm
from geo_service.intake.osm import OsmParams
from geo_service.intake.readers.gdal import Layer
from geo_service.measure import geometries_to_metres
from geo_service.terms import BadInput

WAYS = [
    ("1", "Main Street", "primary", None, "LINESTRING (103.80 36.05, 103.81 36.05)"),
    ("2", "Cross Lane", "residential", None, "LINESTRING (103.805 36.045, 103.805 36.055)"),
    ("3", "MAIN  street", "footway", None, "LINESTRING (103.81 36.05, 103.8101 36.05)"),
    ("4", None, "service", '"service"=>"alley"', "LINESTRING (103.802 36.05, 103.802 36.052)"),
    (
        "5",
        "Back",
        "service",
        '"x"=>"y","service"=>"alley"',
        "LINESTRING (103.8 36.051, 103.805 36.051)",
    ),
    ("6", "Dream Road", "proposed", None, "LINESTRING (103.82 36.05, 103.83 36.05)"),
    ("7", None, "residential", None, "LINESTRING (103.82 36.06, 103.83 36.06)"),
]
SQUARE = (
    "POLYGON ((103.800 36.040, 103.801 36.040, 103.801 36.041, 103.800 36.041, 103.800 36.040))"
)
PARK = "POLYGON ((103.799 36.039, 103.802 36.039, 103.802 36.042, 103.799 36.042, 103.799 36.039))"
RUIN = "POLYGON ((103.80 36.06, 103.8005 36.06, 103.80 36.06))"
GROUNDS = [
    (None, "10", "Old Square", None, "square", None, None, SQUARE),
    ("11", None, None, None, None, "park", None, PARK),
    (None, "12", "Hall", "marketplace", None, None, None, SQUARE),
    (None, "13", "Ruin", "marketplace", None, None, None, RUIN),
    (None, "14", None, None, None, None, '"highway"=>"pedestrian"', PARK),
]


def layer(rows, names):
    table = pd.DataFrame(rows, columns=[*names, "wkt"], dtype=object)
    return Layer(table[names], shapely.from_wkt(table["wkt"]), "EPSG:4326")


@pytest.fixture
def city(monkeypatch, tmp_path):
    """A small city, as the reader would give it."""
    path = tmp_path / "city.osm.pbf"
    path.write_bytes(b"\x00\x00\x00\x0d\x0a\x09OSMHeader")
    ways = layer(WAYS, list(osm._WAYS.columns))
    grounds = layer(GROUNDS, list(osm._GROUNDS.columns))
    monkeypatch.setattr(osm, "read_layers", lambda *_, **__: [ways, grounds])
    return path


def overlap(areas, epsg):
    """Return the largest overlap of two areas of one kind in square metres."""
    worst = 0.0
    for _, rows in areas.groupby("kind"):
        shapes = geometries_to_metres(rows.geometry.to_numpy(), epsg)
        a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        both = shapely.intersection(shapes[a[a < b]], shapes[b[a < b]])
        worst = max(worst, float(shapely.area(both).max(initial=0.0)))
    return worst


def test_names_kinds_and_ids(city):
    got = read_osm(city)
    told = dict(zip(got.areas["area_id"], got.areas["name"], strict=True))
    assert told == {
        "street-main-street": "Main Street",
        "street-cross-lane": "Cross Lane",
        "street-back": "Back",
        "alley-w4": "alley-w4",
        "alley-w5": "Back",
        "market-w12": "Hall",
        "market-w13": "Ruin",
        "plaza-w10": "Old Square",
        "plaza-r11": "plaza-r11",
    }
    assert isinstance(got.areas, gpd.GeoDataFrame)
    assert got.areas.geometry.is_valid.all()
    assert [(w.key, w.count, w.example) for w in got.warnings] == [
        ("intake.osm_incomplete", 1, "market-w13")
    ]
    assert not len(got.rejects)


def test_crossings_belong_to_the_wider_street_and_squares_go_before_parks(city):
    areas = read_osm(city).areas.set_index("area_id")
    crossing, square = shapely.Point(103.805, 36.05), shapely.Point(103.8005, 36.0405)
    assert areas.index[areas.contains(crossing)].tolist() == ["street-main-street"]
    assert set(areas.index[areas.contains(square)]) == {"market-w12", "plaza-w10"}
    assert overlap(areas, 32648) < 1e-6
    assert areas["length_m"]["street-cross-lane"] == pytest.approx(1109, abs=3)


def test_what_others_cover_is_told(city, monkeypatch):
    ways = layer(
        [*WAYS, ("8", "Tiny", "path", None, "LINESTRING (103.801 36.05, 103.80101 36.05)")],
        list(osm._WAYS.columns),
    )
    grounds = layer(GROUNDS, list(osm._GROUNDS.columns))
    monkeypatch.setattr(osm, "read_layers", lambda *_, **__: [ways, grounds])
    rejects = read_osm(city).rejects
    assert rejects[["value", "reason"]].to_numpy().tolist() == [["street-tiny", "intake.covered"]]


@pytest.mark.parametrize("name", ["a.osm.pbf", "a.osm", "a.pbf"])
def test_not_osm(write, name):
    with pytest.raises(BadInput, match=r"is not an .osm\.pbf"):
        read_osm(write(b"<osm/>" + b" " * 100, name))


def test_truncated(write):
    with pytest.raises(BadInput, match=r"a\.osm\.pbf is not an"):
        read_osm(write(b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7f" + b"\xff" * 500, "a.osm.pbf"))


@pytest.mark.shared_data
def test_porto_alegre(shared_data):
    got = read_osm(shared_data / "porto_alegre_osm" / "poa.osm.pbf")
    kinds = got.areas["kind"].value_counts()
    assert got.areas.loc[got.areas["kind"] == "street", "name"].nunique() >= 0.95 * 3131
    assert kinds["alley"] >= 0.95 * 1733
    assert overlap(got.areas, 32722) < 1e-6
    assert len(got.rejects) == 16


@pytest.mark.shared_data
def test_helsinki_has_two_market_halls(shared_data):
    areas = read_osm(shared_data / "helsinki_osm" / "helsinki_centre.osm.pbf", OsmParams()).areas
    markets = areas[areas["kind"] == "market"]
    assert markets["area_id"].tolist() == ["market-w123814071", "market-w570654271"]
    assert overlap(areas, 32635) < 1e-6
