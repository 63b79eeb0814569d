"""The order of the list is chosen on the past, and on the past alone."""

import numpy as np
import pytest

from geo_service.forecast import RankingParams, area_risk, rank_areas
from geo_service.forecast.ranking import EWMA
from tests.forecast.drawn import district, edges_of

WEEKS = 150


def ranked(drawn, first=0, **risks):
    past, cases, rebounds, home = drawn
    risks = risks or {"sites": area_risk(past, len(cases), edges_of(cases.shape[1])).rebounds}
    params = RankingParams(first_places=3, first_share=0.1, samples=500)
    weeks = np.arange(cases.shape[1])
    return rank_areas(cases, rebounds, risks, home, weeks, len(cases) // 2, first, params)


@pytest.fixture(scope="module")
def drawn():
    return district(3)


@pytest.fixture(scope="module")
def ranking(drawn):
    return ranked(drawn)


def test_sites_that_come_back_rank_where_they_are_what_matters(ranking):
    told = ranking.told
    assert told["used"] == "sites"
    rows = {row["ranking"]: row for row in told["rankings"]}
    mean, low, high = rows["sites"]["minus_ewma_5"]
    assert low <= mean <= high
    share = (rows["sites"]["rebounds_5"] - rows[EWMA]["rebounds_5"]) / rows[EWMA]["rebounds"]
    assert mean == pytest.approx(share, abs=1e-4)
    assert rows["sites"]["trials"] == 26


def test_where_nothing_beats_the_average_the_average_ranks(drawn):
    past, cases, _, home = drawn
    rng = np.random.default_rng(0)
    chance = rng.binomial(cases[60:], 0.3).astype(np.int32)
    noise = rng.random(cases.shape).astype(np.float32)
    by_chance = (past, cases, np.tile(chance, (2, 1)), home)
    assert ranked(by_chance, noise=noise).told["used"] == EWMA


def test_nothing_of_after_a_week_is_in_its_order(drawn, ranking):
    past, cases, rebounds, home = drawn
    known, cut = 120, 120 * 7 * 86_400_000_000
    late = past.opened >= cut
    other = past._replace(
        back=np.where(past.back >= cut, cut + 999, past.back),
        pair=np.where(late, (past.pair + 7) % 60 + 60, past.pair),
        whole=np.where(late, (past.whole + 7) % 60, past.whole),
    )
    rng = np.random.default_rng(9)
    grids = [grid.copy() for grid in (cases, rebounds)]
    for grid in grids:
        grid[:, known:] = rng.poisson(3, grid[:, known:].shape)
    again = ranked((other, *grids, home))
    for mine, its in zip(ranking.expected, again.expected, strict=True):
        assert np.array_equal(mine[:, :known], its[:, :known])
        assert not np.array_equal(mine[:, known:], its[:, known:])


def test_weeks_asked_for_alone_are_what_they_are_among_all(drawn, ranking):
    some = ranked(drawn, first=140)
    assert some.told == ranking.told
    for mine, its in zip(ranking.expected, some.expected, strict=True):
        assert np.array_equal(mine[:, 140:], its)


def test_the_order_is_rebounds_and_cases_by_their_weight(ranking):
    rebounds, cases, order = ranking.expected
    np.testing.assert_allclose(order, rebounds + 0.1 * cases, rtol=1e-5, atol=1e-6)


def test_expected_rebounds_are_about_what_comes(drawn, ranking):
    _, _, rebounds, _ = drawn
    weeks = np.arange(WEEKS - 54, WEEKS - 4, 4)
    expected = ranking.expected.rebounds[:60, weeks].astype(float)
    came = np.stack([rebounds[:60, week + 1 : week + 5].sum(axis=1) for week in weeks], axis=1)
    assert expected.sum() / came.sum() == pytest.approx(1, abs=0.15)
    order = np.argsort(expected, axis=None)
    fifth = np.minimum(np.cumsum(expected.flat[order]) / expected.sum() * 5, 4).astype(int)
    ratio = np.bincount(fifth, expected.flat[order]) / np.bincount(fifth, came.flat[order])
    assert (abs(ratio - 1) < 0.35).all()


def test_a_district_without_rebounds_or_cases_is_ranked():
    noughts = np.zeros((4, 20), dtype=np.int32)
    risk = np.zeros((4, 20), dtype=np.float32)
    home = np.array([0, 1, 0, 1])
    got = rank_areas(noughts, noughts, {"sites": risk}, home, np.arange(20), 2)
    assert got.told["used"] == EWMA
    assert not got.expected.order.any()
