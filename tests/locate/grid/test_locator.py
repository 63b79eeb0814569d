from __future__ import annotations

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service.locate import LocateParams, Locator, Place, locate_points
from geo_service.locate.grid import locator
from tests.locate import shapes
from tests.locate.conftest import EPSG
from tests.locate.reference import locate_by_asking_all
from tests.locate.shapes import LAT, LON, STEP, box


def frame(geometries):
    return pd.DataFrame({"geometry": np.array([*geometries, None], dtype=object)[:-1]})


def with_grid(geometries, preference=None, **params):
    preference = np.arange(len(geometries)) if preference is None else preference
    made = Locator(frame(geometries), preference, epsg=EPSG, params=LocateParams(**params))
    made.prepare()
    return made


def same(left: Place, right: Place):
    np.testing.assert_array_equal(left.area, right.area)
    np.testing.assert_array_equal(left.distance_m, right.distance_m)


@settings(max_examples=150, deadline=None)
@given(
    shapes.areas,
    st.integers(0, 2**32),
    st.sampled_from([0.0, 5.0, 30.0, 75.0]),
    st.sampled_from([0.0, 0.001, 5.0]),
)
def test_the_grid_the_trees_and_asking_everybody_give_the_same(geometries, seed, nearest_m, tie_m):
    lon, lat = shapes.points_of(geometries, seed).T
    preference = np.random.default_rng(seed).permutation(len(geometries))
    expected = locate_by_asking_all(
        lon, lat, geometries, preference, epsg=EPSG, nearest_m=nearest_m, tie_m=tie_m
    )
    params = LocateParams(nearest_m, tie_m)
    few = locate_points(lon, lat, frame(geometries), preference, epsg=EPSG, params=params)
    same(few, expected)
    grid = with_grid(geometries, preference, nearest_m=nearest_m, tie_m=tie_m)
    same(grid.locate(lon, lat), expected)
    few = Locator(frame(geometries), preference, epsg=EPSG)
    np.testing.assert_array_equal(grid.inside(lon, lat), few.inside(lon, lat))


def test_inside_is_what_locate_finds_at_no_distance():
    made = with_grid([box(0, 0, 4, 4), box(2, 2, 9, 9)])
    lon, lat = shapes.points_of(np.array([box(0, 0, 12, 12)]), 5).T
    place = made.locate(lon, lat)
    np.testing.assert_array_equal(
        made.inside(lon, lat), np.where(place.distance_m == 0, place.area, -1)
    )
    few = Locator(frame([box(0, 0, 4, 4), box(2, 2, 9, 9)]), np.arange(2), epsg=EPSG)
    np.testing.assert_array_equal(few.inside(lon, lat), made.inside(lon, lat))


def test_any_distance_may_be_near():
    place = with_grid([box(0, 0, 4, 4)], nearest_m=np.inf).locate(
        np.array([LON + 1]), np.array([LAT])
    )
    assert place.area.tolist() == [0]
    assert place.distance_m[0] > 80_000


def test_long_straight_edges_bend_in_metres():
    """Between an edge in degrees and in metres lie points that are inside by metres alone."""
    wide = shapely.box(102, 35, 105, 36)
    near = shapely.box(103.4999, 36.0005, 103.5001, 36.0006)
    lon = np.linspace(102.1, 104.9, 300)
    lat = np.full(300, 36.0) + np.tile([1e-7, 1e-5, 2e-4, 1e-3, 5e-3, 2e-2], 50)
    expected = locate_by_asking_all(lon, lat, np.array([wide, near]), np.arange(2), epsg=EPSG)
    assert (expected.distance_m == 0).any()
    same(with_grid([wide, near]).locate(lon, lat), expected)


def test_areas_of_both_ends_of_the_world_and_points_between_them():
    ends = [
        shapely.box(-179, -60, -178.999, -59.999),
        shapely.box(178.999, 59, 179, 59.001),
        box(0, 0, 2, 2),
    ]
    lon = np.array([-178.9995, 178.9995, LON + STEP, LON - 1e-5, 0.0, 181.0, -181.0])
    lat = np.array([-59.9995, 59.0005, LAT + STEP, LAT, 0.0, 59.0005, -59.9995])
    assert with_grid(ends).locate(lon, lat).area.tolist() == [0, 1, 2, 2, -1, -1, -1]


@pytest.mark.parametrize("shift", [360, -360, 1e4, -1e4, 2**33, -(2**33), 1e300])
def test_points_outside_the_extent_never_wrap(shift):
    made = with_grid([box(0, 0, 20, 20)])
    inside = np.full(3, LON + 5 * STEP), np.full(3, LAT + 5 * STEP)
    assert made.locate(*inside).area.tolist() == [0, 0, 0]
    moved = inside[0] + np.array([shift, 0, shift]), inside[1] + np.array([0, shift, shift])
    assert made.locate(*moved).area.tolist() == [-1, -1, -1]


