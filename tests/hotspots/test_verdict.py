import numpy as np
import pytest
from scipy import stats

from geo_service.hotspots import HotspotParams, verdict
from geo_service.measure import Pairs
from tests.hotspots.cities import constant_city, of_areas

PAIRS = of_areas(120)
PLANTED = (3, 50, 77)


def hot_now(cases):
    """Which of the 120 areas are hot in the last week, by the area's sum."""
    return set(np.flatnonzero(verdict(cases, PAIRS).hot[:120, -1]))


def test_a_city_where_nothing_changes_rarely_gives_an_alarm():
    # The rate held is 5 % of cities; taking a mean of 52 weeks as known makes it about 8 %
    # (30 of 400 cities). Of 40 at 8 % more than 8 alarm in 1 of 300 draws; without the control of
    # false discoveries, at 5 % an area, every city alarms.
    alarms = sum(bool(hot_now(constant_city(seed, 56))) for seed in range(40))
    assert alarms <= 8


def test_planted_areas_are_found_and_hardly_any_other_with_them():
    found = [hot_now(constant_city(seed, 56, PLANTED)) for seed in range(20)]
    # areas of half a case a week are planted too, so that some cannot be seen
    assert sum(len(hot & set(PLANTED)) for hot in found) >= 30
    assert sum(len(hot - set(PLANTED)) for hot in found) <= 6


def test_a_busy_area_with_four_times_its_cases_is_found():
    cases = constant_city(1, 56)
    cases[5, :], cases[125, :] = 3, 3
    cases[5, -4:], cases[125, -4:] = 12, 12
    got = verdict(cases, PAIRS)
    assert got.hot[5, -1]
    assert got.hot[125, -1]
    assert got.q_value[5, -1] < 1e-6


def test_an_area_with_fewer_cases_than_ever_is_not_hot():
    cases = constant_city(1, 56)
    cases[5, :], cases[125, :] = 9, 9
    cases[5, -4:], cases[125, -4:] = 0, 0
    assert not verdict(cases, PAIRS).hot[5, -1]


def test_a_short_history_gives_no_verdict():
    params = HotspotParams()
    weeks = params.least_history_weeks + params.trailing_weeks
    got = verdict(constant_city(0, weeks, PLANTED), PAIRS, params)
    assert np.isnan(got.q_value[:, :-1]).all()
    assert np.isnan(got.expected[:, :-1]).all()
    assert not got.hot[:, :-1].any()
    # the first week with enough history has one
    assert np.isfinite(got.q_value[:, -1]).all()
    assert np.isfinite(got.expected[:, -1]).all()


def test_what_is_expected_is_the_areas_own_mean_leaning_a_little_on_the_districts():
    pairs = of_areas(2)
    cases = np.zeros((4, 34), dtype=np.int32)
    cases[[0, 2], :30] = 2
    cases[:, 30:] = 1
    params = HotspotParams(prior_weeks=4)
    # 60 cases of one area in 30 weeks, none of the other: the category's mean is 1 a week
    got = verdict(cases, pairs, params).expected[:, -1]
    assert got[0] == pytest.approx(4 * (60 + 4) / 34)
    assert got[1] == pytest.approx(4 * (0 + 4) / 34)


def test_history_reaches_back_its_weeks_and_no_further():
    pairs = of_areas(1)
    cases = np.full((2, 100), 1, dtype=np.int32)
    cases[:, :40] = 1000
    assert verdict(cases, pairs).expected[0, -1] == pytest.approx(4.0)


def test_the_tested_weeks_are_no_part_of_their_own_history():
    pairs = of_areas(1)
    cases = np.ones((2, 60), dtype=np.int32)
    calm = verdict(cases, pairs).expected[0, -1]
    cases[:, -4:] = 50
    assert verdict(cases, pairs).expected[0, -1] == pytest.approx(calm)


def test_later_weeks_do_not_move_an_earlier_verdict():
    cases = constant_city(2, 60, PLANTED)
    whole = verdict(cases, PAIRS)
    cut = verdict(cases[:, :50], PAIRS)
    for one, other in zip(whole, cut, strict=True):
        np.testing.assert_array_equal(one[:, :50], other)


def test_q_values_are_those_of_all_areas_also_of_areas_that_never_had_a_case():
    cases = constant_city(4, 56, PLANTED)
    kept = np.arange(0, 120, 2)
    both = np.concatenate([kept, kept + 120])
    few = Pairs(PAIRS.area_ids, PAIRS.categories, PAIRS.area[both], PAIRS.category[both])
    got = verdict(cases[both], few)
    y = cases[kept, -4:].sum(axis=1)
    p = stats.poisson.sf(y, got.expected[:60, -1])
    p += stats.poisson.pmf(y, got.expected[:60, -1]) / 2
    expected = stats.false_discovery_control([*p, *[1.0] * 60])[:60]
    np.testing.assert_allclose(got.q_value[:60, -1], expected, rtol=1e-9)


def test_sums_and_categories_are_families_of_their_own():
    # with three categories a category's family is three times the areas, the sums' is not
    n = 10
    area, category = np.tile(np.arange(n), 4), np.repeat(np.arange(4), n)
    pairs = Pairs([str(k) for k in range(n)], ["*", "x", "y", "z"], area, category)
    cases = np.ones((4 * n, 56), dtype=np.int32)
    cases[[0, n], -4:] = 4
    got = verdict(cases, pairs).q_value[:, -1]
    assert got[n] == pytest.approx(3 * got[0])


def test_no_pairs_and_no_weeks_are_no_mistake():
    nothing = Pairs([], ["*"], np.empty(0, np.int64), np.empty(0, np.int64))
    assert verdict(np.zeros((0, 60), np.int32), nothing).hot.shape == (0, 60)
    assert verdict(np.zeros((240, 0), np.int32), PAIRS).hot.shape == (240, 0)
