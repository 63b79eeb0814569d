"""Shapes cut apart lose no ground."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo_service.intake.partition import cut_apart


def test_cut_apart_loses_no_ground():
    shapes = shapely.buffer(shapely.points(np.arange(20.0) * 7, np.arange(20) % 3 * 5.0), 10)
    cut = cut_apart(shapes, np.arange(20)[::-1])
    assert shapely.area(cut).sum() == pytest.approx(shapely.area(shapely.union_all(shapes)), 1e-3)
    assert shapely.area(cut[-1]) == pytest.approx(shapely.area(shapes[-1]), 1e-3)
