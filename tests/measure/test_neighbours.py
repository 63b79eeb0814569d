import numpy as np
import pytest
import shapely

from geo_service.measure import geometries_to_metres, to_degrees
from geo_service.measure.neighbours import (
    NeighbourParams,
    neighbours_of,
)

EPSG = 32648


def placed(*boxes):
    """Rectangles of metres, from a corner of the zone's middle, in degrees."""
    x, y = np.array([[b[0], b[2]] for b in boxes]), np.array([[b[1], b[3]] for b in boxes])
    lon, lat = to_degrees(500_000 + x, 4_000_000 + y, EPSG)
    return shapely.box(lon[:, 0], lat[:, 0], lon[:, 1], lat[:, 1])


def of(graph, area):
    return graph.indices[graph.indptr[area] : graph.indptr[area + 1]].tolist()


# a street with four alleys on it: two at its one end, a third 120 m on, one at its far end
STREET = placed(
    (0, 0, 1000, 10),
    (0, 10, 4, 100),
    (50, 11, 54, 100),
    (174, 10, 178, 100),
    (990, 10, 994, 100),
    (5000, 5000, 5100, 5100),
)
ONLY_CONTACT = NeighbourParams(least=0)


def test_areas_that_touch_within_the_tolerance_are_neighbours():
    assert of(neighbours_of(STREET, EPSG).touching, 0) == [1, 2, 3, 4]


def test_areas_on_a_common_street_are_neighbours_only_where_they_are_near():
    graph = neighbours_of(STREET, EPSG, ONLY_CONTACT).contact
    assert of(graph, 2) == [0, 1, 3]
    assert of(graph, 1) == [0, 2]
    assert of(graph, 4) == [0]


def test_who_is_near_without_a_contact_is_no_neighbour():
    apart = placed((0, 0, 10, 10), (60, 0, 70, 10))
    assert len(neighbours_of(apart, EPSG, ONLY_CONTACT).contact.indices) == 0


def test_each_has_three_and_both_say_so():
    graph = neighbours_of(STREET, EPSG).contact
    assert np.diff(graph.indptr).min() >= 3
    matrix = graph.matrix.toarray()
    np.testing.assert_array_equal(matrix, matrix.T)
    assert not matrix.diagonal().any()
    # the nearest are taken: what lies alone has them too, and is reported
    assert graph.islands.tolist() == [5]
    assert of(graph, 5) == [0, 3, 4]


def test_the_nearest_are_those_of_a_plain_search():
    rng = np.random.default_rng(1)
    corner = rng.uniform(0, 3000, (60, 2))
    shapes = placed(*np.hstack([corner, corner + rng.uniform(5, 300, (60, 2))]))
    graph = neighbours_of(shapes, EPSG, NeighbourParams(nearest=4)).nearest
    metres = geometries_to_metres(shapes, EPSG)
    far = shapely.distance(metres[:, None], metres)
    np.fill_diagonal(far, np.inf)
    fourth = np.sort(far, axis=1)[:, 3]
    for area in range(60):
        closer = np.flatnonzero(far[area] < fourth[area])
        assert set(closer) <= set(of(graph, area))
        assert len(of(graph, area)) >= 4
        assert all(far[area, k] <= max(fourth[area], fourth[k]) for k in of(graph, area))


def test_few_areas_and_missing_shapes_are_no_mistake():
    assert len(neighbours_of(STREET[:0], EPSG).contact) == 0
    assert of(neighbours_of(STREET[:2], EPSG).contact, 0) == [1]
    hole = np.append(STREET, [None])
    assert of(neighbours_of(hole, EPSG).contact, 6) == []


def test_params_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="200"):
        NeighbourParams(tolerance_m=200)
