"""The effect of work and of nothing, and what a coin tells; small editions of the benchmarks."""

import numpy as np
import pytest

from benchmarks.placebo import placebo
from benchmarks.trials import told
from geo_service.forecast.effects import EffectParams, Expecter, draw, trial_effect

AREAS, WEEKS = 300, 130


def city(seed, areas=AREAS, weeks=WEEKS):
    """Draw counts: places of very different rates, a season, weeks that are uneven."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(0.5, 1.0, (areas, 1))
    season = 1 + 0.5 * np.sin(np.arange(weeks) * 2 * np.pi / 52)
    return rng.poisson(rate * season * rng.gamma(5, 0.2, (areas, weeks))).astype(np.int32)


def test_nothing_has_no_effect_where_before_and_after_says_it_has():
    got = placebo(city(3), 4)
    assert abs(got.mean) < 0.08
    assert got.covered >= 0.9
    assert got.plain < -0.15, "the worst places get better by themselves"


def test_what_is_taken_away_is_found_and_the_ring_is_no_control():
    cases = city(5)
    treated = np.zeros(AREAS, dtype=bool)
    treated[Expecter(cases).order(100)[:30]] = True
    ring = np.roll(treated, 1) & ~treated
    cases[treated, 100:108] //= 3
    cases[ring, 100:108] *= 3
    expecter = Expecter(cases)
    found = expecter.effect(treated, 100, 108, ring)
    assert found.low < found.change < found.high < -0.3
    assert found.weekly.shape == (8,)
    assert found.weekly.sum() == pytest.approx(found.expected)
    moved = expecter.effect(ring, 100, 108, treated)
    assert moved.low > 0.2
    assert found.before > found.observed
    assert found.times >= EffectParams().least_times


def test_nothing_from_after_the_beginning_says_what_an_area_leads_one_to_expect():
    cases = city(6)
    other = cases.copy()
    treated = np.arange(AREAS) < 20
    other[treated, 100:] += 50
    one, two = (Expecter(each).effect(treated, 100, 104) for each in (cases, other))
    assert one.expected == pytest.approx(two.expected)
    assert two.observed > one.observed + 50 * 4 * 19


def test_a_short_past_or_no_control_says_so():
    cases = city(7)
    few = np.arange(AREAS) < 5
    for found in (
        Expecter(cases).effect(few, 30, 34),
        Expecter(cases, begun=90).effect(few, 110, 114),
        Expecter(cases).effect(np.ones(AREAS, dtype=bool), 100, 104),
        Expecter(cases).effect(np.zeros(AREAS, dtype=bool), 100, 104),
    ):
        assert np.isnan([found.expected, found.change, found.low, found.high]).all()
        assert found.times == 0
    nothing = Expecter(np.zeros((AREAS, WEEKS), np.int32)).effect(few, 100, 104)
    assert nothing.observed == 0
    assert not nothing.low > 0


def test_the_coin_is_fair_and_the_same_seed_draws_the_same():
    drawn = draw(40, 10, 400, 7)
    assert (drawn.sum(axis=1) == 10).all()
    assert abs(drawn.mean(axis=0) - 0.25).max() < 0.08
    assert (drawn == draw(40, 10, 400, 7)).all()
    assert (drawn != draw(40, 10, 400, 8)).any()


def test_the_coin_tells_the_truth():
    got = told(-0.16, 300)
    assert abs(got.bias) < 0.015
    assert 0.92 <= got.covered <= 0.98
    assert got.power >= 0.78
    assert told(0.0, 300).power < 0.05


def test_a_trial_adds_up_by_hand():
    cases = np.array([[4, 2, 1, 1], [0, 2, 3, 5]], dtype=np.int32)
    drawn = np.array([[True, True, False, False], [True, False, True, False]])
    found = trial_effect(cases, drawn)
    assert (found.drawn, found.others, found.cases_drawn, found.cases_others) == (4, 4, 9, 9)
    assert found.difference == pytest.approx(((3 - 1) + (1.5 - 3.5)) / 2)
    assert found.change == pytest.approx(0)
    assert found.difference_low < 0 < found.difference_high
    without = trial_effect(np.where(drawn, 3, 0).astype(np.int32), drawn)
    assert np.isnan([without.change, without.low, without.high]).all()
