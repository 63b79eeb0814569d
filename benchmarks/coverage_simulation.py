"""Why counts need a log: patrols that follow counts make the worst look worse than they are.

Cities are drawn by seeds. Each area has a true rate of problems a day; they are found only on days
on which a patrol is there, and gone the day after. Each day's rounds go to areas in proportion to
what was found there so far: who finds much is visited more, and finds more. ``python -m
benchmarks.coverage_simulation`` compares raw counts with rates by the days that a log covers,
counted by the code that a refresh uses.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.coverage import observed_weeks, watch
from geo_service.measure import week_edges, week_number
from geo_service.terms import FRAMES

ZONE = "Asia/Shanghai"
FIRST = "2025-W01"
_MONDAY = datetime(2024, 12, 29, 16, tzinfo=UTC)
"""The beginning of that week in Shanghai."""
EXPECTED = (2.0, 3.0)
"""By how much raw counts are asked to widen the spread, in the mean over cities."""
TRUE = (0.85, 1.3)
"""And adjusted rates: a little above 1, since of areas seldom visited few days say little."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SimulationParams:
    """A city and its patrols.

    Parameters
    ----------
    areas, weeks
        How many.
    rate, spread
        Mean problems found a day on which somebody looks, and the standard deviation between
        areas by the mean: a gamma distribution.
    rounds
        Areas visited a day, each at most once.
    follow
        Rounds go to an area by what was found there so far to this power: 0 goes anywhere.
    """

    areas: int = 120
    weeks: int = 52
    rate: float = 0.4
    spread: float = 0.4
    rounds: int = 40
    follow: float = 1.0


@dataclass(frozen=True)
class Simulated:
    """One city.

    Parameters
    ----------
    true
        Standard deviation between areas by the mean, of the true rates.
    raw, adjusted
        The same of counts, and of counts by watched days; the part that chance alone makes
        is taken off.
    worst_raw, worst_adjusted
        Share of the truly worst tenth that is in the worst tenth by each.
    """

    true: float
    raw: float
    adjusted: float
    worst_raw: float
    worst_adjusted: float

    @property
    def times_raw(self) -> float:
        """How many times the true spread raw counts show."""
        return self.raw / self.true

    @property
    def times_adjusted(self) -> float:
        """And adjusted rates."""
        return self.adjusted / self.true


def simulate(seed: int, params: SimulationParams | None = None) -> Simulated:
    """Draw a city, send patrols through it, and judge what they found."""
    params = params or SimulationParams()
    rng = np.random.default_rng([seed, 17])
    shape = 1 / params.spread**2
    rates = rng.gamma(shape, params.rate / shape, params.areas)
    found, visited = _patrolled(rates, params, rng)
    counts = found.sum(axis=1).astype(np.float64)
    days = watched_days(visited)
    with np.errstate(invalid="ignore", divide="ignore"):
        adjusted = np.where(days > 0, counts / days, np.nan)
    worst = _worst(rates)
    return Simulated(
        true=float(rates.std() / rates.mean()),
        raw=_spread(counts, np.ones_like(days)),
        adjusted=_spread(counts, days),
        worst_raw=float(np.isin(worst, _worst(counts)).mean()),
        worst_adjusted=float(np.isin(worst, _worst(np.nan_to_num(adjusted))).mean()),
    )


def watched_days(visited: NDArray[np.bool_]) -> Floats:
    """Return on how many days each area was watched, by the log that `visited` makes.

    Parameters
    ----------
    visited
        Shape (areas, days), whole weeks.
    """
    area, day = np.nonzero(visited)
    ids = [f"A{number:03d}" for number in range(len(visited))]
    start = pd.Timestamp(_MONDAY) + pd.to_timedelta(day, unit="D") + pd.Timedelta(hours=9)
    rows = pd.DataFrame(
        {
            "visit_id": np.arange(len(area)).astype(str),
            "area_id": np.array(ids, dtype=object)[area],
            "started_at": start,
        }
    )
    nothing = pd.DataFrame({"area_id": [], "at": pd.to_datetime([], utc=True)})
    until = _MONDAY + timedelta(days=visited.shape[1])
    visits = FRAMES["visits"].conform(rows)
    seen = watch(visits, nothing, ids, timezone=ZONE, as_of=until)
    first = week_number(FIRST)
    weeks = range(first, first + visited.shape[1] // 7)
    edges = week_edges(weeks, ZONE)
    watched = observed_weeks(seen, weeks, edges, int(edges[0]), len(ids)).watched
    return np.asarray(np.maximum(watched, 0).sum(axis=1), dtype=np.float64)


def _patrolled(
    rates: Floats, params: SimulationParams, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    days = 7 * params.weeks
    found = np.zeros((len(rates), days), dtype=np.int64)
    visited = np.zeros((len(rates), days), dtype=bool)
    known = np.ones(len(rates))
    for day in range(days):
        weight = known**params.follow
        # the largest of these keys are draws without replacement in proportion to the weights
        keys = np.log(rng.random(len(rates))) / weight
        there = np.argsort(-keys)[: params.rounds]
        visited[there, day] = True
        found[there, day] = rng.poisson(rates[there])
        known += found[:, day]
    return found, visited


def _spread(counts: Floats, days: Floats) -> float:
    """Return the standard deviation of rates by their mean, without what chance makes of it."""
    some = days > 0
    rate = counts[some] / days[some]
    chance = (rate / days[some]).mean()
    return float(np.sqrt(max(rate.var() - chance, 0.0)) / rate.mean())


def _worst(values: Floats) -> NDArray[np.intp]:
    return np.argsort(-values, kind="stable")[: max(len(values) // 10, 1)]


def means(cities: Sequence[Simulated]) -> dict[str, float]:
    """Return the mean of each figure, and of the two ratios."""
    names = [one.name for one in fields(Simulated)] + ["times_raw", "times_adjusted"]
    return {name: float(np.mean([getattr(one, name) for one in cities])) for name in names}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; returns 1 where the figures are not those that are told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=200)
    given = parser.parse_args(arguments)
    show = sys.stderr.isatty()
    failed = False
    for follow, words in ((1.0, "patrols that follow counts"), (0.0, "patrols that go anywhere")):
        params = SimulationParams(follow=follow)
        cities = []
        for seed in range(given.cities):
            cities.append(simulate(seed, params))
            if show:
                print(f"\r{words}: {seed + 1} of {given.cities}", end="", file=sys.stderr)
        if show:
            print(file=sys.stderr)
        told = means(cities)
        print(
            f"{words}: true spread {told['true']:.2f}; raw counts {told['raw']:.2f}, "
            f"{told['times_raw']:.2f} times the true; adjusted {told['adjusted']:.2f}, "
            f"{told['times_adjusted']:.2f} times; of the worst tenth raw counts find "
            f"{told['worst_raw']:.0%}, adjusted rates {told['worst_adjusted']:.0%}"
        )
        low, high = EXPECTED if follow else TRUE
        failed |= not low <= told["times_raw"] <= high
        failed |= not TRUE[0] <= told["times_adjusted"] <= TRUE[1]
    if failed:
        print("other than told")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
