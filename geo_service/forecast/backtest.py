"""The same past weeks, said by every candidate as if they were to come, beside what came."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from geo_service.forecast.models import EWMA, ForecastParams, deviance
from geo_service.forecast.predict import (
    Forecast,
    Known,
    Learned,
    by_pair,
    learn,
    learned_at,
)
from geo_service.forecast.scoring import block_interval, caught, recall
from geo_service.forecast.signals import CaseHistory, signals
from geo_service.forecast.spread import LEVELS, covered
from geo_service.measure import Floats, Ints

AS_SHOWN = "as_shown"
"""Beside the candidates: what would have been shown, whichever was chosen at the time."""

_SHARES = (0.01, 0.05, 0.1)
_TENTHS = 10


class Actual(NamedTuple):
    """What came: cases by area and week, shape (areas, n), those outside all areas, (n,), m²."""

    cases: Floats
    outside: Floats
    size: Floats


class Told(NamedTuple):
    """What one candidate said of all weeks, shape (areas, n), and φ of an area by week, (n,)."""

    mean: Floats
    over: Floats


def retold(
    known: Known,
    numbers: Sequence[int],
    groups: Ints,
    params: ForecastParams,
    tell: Callable[[int], None],
) -> tuple[dict[str, Told], list[tuple[CaseHistory, Forecast]]]:
    """Return what each candidate said of the weeks, and what was shown of each.

    Parameters
    ----------
    known
        What was known at the beginning of a week; it is asked for nothing later.
    numbers
        The weeks, one after the other.
    """
    kept: dict[int, Learned] = {}
    means: dict[str, list[Floats]] = {}
    overs: dict[str, list[float]] = {}
    shown = []
    for done, number in enumerate(numbers):
        past = known(number)
        at = learned_at(past, params)
        if at not in kept:
            # the ones before are not asked again
            kept = {at: learn(past if at == number else known(at), groups, params, every=True)}
        learned = kept[at]
        later = signals(past, len(past.numbers))
        each = {name: learned.mean(name, past, later) for name in learned.models}
        over = learned.over[learned.shown]
        shown.append(
            (past, Forecast(number, learned.shown, by_pair(past, each[learned.shown]), over))
        )
        each |= {AS_SHOWN: each[learned.shown]}
        for name, mean in each.items():
            means.setdefault(name, []).append(mean)
            named = learned.shown if name == AS_SHOWN else name
            overs.setdefault(name, []).append(learned.over[named]["area"])
        tell(done + 1)
    # a candidate that began later than the first week is not compared
    whole = {name for name, said in means.items() if len(said) == len(numbers)}
    told = {
        name: Told(np.stack(means[name], axis=1), np.array(overs[name]))
        for name in means
        if name in whole
    }
    return told, shown


def scores(told: dict[str, Told], came: Actual, shown: str) -> dict[str, Any]:
    """Return how well each candidate did, as ``backtest --format json`` prints it."""
    weekly = {name: _caught_shares(one.mean, came) for name, one in told.items()}
    off = {name: deviance(one.mean, came.cases).mean(axis=0) for name, one in told.items()}
    models = []
    for name, one in told.items():
        had = weekly[name][:, np.isfinite(weekly[name][0])]
        recalls = had.mean(axis=1) if had.size else np.full(len(_SHARES), np.nan)
        best = _best_share(came)
        cover = [_covered(one, came, level) for level in LEVELS]
        models.append(
            {
                "model": name,
                **{
                    f"recall_{100 * share:.0f}": float(figure)
                    for share, figure in zip(_SHARES, recalls, strict=True)
                },
                "pai_5": float(recalls[1] / _SHARES[1]),
                "pei_5": float(np.nansum(weekly[name][1] * best[1]) / max(best[0].sum(), 1e-12)),
                "deviance": float(off[name].mean()),
                "coverage_80": cover[0],
                "coverage_95": cover[1],
                "minus_ewma_5": [*block_interval(weekly[name][1] - weekly[EWMA][1])],
                "minus_ewma_deviance": [*block_interval(off[name] - off[EWMA])],
                "calibration": _calibration(one.mean, came.cases),
            }
        )
    return {"weeks": came.cases.shape[1], "shown": shown, "models": models}


def _caught_shares(mean: Floats, came: Actual) -> Floats:
    """Return the recall of each share of the ground, week by week; shape (shares, n)."""
    weeks = range(mean.shape[1])
    return np.array(
        [
            [recall(mean[:, w], came.cases[:, w], came.size, s, came.outside[w]) for w in weeks]
            for s in _SHARES
        ]
    )


def _best_share(came: Actual) -> tuple[Floats, Floats]:
    """Return the most cases that 5 % of the ground held in each week, and the cases of all."""
    best = [caught(one, one, came.size, _SHARES[1]) for one in came.cases.T]
    return np.array(best), came.cases.sum(axis=0) + came.outside


def _covered(told: Told, came: Actual, level: float) -> float:
    each = [
        covered(told.mean[:, week], came.cases[:, week], over, level).mean()
        for week, over in enumerate(told.over)
    ]
    return float(np.mean(each))


def _calibration(mean: Floats, came: Floats) -> list[list[float]]:
    """Return expected and come cases of tenths of what was expected, lowest areas first."""
    order = np.argsort(mean, axis=None, kind="stable")
    said, did = mean.ravel()[order], came.ravel()[order]
    tenth = np.minimum((np.cumsum(said) / said.sum() * _TENTHS).astype(int), _TENTHS - 1)
    sums = [np.bincount(tenth, weights=one, minlength=_TENTHS) for one in (said, did)]
    return np.round(np.stack(sums, axis=1), 1).tolist()
