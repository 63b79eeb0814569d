"""A label came true by half as many cases again, and by more than one."""

import numpy as np

from geo_service.measure.came_true import came_true


def test_both_ends_are_held() -> None:
    expected = np.array([10.0, 10.0, 2.0, 2.0, 0.0, 0.0])
    came = np.array([15.0, 14.0, 4.0, 3.0, 2.0, 1.0])
    assert came_true(came, expected).tolist() == [True, False, True, False, True, False]
