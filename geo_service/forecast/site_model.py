"""The probability that a site is back within some days: logistic, its reasons readable.

Fitted on moments whose days ahead are over; what it says is then held against the last 26 weeks.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geo_service.forecast.past import DAY_US
from geo_service.forecast.site_features import Surroundings
from geo_service.measure import Flags, Floats, Ints

_TINY, _STEPS, _ENOUGH = 1e-9, 20, 1e-6
_AT_ONCE = 1_024
"""Rows whose sums are taken together: few enough for a cache, and for no thread to help."""


@dataclass(frozen=True)
class ModelParams:
    """What turns the model.

    Parameters
    ----------
    ridge
        Penalty on the squares of the standardised coefficients.
    category_cases
        Cases of the common rate that each category has seen more.
    recalibrated_days
        Of so many days before the fit the level and the spread are taken.
    least_returns
        With fewer nothing is fitted.
    most_cases
        The latest so many moments are learned from.
    """

    ridge: float = 5.0
    category_cases: float = 200.0
    recalibrated_days: float = 182.0
    least_returns: int = 100
    most_cases: int = 200_000


class Moments(NamedTuple):
    """What was known of sites at moments, and when they were back; shape (n, f) and (n,)."""

    features: Floats
    category: Ints
    at: Ints
    back: Ints

    @classmethod
    def of(cls, around: Surroundings, which: Ints, at: Ints) -> "Moments":
        """Look at the sites of some cases, each at its moment, microseconds."""
        features, category = around.features(which, at)
        return cls(features, category, at, around.past.back[which])

    def take(self, which: Flags | Ints) -> "Moments":
        """Return some of them."""
        return Moments._make(column[which] for column in self)


def joined_moments(parts: list[Moments]) -> Moments:
    """Return several as one."""
    return Moments._make(np.concatenate(columns) for columns in zip(*parts, strict=True))


class SiteModel(NamedTuple):
    """A fitted model.

    Parameters
    ----------
    weights
        The constant and one a feature, of the features as they are.
    of_category
        What each category adds, a feature; shape (categories,).
    shift, slope
        Of the log odds, by what came in the last 26 weeks.
    """

    weights: Floats
    of_category: Floats
    shift: float
    slope: float

    def log_odds(self, moments: Moments) -> Floats:
        """Return the log odds before they were held against what came."""
        x = moments.features.copy()
        known = np.minimum(moments.category, len(self.of_category) - 1)
        x[:, -1] = self.of_category[known]
        return np.asarray(self.weights[0] + x @ self.weights[1:])

    def chances(self, moments: Moments) -> Floats:
        """Return the probability that each site is back within the model's days; shape (n,)."""
        return _share(self.shift + self.slope * self.log_odds(moments))


def fit_sites(
    moments: Moments, days: float, end: int, params: ModelParams | None = None
) -> SiteModel | None:
    """Fit the model on the moments whose days ahead were over at `end`, microseconds.

    Returns
    -------
    model
        None where too few sites were back, or all.
    """
    params = params or ModelParams()
    over = np.flatnonzero(moments.at + int(days * DAY_US) <= end)
    over = over[np.argsort(moments.at[over], kind="stable")][-params.most_cases :]
    seen = moments.take(over)
    came = (seen.back <= seen.at + int(days * DAY_US)).astype(np.float64)
    if came.sum() < params.least_returns or came.all():
        return None
    kinds = int(moments.category.max()) + 1
    count, mean = params.category_cases, came.mean()
    share = (np.bincount(seen.category, came, kinds) + count * mean) / (
        np.bincount(seen.category, minlength=kinds) + count
    )
    of_category = np.log(share / (1 - share))
    x = seen.features.copy()
    x[:, -1] = of_category[seen.category]
    middle, spread = x.mean(axis=0), x.std(axis=0)
    spread[spread < _TINY] = np.inf
    standard = np.column_stack([np.ones(len(x)), (x - middle) / spread])
    found = _newton(standard, came, np.append(0.0, np.full(x.shape[1], params.ridge)))
    weights = found[1:] / spread
    model = SiteModel(np.append(found[0] - middle @ weights, weights), of_category, 0.0, 1.0)
    late = np.flatnonzero(seen.at >= end - int((params.recalibrated_days + days) * DAY_US))
    if came[late].sum() < params.least_returns:
        return model
    odds = model.log_odds(seen.take(late))
    start = np.column_stack([np.ones(len(late)), odds])
    shift, slope = _newton(start, came[late], np.array([0.0, 0.0]), np.array([0.0, 1.0]))
    return model._replace(shift=float(shift), slope=float(slope))


def _newton(x: Floats, y: Floats, ridge: Floats, start: Floats | None = None) -> Floats:
    """Return the coefficients of a logistic regression by Newton's steps."""
    found = np.zeros(x.shape[1]) if start is None else start
    parts = [slice(start, start + _AT_ONCE) for start in range(0, len(x), _AT_ONCE)]
    for _ in range(_STEPS):
        slope, bend = -ridge * found, np.diag(ridge + _TINY)
        for part in parts:
            some = x[part]
            share = _share(some @ found)
            slope += some.T @ (y[part] - share)
            bend += (some * (share * (1 - share))[:, None]).T @ some
        step = np.linalg.solve(bend, slope).clip(-2, 2)
        found = found + step
        if abs(step).max() < _ENOUGH:
            break
    return found


def _share(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -40, 40))))
