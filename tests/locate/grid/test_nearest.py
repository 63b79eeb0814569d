from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo_service.locate.grid import nearest
from geo_service.locate.grid.edges import columns_in_row, edges_of
from geo_service.locate.grid.nearest import NONE, UNDECIDED, areas_near, make_segments
from geo_service.measure import geometries_to_metres, to_metres
from tests.locate import shapes
from tests.locate.conftest import EPSG
from tests.locate.shapes import box

SHAPES = np.array([box(0, 0, 4, 4), box(8, 0, 4, 4), box(4, 6, 1, 1), box(30, 30, 2, 9)])


def points(seed):
    lon, lat = shapes.points_of(SHAPES, seed)[:-11].T
    outside = ~shapely.intersects(shapely.union_all(SHAPES), shapely.points(lon, lat))
    return to_metres(lon[outside], lat[outside], EPSG)


@pytest.mark.parametrize("reach_m", [3.0, 9.0, 30.0, 120.0])
def test_metres_are_those_of_the_geometries(reach_m):
    x, y = points(0)
    area, metres = areas_near(x, y, make_segments(edges_of(SHAPES), EPSG, reach_m), reach_m, 0.001)
    each = shapely.distance(
        geometries_to_metres(SHAPES, EPSG)[:, None], shapely.points(x, y)[None, :]
    )
    told = area != UNDECIDED
    assert told.mean() > 0.9
    found = told & (area >= 0)
    np.testing.assert_array_equal(metres[found], each[area[found], found.nonzero()[0]])
    np.testing.assert_allclose(metres[found], each.min(axis=0)[found], rtol=0, atol=0.001)
    assert (each.min(axis=0)[area == NONE] > reach_m).all()
    assert found.any()


def test_compiled_and_plain_give_the_same(monkeypatch):
    x, y = points(1)
    compiled = make_segments(edges_of(SHAPES), EPSG, 30.0)
    found = areas_near(x, y, compiled, 30.0, 0.001)
    for name in ("_sort_into_cells", "_preferred", "_distance"):
        monkeypatch.setattr(nearest, name, getattr(nearest, name).py_func)
    monkeypatch.setattr(nearest, "columns_in_row", columns_in_row.py_func)
    plain = make_segments(edges_of(SHAPES), EPSG, 30.0)
    for one, other in zip(compiled, plain, strict=True):
        np.testing.assert_array_equal(one, other)
    again = areas_near.py_func(x, y, plain, 30.0, 0.001)
    np.testing.assert_array_equal(found[0], again[0])
    np.testing.assert_array_equal(found[1], again[1])


def test_a_wide_extent_gets_larger_cells(monkeypatch):
    x, y = points(2)
    fine = make_segments(edges_of(SHAPES), EPSG, 30.0)
    monkeypatch.setattr(nearest, "MOST_CELLS", 200)
    coarse = make_segments(edges_of(SHAPES), EPSG, 30.0)
    assert coarse.cell_m > fine.cell_m
    for one, other in zip(
        areas_near(x, y, fine, 30.0, 0.001), areas_near(x, y, coarse, 30.0, 0.001), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_what_numbers_cannot_tell_is_said():
    shape = shapely.box(103.0, 36.0, 104.0, 36.001)
    segments = make_segments(edges_of(np.array([shape])), EPSG, 30.0)
    x, y = to_metres([103.5, 103.5], [36.00101, 36.0012], EPSG)
    assert segments.widest > 1
    assert areas_near(x, y, segments, 30.0, 0.001)[0].tolist()[0] == UNDECIDED


def test_ends_that_the_zone_cannot_show_are_left_out():
    shapes_ = np.array([box(0, 0, 2, 2), shapely.box(-77.0, -0.5, -76.0, 0.5)])
    segments = make_segments(edges_of(shapes_), EPSG, 30.0)
    assert np.isfinite(segments.ends).all()
    assert 0 in segments.area
