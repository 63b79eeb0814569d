"""A small edition of ``benchmarks/false_alarms.py``: the rates that are promised, on few cities."""

import numpy as np

from benchmarks.false_alarms import KINDS, draw, rates

CONSTANT, PLANTED, FRAILTY, _ = KINDS
CITIES = 60


def test_cities_in_which_nothing_is_to_be_found_rarely_alarm():
    found = rates(CONSTANT, CITIES)
    # of 60 at 5 %, more than 8 alarm in 1 of 250 draws
    assert found.alarms <= 8 / CITIES
    assert found.alarms_around <= 8 / CITIES


def test_planted_areas_are_found_and_few_others():
    found = rates(PLANTED, CITIES)
    assert found.sensitivity >= 0.36
    assert found.false_discovery <= 0.08


def test_uneven_cities_do_not_alarm_though_each_period_differs():
    assert rates(FRAILTY, CITIES).alarms <= 11 / CITIES


def test_a_city_is_as_it_is_described():
    cases, days, graph, planted = draw(PLANTED, 3)
    assert cases.shape == days.shape == (120, 27)
    assert len(planted) == 5
    assert np.diff(graph.indptr).min() >= 6
    assert abs(cases[:, :-1].mean() - 8) < 0.5
