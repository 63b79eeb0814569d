"""GeoJSON keeps RFC 7946 and never says NaN."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_service.publish import TABLES, feature_collection, placed
from geo_service.terms import FRAMES


def read(table, **kwargs):
    return json.loads(b"".join(feature_collection(table, **kwargs)))


def cases(rows):
    return placed(TABLES["cases"], pd.DataFrame(rows))


def test_an_outer_ring_runs_counter_clockwise():
    clockwise = shapely.Polygon([(0, 0), (0, 1), (1, 1), (1, 0)])
    got = read(gpd.GeoDataFrame({"a": [1]}, geometry=[clockwise], crs="EPSG:4326"))
    assert shapely.geometry.shape(got["features"][0]["geometry"]).exterior.is_ccw


def test_holes_run_clockwise():
    ring = shapely.Point(0, 0).buffer(2).difference(shapely.Point(0, 0).buffer(1))
    got = read(gpd.GeoDataFrame({"a": [1]}, geometry=[ring], crs="EPSG:4326"))
    shape = shapely.geometry.shape(got["features"][0]["geometry"])
    assert not shape.interiors[0].is_ccw


def test_missing_values_are_null_and_times_utc():
    got = read(cases({"case_id": ["1", "2"], "opened_at": ["2026-06-29T00:00+08:00", None]}))
    first, second = (feature["properties"] for feature in got["features"])
    assert first["opened_at"] == "2026-06-28T16:00:00Z"
    assert second["opened_at"] is None
    assert first["gap_days"] is None
    assert first["site_id"] is None


def test_flags_are_booleans_and_integers_whole():
    got = read(cases({"case_id": ["1"], "lapsed": [True], "reports": [3]}))
    assert got["features"][0]["properties"]["lapsed"] is True
    assert b'"reports":3,' in b"".join(
        feature_collection(cases({"case_id": ["1"], "reports": [3]}))
    )


def test_a_row_without_a_point_has_a_null_geometry():
    got = read(cases({"case_id": ["1", "2"], "lon": [103.7, None], "lat": [36.0, None]}))
    assert got["features"][0]["geometry"] == {"type": "Point", "coordinates": [103.7, 36.0]}
    assert got["features"][1]["geometry"] is None


def test_coordinates_have_at_most_seven_digits():
    got = read(cases({"case_id": ["1"], "lon": [103.123456789], "lat": [36.1]}))
    assert got["features"][0]["geometry"]["coordinates"] == [103.1234568, 36.1]
    assert got["features"][0]["properties"]["lon"] == 103.1234568


def test_ids_are_joined_from_several_columns():
    rows = pd.DataFrame({"area_id": ["A"], "category": ["*"], "week": ["2026-W26"]})
    got = read(placed(TABLES["hotspots"], rows), ids=TABLES["hotspots"].ids)
    assert got["features"][0]["id"] == "A|*|2026-W26"


def test_a_hotspot_has_every_field_in_order():
    rows = pd.DataFrame({"area_id": ["A"], "category": ["*"], "week": ["2026-W26"]})
    got = read(placed(TABLES["hotspots"], rows))
    assert list(got["features"][0]["properties"]) == FRAMES["hotspots"].names


def test_rows_take_the_place_of_their_area():
    areas = gpd.GeoDataFrame(
        {"area_id": ["A", "B"]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3)],
        crs="EPSG:4326",
    )
    rows = pd.DataFrame({"assignment_id": ["1", "2", "3"], "area_id": ["B", "gone", "B"]})
    got = read(placed(TABLES["assignments"], rows, areas))["features"]
    assert got[0]["geometry"] == got[2]["geometry"]
    assert shapely.geometry.shape(got[0]["geometry"]).bounds == (2, 2, 3, 3)
    assert got[1]["geometry"] is None


def test_an_empty_table_is_an_empty_collection():
    assert read(cases({"case_id": []}))["features"] == []


def test_many_rows_come_in_pieces_and_none_is_lost():
    table = cases({"case_id": [str(n) for n in range(4501)]})
    pieces = list(feature_collection(table))
    assert len(pieces) == 5
    got = json.loads(b"".join(pieces))
    assert [f["properties"]["case_id"] for f in got["features"]] == list(table["case_id"])


def test_infinity_is_null():
    got = read(gpd.GeoDataFrame({"a": [np.inf]}, geometry=[None], crs="EPSG:4326"))
    assert got["features"][0]["properties"]["a"] is None


def test_chosen_properties_only():
    got = read(cases({"case_id": ["1"]}), properties=["case_id"], ids="case_id")
    assert got["features"][0]["properties"] == {"case_id": "1"}
    assert read(cases({"case_id": ["1"]}), properties=[])["features"][0]["properties"] == {}
