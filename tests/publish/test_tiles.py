"""Vector tiles: as the specification says, where the areas are, and none of them lost."""

import numpy as np
import pyogrio
import pytest
import shapely

from benchmarks.city import CityParams, make_city
from geo_service.publish import TileParams, TileSet
from geo_service.publish.tiles import to_square
from tests.publish.vector_tile import read, shape, twice_area

EXACT = TileParams(tolerance=0)
SIDE = 4096


def city():
    areas = make_city(CityParams(areas=150, reports=150, weeks=2, categories=1)).areas
    areas = areas[areas["kind"] != "subdistrict"]
    return areas.geometry.to_numpy(), areas["kind"].to_numpy(dtype=object)


def odd():
    """Return a ring with a hole, two parts, a dot, and a spiral that crosses many borders."""
    ring = shapely.Point(103.78, 36.06).buffer(0.004) - shapely.Point(103.78, 36.06).buffer(0.002)
    parts = shapely.MultiPolygon(
        [shapely.box(103.77, 36.05, 103.771, 36.052), shapely.box(103.79, 36.05, 103.793, 36.051)]
    )
    dot = shapely.box(103.775, 36.055, 103.775001, 36.055001)
    turn = np.linspace(0, 6 * np.pi, 200)
    line = np.column_stack([103.78 + turn * np.cos(turn) / 2e3, 36.06 + turn * np.sin(turn) / 2e3])
    return [ring, parts, dot, shapely.LineString(line).buffer(2e-5)]


@pytest.fixture(scope="module")
def shapes():
    strips, kinds = city()
    return np.array([*strips, *odd()], dtype=object), [*kinds, "plaza", "market", "toilet", "alley"]


def tiles_of(shapes, params=None):
    polygons, kinds = shapes
    # Numbers that are not the places: what is written must be the number.
    return TileSet.of(polygons, 1000 - 3 * np.arange(len(polygons)), kinds, params)


def every(tiles, zoom):
    for column, row in tiles.covering(zoom):
        data = tiles.tile("areas", zoom, column, row)
        if data:
            yield column, row, read(data)


def cut(polygon, zoom, column, row, params=EXACT):
    """Return the part of a polygon in a tile, in its units, by shapely."""
    units = shapely.transform(
        polygon, lambda xy: (to_square(xy) * 2**zoom - [column, row]) * params.extent
    )
    low, high = -params.buffer, params.extent + params.buffer
    return shapely.intersection(units, shapely.box(low, low, high, high))


def test_a_tile_is_as_the_specification_has_it(shapes):
    _, _, layer = next(every(tiles_of(shapes), 15))
    assert (layer.version, layer.name, layer.extent) == (2, "areas", SIDE)
    assert layer.features
    for feature in layer.features:
        place = (1000 - feature.id) // 3
        assert feature.properties == {"kind": shapes[1][place]}


