"""Cases as a ranking reads them."""

import numpy as np

from geo_service.forecast.past import DAY_US, NEVER
from tests.forecast.drawn import past_of


def test_a_site_rests_from_its_closing_until_it_is_back():
    past = past_of(opened=[0, 0, 0], closed=[5, 5, NEVER], back=[NEVER, 8, NEVER])
    assert past.resting(0, 7 * DAY_US).tolist() == [0, 1]
    assert past.resting(0, 9 * DAY_US).tolist() == [0]
    assert past.open_at(5 * DAY_US).tolist() == [0, 1, 2]
    assert past.open_at(6 * DAY_US).tolist() == [2]


def test_sums_are_by_pair_and_by_the_whole_area():
    past = past_of(opened=[0, 1, 2], pair=[1, 1, -1], whole=[0, 0, -1])
    assert past.counted(np.arange(3), None, 3).tolist() == [2, 2, 0]
    assert past.counted(np.array([1, 2]), np.array([0.5, 9]), 3).tolist() == [0.5, 0.5, 0]
