from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service.locate.grid import inside, raster
from geo_service.locate.grid.edges import columns_in_row, edges_of
from geo_service.locate.grid.inside import areas_at, side_of
from geo_service.locate.grid.raster import make_raster
from tests.locate import shapes
from tests.locate.shapes import LAT, LON, STEP, box


def preferred(geometries, lon, lat):
    holds = shapely.intersects(geometries[:, None], shapely.points(lon, lat)[None, :])
    return np.where(holds.any(axis=0), holds.argmax(axis=0), -1)


@settings(max_examples=100, deadline=None)
@given(shapes.areas, st.integers(0, 2**32), st.sampled_from([0.3, 2.5, 17.0, 400.0]))
def test_cells_of_any_size_give_the_preferred_area(geometries, seed, cell_m):
    edges = edges_of(geometries)
    if not len(edges.corner):
        return
    points = shapes.points_of(geometries, seed)
    lon, lat = points[np.isfinite(points).all(axis=1)].T
    got = areas_at(lon, lat, make_raster(edges, cell_m))
    decided = got < len(geometries)
    np.testing.assert_array_equal(got[decided], preferred(geometries, lon, lat)[decided])
    # what needs more digits lies on a slanting edge or next to it; the rest must be told
    edge = shapely.multilinestrings(list(shapely.get_parts(shapely.boundary(geometries))))
    assert shapely.dwithin(edge, shapely.points(lon[~decided], lat[~decided]), 1e-12).all()


def test_a_cell_is_decided_only_if_no_preferred_area_is_near():
    wide, small = box(0, 0, 40, 40), box(10, 10, 4, 4)
    lon, lat = np.random.default_rng(0).uniform(0, 40, (2, 5_000)) * STEP
    lon, lat = lon + LON, lat + LAT
    for geometries in (np.array([small, wide]), np.array([wide, small])):
        grid = make_raster(edges_of(geometries), 3.0)
        np.testing.assert_array_equal(areas_at(lon, lat, grid), preferred(geometries, lon, lat))
    # behind the wide one the small one is never asked
    assert len(grid.lists) == 0
    assert (grid.cell >= -1).all()


def test_a_tile_within_an_area_is_one_number():
    grid = make_raster(edges_of(np.array([box(0, 0, 300, 300)])), 2.5)
    tiles = grid.tile.size
    assert len(grid.cell) < tiles / 2
    assert (grid.tile == raster.LIST).sum() > tiles / 3


@pytest.mark.parametrize(
    ("name", "most"), [("MOST_TILES", 50), ("MOST_TILES_KEPT", 20), ("MOST_WORK", 500)]
)
def test_too_many_cells_become_larger_ones(monkeypatch, name, most):
    geometries = np.array([box(0, 0, 150, 3), box(0, 90, 3, 60), box(50, 50, 30, 30)])
    fine = make_raster(edges_of(geometries), 2.5)
    monkeypatch.setattr(raster, name, most)
    coarse = make_raster(edges_of(geometries), 2.5)
    assert coarse.up < fine.up
    lon, lat = shapes.points_of(geometries, 0)[:-11].T
    np.testing.assert_array_equal(areas_at(lon, lat, coarse), preferred(geometries, lon, lat))


def test_compiled_and_plain_give_the_same(monkeypatch):
    geometries = np.array([box(0, 0, 4, 4), box(2, 2, 5, 5) - box(3, 3, 1, 1), box(9, 0, 1, 8)])
    edges = edges_of(geometries)
    lon, lat = shapes.points_of(geometries, 4).T
    compiled = make_raster(edges, 8.0)
    found = areas_at(lon, lat, compiled)
    kernels = ["_touch_tiles", "_rows_of_areas", "_edges_by_row", "_fill", "_fill_gap", "_at"]
    kernels += ["_merged_spans", "_is_inside", "_offer", "_chains_to_lists"]
    for name in kernels:
        monkeypatch.setattr(raster, name, getattr(raster, name).py_func)
    monkeypatch.setattr(raster, "columns_in_row", columns_in_row.py_func)
    monkeypatch.setattr(inside, "side_of", side_of.py_func)
    monkeypatch.setattr(inside, "_ends", inside._ends.py_func)
    monkeypatch.setattr(inside, "_fetch", inside._fetch.py_func)
    monkeypatch.setattr(inside, "_judge", inside._judge.py_func)
    plain = make_raster(edges, 8.0)
    for one, other in zip(compiled, plain, strict=True):
        np.testing.assert_array_equal(one, other)
    with np.errstate(over="ignore", invalid="ignore"):
        np.testing.assert_array_equal(areas_at.py_func(lon, lat, plain), found)
