"""What is to be expected of the next week: the model that did best on this district's own past."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from geo_service.forecast.models import (
    CANDIDATES,
    EWMA,
    FITTED,
    ForecastParams,
    Predict,
    deviance,
    stacked,
)
from geo_service.forecast.scoring import block_interval
from geo_service.forecast.signals import CaseHistory, Signals, signals
from geo_service.forecast.spread import LEVELS, dispersion, interval
from geo_service.measure import Flags, Floats, Ints

Known = Callable[[int], CaseHistory]
"""What was known at the beginning of the week of a number."""

_SHARE_HALF_LIFE, _DRAWN = 52, 0.1
_YOUNG = 52


@dataclass(frozen=True)
class Learned:
    """What the past of a district taught.

    Parameters
    ----------
    shown
        The candidate that is shown.
    models
        The candidates that were asked for, by name.
    never
        Cases a week to expect of an area that never had one.
    over
        By candidate, φ of areas, subdistricts and the district, by name.
    """

    shown: str
    models: Mapping[str, Predict]
    never: float
    over: Mapping[str, Mapping[str, float]]

    def mean(self, name: str, past: CaseHistory, later: Signals) -> Floats:
        """Return the mean of each area in the week after `past`, by one candidate; (areas,)."""
        return _settled(self.models[name](later), past, later.first, self.never)[:, -1]


class Forecast(NamedTuple):
    """What is expected of one week.

    Parameters
    ----------
    number
        The week.
    model
        The candidate.
    mean
        Of each pair, shape (pairs,): a sum over categories is the sum of its parts.
    over
        As learned.
    """

    number: int
    model: str
    mean: Floats
    over: Mapping[str, float]


def learned_at(past: CaseHistory, params: ForecastParams) -> int:
    """Return as of which week the models of the week after `past` learn.

    Twice a year; in a district whose cases began less than two years ago each month.
    """
    number, had = past.numbers.stop, past.total.any(axis=0)
    begin = past.numbers.start + int(had.argmax()) if had.any() else number
    often = params.refit_weeks if number - begin >= 2 * _YOUNG else params.young_weeks
    return max(number - number % often, past.numbers.start)


def learn(
    past: CaseHistory, groups: Ints, params: ForecastParams, *, every: bool = False
) -> Learned:
    """Fit the candidates on the past, choose one, and measure how far its sums scatter.

    Parameters
    ----------
    groups
        Number of each area's subdistrict, shape (areas,).
    every
        Whether all candidates are wanted, to be compared; else the one that is shown.
    """
    total, weeks = past.total, len(past.numbers)
    since = int((total.sum(axis=0) > 0).argmax()) if total.any() else weeks
    first = max(weeks - params.train_weeks - params.validate_weeks, since + 1)
    looked = max(weeks - first, 0)
    later = signals(past, min(first, weeks))
    came, until = total[:, first:], max(looked - params.validate_weeks, looked // 2)
    fits = weeks - since >= params.least_weeks and came.sum() >= params.least_cases
    names = [one for one in CANDIDATES if fits or one not in FITTED]
    early = {name: CANDIDATES[name](later, came, until, params) for name in names}
    unseen, came_late = later.since(until), came[:, until:]
    said = {name: one(unseen)[:, :-1] for name, one in early.items()}
    share = 0.5
    if fits:
        share = _best_share(said["poisson"], said["trees"], came_late)
        said["stack"] = said["poisson"] ** share * said["trees"] ** (1 - share)
    never = _never(past, first + until, came_late)
    said = {name: _settled(one, past, first + until, never) for name, one in said.items()}
    shown = _shown(said, came_late)
    wanted = {*said} if every else {shown, EWMA}
    parts = wanted | ({"poisson", "trees"} if "stack" in wanted else set())
    models = {
        name: CANDIDATES[name](later, came, looked, params) for name in names if name in parts
    }
    if "stack" in wanted:
        models["stack"] = stacked(models["poisson"], models["trees"], share)
    over = {name: _scatter(said[name], came_late, groups) for name in models if name in said}
    return Learned(shown, models, never, over)


def forecast(past: CaseHistory, learned: Learned, name: str | None = None) -> Forecast:
    """Return what a candidate, the shown one by itself, expects of the week after `past`."""
    name = name or learned.shown
    weeks = len(past.numbers)
    mean = learned.mean(name, past, signals(past, weeks))
    return Forecast(past.numbers.stop, name, by_pair(past, mean), learned.over[name])


def by_pair(past: CaseHistory, mean: Floats) -> Floats:
    """Return the mean of each pair: an area's mean goes to its categories as its cases did.

    An area where there never was a case has nothing to divide, and nought.
    """
    pairs, weeks = past.pairs, len(past.numbers)
    weight = 0.5 ** (np.arange(weeks)[::-1] / _SHARE_HALF_LIFE)
    cases = past.cases @ weight
    of = np.bincount(pairs.category, weights=cases, minlength=len(pairs.categories))
    whole = pairs.category == 0
    # a little of the district's mix: what an area had once is not impossible now
    of_district = of / max(float(of[1:].sum()), 1e-12)
    part = np.where(whole, 0.0, cases + _DRAWN * of_district[pairs.category])
    part[~(past.cases.any(axis=1))] = 0.0
    total = np.bincount(pairs.area, weights=part, minlength=len(mean))
    out = np.where(total > 0, mean, 0.0)[pairs.area]
    return np.where(whole, out, out * part / np.maximum(total[pairs.area], 1e-300))


def bounds(mean: Floats, over: float) -> dict[str, Any]:
    """Return the columns of a forecast: the mean and the ends of both intervals."""
    columns: dict[str, Any] = {"mean": mean}
    for level in LEVELS:
        low, high = interval(np.maximum(mean, 1e-9), over, level)
        columns |= {f"low{level * 100:.0f}": low, f"high{level * 100:.0f}": high}
    return columns


def _best_share(one: Floats, other: Floats, came: Floats) -> float:
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    return min(shares, key=lambda s: float(deviance(one**s * other ** (1 - s), came).mean()))


def _shown(said: Mapping[str, Floats], came: Floats) -> str:
    """Return the best by deviance; the exponential average where none is surely better."""
    by_week = {name: deviance(one, came).mean(axis=0) for name, one in said.items()}
    if not came.shape[1]:
        return EWMA
    best = min(by_week, key=lambda name: float(by_week[name].mean()))
    _, _, high = block_interval(by_week[best] - by_week[EWMA])
    return best if high < 0 else EWMA


def _had(past: CaseHistory, first: int, weeks: int) -> Flags:
    """Return whether an area had a case before each week from `first` on, shape (areas, weeks)."""
    before = np.zeros((len(past.total), len(past.numbers) + 1))
    np.cumsum(past.total, axis=1, out=before[:, 1:])
    return before[:, first : first + weeks] > 0


def _settled(mean: Floats, past: CaseHistory, first: int, never: float) -> Floats:
    """Give areas that had no case before a week what such areas have."""
    return np.where(_had(past, first, mean.shape[1]), mean, never)


def _never(past: CaseHistory, first: int, came: Floats) -> float:
    """Return the cases a week in areas that had none before, over some weeks of the past."""
    fresh = ~_had(past, first, came.shape[1])
    return float((came[fresh].sum() + 0.5) / (fresh.sum() + 1_000))


def _scatter(mean: Floats, came: Floats, groups: Ints) -> dict[str, float]:
    """Return φ of areas, subdistricts and the district."""
    sums = np.zeros((int(groups.max(initial=-1)) + 1, len(groups)))
    sums[groups, np.arange(len(groups))] = 1
    return {
        "area": dispersion(mean, came),
        "subdistrict": dispersion(sums @ mean, sums @ came),
        "district": dispersion(mean.sum(axis=0), came.sum(axis=0)),
    }
