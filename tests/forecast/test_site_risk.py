"""The counting hazard: by hand on few sites, and true where the truth is known."""

import numpy as np
import pytest

from geo_service.forecast import RiskParams, area_risk
from geo_service.forecast.past import DAY_US, NEVER
from geo_service.forecast.site_risk import hazards, overlap, site_chances
from tests.forecast.drawn import district, edges_of, past_of

BANDS = RiskParams().bands


def test_days_fall_into_bands():
    inside = overlap(np.array([0.0, 5.0]), np.array([4.0, 100.0]), BANDS)
    assert inside[0].tolist() == [3, 1, 0, 0, 0, 0, 0, 0]
    assert inside[1].tolist() == [0, 2, 7, 7, 7, 14, 14, 34]


def test_a_hazard_is_returns_by_days_at_risk_with_two_returns_more():
    past = past_of(opened=[0, 0], closed=[1, 1], back=[NEVER, 3.5])
    hazard, returns, days = list(hazards(past, edges_of(2)))[-1]
    assert returns[0, 0].tolist() == [1, 0, 0, 0, 0, 0, 0, 0]
    np.testing.assert_allclose(days[0, 0, :3], [3 + 2.5, 4, 6])
    np.testing.assert_allclose(hazard[0, 0, 0], (1 + 2) / (5.5 + 2 / 0.003))


def test_a_week_knows_nothing_of_later_ones():
    past = past_of(opened=[0, 0], closed=[1, 1], back=[NEVER, 9])
    first = next(iter(hazards(past, edges_of(2))))
    assert first[1].sum() == 0
    np.testing.assert_allclose(first[2][0, 0, :2].sum(), 12)


def test_a_site_at_rest_and_an_open_case_have_their_chances():
    past = past_of(opened=[0, 0], closed=[2, NEVER])
    hazard = np.full((1, 5, 8), 0.01)
    chances = site_chances(past, np.arange(2), 7 * DAY_US, hazard)
    np.testing.assert_allclose(chances, -np.expm1([-0.28, -0.14]))


def test_an_area_is_the_sum_of_its_sites_and_tells_of_them():
    past = past_of(
        opened=[0, 0, 1, 2],
        closed=[2, 3, NEVER, NEVER],
        earlier=[5, 0, 2, 0],
        due=[NEVER, NEVER, 5, 9],
        pair=[1, 1, 1, 2],
    )
    risk = area_risk(past, 3, edges_of(1))
    assert risk.chronic[:, 0].tolist() == [1, 1, 0]
    assert risk.third[:, 0].tolist() == [2, 2, 0]
    assert risk.overdue[:, 0].tolist() == [1, 1, 0]
    assert risk.rebounds[0, 0] == pytest.approx(risk.rebounds[1:, 0].sum())


def test_sums_are_about_what_comes():
    past, _, rebounds, _ = district(1)
    risk = area_risk(past, len(rebounds), edges_of(150))
    weeks = range(60, 145, 4)
    expected = sum(risk.rebounds[:60, week].sum() for week in weeks)
    came = sum(rebounds[:60, week + 1 : week + 5].sum() for week in weeks)
    assert 0.6 < expected / came < 1.1  # a site that returns twice is expected once
