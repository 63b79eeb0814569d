"""Intervals of counts hold in the mean what they say."""

import numpy as np
import pytest
from scipy import stats

from geo_service.forecast.spread import covered, dispersion, interval


@pytest.mark.parametrize("over", [0.0, 0.3])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_a_count_is_within_by_its_mid_p(over, level):
    mean = np.array([0.02, 0.5, 1.0, 3.0, 12.0, 60.0])
    size = 1 / max(over, 1e-6)
    law = stats.nbinom(size, size / (size + mean))
    low, high = interval(mean, over, level)
    tail = (1 - level) / 2
    for end, inside in ((low, True), (low - 1, False), (high, True), (high + 1, False)):
        middle = law.cdf(end - 1) + law.pmf(end) / 2
        assert (((middle >= tail) & (middle <= 1 - tail)) | (end < 0) == inside).all() or (
            not inside and (end < 0).any()
        )


@pytest.mark.parametrize("over", [0.0, 0.1])
def test_whole_numbers_hold_in_the_mean_what_is_said(over):
    mean = np.exp(np.linspace(np.log(2), np.log(300), 400))
    size = 1 / max(over, 1e-6)
    law = stats.nbinom(size, size / (size + mean))
    low, high = interval(mean, over, 0.8)
    assert (law.cdf(high) - law.cdf(low - 1)).mean() == pytest.approx(0.8, abs=0.015)


def test_coverage_is_the_level_where_the_distribution_is_right_and_not_where_it_is_wrong():
    draw = np.random.default_rng(3)
    mean = draw.gamma(0.5, 1.0, 40_000) + 0.01
    came = draw.negative_binomial(2.0, 2.0 / (2.0 + mean)).astype(float)
    assert covered(mean, came, 0.5, 0.8).mean() == pytest.approx(0.8, abs=0.01)
    assert covered(mean, came, 0.5, 0.95).mean() == pytest.approx(0.95, abs=0.01)
    assert covered(mean / 2, came, 0.0, 0.95).mean() < 0.92
    assert dispersion(mean, came) == pytest.approx(0.5, abs=0.1)
