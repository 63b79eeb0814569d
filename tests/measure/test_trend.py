import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, rankdata

from geo_service.measure import hamed_rao, trend

numbers = st.lists(st.integers(0, 6), min_size=4, max_size=30)


def plain_hamed_rao(x):
    """The formula, a value at a time."""
    n = len(x)
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n)]
    slope = np.median([(x[b] - x[a]) / (b - a) for a, b in pairs])
    rank = rankdata(x - slope * np.arange(1, n + 1))
    rank = rank - rank.mean()
    if not rank.any():
        return 1.0
    total = 0.0
    for lag in range(1, n):
        r = (rank[:-lag] * rank[lag:]).sum() / (rank**2).sum()
        if abs(r) > 1.959963984540054 / np.sqrt(n):
            total += (n - lag) * (n - lag - 1) * (n - lag - 2) * r
    return 1 + 2 * total / (n * (n - 1) * (n - 2))


# the first call compiles
@settings(deadline=None)
@given(numbers)
def test_s_and_variance_are_those_of_the_definition(values):
    x = np.array(values, dtype=float)
    found = hamed_rao(x[None], lags=0)
    assert found.s[0] == np.sign(x[None] - x[:, None])[np.triu_indices(len(x), 1)].sum()
    _, t = np.unique(x, return_counts=True)
    n = len(x)
    wanted = (n * (n - 1) * (2 * n + 5) - (t * (t - 1) * (2 * t + 5)).sum()) / 18
    assert np.isclose(found.variance[0], wanted)


def test_tau_of_distinct_values_is_kendalls():
    x = np.random.default_rng(1).normal(size=(20, 15))
    found = hamed_rao(x, lags=0).tau
    assert np.allclose(found, [kendalltau(np.arange(15), row).statistic for row in x])


# the first call compiles
@settings(deadline=None)
@given(numbers)
def test_a_series_backwards_falls_as_it_rose(values):
    x = np.array([values], dtype=float)
    there, back = hamed_rao(x, lags=0), hamed_rao(x[:, ::-1], lags=0)
    assert there.s[0] == -back.s[0]
    assert np.array_equal(there.p, back.p, equal_nan=True)


def test_memory_widens_as_the_formula_says():
    steps = np.random.default_rng(2).normal(size=(40, 26))
    smooth = np.cumsum(steps, axis=1)
    by = [plain_hamed_rao(row) for row in smooth]
    found, free = hamed_rao(smooth), hamed_rao(smooth, lags=0)
    assert np.allclose(found.variance, free.variance * by)
    assert np.array_equal(found.s, free.s)
    assert np.median(by) > 1


def test_sums_that_share_values_alarm_less_with_memory():
    noise = np.random.default_rng(4).normal(size=(2000, 29))
    sums = np.lib.stride_tricks.sliding_window_view(noise, 4, axis=1).sum(axis=2)
    alarms = [np.mean(found.p < 0.05) for found in (hamed_rao(sums, lags=0), hamed_rao(sums, 3))]
    assert alarms[0] > 0.25
    assert alarms[1] < 0.6 * alarms[0]


def test_missing_values_are_left_out():
    x = np.array([[np.nan, 1, 3, np.nan, 2, 5, 4, 6], [1, 3, 2, 5, 4, 6, np.nan, np.nan]])
    found = hamed_rao(x)
    assert found.s[0] == found.s[1] == hamed_rao(np.array([[1.0, 3, 2, 5, 4, 6]]), lags=0).s[0]
    assert found.variance[0] == found.variance[1]


def test_nothing_is_said_where_there_is_nothing():
    found = hamed_rao(np.array([[np.nan] * 5, [2.0] * 5, [np.nan] * 4 + [1.0]]))
    assert np.isnan(found.z).all()
    assert np.isnan(found.p).all()


@pytest.mark.parametrize("many", [1, 2, 3, 6, 325])
def test_the_median_is_numpy_s(many):
    draw = np.random.default_rng(many)
    for values in (draw.normal(size=many), draw.integers(0, 3, many).astype(float)):
        assert trend._median(values.copy()) == np.median(values)
