"""The logistic model finds what was drawn, and is calibrated on what came last."""

import numpy as np
import pytest

from geo_service.forecast import FEATURES
from geo_service.forecast.past import DAY_US, NEVER
from geo_service.forecast.site_model import Moments, fit_sites

WIDTH = len(FEATURES)
END = 2000 * DAY_US


@pytest.fixture(scope="module")
def drawn():
    """Return moments of known odds: one feature matters, one category, and the last months."""
    rng = np.random.default_rng(5)
    count = 30_000
    at = np.sort(rng.integers(0, END - 30 * DAY_US, count))
    features = np.zeros((count, WIDTH))
    features[:, 0] = rng.normal(size=count)
    category = rng.integers(0, 2, count)
    late = at > END - 212 * DAY_US
    odds = -2.5 + features[:, 0] + category - 0.8 * late
    back = np.where(rng.random(count) < 1 / (1 + np.exp(-odds)), at + DAY_US, NEVER)
    return Moments(features, category, at, back), odds


def test_it_finds_what_was_drawn_and_the_level_of_the_last_months(drawn):
    moments, odds = drawn
    model = fit_sites(moments, 30, END)
    assert model.weights[1] == pytest.approx(1, abs=0.1)
    late = moments.at > END - 212 * DAY_US
    said = model.chances(moments.take(late))
    truth = 1 / (1 + np.exp(-odds[late]))
    assert said.mean() == pytest.approx(truth.mean(), rel=0.1)
    assert np.corrcoef(said, truth)[0, 1] > 0.98


def test_nothing_of_after_its_end_is_in_it(drawn):
    moments, _ = drawn
    cut = 1000 * DAY_US
    other = moments._replace(back=np.where(moments.at > cut, moments.at + 1, moments.back))
    for one, two in zip(fit_sites(moments, 30, cut), fit_sites(other, 30, cut), strict=True):
        np.testing.assert_array_equal(one, two)


def test_with_few_returns_nothing_is_fitted(drawn):
    moments, _ = drawn
    assert fit_sites(moments.take(np.arange(300)), 30, END) is None
