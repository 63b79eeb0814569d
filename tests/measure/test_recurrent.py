import numpy as np
import pytest
from scipy import stats

from geo_service.measure import mean_returns, watched_sites


def one(followed, site, day, at):
    given = watched_sites(np.array(followed, float), np.array(site), np.array(day, float))
    return mean_returns(given, np.zeros(len(followed), dtype=np.int64), 1, at)


def by_the_book(followed, site, day, at):
    """Σ dN/Y and the clustered variance, moment by moment."""
    followed, site, day = np.array(followed, float), np.array(site), np.array(day, float)
    mean, own = 0.0, np.zeros(len(followed))
    for moment in np.unique(day[day <= at]):
        now = site[(day == moment) & (moment <= followed[site])]
        if not len(now):
            continue
        at_risk = followed >= moment
        step = len(now) / at_risk.sum()
        mean += step
        np.add.at(own, now, 1 / at_risk.sum())
        own -= at_risk * step / at_risk.sum()
    return mean, float((own**2).sum())


@pytest.mark.parametrize("seed", range(5))
def test_mean_and_variance_are_those_of_the_book(seed):
    rng = np.random.default_rng(seed)
    followed = rng.integers(5, 60, 30)
    site, day = rng.integers(0, 30, 80), rng.integers(1, 60, 80)
    got, (mean, variance) = one(followed, site, day, 40), by_the_book(followed, site, day, 40)
    assert got.mean[0] == pytest.approx(mean)
    wide = stats.t.ppf(0.975, 29) * np.sqrt(30 / 29 * variance) / mean
    assert np.log(got.high[0] / mean) == pytest.approx(wide)
    assert got.low[0] * got.high[0] == pytest.approx(mean**2)


def test_an_event_on_the_last_day_counts_and_one_after_it_does_not():
    assert one([10, 10], [0, 1], [10, 11], 30).mean[0] == pytest.approx(0.5)
    assert one([10, 10], [0, 1], [10, 11], 30).events[0] == 1


def test_groups_know_nothing_of_each_other_and_some_sites_have_none():
    given = watched_sites(
        np.array([9.0, 9, 9, 9]), np.array([0, 1, 2, 3]), np.array([1.0, 2, 3, 4])
    )
    got = mean_returns(given, np.array([0, 1, 1, -1]), 3, 9)
    assert got.sites.tolist() == [1, 2, 0]
    np.testing.assert_allclose(got.mean, [1, 1, np.nan])


def test_without_an_event_the_mean_is_none_and_no_interval_is_known():
    got = one([10, 20], np.array([], dtype=np.int64), [], 30)
    assert (got.mean[0], got.events[0]) == (0, 0)
    assert np.isnan(got.low[0])
