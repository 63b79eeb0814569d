"""Published values, to the digits that were published; their numbers lie in `data/`."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo_service.hotspots.predictive import _prior
from geo_service.measure import (
    by_length,
    mean_returns,
    risks_and_medians,
    watched_sites,
)
from tests.one_horizon import kaplan_meier
from tests.validation.andersen_gill import fit
from tests.validation.space_time import knox, mantel

NUMBERS = Path(__file__).parent / "data"

# remission in weeks (Freireich and others, Blood 21, 1963); negative: still in remission
LEUKEMIA = {
    "6-MP": [
        *(6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16),
        *(-17, -19, -20, 22, 23, -25, -32, -32, -34, -35),
    ],
    "placebo": [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23],
}

# lives of flies in days: how many died, and how many were lost, on which day (lifelines, "waltons")
FLIES = {
    "control": (
        {7: 1, 17: 1, 32: 1, 33: 1, 38: 2, 41: 7, 45: 9, 48: 8, 51: 3, 53: 7, 54: 2, 56: 18}
        | {58: 4, 60: 15, 61: 9, 63: 9, 66: 3, 68: 9, 69: 12, 75: 1},
        {7: 1, 45: 1, 60: 1, 61: 2, 68: 1, 69: 1},
    ),
    "miR-137": (
        {6: 1, 9: 3, 13: 3, 15: 2, 19: 3, 22: 4, 26: 5, 29: 5, 33: 2, 36: 2, 43: 1, 47: 1, 62: 2},
        {},
    ),
}


def gone(days, event, horizon):
    days, event = np.asarray(days, dtype=float), np.asarray(event, dtype=bool)
    found = kaplan_meier(np.zeros(len(days), dtype=np.int64), days, event, 1, horizon)
    return found.probability[0]


def median(days, event):
    return next(day for day in np.unique(days) if gone(days, event, day) >= 0.5)


@pytest.mark.parametrize(("arm", "weeks"), [("6-MP", 23), ("placebo", 8)])
def test_medians_of_remission_are_the_published_ones(arm, weeks):
    given = np.array(LEUKEMIA[arm])
    assert len(given) == 21
    assert median(np.abs(given), given > 0) == weeks


@pytest.mark.parametrize(("group", "days"), [("control", 58), ("miR-137", 26)])
def test_median_lives_of_flies_are_the_published_ones(group, days):
    died, lost = FLIES[group]
    given = [np.repeat([*some], [*some.values()]) for some in (died, lost) if some]
    lengths = np.concatenate(given)
    assert median(lengths, np.arange(len(lengths)) < sum(died.values())) == days


def test_lung_cancer():
    lung = pd.read_csv(NUMBERS / "lung.csv")
    days, event = lung["time"].to_numpy(), lung["status"].to_numpy() == 1
    assert median(days, event) == 310
    assert round(1 - gone(days, event, 180), 6) == 0.721671


@pytest.fixture(scope="module")
def recur():
    return pd.read_csv(NUMBERS / "recur.csv")


def test_recurrent_events_under_start_before_t_and_t_up_to_stop(recur):
    x = recur[["AGE", "TREAT"]].to_numpy(float)
    start, stop = recur["TIME0"].to_numpy(), recur["TIME1"].to_numpy()
    found = fit(x, start, stop, recur["CENSOR"].to_numpy() == 1)
    assert found.coefficients.round(6).tolist() == [0.044499, 0.245402]
    assert found.errors.round(6).tolist() == [0.010877, 0.065798]
    assert round(found.log_likelihood, 6) == -5172.363219


def test_recurrent_events_have_the_published_mean_cumulative_function(recur):
    site, ids = pd.factorize(recur["ID"])
    followed = recur.groupby("ID")["TIME1"].max().reindex(ids).to_numpy(float)
    event = recur["CENSOR"].to_numpy() == 1
    given = watched_sites(followed, site[event], recur["TIME1"].to_numpy(float)[event])
    found = mean_returns(given, np.zeros(len(ids), dtype=np.int64), 1, 50)
    assert round(float(found.mean[0]), 6) == 1.504381
    assert (found.sites[0], found.low[0] < 1.504381 < found.high[0]) == (400, True)


def test_medians_of_many_groups_are_the_published_ones():
    lung = pd.read_csv(NUMBERS / "lung.csv")
    days, event = lung["time"].to_numpy(float), lung["status"].to_numpy() == 1
    twice = np.tile(days, 2), np.tile(event, 2)
    group = np.repeat([0, 1], len(days))
    risks, until = risks_and_medians(by_length(*twice, (180,), reach=2000), group, 2)
    assert until.median.tolist() == [310, 310]
    assert (1 - risks[0].probability).round(6).tolist() == [0.721671, 0.721671]


def test_burkitts_lymphoma():
    table = pd.read_csv(NUMBERS / "burkitt.csv")
    points, times = table[["X", "Y"]].to_numpy(float), table["T"].to_numpy(float)
    found = knox(points, times, 20, 5)
    assert found.observed == 13
    assert round(found.expected, 6) == 10.143816
    assert round(found.modified, 8) == 2.81016043
    assert round(mantel(points, times), 6) == 0.048368


def test_sudden_infant_deaths_by_marshall():
    """The prior of the verdict `hot`, deaths in place of cases and births in that of days."""
    table = pd.read_csv(NUMBERS / "sids2.csv")
    deaths, births = table[["SID74"]].to_numpy(float), table[["BIR74"]].to_numpy(float)
    mean, spread = _prior(deaths, births)
    between = spread * mean**2
    assert round(mean[0], 10) == 0.0020214449
    assert f"{between[0]:.6e}" == "7.692931e-07"
    shape, rate = 1 / spread, 1 / (mean * spread)
    drawn = (shape + deaths) / (rate + births)
    first = [0.00169730, 0.00170538, 0.00177309, 0.00201287, 0.00353491]
    assert drawn[:5, 0].round(8).tolist() == first
    # as Marshall writes it
    raw = deaths / births
    shrunk = mean + (raw - mean) * between / (between + mean / births)
    np.testing.assert_allclose(drawn, shrunk, rtol=1e-12)
