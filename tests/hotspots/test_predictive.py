import math

import numpy as np
import pytest
from scipy import sparse, stats

from geo_service.hotspots import HotspotParams
from geo_service.hotspots.predictive import mid_p, predict, together

WEEKLY = HotspotParams(trailing_weeks=1, windows=(1,), gap_weeks=0)
ALL = HotspotParams()


def test_mid_p_is_that_of_a_negative_binomial_on_both_sides_and_far_out():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 60, 500).astype(float)
    mean = rng.uniform(0.01, 50, 500)
    beyond = mean**2 * rng.uniform(1e-7, 0.5, 500)
    shape = mean**2 / beyond
    law = stats.nbinom(shape, shape / (shape + mean))
    got = [mid_p(*one) for one in zip(y, mean, beyond, strict=True)]
    np.testing.assert_allclose(got, law.sf(y) + law.pmf(y) / 2, rtol=1e-9)
    poisson = stats.poisson.sf(y, mean) + stats.poisson.pmf(y, mean) / 2
    got = [mid_p(*one, 0.0) for one in zip(y, mean, strict=True)]
    np.testing.assert_allclose(got, poisson, rtol=1e-5)


def test_where_nothing_could_come_nothing_is_remarkable():
    assert mid_p(3.0, 0.0, 0.0) == 1
    assert math.isnan(mid_p(3.0, math.nan, 0.0))


def test_windows_are_joined_by_the_mean_of_their_tangents():
    y, mean = [np.array([[float(k)]]) for k in (4, 9)], [np.array([[1.0]]), np.array([[3.0]])]
    law = [(one, m, np.zeros((1, 1))) for one, m in zip(y, mean, strict=True)]
    each = [stats.poisson.sf(k, m) + stats.poisson.pmf(k, m) / 2 for k, m in ((4, 1), (9, 3))]
    told = 0.5 - np.arctan(np.mean(np.tan((0.5 - np.array(each)) * np.pi))) / np.pi
    p, fired = together(law, 0.005)
    assert p[0, 0] == pytest.approx(told, rel=1e-4)
    # P(4 or more) of 1 is .011, that of 9 or more of 3 is .002
    assert fired[0, 0] == 0b10
    alone, _ = together(law[:1])
    assert alone[0, 0] == pytest.approx(each[0], rel=1e-4)


def test_a_p_beyond_all_digits_stays_one():
    zero = np.zeros((1, 1))
    p, fired = together([(zero + 500, zero + 1, zero), (zero, zero + 1, zero)], 0.01)
    assert 0 < p[0, 0] < 1e-14
    assert fired[0, 0] == 1
    calm, none = together([(zero + 1, zero + 1, zero)])
    assert (calm[0, 0], none[0, 0]) == (1, 0)
    unknown, _ = together([(zero, zero * np.nan, zero)])
    assert np.isnan(unknown[0, 0])


def every_day(cases):
    return np.tile(np.arange(cases.shape[1] + 1) * 7.0, (len(cases), 1))


@pytest.mark.parametrize("variance", [0.0, 0.3])
def test_unevenness_of_earlier_periods_is_found(variance):
    rng = np.random.default_rng(1)
    mean = np.tile(np.exp(rng.normal(size=(120, 1))) * 6, (1, 53))
    if variance:
        mean = mean * rng.gamma(1 / variance, variance, mean.shape)
    cases = rng.poisson(mean).astype(np.int32)
    [found] = predict(cases, every_day(cases), WEEKLY, 52)
    # a busy area's own rate is known, what is left is the unevenness
    busy = cases.sum(axis=1).argmax()
    assert found.spread[busy, 0] == pytest.approx(variance, abs=0.05)


def test_the_tested_period_says_nothing_of_unevenness():
    rng = np.random.default_rng(2)
    cases = rng.poisson(6.0, (120, 53)).astype(np.int32)
    days = every_day(cases)
    [calm] = predict(cases, days, WEEKLY, 52)
    cases[:60, -1] *= 5
    cases[60:, -1] = 0
    [wild] = predict(cases, days, WEEKLY, 52)
    np.testing.assert_array_equal(wild.spread, calm.spread)


def test_the_weeks_before_a_window_say_nothing_of_it():
    rng = np.random.default_rng(2)
    cases = rng.poisson(6.0, (120, 80)).astype(np.int32)
    calm = predict(cases, every_day(cases), ALL, 79)
    cases[:20, -9:-1] *= 4
    loud = predict(cases, every_day(cases), ALL, 79)
    # the shortest window begins in the last week: eight weeks before it its history ends
    np.testing.assert_array_equal(loud[0].spread, calm[0].spread)
    np.testing.assert_array_equal(loud[0].mean, calm[0].mean)
    cases[:20, -10] *= 4
    assert (predict(cases, every_day(cases), ALL, 79)[0].mean != calm[0].mean).any()


def test_each_window_expects_as_many_cases_as_it_has_weeks():
    cases = np.full((30, 90), 3, dtype=np.int32)
    found = predict(cases, every_day(cases), ALL, 89)
    for one, weeks in zip(found, ALL.windows, strict=True):
        np.testing.assert_allclose(one.mean, 3.0 * weeks, rtol=1e-6)
        np.testing.assert_array_equal(one.cases, 3.0 * weeks)


def test_an_area_around_which_nothing_lies_is_judged_alone():
    rng = np.random.default_rng(3)
    cases = rng.poisson(6.0, (30, 53)).astype(np.int32)
    [found] = predict(cases, every_day(cases), WEEKLY, 52)
    which = np.arange(30)
    alone = found.around(sparse.eye_array(30, format="csr"), which, found.cases)
    for one, other in zip(alone, found.law(which), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)
