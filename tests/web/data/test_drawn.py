"""The picture of the district that the server draws."""

import numpy as np
import shapely

from geo_service.web.data.drawn import spot, svg_paths


def area(path):
    """Return the area within a path, holes taken off, as a reader of SVG would fill it."""
    rings = [
        np.array(ring.strip("M ").split(), dtype=float).reshape(-1, 2)
        for ring in path.split("Z")[:-1]
    ]
    return abs(shapely.Polygon(rings[0], rings[1:]).area)


def test_a_path_keeps_holes_and_parts():
    square, hole = shapely.box(0, 0, 10, 10), shapely.box(2, 2, 4, 4)
    both = shapely.MultiPolygon([square.difference(hole), shapely.box(20, 0, 21, 1)])
    (path,) = svg_paths(np.array([both], dtype=object))
    assert path.count("M") == path.count("Z") == 3
    first = "Z".join(path.split("Z")[:2]) + "Z"
    assert area(first) == 96


def test_what_is_smaller_than_a_unit_stays_as_a_point():
    shapes = np.array([shapely.box(5.1, 5.1, 5.2, 5.2), shapely.Point(1, 1)], dtype=object)
    assert svg_paths(shapes).tolist() == ["M5 5Z", ""]


def test_nothing_is_nothing():
    assert svg_paths(np.array([], dtype=object)).tolist() == []


def test_a_spot_lies_in_the_middle_of_the_areas_around_it(app):
    with app.test_request_context():
        found = spot(103.702, 36.002, "A1")
    assert found.size == 4_000
    assert found.own.count("M") == 1
    xs = [int(x) for x in found.own.strip("MZ").split()[::2]]
    assert min(xs) < found.size / 2 < max(xs)
    assert min(xs) >= 0
    assert max(xs) <= found.size
