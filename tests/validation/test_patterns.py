"""Published values of Gi* and Mann–Kendall, to the digits in which they are given."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from geo_service.hotspots import gi_star, significant, star_weights
from geo_service.measure import hamed_rao

NUMBERS = Path(__file__).parent / "data"
POINTS = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], dtype=float)
VALUES = np.array([2, 3, 3.2, 5, 8, 7])
BAND = 15


def queen(touches):
    """Who shares a corner or more with whom, itself included."""
    others = [np.array(row.split(), dtype=np.int64) for row in touches]
    return star_weights(np.cumsum([0, *map(len, others)]), np.concatenate(others))


def within(distance, points):
    apart = points[:, None] - points[None]
    return np.hypot(apart[..., 0], apart[..., 1]) <= distance


def test_gi_star_of_six_points():
    weights = sparse.csr_array(within(BAND, POINTS).astype(float))
    expected = [-1.397276, -0.289178, 0.650650, -0.289178, 1.234521, 2.024243]
    assert gi_star(weights, VALUES[:, None])[:, 0].round(6).tolist() == expected


def test_columbus():
    columbus = pd.read_csv(NUMBERS / "columbus.csv")
    z = gi_star(queen(columbus["touches"]), columbus[["crime"]].to_numpy())
    assert z[:3, 0].round(6).tolist() == [-1.432780, -1.340008, -0.771999]
    assert (round(z.max(), 6), round(z.min(), 6)) == (3.475051, -2.851023)
    assert np.count_nonzero(significant(z, 0.05)) == 9


@pytest.mark.parametrize(
    ("series", "s", "variance", "z", "p"),
    [
        (range(1, 11), 45, 125, 3.935480, 8.303070e-05),
        ([3, 3, 5, 2, 7, 7, 8, 6, 9, 9, 9, 12], 49, 207, 3.336231, 0.000849227),
    ],
)
def test_mann_kendall(series, s, variance, z, p):
    found = hamed_rao(np.array([list(series)], dtype=float), lags=0)
    assert (found.s[0], found.variance[0]) == (s, variance)
    assert round(found.z[0], 6) == z
    assert found.p[0] == pytest.approx(p, rel=1e-6, abs=0)


def test_boston_by_year():
    """Gi* of a year and the year before it, as sfdep does; block groups in the order of ids."""
    boston = pd.read_csv(NUMBERS / "boston.csv")
    y, weights = boston.drop(columns="touches").to_numpy(), queen(boston["touches"])
    areas, years = y.shape

    with_lag = weights @ y
    with_lag[:, 1:] += (weights @ y)[:, :-1]
    total = weights.sum(axis=1)[:, None] * np.where(np.arange(years) > 0, 2, 1)
    width = np.sqrt((areas * total - total**2) / (areas - 1))
    z = (with_lag - y.mean(axis=0) * total) / (y.std(axis=0) * width)
    assert np.allclose(z[:, 0], gi_star(weights, y)[:, 0], rtol=0, atol=1e-12)

    trend = hamed_rao(z, lags=0)
    assert round(trend.tau.sum(), 6) == 35.022222
    assert np.count_nonzero(trend.p < 0.05) == 46
    assert np.count_nonzero(trend.p < 0.01) == 11
    assert trend.tau[:5].round(3).tolist() == [0.111, -0.333, -0.2, -0.6, -0.467]
