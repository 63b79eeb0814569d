"""The heat map on the ground: mass, classes, the picture."""

import struct
import zlib
from base64 import b64decode
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_service.publish.heat import (
    Frame,
    contours,
    district_of,
    frames_of,
    heat_squares,
    hottest,
    picture,
    pictures,
    steps_of,
    surface,
)
from geo_service.publish.layers import squares_in_degrees
from geo_service.store import open_store
from geo_service.terms import COLOURS, HEAT, LAYERS

DISTRICT = shapely.box(103.7, 36.0, 103.8, 36.05)


def frame_of(step):
    return Frame.of(DISTRICT, step.cell_m)


def drawn(n=300, seed=1):
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(103.7, 103.8, n), rng.uniform(36.0, 36.05, n)
    return np.column_stack([lon, lat, rng.integers(1, 9, n)])


@pytest.mark.parametrize("step", HEAT)
def test_the_surface_sums_to_the_cases_and_nothing_leaks_over_the_edge(step):
    squares, frame = drawn(), frame_of(step)
    # cases in the very corner too
    squares = np.vstack([squares, [[103.7001, 36.0001, 50]]])
    found = surface(squares, frame, step)
    assert found.sum() * (step.cell_m / 1000) ** 2 == pytest.approx(squares[:, 2].sum(), rel=0.02)
    assert (found[~frame.inside] == 0).all()


def test_an_even_district_is_even_up_to_its_edge():
    step = HEAT[0]
    frame = frame_of(step)
    rows, columns = frame.inside.shape
    y, x = np.mgrid[0:rows, 0:columns] + 0.5
    lon, lat = frame.west + x * frame.wide, frame.north - y * frame.high
    squares = np.column_stack([lon.ravel(), lat.ravel(), np.ones(rows * columns)])
    found = surface(squares[frame.inside.ravel()], frame, step)[frame.inside]
    per_km2 = 1 / (step.cell_m / 1000) ** 2
    assert np.median(found) == pytest.approx(per_km2, rel=0.05)
    # without the correction a corner would have a quarter
    assert found.min() > 0.5 * per_km2


def test_a_picture_has_the_colours_of_its_classes():
    step = HEAT[1]
    frame = frame_of(step)
    got = picture(drawn(), frame, step)
    png = b64decode(got["png"].removeprefix("data:image/png;base64,"))
    assert png.startswith(b"\x89PNG")
    rows, columns = frame.inside.shape
    assert struct.unpack(">II", png[16:24]) == (columns, rows)
    lines = np.frombuffer(zlib.decompress(part(png, b"IDAT")), np.uint8).reshape(rows, -1)[:, 1:]
    classes = np.searchsorted(step.breaks, surface(drawn(), frame, step), side="right")
    np.testing.assert_array_equal(lines, classes)
    palette = part(png, b"PLTE")[3:].hex()
    assert palette == "".join(one[1:] for one in LAYERS["density"].colours)
    (south, west), (north, east) = got["bounds"]
    assert (west, north) == (103.7, 36.05)
    assert east - west == pytest.approx(columns * frame.wide, abs=1e-5)
    assert north - south == pytest.approx(rows * frame.high, abs=1e-5)


def part(png, name):
    at = png.index(name)
    (length,) = struct.unpack(">I", png[at - 4 : at])
    return png[at + 4 : at + 4 + length]


def test_the_district_is_its_subdistricts_else_what_the_areas_span():
    table = gpd.GeoDataFrame(
        {"kind": ["alley", "alley", "subdistrict"]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(3, 3, 4, 4), shapely.box(0, 0, 9, 9)],
        crs=4326,
    )
    assert district_of(table).bounds == (0, 0, 9, 9)
    assert district_of(table[:2]).contains(shapely.Point(2, 2))
    assert district_of(table[:0]) is None
    assert pictures(drawn(), frames_of(table[:0])) == []


def test_there_is_one_picture_a_step():
    table = gpd.GeoDataFrame({"kind": ["subdistrict"]}, geometry=[DISTRICT], crs=4326)
    got = pictures(drawn(), frames_of(table))
    assert got == [picture(drawn(), frame_of(step), step) for step in HEAT]


def light(colour):
    def linear(part):
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(colour[at : at + 2]) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05


