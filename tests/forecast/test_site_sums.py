"""Week by week what a site's model says, known at the week's end."""

import numpy as np
import pytest

from geo_service.forecast import Surroundings, closing_risks, list_record, model_risk, remaining
from geo_service.forecast.past import DAY_US
from tests.forecast.drawn import district, edges_of

WEEKS = 150
EDGES, NUMBERS = edges_of(WEEKS), np.arange(WEEKS)


@pytest.fixture(scope="module")
def drawn():
    past, _, rebounds, _ = district(7)
    rng = np.random.default_rng(7)
    past = past._replace(x=past.site * 500.0, y=rng.uniform(0, 9, len(past.site)))
    return Surroundings.of(past, np.arange(len(past.opened)), past.opened), rebounds


@pytest.fixture(scope="module")
def said(drawn):
    return closing_risks(drawn[0], EDGES, NUMBERS)


def test_sums_are_about_what_comes(drawn):
    around, rebounds = drawn
    risk = model_risk(around, len(rebounds), EDGES, NUMBERS, WEEKS)
    known = ~np.isnan(risk).any(axis=0)
    weeks = [week for week in np.flatnonzero(known) if week + 4 < WEEKS]
    assert len(weeks) > 15
    assert all(week % 4 == 0 for week in weeks)
    expected = sum(risk[:60, week].sum() for week in weeks)
    came = sum(rebounds[:60, week + 1 : week + 5].sum() for week in weeks)
    assert 0.6 < expected / came < 1.3


def test_weeks_asked_for_are_what_they_are_among_all(drawn):
    around, rebounds = drawn
    whole = model_risk(around, len(rebounds), EDGES, NUMBERS)
    some = model_risk(around, len(rebounds), EDGES, NUMBERS, 140)
    np.testing.assert_array_equal(whole[:, 140:], some[:, 140:])
    np.testing.assert_array_equal(whole[:, :140:4], some[:, :140:4])


def test_each_closing_has_its_risks_and_they_are_about_true(drawn, said):
    past = drawn[0].past
    known = ~np.isnan(said.p90) & (said.at < EDGES[-1] - 90 * DAY_US)
    assert 500 < known.sum() < len(said.case)
    assert (said.p30[known] <= said.p90[known]).all()
    for days, chances in ((30, said.p30), (90, said.p90)):
        came = past.back[said.case] <= said.at + days * DAY_US
        assert chances[known].sum() / came[known].sum() == pytest.approx(1, abs=0.25)


def test_nothing_of_later_is_in_what_was_said(drawn, said):
    past = drawn[0].past
    cut = EDGES[110]
    late = past._replace(back=np.where(past.back >= cut, cut + 1, past.back))
    again = closing_risks(
        Surroundings.of(late, np.arange(len(late.opened)), late.opened), EDGES, NUMBERS
    )
    before = said.at < cut
    np.testing.assert_array_equal(said.p30[before], again.p30[before])


def test_the_list_is_held_against_what_came(drawn, said):
    record = list_record(drawn[0].past, said, EDGES, NUMBERS, 40)
    assert 0 < record["caught"] < record["back"]
    by_chance = list_record(
        drawn[0].past,
        said._replace(p90=np.full(len(said.p90), 0.2), p30=said.p90 * 0 + 0.1),
        EDGES,
        NUMBERS,
        40,
    )
    assert record["caught"] > by_chance["caught"]


def test_what_remains_at_the_horizons():
    p30, p90 = np.full(3, 0.1), np.full(3, 0.3)
    np.testing.assert_allclose(remaining(p30, p90, np.array([0.0, 30, 90])), [0.3, 0.2 / 0.9, 0])
