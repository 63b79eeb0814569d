"""How often the verdict `hot` says something in cities in which there is nothing to say.

The trial city: 120 points at random, neighbours are the six nearest, both ways, and twelve squares
are the subdistricts; exposure is lognormal, half of its variance shared with neighbours; two cases
a week in the mean. Each week is judged, from the one in which five areas begin to have 2.5 times
their cases. ``python -m benchmarks.false_alarms`` draws 400 cities of each kind; a small number
of them is drawn by the tests.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from benchmarks.many import judged
from geo_service.hotspots import verdict
from geo_service.measure import Pairs
from geo_service.measure.neighbours import Graph

AREAS, NEAREST, MEAN, PLANTED, TIMES = 120, 6, 2.0, 5, 2.5
BEFORE, WEEKS = 72, 12
"""Weeks that are history alone, and weeks that are judged."""

SIDES = (4, 3)
"""Subdistricts along each side of the city."""

ASKED = 0.064
"""Share of a week's cities with any false alarm: .05 and two standard errors of 400 cities."""

PAIRS = Pairs(
    [f"{k:03d}" for k in range(AREAS)],
    ["*", "D01"],
    np.tile(np.arange(AREAS), 2),
    np.repeat([0, 1], AREAS),
)


@dataclass(frozen=True)
class Kind:
    """A kind of city.

    Parameters
    ----------
    planted
        Areas whose cases multiply by `TIMES` from the first judged week on.
    frailty
        Variance of the gamma factor, mean 1, by which each area's week differs.
    """

    name: str
    planted: int = 0
    frailty: float = 0.0


KINDS = (
    Kind("constant"),
    Kind("planted", planted=PLANTED),
    Kind("frailty", frailty=0.3),
    Kind("frailty_planted", planted=PLANTED, frailty=0.3),
)


@dataclass(frozen=True)
class City:
    """What is drawn by a seed.

    Parameters
    ----------
    cases
        By area and week, shape (AREAS, BEFORE + WEEKS).
    days
        Exposure likewise.
    subdistricts
        Of each area, shape (AREAS,).
    planted
        Whether an area's cases multiply, shape (AREAS,).
    """

    cases: NDArray[np.int32]
    days: NDArray[np.float64]
    graph: Graph
    subdistricts: NDArray[np.int64]
    planted: NDArray[np.bool_]


@dataclass(frozen=True)
class Found:
    """What the verdict said of one city, week by week; arrays of shape (WEEKS,).

    Parameters
    ----------
    right, wrong
        Planted areas that are hot, and others.
    around, whole
        Areas that are hot with their neighbours, or lie in a hot subdistrict, none of which is
        planted.
    """

    right: NDArray[np.int64]
    wrong: NDArray[np.int64]
    around: NDArray[np.int64]
    whole: NDArray[np.int64]


@dataclass(frozen=True)
class Rates:
    """Of all cities of a kind.

    Parameters
    ----------
    alarms, alarms_around, alarms_whole, alarms_any
        Share of weeks with any false alarm: of an area alone, with its neighbours, of a
        subdistrict, of any of them.
    found
        Share of the planted that are found after so many weeks, shape (WEEKS,); NaN without any.
    false_discovery
        Mean share of the hot areas that were not planted.
    """

    cities: int
    alarms: float
    alarms_around: float
    alarms_whole: float
    alarms_any: float
    found: NDArray[np.float64]
    false_discovery: float

    @classmethod
    def of(cls, kind: Kind, found: list[Found]) -> Rates:
        """Add cities up."""
        right, wrong, around, whole = (
            np.stack([getattr(one, name) for one in found])
            for name in ("right", "wrong", "around", "whole")
        )
        shares = [(one > 0).mean() for one in (wrong, around, whole, wrong + around + whole)]
        return cls(
            len(found),
            *(float(one) for one in shares),
            right.mean(axis=0) / (kind.planted or np.nan),
            float((wrong / np.maximum(right + wrong, 1)).mean()),
        )


