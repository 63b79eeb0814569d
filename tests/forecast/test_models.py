"""Candidates say positive means; those that are fitted find what neighbours and the year tell."""

import numpy as np
import pytest

from geo_service.forecast.models import CANDIDATES, ForecastParams, deviance, stacked
from geo_service.forecast.signals import signals
from tests.forecast.towns import AREAS, counts, past

FIRST, UNTIL = 60, 80


@pytest.fixture(scope="module")
def town():
    known = past(counts())
    return signals(known, FIRST), known.total[:, FIRST:]


@pytest.fixture(scope="module")
def said(town):
    told, came = town
    params = ForecastParams(trees=10)
    return {name: fit(told, came, UNTIL, params)(told) for name, fit in CANDIDATES.items()}


def test_each_says_a_positive_mean_of_each_area_and_week(said, town):
    for name, mean in said.items():
        assert mean.shape == (AREAS, town[1].shape[1] + 1), name
        assert (mean > 0).all(), name
        assert np.isfinite(mean).all(), name


def test_simple_ones_are_what_they_are_called(said, town):
    came, floor = town[1], ForecastParams().floor
    whole = (said["last_week"] - floor * said["last_week"].mean(axis=0)) / (1 - floor)
    np.testing.assert_allclose(whole[:, 1:], came, atol=1e-6)
    four = np.mean([came[:, k : k - 3 or None] for k in range(4)], axis=0)
    floored = (1 - floor) * four + floor * four.mean(axis=0)
    np.testing.assert_allclose(said["four_weeks"][:, 4:], floored, atol=1e-6)


def test_what_is_fitted_beats_the_average_on_weeks_that_it_has_not_seen(said, town):
    off = {
        name: deviance(one[:, UNTIL:-1], town[1][:, UNTIL:]).mean() for name, one in said.items()
    }
    assert off["poisson"] < off["ewma"]
    assert off["trees"] < off["four_weeks"]
    assert off["ewma"] < min(off["last_week"], off["four_weeks"], off["seasonal"])


def test_later_weeks_do_not_enter_a_fit(town):
    told, came = town
    other = came.copy()
    other[:, UNTIL:] = 99
    for name in ("ewma", "poisson"):
        one, two = (CANDIDATES[name](told, y, UNTIL, ForecastParams())(told) for y in (came, other))
        assert (one == two).all(), name


def test_a_stack_lies_between_its_parts(town):
    one, two = (lambda told, k=k: np.full(told.level.shape, k) for k in (1.0, 4.0))
    np.testing.assert_allclose(stacked(one, two, 0.5)(town[0]), 2.0)
