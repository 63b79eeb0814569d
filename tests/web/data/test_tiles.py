"""Areas by tiles: in the order of the arrays, known again without being made, told to the page."""

from dataclasses import replace
from urllib.parse import quote

import pytest
import shapely

from geo_service.web import create_app
from geo_service.web.data import tiles
from tests.publish.vector_tile import read
from tests.web.conftest import AREAS, NASTY, sign_in

# Zoom 16 about 103.70, 36.00: the first area.
TILE = "/tiles/areas/16/51646/25734.mvt"


@pytest.fixture
def tiled(settings, store, clock):
    """Return a client of a service that shows more than five areas by tiles."""
    app = create_app(replace(settings, tiles_from=5), store, clock)
    client = app.test_client()
    assert sign_in(client, "viewer").status_code == 303
    return client


def ids_of(client, path):
    return [feature.id for feature in read(client.get(path).data).features]


def test_the_ids_are_places_in_the_arrays(viewer):
    got = viewer.get("/tiles/areas/0/0/0.mvt")
    assert got.status_code == 200
    assert got.mimetype == "application/vnd.mapbox-vector-tile"
    layer = read(got.data)
    kinds = {feature.id: feature.properties["kind"] for feature in layer.features}
    assert kinds == dict(enumerate(["alley"] * 4 + ["market"] * 2))
    assert layer.name == "areas"
    assert ids_of(viewer, TILE) == [0]


def test_what_is_finer_is_painted_later(viewer):
    layer = read(viewer.get("/tiles/areas/0/0/0.mvt").data)
    order = list(dict.fromkeys(feature.properties["kind"] for feature in layer.features))
    kinds = [row["kind"] for row in viewer.get("/api/periods").json["kinds"]]
    assert order == sorted(order, key=kinds.index, reverse=True)


def test_a_tile_is_where_the_area_is(viewer):
    (feature,) = read(viewer.get(TILE).data).features
    west, north, *_ = shapely.MultiPoint(feature.rings[0]).bounds
    lon = (51646 + west / 4096) / 2**16 * 360 - 180
    assert lon == pytest.approx(103.70, abs=1e-5)
    assert 0 < north < 4096


def test_a_tile_is_known_again_without_being_made(viewer, monkeypatch):
    first = viewer.get(TILE)
    monkeypatch.setattr(tiles, "_body", None)
    again = viewer.get(TILE, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == first.headers["ETag"]
    packed = f'"{first.headers["ETag"].strip(chr(34))}-gz"'
    assert viewer.get(TILE, headers={"If-None-Match": packed}).headers["ETag"] == packed


def test_a_large_tile_is_compressed_and_marked_apart(viewer, store):
    one = store.areas.read(ids=["A1"])
    for n in range(60):
        turned = one.geometry.translate(xoff=n * 1e-5, yoff=n * 2e-5)
        store.areas.upsert(one.assign(area_id=f"B{n}", geometry=turned))
    plain = viewer.get(TILE)
    packed = viewer.get(TILE, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data)
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_other_areas_other_mark(viewer, store):
    first = viewer.get(TILE).headers["ETag"]
    one = store.areas.read(ids=["A1"])
    store.areas.upsert(one.assign(geometry=one.geometry.translate(xoff=1e-4)))
    moved = viewer.get(TILE, headers={"If-None-Match": first})
    assert moved.status_code == 200
    assert moved.headers["ETag"] != first


def test_new_areas_come_behind_the_others(viewer, store):
    one = store.areas.read(ids=["A1"])
    store.areas.upsert(one.assign(area_id="A0", name="新"))
    assert sorted(ids_of(viewer, TILE)) == [0, len(AREAS)]
    assert viewer.get("/api/areas/index.json").json["ids"] == [*AREAS, "A0"]


@pytest.mark.parametrize("path", ["rebound/0/0/0", "areas/0/1/0", "areas/23/0/0", "areas/2/0/4"])
def test_what_is_no_tile_is_said(viewer, path):
    got = viewer.get(f"/tiles/{path}.mvt", headers={"Accept": "application/json"})
    assert got.status_code == 404
    assert path.partition("/")[2] in got.json["detail"]


def test_where_no_area_is_a_tile_is_empty(viewer):
    got = viewer.get("/tiles/areas/2/0/0.mvt")
    assert (got.status_code, got.data) == (200, b"")


def test_the_index_names_and_places_each_area(viewer):
    got = viewer.get("/api/areas/index.json").json
    features = viewer.get("/api/areas.geojson").json["features"]
    assert got["ids"] == [feature["id"] for feature in features]
    for place, feature in enumerate(features):
        told = {
            "name": got["names"][place],
            "kind": got["kinds"][got["kind"][place]],
            "subdistrict": got["subdistricts"][got["subdistrict"][place]],
            "subdistrict_name": got["subdistrict_names"][got["subdistrict"][place]],
        }
        lon, lat = feature["properties"].pop("inner_lon"), feature["properties"].pop("inner_lat")
        assert told == feature["properties"]
        shape = shapely.geometry.shape(feature["geometry"])
        box = [
            got["origin"][axis % 2] + got["boxes"][4 * place + axis] * got["unit"]
            for axis in range(4)
        ]
        assert box == pytest.approx(shape.bounds, abs=1e-5)
        inner = [
            got["origin"][axis] + got["inner"][2 * place + axis] * got["unit"] for axis in range(2)
        ]
        assert shape.contains(shapely.Point(inner))
        assert inner == pytest.approx([lon, lat])


def test_a_few_shapes_by_name(viewer):
    got = viewer.get("/api/areas/shapes.geojson?id=M1&id=A2&id=nobody").json["features"]
    assert [feature["id"] for feature in got] == ["M1", "A2"]
    assert got[1]["properties"]["name"] == NASTY
    assert viewer.get("/api/areas/shapes.geojson").json["features"] == []
    many = "&".join(f"id={quote(str(n))}" for n in range(501))
    refused = viewer.get(f"/api/areas/shapes.geojson?{many}")
    assert refused.status_code == 400


def test_a_page_is_told_of_tiles_only_where_there_are_many_areas(viewer, tiled):
    whole, parts = (client.get("/").get_data(as_text=True) for client in (viewer, tiled))
    assert "area-tiles" not in whole
    assert 'href="/api/areas.geojson"' in whole
    assert 'data-area-tiles="{' in parts
    assert 'href="/api/areas.geojson"' not in parts


def test_exactly_so_many_areas_still_come_at_once(settings, store, clock):
    app = create_app(replace(settings, tiles_from=6), store, clock)
    with app.app_context():
        assert tiles.area_tiles() is None
    assert settings.tiles_from == 10_000


def test_warming_makes_what_the_whole_city_needs(settings, store, clock):
    app = create_app(replace(settings, tiles_from=5), store, clock)
    with app.app_context():
        assert tiles.area_tiles()["kinds"] == ["alley", "market"]
        tiles.warm()
        made = app.extensions["geo_service"].memory.kept["tile"]
        found = tiles.tile_set()
        zooms = {int(key[0].split("-")[1]) for key in made}
        assert len(zooms) >= 1
        for zoom in zooms:
            assert len([k for k in made if k[0].startswith(f"{found.mark}-{zoom}-")]) <= 24
