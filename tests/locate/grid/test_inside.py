"""On which side of an outline a point lies."""

from __future__ import annotations

import numpy as np
import pytest

from geo_service.locate.grid.inside import INSIDE, OUTSIDE, UNDECIDED, side_of


@pytest.mark.parametrize("kernel", [side_of, side_of.py_func])
def test_sides(kernel):
    square = np.array([(0.0, 0), (4, 0), (4, 3), (0, 3), (0, 0)])
    corner = np.arange(4, dtype=np.int32)

    def side(px, py):
        return kernel(px, py, square, corner, 0, 4)

    assert [side(*at) for at in ((0, 0), (4, 3), (2, 0), (4, 1), (0, 2), (2, 2))] == [INSIDE] * 6
    assert [side(*at) for at in ((-1, 0), (5, 3), (-1, 1), (5, 0), (2, 4))] == [OUTSIDE] * 5
    # on a slanting edge, as far as these digits go
    slope = np.array([(0.0, 0), (0.3, 0.1), (0, 0.1), (0, 0)])
    assert kernel(0.15, 0.05, slope, corner, 0, 3) == UNDECIDED
