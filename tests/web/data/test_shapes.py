"""Shapes for the screen."""

import json

import numpy as np
import shapely

from geo_service.web.data import shapes as web_places


def test_geometry_is_simplified_for_the_screen_and_stays_valid(viewer):
    text = viewer.get("/api/areas.geojson").get_data(as_text=True)
    for feature in json.loads(text)["features"]:
        for lon, lat in feature["geometry"]["coordinates"][0]:
            assert lon == round(lon, 6)
            assert lat == round(lat, 6)


def test_full_shapes_are_had_on_demand(viewer, store):
    corner = [103.7001234, 36.0001234]
    shape = shapely.Polygon([corner, (103.704, 36.0), (103.704, 36.004), (103.7, 36.004)])
    store.areas.upsert(store.areas.read(ids=["A1"]).set_geometry([shape]))
    full = viewer.get("/api/areas.geojson?detail=full")
    (ring,) = full.json["features"][0]["geometry"]["coordinates"]
    assert corner in ring
    screen = viewer.get("/api/areas.geojson?detail=screen")
    assert corner not in screen.json["features"][0]["geometry"]["coordinates"][0]
    assert screen.headers["ETag"] != full.headers["ETag"]
    assert viewer.get("/api/areas.geojson?detail=fine").status_code == 400


def test_many_areas_are_simplified_until_they_are_small(viewer, store, monkeypatch):
    angle = np.linspace(0, 2 * np.pi, 400)[:-1]
    round_ = shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]) * 0.001 + [103.7, 36])
    store.areas.upsert(store.areas.read(ids=["A1"]).set_geometry([round_]))
    corners = []
    for most in (200_000, 1):
        monkeypatch.setattr(web_places, "AREAS_BYTES", most)
        store.areas.upsert(store.areas.read(ids=["A2"]).assign(name=str(most)))
        feature = viewer.get("/api/areas.geojson").json["features"][0]
        corners.append(shapely.get_num_coordinates(shapely.geometry.shape(feature["geometry"])))
    assert corners[0] > corners[1] > 6
