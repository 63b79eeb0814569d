import numpy as np
import pytest
from scipy import sparse, stats

from geo_service.hotspots import HotspotParams
from geo_service.hotspots.predictive import Exposure, mid_p, predict

PERIODS = HotspotParams(trailing_weeks=1, history_weeks=52)


def test_mid_p_is_that_of_a_negative_binomial_on_both_sides_and_far_out():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 60, (1, 500)).astype(float)
    mean = rng.uniform(0.01, 50, (1, 500))
    beyond = mean**2 * rng.uniform(1e-7, 0.5, (1, 500))
    shape = mean**2 / beyond
    law = stats.nbinom(shape, shape / (shape + mean))
    np.testing.assert_allclose(mid_p(y, mean, beyond), law.sf(y) + law.pmf(y) / 2, rtol=1e-9)
    poisson = stats.poisson.sf(y, mean) + stats.poisson.pmf(y, mean) / 2
    np.testing.assert_allclose(mid_p(y, mean, 0 * mean), poisson, rtol=1e-5)


def test_where_nothing_could_come_nothing_is_remarkable():
    zero, nan = np.zeros((1, 1)), np.full((1, 1), np.nan)
    assert mid_p(zero + 3, zero, zero)[0, 0] == 1
    assert np.isnan(mid_p(zero + 3, nan, zero)[0, 0])


def every_day(cases):
    return Exposure.of(np.full(cases.shape, 7.0), PERIODS)


@pytest.mark.parametrize("variance", [0.0, 0.3])
def test_unevenness_of_earlier_periods_is_found(variance):
    rng = np.random.default_rng(1)
    mean = np.tile(np.exp(rng.normal(size=(120, 1))) * 6, (1, 53))
    if variance:
        mean = mean * rng.gamma(1 / variance, variance, mean.shape)
    cases = rng.poisson(mean).astype(np.int32)
    found = predict(cases, every_day(cases), PERIODS, 52)
    # a busy area's own rate is known, what is left is the unevenness
    busy = cases.sum(axis=1).argmax()
    assert found.spread[busy, 0] == pytest.approx(variance, abs=0.05)


def test_the_tested_period_says_nothing_of_unevenness():
    rng = np.random.default_rng(2)
    cases = rng.poisson(6.0, (120, 53)).astype(np.int32)
    days = every_day(cases)
    calm = predict(cases, days, PERIODS, 52)
    cases[:60, -1] *= 5
    cases[60:, -1] = 0
    np.testing.assert_array_equal(predict(cases, days, PERIODS, 52).spread, calm.spread)


def test_an_area_around_which_nothing_lies_is_judged_alone():
    rng = np.random.default_rng(3)
    cases = rng.poisson(6.0, (30, 53)).astype(np.int32)
    found = predict(cases, every_day(cases), PERIODS, 52)
    alone = found.around(sparse.csr_array((30, 30)), np.arange(30))
    np.testing.assert_allclose(alone, found.mid_p(np.arange(30)), rtol=1e-9)
