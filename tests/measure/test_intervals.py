import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from geo_service.measure.intervals import (
    benjamini_hochberg,
    effective_size,
    follow_up,
    jeffreys,
    risk_curve,
    risk_interval,
    wilson,
)
from tests.one_horizon import kaplan_meier

Z = stats.norm.ppf(0.975)


def one_group(days, event, horizon):
    days, event = np.asarray(days, dtype=float), np.asarray(event, dtype=bool)
    return kaplan_meier(np.zeros(len(days), dtype=np.int64), days, event, 1, horizon)


def survival(days, event):
    """The same curve by scipy, whose censored values come after events of the same length."""
    days, event = np.asarray(days, dtype=float), np.asarray(event, dtype=bool)
    data = stats.CensoredData(uncensored=days[event], right=days[~event])
    return stats.ecdf(data).sf


def wilson_by_the_book(k, n):
    """The two roots of (p̂ − p)² = z² p (1 − p) / n."""
    share = k / n
    roots = np.roots([1 + Z**2 / n, -2 * share - Z**2 / n, share**2])
    return roots.min(), roots.max()


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("horizon", [1, 7, 30, 90])
def test_kaplan_meier_is_scipys(seed, horizon):
    rng = np.random.default_rng(seed)
    days = rng.integers(1, 120, 200) / (1 + seed % 3)
    event = rng.random(200) < 0.6
    got, sf = one_group(days, event, horizon), survival(days, event)
    assert got.probability[0] == pytest.approx(1 - sf.evaluate(horizon), abs=1e-12)
    assert got.events[0] == np.sum(event & (days <= horizon))
    assert got.spells[0] == 200


@pytest.mark.parametrize("horizon", [30, 90])
def test_the_interval_is_scipys_log_log_interval(horizon):
    rng = np.random.default_rng(3)
    days, event = rng.integers(1, 120, 150).astype(float), rng.random(150) < 0.5
    # scipy warns of every observation where none or all have returned: let there be none
    event = (event & (days < days.max())) | (days == days.min())
    got = one_group(days, event, horizon)
    interval = survival(days, event).confidence_interval(0.95, method="log-log")
    assert got.low[0] == pytest.approx(1 - interval.high.evaluate(horizon), abs=1e-9)
    assert got.high[0] == pytest.approx(1 - interval.low.evaluate(horizon), abs=1e-9)


def test_of_equal_lengths_the_event_comes_before_the_censoring():
    got = one_group([5, 5, 5, 9], [True, False, False, False], 5)
    assert got.probability[0] == pytest.approx(1 / 4)


def test_a_censoring_before_an_event_leaves_the_risk_set():
    got = one_group([4, 5, 6, 6], [False, True, True, False], 30)
    assert got.probability[0] == pytest.approx(1 - (2 / 3) * (1 / 2))


def test_an_event_on_the_last_day_of_the_horizon_counts_and_one_after_does_not():
    got = one_group([30, 30.0001, 50], [True, True, False], 30)
    assert (got.events[0], got.probability[0]) == (1, pytest.approx(1 / 3))


def test_where_nothing_came_back_the_interval_is_wilsons_on_the_time_watched():
    got = one_group([40.0] * 12, [False] * 12, 30)
    assert (got.probability[0], got.n_eff[0], got.events[0]) == (0, 12, 0)
    low, high = wilson_by_the_book(0, 12)
    assert (got.low[0], got.high[0]) == (pytest.approx(low, abs=1e-9), pytest.approx(high))
    assert got.high[0] > 0.2


def test_where_everything_came_back_the_probability_is_one_and_the_interval_wilsons():
    got = one_group([1, 2, 3, 4, 5, 6], [True] * 6, 30)
    assert (got.probability[0], got.n_eff[0]) == (1, 6)
    assert got.low[0] == pytest.approx(wilson_by_the_book(6, 6)[0])
    assert got.high[0] == pytest.approx(1)


@pytest.mark.parametrize("n", [1, 3, 5])
def test_the_interval_of_few_is_jeffreyss_and_open_at_the_ends(n):
    for k in range(n + 1):
        got = one_group([3.0] * k + [99.0] * (n - k), [True] * n, 30)
        assert got.probability[0] == pytest.approx(k / n)
        low, high = stats.beta.interval(0.95, k + 0.5, n - k + 0.5)
        assert got.low[0] == pytest.approx(low if k else 0, abs=1e-9)
        assert got.high[0] == pytest.approx(high if k < n else 1, abs=1e-9)