def test_neighbouring_classes_differ_by_half_in_lightness():
    colours = LAYERS["density"].colours
    ratios = [light(a) / light(b) for a, b in pairwise(colours)]
    assert min(ratios) >= 1.5
    assert light(COLOURS["ground"]) > light(colours[0])
    assert all(len(step.breaks) == len(colours) for step in HEAT)


def spread_of(store, step, squares):
    """Share of the district in each class, and the classes of the ten busiest squares."""
    frame = Frame.of(district_of(store.areas.read()), step.cell_m)
    classes = np.searchsorted(step.breaks, surface(squares, frame, step), side="right")
    top = squares[np.argsort(-squares[:, 2], kind="stable")[:10]]
    column = ((top[:, 0] - frame.west) / frame.wide).astype(int)
    row = ((frame.north - top[:, 1]) / frame.high).astype(int)
    share = np.bincount(classes[frame.inside], minlength=len(step.breaks) + 1)[1:]
    return share / frame.inside.sum(), classes[row, column]


@pytest.fixture(scope="module")
def demo_store(demo_file):
    store = open_store(f"sqlite:///{demo_file}")
    yield store
    store.close()


@pytest.mark.parametrize("step", HEAT)
def test_the_demo_shows_where_its_cases_are_at_each_zoom(demo_store, step):
    run = demo_store.runs.latest()
    found = demo_store.runs.values("density", "*", run.last_week)
    squares = squares_in_degrees(found, demo_store.district.get().utm_epsg)
    shares, top = spread_of(demo_store, step, squares)
    assert (shares >= 0.03).sum() >= 3
    shown = np.flatnonzero(shares > 0) + 1
    assert (top >= shown[-2]).sum() >= 9, "all but one of the ten busiest squares"


def test_what_is_shown_has_breaks_in_parts_of_those_of_the_cases():
    assert steps_of("cases") == list(HEAT)
    for one, cases in zip(steps_of("rebounds"), HEAT, strict=True):
        assert one.metres == cases.metres
        assert one.breaks == pytest.approx([0.2 * each for each in cases.breaks])


def test_a_window_is_told_in_thirty_days_and_what_is_unsolved_as_it_is():
    stored = {
        ("heat_cases", "w1"): np.array([[10, 20, 7]]),
        ("heat_cases", "w2"): np.array([[10, 20, 7], [11, 20, 7]]),
        ("heat_unsolved", "w1"): np.array([[10, 20, 9]]),
        ("heat_unsolved", "w2"): np.array([[10, 20, 3]]),
    }
    asked = (["w1", "w2"], 32648)
    found = heat_squares(lambda layer, week: stored.get((layer, week)), "cases", *asked)
    assert sorted(found[:, 2]) == [15, 30]
    found = heat_squares(lambda layer, week: stored.get((layer, week)), "unsolved", *asked)
    assert found[:, 2].tolist() == [3]
    assert heat_squares(lambda *_: None, "rebounds", *asked).shape == (0, 3)


def test_names_stand_where_it_is_hottest_half_a_kilometre_apart():
    squares = np.array([[103.71, 36.01, 9.0], [103.76, 36.03, 20.0]])
    lon = np.array([103.71, 103.7601, 103.76, 103.7605])
    lat = np.array([36.01, 36.0301, 36.03, 36.045])
    frame = frame_of(HEAT[1])
    assert sorted(hottest(squares, frame, lon, lat, 9)[:2]) in ([0, 1], [0, 2])
    assert hottest(squares, frame, lon, lat, 1)[0] in (1, 2)
    assert hottest(squares[:0], frame, lon, lat, 9) == []


@pytest.mark.parametrize("step", HEAT)
def test_contours_hold_the_squares_of_their_class(step):
    frame = frame_of(step)
    found = contours(drawn(), frame, step)
    classes = np.searchsorted(step.breaks, surface(drawn(), frame, step), side="right")
    side = frame.wide * frame.high
    shown = [number for number in range(1, len(step.breaks) + 1) if (classes == number).any()]
    assert found["from"].tolist() == [step.breaks[number - 1] for number in shown]
    for number, shape in zip(shown, found.geometry, strict=True):
        assert shape.is_valid
        assert shape.area / side == pytest.approx((classes == number).sum(), rel=1e-6)
    assert contours(drawn(0), frame, step).empty
