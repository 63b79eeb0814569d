"""How often the test for a trend finds one where there is none: Hamed and Rao on 26 weeks.

Cities like those of ``benchmarks/false_alarms.py`` at constant risk, counted by week: the sums of
four weeks, of which neighbouring ones share three, and Gi* of their rates, as the product makes
both; and how often Gi* marks an area of such a city in a week.
``python -m benchmarks.trend_alarms`` draws 400.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from benchmarks.false_alarms import AREAS, KINDS, draw
from geo_service.hotspots import PatternParams, gi_star, significant, star_weights
from geo_service.hotspots.counts import trailing_sum
from geo_service.measure import hamed_rao

MEANS = (0.25, 1.0, 4.0, 16.0)
"""Cases a week and area, in the mean over areas of unequal size."""
PARAMS = PatternParams()


class Alarms(NamedTuple):
    """Shares of series without a trend in which one is found at 5 %.

    Parameters
    ----------
    sums
        Of the four-week sums.
    gi
        Of Gi*, which patterns use.
    plain
        Of Gi*, by Mann–Kendall without a correction for weeks that share cases.
    marked
        Share of cities in which Gi* marks any area as hot in the last week.
    """

    sums: float
    gi: float
    plain: float
    marked: float


def alarms(mean: float, cities: int) -> Alarms:
    """Draw cities of `mean` cases a week and area, and ask each area's series for a trend."""
    found, plain_found, sums_found, marked, asked = 0, 0, 0, 0, 0
    weeks, trailing = PARAMS.weeks, PARAMS.trailing_weeks
    for seed in range(cities):
        _, days, graph, _ = draw(KINDS[0], seed)
        rng = np.random.default_rng([3, int(mean * 100), seed])
        size = days[:, :1] / days[:, 0].mean()
        cases = rng.poisson(mean * size, (AREAS, weeks + trailing - 1)).astype(np.int32)
        sums = trailing_sum(cases, trailing)[:, trailing - 1 :].astype(np.float64)
        z = gi_star(star_weights(graph.indptr, graph.indices), sums / (size * trailing))
        lags = trailing - 1
        found += int((hamed_rao(z, lags).p < PARAMS.level).sum())
        plain_found += int((hamed_rao(z, lags=0).p < PARAMS.level).sum())
        sums_found += int((hamed_rao(sums, lags).p < PARAMS.level).sum())
        marked += bool((significant(z[:, -1:], PARAMS.false_discovery) > 0).any())
        asked += AREAS
    return Alarms(sums_found / asked, found / asked, plain_found / asked, marked / cities)


def main(asked: Sequence[str] | None = None) -> int:
    """Print the shares; nothing is asked of them, they are what is said beside the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=400)
    given = parser.parse_args(asked)
    begun = time.perf_counter()
    sys.stdout.write(
        "cases a week   sums of 4 weeks   Gi*   Gi* without correction   cities marked\n"
    )
    for mean in MEANS:
        got = alarms(mean, given.cities)
        sys.stdout.write(
            f"{mean:12g}{got.sums:18.3f}{got.gi:6.3f}{got.plain:25.3f}{got.marked:16.3f}\n"
        )
    sys.stderr.write(f"{time.perf_counter() - begun:.0f} s\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
