"""The words and the test behind them: laws, exactness, guards."""

import numpy as np
import pytest

from geo_service.hotspots import WordParams, slope, words
from geo_service.hotspots.words import EASING, GROWING, LASTING, NEW, NONE, above_level
from geo_service.measure import Pairs

WEEKS = 26
DAYS = np.full((60, WEEKS), 7.0)
NOTHING = np.zeros((120, WEEKS), dtype=bool)
PAIRS = Pairs(
    [f"{k:02d}" for k in range(60)], ["*", "D01"], np.tile(np.arange(60), 2), np.repeat([0, 1], 60)
)


@pytest.fixture
def even():
    return np.random.default_rng(5).poisson(6, (60, WEEKS)).astype(np.int32)


def test_the_other_way_round_what_rises_falls(even):
    one, other = slope(even, DAYS), slope(even[:, ::-1], DAYS)
    np.testing.assert_allclose(one.z, -other.z, atol=1e-9)
    np.testing.assert_allclose(one.rising, other.falling, atol=1e-9)


def test_what_the_whole_district_does_is_no_slope(even):
    level = np.linspace(1, 6, WEEKS)
    cases = np.random.default_rng(1).poisson(2 * level, (60, WEEKS)).astype(np.int32)
    found = slope(cases, DAYS)
    assert (found.rising < 0.05).mean() < 0.15
    # nor what only more looking finds
    seen = DAYS * np.linspace(0.2, 1, WEEKS)
    half = np.where(np.arange(60)[:, None] < 30, seen, DAYS)
    found = slope(np.random.default_rng(2).poisson(half).astype(np.int32), half)
    assert (found.rising[:30] < 0.05).mean() < 0.15


def test_few_cases_are_tested_exactly(even):
    even[0] = 0
    even[0, [3, 20, 22, 23, 25]] = 1
    got = slope(even, DAYS)
    rng = np.random.default_rng(4)
    others = even[1:].sum(axis=0) + 1.0
    drawn = rng.choice(WEEKS, (200_000, 5), p=others / others.sum()).sum(axis=1)
    above = (drawn >= 3 + 20 + 22 + 23 + 25).mean()
    # what draws the score in by unevenness moves it by less than a week
    assert got.rising[0] == pytest.approx(above, rel=0.15)


def test_nothing_is_said_where_there_is_nothing_to_say(even):
    even[0], even[1] = 0, 0
    even[1, :3] = 1
    days = DAYS.copy()
    days[2, :10] = 0
    found = slope(even, days)
    assert np.isnan(found.z[:3]).all(), "no case, three cases, 16 watched weeks"
    assert np.isfinite(found.z[3:]).all()
    with np.errstate(all="raise"):
        alone = slope(np.where(np.arange(60)[:, None] == 5, even, 0), days)
        assert np.isfinite(alone.z[5]), "the others had nothing in any week"
        days[:, 4] = 0
        assert np.isfinite(slope(even, days).z[3:]).all(), "a week in which nobody looked"
        assert np.isnan(slope(even, np.zeros_like(days)).z).all()
        assert above_level(even, np.zeros_like(days), 1.5).tolist() == [0] * 60


def test_each_word_where_it_is_true(even):
    even[0] = np.linspace(2, 14, WEEKS)
    even[1] = np.linspace(14, 2, WEEKS)
    even[2] = 14
    cases = np.vstack([even, even])
    hot = NOTHING.copy()
    hot[[0, 3, 4], -1] = True
    hot[4, -10] = True
    said = words(cases, PAIRS, DAYS, hot, first=0)
    assert (said[:, :-1] == NONE).all(), "half a year makes a word"
    assert said[:5, -1].tolist() == [GROWING, EASING, LASTING, NEW, NONE]
    assert said[60:65, -1].tolist() == [GROWING, EASING, LASTING, NONE, NONE]


def test_a_log_that_began_within_the_half_year_is_not_asked(even):
    cases = np.vstack([even, even])
    days = DAYS.copy()
    days[:30, 13:] = 1
    asked = {"first": WEEKS - 1}
    plain = words(cases, PAIRS, DAYS, NOTHING, **asked)
    assert (words(cases, PAIRS, days, NOTHING, since=13, **asked) == plain).all()
    assert (words(cases, PAIRS, days, NOTHING, **asked) != plain).any()
    always = words(cases, PAIRS, days, NOTHING, public=frozenset(PAIRS.categories), **asked)
    assert (always == plain).all()


def test_a_word_looks_at_no_later_week(even):
    cases = np.vstack([even, even])
    cases = np.hstack([cases, cases[::-1]])
    days = np.full((60, 2 * WEEKS), 7.0)
    hot = np.random.default_rng(3).random(cases.shape) < 0.02
    whole = words(cases, PAIRS, days, hot)
    part = words(cases[:, :40], PAIRS, days[:, :40], hot[:, 8:40], first=30)
    assert (part == whole[:, 30:40]).all()
    assert (whole != NONE).any()
    assert WordParams().new_weeks == 22
