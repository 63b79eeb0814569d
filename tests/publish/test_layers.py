"""A week of a layer as JSON has it."""

import numpy as np
import pytest

from geo_service.measure import to_metres
from geo_service.publish import layer_values, squares_in_degrees

NULL = np.iinfo(np.uint16).max


@pytest.mark.parametrize(
    ("layer", "found", "looked", "told"),
    [
        # what is not known is no number
        ("rebound", [100, NULL, 0], None, [100, None, 0]),
        # a category without a row: nothing happened, no rate is known
        ("cases", None, None, [0, 0, 0]),
        ("rebound", None, [1, 0, 2], [None, None, None]),
        ("coverage", None, None, [None, None, None]),
        # but of what nobody looked at nothing is known
        ("hotspots", None, [1, 0, 2], [0, None, 0]),
    ],
)
def test_numbers_of_a_layer(layer, found, looked, told):
    arrays = [None if one is None else np.array(one, dtype=np.uint16) for one in (found, looked)]
    assert layer_values(layer, *arrays, 3) == told


def test_a_square_has_its_middle_and_its_cases():
    (lon, lat, count), *others = squares_in_degrees(np.array([3833, 39883, 7], np.int32), 32648)
    assert not others
    assert count == 7
    assert to_metres(lon, lat, 32648) == pytest.approx((383350, 3988350), abs=0.1)
    assert squares_in_degrees(None, 32648).shape == (0, 3)
