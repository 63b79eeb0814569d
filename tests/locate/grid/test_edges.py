"""Edges of polygons, row by row."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo_service.locate.grid.edges import are_plain, columns_in_row
from geo_service.locate.grid.raster import SIDE
from tests.locate.shapes import box


@pytest.mark.parametrize("kernel", [columns_in_row, columns_in_row.py_func])
def test_columns(kernel):
    assert kernel(0.5, 0.5, 8.5, 4.5, 0) == (0, 1)
    assert kernel(8.5, 4.5, 0.5, 0.5, 2) == (3, 5)
    assert kernel(0.5, 0.5, 8.5, 0.5, 0) == (0, 8)
    assert kernel(3.5, 0.5, 3.5, 9.5, 4) == (3, 3)
    # on the line between two columns: both
    assert kernel(3.0, 0.5, 3.0, 9.5, 4) == (2, 3)


def test_what_is_plain():
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    assert are_plain(np.array([box(0, 0, 1, 1), None, shapely.Polygon()]))
    assert not are_plain(np.array([box(0, 0, 1, 1), bow]))
    assert not are_plain(np.array([shapely.Point(0, 0)]))
    assert SIDE == 64