def draw(kind: Kind, seed: int) -> City:
    """Draw a city."""
    rng = np.random.default_rng([KINDS.index(kind), seed])
    points = rng.random((AREAS, 2))
    _, near = cKDTree(points).query(points, k=NEAREST + 1)
    graph = Graph.of_pairs(AREAS, np.repeat(np.arange(AREAS), NEAREST), near[:, 1:].ravel())
    own, shared = rng.normal(size=(2, AREAS))
    sums = shared + graph.matrix @ shared
    exposure = np.exp((own + sums / np.sqrt(1 + np.diff(graph.indptr))) * np.sqrt(0.5))
    weeks = BEFORE + WEEKS
    mean = np.tile((exposure * MEAN / exposure.mean())[:, None], (1, weeks))
    planted = np.zeros(AREAS, dtype=np.bool_)
    planted[rng.choice(AREAS, kind.planted, replace=False)] = True
    mean[planted, BEFORE:] *= TIMES
    if kind.frailty:
        mean = mean * rng.gamma(1 / kind.frailty, kind.frailty, mean.shape)
    days = np.tile((7 * exposure / exposure.mean())[:, None], (1, weeks))
    column, row = (points * SIDES).astype(np.int64).T
    return City(rng.poisson(mean).astype(np.int32), days, graph, column * SIDES[1] + row, planted)


def judge(kind: Kind, seed: int) -> Found:
    """Draw one city and ask the verdict of each week, as a refresh does."""
    city = draw(kind, seed)
    got = verdict(
        np.vstack([city.cases, city.cases]),
        PAIRS,
        first=BEFORE,
        exposure=city.days,
        graphs=(city.graph,),
        subdistricts=city.subdistricts,
    )
    hot, around, whole = (one[:AREAS] for one in (got.hot, got.around, got.whole))
    planted = city.planted
    touched = planted | (city.graph.matrix @ planted.astype(float) > 0)
    inside = np.isin(city.subdistricts, city.subdistricts[planted])
    sums = (hot[planted], hot[~planted], around[~touched], whole[~inside])
    return Found(*(one.sum(axis=0) for one in sums))


def _judge(asked: tuple[Kind, int]) -> Found:
    return judge(*asked)


def rates(kind: Kind, cities: int, processes: int = 1, *, bar: bool = False) -> Rates:
    """Judge so many cities of a kind, in as many processes as are given."""
    asked = [(kind, seed) for seed in range(cities)]
    name = f"{kind.name:16}" if bar else None
    return Rates.of(kind, judged(_judge, asked, processes, at_once=10, bar=name))


def main() -> int:
    """Print the rates and whether each is within what is asked; 1 where one is not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=400)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    begun = time.perf_counter()
    of = {kind.name: rates(kind, given.cities, given.processes, bar=True) for kind in KINDS}
    rows: list[tuple[str, float, str, float | None]] = []
    for kind, one in of.items():
        # where there is something to find, false discoveries are what is held
        sign, least = ("", None) if "planted" in kind else ("≤", ASKED)
        rows += [
            (f"{kind}: any false alarm a week, area", one.alarms, sign, least),
            (f"{kind}: with its neighbours", one.alarms_around, sign, least),
            (f"{kind}: subdistrict", one.alarms_whole, sign, least),
            (f"{kind}: any of the three", one.alarms_any, "", None),
        ]
    for kind, asked in (
        ("planted", {2: 0.15, 4: None, 8: 0.55, 12: 0.55}),
        ("frailty_planted", {2: None, 4: None, 8: 0.35, 12: None}),
    ):
        share = of[kind].found
        rows += [(f"{kind}: found after {n} weeks", share[n - 1], "≥", asked[n]) for n in asked]
        rows += [(f"{kind}: false discovery rate", of[kind].false_discovery, "≤", 0.05)]
    kept = True
    for name, found, sign, asked in rows:
        holds = asked is None or (found <= asked if sign == "≤" else found >= asked)
        kept &= holds
        said = "" if asked is None else f"{sign} {asked:g}  {'yes' if holds else 'NO'}"
        sys.stdout.write(f"{name:44}{found:.3f}  {said}\n")
    seconds = time.perf_counter() - begun
    sys.stderr.write(f"{given.cities} cities of each kind in {seconds:.0f} s\n")
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