@pytest.mark.parametrize("zoom", [13, 15, 17])
def test_geometry_is_the_cut_within_one_unit(shapes, zoom):
    seen = 0
    for column, row, layer in every(tiles_of(shapes, EXACT), zoom):
        for feature in layer.features:
            asked = cut(shapes[0][(1000 - feature.id) // 3], zoom, column, row)
            # What is smaller than a unit becomes a sliver of one.
            most = 1.0 if shapely.area(asked) > 1 else 2.0
            assert shapely.hausdorff_distance(asked, shape(feature)) <= most
            seen += 1
    assert seen > len(shapes[0])


def test_simpler_outlines_stay_within_the_tolerance(shapes):
    params = TileParams()
    plain, simple = (sum(len(t) for t in raw(tiles_of(shapes, p), 14)) for p in (EXACT, params))
    assert simple < 0.8 * plain
    for column, row, layer in every(tiles_of(shapes), 14):
        for feature in layer.features:
            asked = cut(shapes[0][(1000 - feature.id) // 3], 14, column, row)
            lines = shapely.boundary([asked, shape(feature)])
            assert shapely.hausdorff_distance(*lines) <= 2 * params.tolerance + 1


def raw(tiles, zoom):
    return [tiles.tile("areas", zoom, *place) for place in tiles.covering(zoom)]


@pytest.mark.parametrize("zoom", [9, 12, 14, 18])
def test_rings_turn_as_asked_and_polygons_are_valid(shapes, zoom):
    holes = 0
    for _, _, layer in every(tiles_of(shapes), zoom):
        for feature in layer.features:
            turns = [twice_area(ring) for ring in feature.rings]
            assert turns[0] > 0, "an outer ring comes first, clockwise as seen with y down"
            assert all(turns), "no ring without an area"
            holes += sum(turn < 0 for turn in turns)
            assert shapely.is_valid(shape(feature)), shapely.is_valid_reason(shape(feature))
    assert holes or zoom not in (12, 14)


@pytest.mark.parametrize("zoom", [0, 5, 8, 10, 11, 12, 13, 15, 16])
def test_every_area_is_there_at_each_zoom(shapes, zoom):
    tiles = tiles_of(shapes)
    seen = {feature.id for _, _, layer in every(tiles, zoom) for feature in layer.features}
    assert seen == set(tiles.ids.tolist())


def test_what_is_too_small_becomes_a_sliver_along_itself():
    thin = shapely.LineString([(103.7, 36.0), (103.72, 36.01)]).buffer(1e-6)
    tiles = TileSet.of([thin], np.array([0]), ["alley"])
    ((_, _, layer),) = every(tiles, 8)
    (feature,) = layer.features
    x, y = np.transpose(feature.rings[0])
    assert np.ptp(x) == pytest.approx(0.02 / 360 * 2**8 * SIDE, abs=2)
    assert np.ptp(y) > 10, "it lies as the alley lies"
    assert 0 < twice_area(feature.rings[0]) / 2 <= 2 * np.ptp(x)


def test_tiles_meet_without_a_gap_and_reach_over_the_border(shapes):
    zoom, whole = 15, {}
    beyond = 0
    for column, row, layer in every(tiles_of(shapes, EXACT), zoom):
        here = shapely.box(0, 0, SIDE, SIDE)
        for feature in layer.features:
            part = shape(feature)
            low, high = np.array(part.bounds).min(), np.array(part.bounds).max()
            assert low >= -64
            assert high <= SIDE + 64
            beyond += bool(low == -64 or high == SIDE + 64)
            corner = np.multiply((column, row), SIDE)
            part = shapely.transform(shapely.intersection(part, here), lambda xy: xy + corner)  # noqa: B023
            whole.setdefault(feature.id, []).append(part)
    assert beyond > 20
    for number, parts in whole.items():
        asked = shapely.transform(
            shapes[0][(1000 - number) // 3], lambda xy: to_square(xy) * 2**zoom * SIDE
        )
        got = shapely.union_all(parts)
        # One unit of rounding along the outline, and nothing else is missing or too much.
        missing = shapely.difference(asked, shapely.buffer(got, 1.5))
        surplus = shapely.difference(got, shapely.buffer(asked, 1.5))
        assert shapely.area(missing) == 0
        assert shapely.area(surplus) == 0


def test_another_reader_sees_the_same(shapes, tmp_path):
    tiles, zoom = tiles_of(shapes), 15
    for column, row, layer in every(tiles, zoom):
        path = tmp_path / "one.mvt"
        path.write_bytes(tiles.tile("areas", zoom, column, row))
        got = pyogrio.read_dataframe(path, CLIP="NO", layer="areas")
        assert got["mvt_id"].tolist() == [feature.id for feature in layer.features]
        assert got["kind"].tolist() == [feature.properties["kind"] for feature in layer.features]
        # GDAL counts y upwards.
        flipped = shapely.transform(got.geometry.to_numpy(), lambda xy: xy * [1, -1] + [0, SIDE])
        ours = np.array([shape(feature) for feature in layer.features], dtype=object)
        assert shapely.equals(shapely.normalize(flipped), shapely.normalize(ours)).all()


def test_what_is_painted_last_is_written_last(shapes):
    polygons, kinds = shapes
    order = np.argsort(kinds, kind="stable")[::-1]
    tiles = TileSet.of(polygons[order], order, np.array(kinds)[order])
    place = {number: n for n, number in enumerate(order.tolist())}
    for _, _, layer in every(tiles, 13):
        written = [place[feature.id] for feature in layer.features]
        assert written == sorted(written)


def test_where_nothing_is_a_tile_is_empty_and_elsewhere_there_is_none(shapes):
    tiles = tiles_of(shapes)
    assert tiles.tile("areas", 3, 0, 0) == b""
    assert TileSet.of([], np.array([], dtype=int), []).tile("areas", 0, 0, 0) == b""
    assert TileSet.of([], np.array([], dtype=int), []).covering(4) == []
    for zoom, column, row in [(2, 4, 0), (2, 0, 4), (23, 0, 0), (-1, 0, 0), (2, -1, 0)]:
        assert not tiles.exists(zoom, column, row)
        with pytest.raises(ValueError, match=f"{zoom}/{column}/{row}"):
            tiles.tile("areas", zoom, column, row)
