"""What was caught, by hand; and how sure a difference is."""

import numpy as np
import pytest

from geo_service.forecast.scoring import block_interval, recall

MEAN, CAME = np.array([4.0, 4.0, 1.0, 0.0]), np.array([3.0, 5.0, 2.0, 0.0])
SIZE = np.array([2.0, 1.0, 1.0, 6.0])


def test_areas_are_ranked_by_square_metre_and_the_last_counts_by_what_fits():
    # the second holds 1 m², then half of the first's 2 m² fit into a fifth of ten
    assert recall(MEAN, CAME, SIZE, 0.2) == (5 + 3 / 2) / 10
    assert recall(MEAN, CAME, SIZE, 0.2, outside=3) == 6.5 / 13
    assert recall(MEAN, CAME, SIZE, 1.0) == 1
    assert np.isnan(recall(MEAN, CAME * 0, SIZE, 0.2))


def test_a_difference_of_nothing_is_found_sure_as_often_as_said():
    draw = np.random.default_rng(4)
    ends = np.array([block_interval(draw.normal(0, 1, 104))[1:] for _ in range(200)])
    assert ((ends[:, 0] > 0) | (ends[:, 1] < 0)).mean() == pytest.approx(0.05, abs=0.05)
    mean, low, high = block_interval(draw.normal(1, 1, 104))
    assert 0.5 < low < mean < high < 1.5


def test_a_few_weeks_tell_nothing():
    assert block_interval(np.array([np.nan, 1.0, 1.0]))[1:] == (-np.inf, np.inf)
