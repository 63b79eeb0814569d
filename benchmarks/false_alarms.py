"""How often the verdict `hot` says something in cities in which there is nothing to say.

The trial city: 120 points at random, neighbours are the six nearest, both ways; exposure is
lognormal, half of its variance shared with neighbours; eight cases a period in the mean. What is
known is the earlier periods; one is judged. ``python -m benchmarks.false_alarms`` draws 1,000
cities of each kind; a small number of them is drawn by the tests.
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
from geo_service.hotspots import HotspotParams, verdict
from geo_service.measure import Pairs
from geo_service.measure.neighbours import Graph

AREAS, NEAREST, MEAN, PLANTED, TIMES = 120, 6, 8.0, 5, 2.5
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
    periods
        Earlier periods that are known.
    planted
        Areas whose cases multiply by `TIMES` in the period that is judged.
    frailty
        Variance of the gamma factor, mean 1, by which each area's period differs.
    """

    name: str
    periods: int
    planted: int = 0
    frailty: float = 0.0


KINDS = (
    Kind("constant", 26),
    Kind("planted", 26, planted=PLANTED),
    Kind("frailty", 52, frailty=0.3),
    Kind("frailty_planted", 52, planted=PLANTED, frailty=0.3),
)


@dataclass(frozen=True)
class Found:
    """What the verdict said of one city.

    Parameters
    ----------
    right, wrong
        Planted areas that are hot, and others.
    around
        Areas that are hot with their neighbours.
    """

    right: int
    wrong: int
    around: int


@dataclass(frozen=True)
class Rates:
    """Of all cities of a kind.

    Parameters
    ----------
    alarms, alarms_around
        Share with any area hot that was not planted; with any area hot with its neighbours.
    sensitivity
        Share of the planted that are found; NaN where none is.
    false_discovery
        Mean share of the hot that were not planted.
    """

    cities: int
    alarms: float
    alarms_around: float
    sensitivity: float
    false_discovery: float

    @classmethod
    def of(cls, kind: Kind, found: list[Found]) -> Rates:
        """Add cities up."""
        right = np.array([one.right for one in found])
        wrong = np.array([one.wrong for one in found])
        sensitivity = right.mean() / kind.planted if kind.planted else np.nan
        return cls(
            len(found),
            float((wrong > 0).mean()),
            float(np.mean([one.around > 0 for one in found])),
            float(sensitivity),
            float((wrong / np.maximum(right + wrong, 1)).mean()),
        )


def draw(kind: Kind, seed: int) -> tuple[NDArray[np.int32], NDArray[np.float64], Graph, list[int]]:
    """Return cases by area and period, exposure likewise, neighbours, and what is planted."""
    rng = np.random.default_rng([KINDS.index(kind), seed])
    points = rng.random((AREAS, 2))
    _, near = cKDTree(points).query(points, k=NEAREST + 1)
    graph = Graph.of_pairs(AREAS, np.repeat(np.arange(AREAS), NEAREST), near[:, 1:].ravel())
    own, shared = rng.normal(size=(2, AREAS))
    sums = shared + graph.matrix @ shared
    exposure = np.exp((own + sums / np.sqrt(1 + np.diff(graph.indptr))) * np.sqrt(0.5))
    mean = np.tile((exposure * MEAN / exposure.mean())[:, None], (1, kind.periods + 1))
    planted = rng.choice(AREAS, kind.planted, replace=False)
    mean[planted, -1] *= TIMES
    if kind.frailty:
        mean = mean * rng.gamma(1 / kind.frailty, kind.frailty, mean.shape)
    days = np.tile((7 * exposure / exposure.mean())[:, None], (1, kind.periods + 1))
    return rng.poisson(mean).astype(np.int32), days, graph, sorted(planted.tolist())


def judge(kind: Kind, seed: int) -> Found:
    """Draw one city and ask the verdict; a period stands in the place of the four weeks."""
    cases, days, graph, planted = draw(kind, seed)
    params = HotspotParams(trailing_weeks=1, history_weeks=kind.periods)
    got = verdict(
        np.vstack([cases, cases]), PAIRS, params, kind.periods, exposure=days, graphs=(graph,)
    )
    hot = np.flatnonzero(got.hot[AREAS:, 0])
    right = len(np.intersect1d(hot, planted))
    return Found(right, len(hot) - right, int(got.around[AREAS:, 0].sum()))


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
    parser.add_argument("--cities", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    begun = time.perf_counter()
    of = {kind.name: rates(kind, given.cities, given.processes, bar=True) for kind in KINDS}
    rows = [
        ("constant: any false alarm, area", of["constant"].alarms, "≤", 0.064),
        ("constant: any false alarm, neighbourhood", of["constant"].alarms_around, "≤", 0.064),
        ("planted: sensitivity", of["planted"].sensitivity, "≥", 0.40),
        ("planted: false discovery rate", of["planted"].false_discovery, "≤", 0.05),
        ("frailty: any false alarm, area", of["frailty"].alarms, "≤", 0.08),
        ("frailty: any false alarm, neighbourhood", of["frailty"].alarms_around, "", None),
        ("frailty, planted: sensitivity", of["frailty_planted"].sensitivity, "", None),
    ]
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
