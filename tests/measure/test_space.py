import numpy as np
import pytest
import shapely

from geo_service.measure import (
    geometries_to_metres,
    km_to_box,
    to_degrees,
    to_metres,
    utm_epsg,
)


@pytest.mark.parametrize(
    ("lon", "lat", "epsg"),
    [
        (103.77, 36.07, 32648),
        (-87.65, 41.88, 32616),
        (-70.6, -33.4, 32719),
        (179.999, 1, 32660),
        (180.0, 1, 32601),
        (-180.0, -1, 32701),
        (102.0, 36, 32648),
        (101.999999, 36, 32647),
    ],
)
def test_a_point_lies_in_its_zone(lon, lat, epsg):
    assert utm_epsg(lon, lat) == epsg


def test_there_and_back_is_the_same_point_to_a_tenth_of_a_millimetre():
    rng = np.random.default_rng(0)
    lon, lat = 103.5 + rng.random(500), 35.8 + rng.random(500)
    back_lon, back_lat = to_degrees(*to_metres(lon, lat, 32648), 32648)
    assert np.abs(back_lon - lon).max() < 1e-9
    assert np.abs(back_lat - lat).max() < 1e-9


def test_metres_are_metres():
    # 0.001° of latitude at 36° north are 110.96 m on the ellipsoid; the zone shrinks by ≤ 0.04 %
    x, y = to_metres([105.0, 105.0], [36.0, 36.001], 32648)
    assert y[1] - y[0] == pytest.approx(110.96 * 0.9996, abs=0.02)
    assert x.tolist() == pytest.approx([500_000, 500_000], abs=1e-6)


def test_a_missing_degree_leaves_the_point_missing_and_moves_no_other():
    x, y = to_metres([103.7, np.nan, 103.8, 103.9], [36.0, 36.0, np.nan, 36.1], 32648)
    assert np.isnan(x).tolist() == [False, True, True, False]
    assert np.isnan(y).tolist() == [False, True, True, False]
    assert x[3] == to_metres([103.9], [36.1], 32648)[0][0]


def test_nothing_projects_to_nothing():
    assert to_metres([], [], 32648)[0].shape == (0,)
    assert len(geometries_to_metres([], 32648)) == 0


def test_shapes_move_as_their_points_do():
    box = shapely.box(103.7, 36.0, 103.701, 36.001)
    (moved,) = geometries_to_metres([box], 32648)
    lon, lat = shapely.get_coordinates(box).T
    np.testing.assert_array_equal(
        shapely.get_coordinates(moved), np.column_stack(to_metres(lon, lat, 32648))
    )
    assert moved.area == pytest.approx(90.2 * 110.96, rel=0.01)


def test_kilometres_to_a_box_are_those_of_the_nearer_side_round_the_earth():
    box = (103.0, 35.0, 104.0, 36.0)
    lon, lat = np.array([103.5, 104.0, 105.0, 103.5, np.nan]), np.array([35.5, 36, 36, 34, 35])
    km = km_to_box(lon, lat, box)
    x, y = to_metres([104.0, 105.0], [36.0, 36.0], 32648)
    assert km[:2].tolist() == [0, 0]
    assert km[2] == pytest.approx(np.hypot(np.diff(x), np.diff(y))[0] / 1000, rel=0.01)
    assert km[3] == pytest.approx(111.2, rel=0.01)
    assert np.isnan(km[4])
    assert km_to_box([-179.9], [0.0], (179.0, -1, 180.0, 1))[0] == pytest.approx(11.1, rel=0.01)
