"""A small edition of ``benchmarks/false_alarms_rebound.py``, on few cities."""

import numpy as np

from benchmarks.false_alarms_rebound import KINDS, RISKS, TIMES, draw, rates

EMPTY, PLANTED, UNEVEN, *_ = KINDS
CITIES = 60


def test_cities_in_which_no_area_is_worse_hardly_ever_have_one_that_is_surely_so():
    found = rates(EMPTY, CITIES)
    assert found.false_alarms <= 0.01
    # of 60 at 3 %, more than 6 alarm in 1 of 250 draws
    assert found.false_hot <= 6 / CITIES
    assert found.false_sums <= 6 / CITIES


def test_planted_areas_come_first_and_no_others_are_called_worse():
    found = rates(PLANTED, CITIES)
    assert found.false_alarms <= 0.01
    assert found.first >= 0.5
    assert found.sensitivity > 0.01


def test_where_areas_differ_those_that_are_no_worse_are_not_called_so():
    assert rates(UNEVEN, CITIES).false_alarms <= 0.01


def test_a_city_is_as_it_is_described():
    spells, times = draw(PLANTED, 3)
    assert (times == TIMES).sum() == 5
    early = spells["started_at"] < spells["started_at"].max() - np.timedelta64(30, "D")
    days = (spells["ended_at"] - spells["started_at"]) / np.timedelta64(1, "D")
    plain = (times == 1)[spells["area_id"].cat.codes, spells["category"].cat.codes] & early
    back = (spells["returned"] & (days <= 30))[plain]
    share = back.groupby(spells["category"][plain], observed=True).mean()
    np.testing.assert_allclose(share, RISKS, atol=0.02)