def test_the_interval_of_few_rests_on_the_effective_size_also_between_whole_numbers():
    n = np.array([0.0, 0.333, 1.234, 2.718, 4.999])
    for k in (0.0, 1.0):
        mine = n[n > k] if k else n
        low, high = risk_interval(k / np.maximum(mine, 1e-9), np.full(len(mine), 0.1), mine)
        expected = jeffreys(np.full(len(mine), k), mine)
        np.testing.assert_allclose(low, expected[0], atol=2e-5)
        np.testing.assert_allclose(high, expected[1], atol=2e-5)


def test_a_group_without_spells_has_no_probability_and_nothing_to_rest_on():
    got = kaplan_meier(np.array([2, 2]), np.array([3.0, 9]), np.array([True, False]), 4, 30)
    assert got.spells.tolist() == [0, 0, 2, 0]
    assert np.isnan(got.probability[[0, 1, 3]]).all()
    assert np.isnan(got.low[0])
    assert np.isnan(got.high[3])
    assert got.n_eff[[0, 1, 3]].tolist() == [0, 0, 0]


def test_no_spells_at_all_is_no_mistake():
    got = kaplan_meier(np.empty(0, np.int64), np.empty(0), np.empty(0, bool), 2, 30)
    assert np.isnan(got.probability).all()
    assert got.spells.tolist() == [0, 0]


def test_many_groups_at_once_are_each_group_alone():
    rng = np.random.default_rng(11)
    group = rng.integers(0, 40, 900)
    days = rng.integers(1, 80, 900).astype(float)
    event = rng.random(900) < 0.4
    together = kaplan_meier(group, days, event, 40, 30)
    for number in range(40):
        mine = group == number
        alone = one_group(days[mine], event[mine], 30)
        for name in ("spells", "events", "probability"):
            assert getattr(together, name)[number] == pytest.approx(getattr(alone, name)[0])
        sf = survival(days[mine], event[mine])
        assert together.probability[number] == pytest.approx(1 - sf.evaluate(30))


def test_the_order_of_spells_says_nothing():
    rng = np.random.default_rng(5)
    group, days = rng.integers(0, 5, 200), rng.integers(1, 40, 200).astype(float)
    event = rng.random(200) < 0.5
    shuffled = rng.permutation(200)
    first = kaplan_meier(group, days, event, 5, 30)
    second = kaplan_meier(group[shuffled], days[shuffled], event[shuffled], 5, 30)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_effective_size_is_events_by_probability_else_the_time_watched():
    got = effective_size(np.array([3, 0]), np.array([0.25, 0.0]), np.array([9.0, 4.5]))
    assert got.tolist() == [12.0, 4.5]


def test_without_censoring_the_effective_size_is_the_number_of_spells():
    rng = np.random.default_rng(2)
    days = rng.integers(1, 90, 60).astype(float)
    assert one_group(days, np.ones(60, bool), 30).n_eff[0] == pytest.approx(60)


def test_half_the_horizon_watched_counts_as_the_risk_that_passes_in_it():
    days = np.array([10.0, 10, 20, 40, 40, 40])
    event = np.array([True, True, True, False, False, False])
    curve = risk_curve(days, event, 30)
    watched = follow_up(np.array([9.0, 10, 19, 25, 30, 99]), 30, curve)
    np.testing.assert_allclose(watched, [0, 2 / 3, 2 / 3, 1, 1, 1])


def test_where_nothing_ever_came_back_risk_is_taken_as_even_over_the_horizon():
    curve = risk_curve(np.array([50.0, 60]), np.array([False, False]), 30)
    assert follow_up(np.array([15.0, 7.5]), 30, curve).tolist() == [0.5, 0.25]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_q_values_are_scipys(p):
    expected = stats.false_discovery_control(p)
    np.testing.assert_allclose(benjamini_hochberg(np.array(p)), expected, rtol=1e-12)


def test_tests_known_to_be_unremarkable_are_as_good_as_tests_with_p_one():
    p = np.array([0.001, 0.02, 0.3])
    expected = stats.false_discovery_control([*p, *[1.0] * 17])[:3]
    np.testing.assert_allclose(benjamini_hochberg(p, 20), expected)


def test_no_tests_give_no_q_values():
    assert benjamini_hochberg(np.empty(0)).tolist() == []


@pytest.mark.parametrize(("k", "n"), [(0, 10), (1, 10), (5, 10), (10, 10), (3, 7.5), (81, 263)])
def test_wilsons_interval_solves_its_equation(k, n):
    low, high = wilson(np.array([float(k)]), np.array([float(n)]))
    expected = wilson_by_the_book(k, n)
    assert (low[0], high[0]) == (
        pytest.approx(expected[0], abs=1e-9),
        pytest.approx(expected[1], abs=1e-9),
    )