@pytest.mark.parametrize(
    "odd",
    [
        shapely.Polygon(
            [(LON, LAT), (LON + 1e-3, LAT + 1e-3), (LON + 1e-3, LAT), (LON, LAT + 1e-3)]
        ),
        shapely.MultiPolygon([box(0, 0, 4, 4), box(2, 2, 4, 4)]),
        shapely.LineString([(LON, LAT), (LON + 1e-3, LAT + 1e-3)]),
        shapely.Point(LON, LAT),
        shapely.GeometryCollection([box(0, 0, 3, 3), shapely.Point(LON, LAT)]),
    ],
)
def test_what_is_no_valid_polygon_is_left_to_trees(odd):
    geometries = np.array([odd, box(5, 5, 3, 3)])
    lon, lat = shapes.points_of(geometries, 1).T
    expected = locate_by_asking_all(lon, lat, geometries, np.arange(2), epsg=EPSG)
    same(with_grid(geometries).locate(lon, lat), expected)


@pytest.mark.parametrize("geometries", [[], [None], [shapely.Polygon()]])
def test_no_areas_hold_no_points(geometries):
    place = with_grid(geometries).locate(np.array([LON, 0.0]), np.array([LAT, 0.0]))
    assert place.area.tolist() == [-1, -1]
    assert np.isnan(place.distance_m).all()


def test_no_points():
    place = with_grid([box(0, 0, 1, 1)]).locate(np.empty(0), np.empty(0))
    assert len(place.area) == len(place.distance_m) == 0


def test_asking_changes_no_argument_and_answers_are_their_own():
    made = with_grid([box(0, 0, 4, 4)])
    lon, lat = np.array([LON, np.nan]), np.array([LAT, LAT])
    lon.flags.writeable = lat.flags.writeable = False
    first = made.locate(lon, lat)
    first.area[:] = 7
    assert made.locate(lon[::-1], lat[::-1]).area.tolist() == [-1, 0]


def test_a_locator_travels_and_serves_many_threads():
    made = with_grid([box(0, 0, 4, 4), box(2, 2, 9, 9)])
    lon, lat = shapes.points_of(np.array([box(0, 0, 12, 12)]), 3).T
    expected = made.locate(lon, lat)
    same(pickle.loads(pickle.dumps(made)).locate(lon, lat), expected)
    with ThreadPoolExecutor(4) as pool:
        for place in pool.map(lambda _: made.locate(lon, lat), range(20)):
            same(place, expected)


def test_a_locator_is_kept_as_long_as_its_areas_stay_the_same(monkeypatch):
    made = []
    real = locator.make_raster
    monkeypatch.setattr(locator, "make_raster", lambda edges: made.append(1) or real(edges))
    lon, lat = np.full(locator.MANY_POINTS + 10, LON), np.full(locator.MANY_POINTS + 10, LAT)

    def ask(shape, preference=(0, 1), **params):
        areas = frame([shape, box(30, 30, 1, 1)])
        place = locate_points(
            lon, lat, areas, np.array(preference), epsg=EPSG, params=LocateParams(**params)
        )
        return len(made), int(place.area[0])

    assert ask(box(-1, -1, 3, 4)) == (1, 0)
    assert ask(box(-1, -1, 3, 4)) == (1, 0)
    assert ask(box(1, -1, 3, 4)) == (2, 0)
    assert ask(box(1, -1, 3, 4), nearest_m=5.0) == (3, -1)
    assert ask(box(-1, -1, 3, 4), (1, 0)) == (4, 0)
    assert ask(box(-1, -1, 3, 4)) == (4, 0)
    for k in range(locator.KEPT):
        ask(box(-2, -2 - k, 5, 7))
    assert ask(box(-1, -1, 3, 4)) == (4 + locator.KEPT + 1, 0)


def test_few_points_at_a_time_never_wait_for_a_grid(monkeypatch):
    monkeypatch.setattr(locator, "make_raster", lambda edges: pytest.fail("a grid for a few"))
    made = Locator(frame([box(0, 0, 4, 4)]), np.arange(1), epsg=EPSG)
    lon, lat = np.full(1_000, LON), np.full(1_000, LAT)
    for _ in range(30):
        assert (made.locate(lon, lat).area == 0).all()


MANY_AREAS = """
import resource
import numpy as np, pandas as pd, shapely
from geo_service.locate import Locator
side = 100
x, y = (part.ravel() for part in np.meshgrid(np.arange(side), np.arange(side)))
west, south = 103 + x * 2e-3, 36 + y * 2e-3
shapes = shapely.box(west, south, west + 1.6e-3, south + 5e-5)
made = Locator(pd.DataFrame({"geometry": shapes}), np.arange(len(shapes)), epsg=32648)
made.locate(np.zeros(1), np.zeros(1))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
made.prepare()
lon = np.tile(west + 1e-3, 10)
place = made.locate(lon, np.tile(south + 2e-5, 10))
assert (place.area == np.tile(np.arange(len(shapes)), 10)).all()
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_memory_stays_bounded():
    """10,000 thin areas over 400 km²: 50,000 may take 1.5 GB, so these 300 MB."""
    done = subprocess.run(
        [sys.executable, "-c", MANY_AREAS], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) <= 300
