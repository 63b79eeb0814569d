"""The next week: the best of the past is shown, sums are coherent, nothing of later enters."""

import numpy as np
import pytest

from geo_service.forecast import ForecastParams, bounds, forecast, learn, learned_at
from tests.forecast.towns import AREAS, GROUPS, counts, past

PARAMS = ForecastParams(trees=4)
CASES = counts()


@pytest.fixture(scope="module")
def learned():
    return learn(past(CASES), GROUPS, PARAMS)


def test_what_beats_the_average_on_the_past_is_shown(learned):
    assert learned.shown in ("poisson", "trees", "stack")
    assert {"ewma", learned.shown} <= set(learned.models)


def test_where_nothing_can_be_known_it_is_the_average():
    flat = np.random.default_rng(5).poisson(0.4, CASES.shape)
    assert learn(past(flat), GROUPS, PARAMS).shown in ("ewma", "shrunk", "long_run")
    assert learn(past(CASES, 40), GROUPS, PARAMS).shown in ("ewma", "shrunk")
    for weeks in (0, 1):
        known = past(CASES, weeks)
        learned = learn(known, GROUPS, PARAMS)
        assert learned.shown == "ewma"
        assert forecast(known, learned).mean.shape == (3 * AREAS,)


def test_a_sum_over_categories_is_the_sum_of_its_parts(learned):
    known = past(CASES)
    said = forecast(known, learned)
    parts = said.mean.reshape(3, AREAS)
    np.testing.assert_allclose(parts[0], parts[1:].sum(axis=0))
    came = CASES[0, :, -52:].sum() / CASES[:, :, -52:].sum()
    assert parts[1].sum() / parts[0].sum() == pytest.approx(came, abs=0.05)
    assert said.number == known.numbers.stop


def test_an_area_without_any_case_has_nothing_to_divide(learned):
    none = CASES.copy()
    none[:, 7] = 0
    said = forecast(past(none), learned).mean.reshape(3, AREAS)
    assert ((said[0] > 0) == none.any(axis=(0, 2))).all()
    assert (said[:, 7] == 0).all()


def test_the_same_is_learned_and_said_twice(learned):
    again = forecast(past(CASES), learn(past(CASES), GROUPS, PARAMS))
    assert (again.mean == forecast(past(CASES), learned).mean).all()


def test_ends_of_intervals_enclose_one_another():
    columns = bounds(np.array([0.0, 0.3, 7.0, 400.0]), 0.2)
    assert list(columns) == ["mean", "low80", "high80", "low95", "high95"]
    assert (columns["low95"] <= columns["low80"]).all()
    assert (columns["low80"] <= columns["high80"]).all()
    assert (columns["high80"] <= columns["high95"]).all()


def test_a_grown_district_learns_twice_a_year_a_young_one_each_month():
    grown = {learned_at(past(CASES, weeks), PARAMS) for weeks in range(110, 160)}
    assert grown == {2106, 2132, 2158}
    assert learned_at(past(CASES, 31), PARAMS) == 2028
    assert learned_at(past(CASES, 1), PARAMS) == 2000
