"""A small edition of ``benchmarks/false_alarms.py``: the rates that are promised, on few cities."""

import numpy as np
import pytest

from benchmarks.false_alarms import BEFORE, KINDS, WEEKS, draw, rates

CONSTANT, PLANTED, FRAILTY, FRAILTY_PLANTED = KINDS
CITIES = 60


@pytest.mark.parametrize("kind", [CONSTANT, FRAILTY], ids=lambda kind: kind.name)
def test_cities_in_which_nothing_is_to_be_found_rarely_alarm(kind):
    found = rates(kind, CITIES)
    # of 60 cities' twelve weeks, at 5 %; an alarm lasts some weeks, so that draws differ
    assert found.alarms <= 0.09
    assert found.alarms_around <= 0.09
    assert found.alarms_whole <= 0.09


def test_planted_areas_are_found_within_weeks_and_stay_found():
    found = rates(PLANTED, CITIES)
    assert found.found[1] >= 0.12
    assert found.found[7] >= 0.50
    # an excess that lasts does not talk itself down
    assert found.found[11] >= 0.50
    assert found.false_discovery <= 0.06
    assert rates(FRAILTY_PLANTED, CITIES).found[7] >= 0.30


def test_a_city_is_as_it_is_described():
    city = draw(PLANTED, 3)
    assert city.cases.shape == city.days.shape == (120, BEFORE + WEEKS)
    assert city.planted.sum() == 5
    assert np.diff(city.graph.indptr).min() >= 6
    assert len(np.unique(city.subdistricts)) == 12
    assert abs(city.cases[:, :BEFORE].mean() - 2) < 0.1
    more = city.cases[city.planted, BEFORE:].mean() / city.cases[city.planted, :BEFORE].mean()
    assert 2 < more < 3
