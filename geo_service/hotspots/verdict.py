"""`hot`: significantly more cases in four weeks than the area's own earlier mean.

First form: Poisson with the earlier mean taken as known, mid-P, Benjamini–Hochberg over all areas
× categories of the week; the sums over categories (``*``) are a family of their own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo_service.hotspots.counts import Grid, trailing_sum
from geo_service.hotspots.params import HotspotParams
from geo_service.measure import Pairs, benjamini_hochberg, poisson_mid_p

Floats = NDArray[np.float64]


class Verdict(NamedTuple):
    """Arrays of shape (pairs, weeks).

    Parameters
    ----------
    expected
        Cases expected in the trailing weeks; NaN where the history is too short.
    q_value
        NaN likewise.
    hot
        Whether the false discovery rate allows to call it so.
    """

    expected: Floats
    q_value: Floats
    hot: NDArray[np.bool_]


def verdict(
    cases: Grid, pairs: Pairs, params: HotspotParams | None = None, first: int = 0
) -> Verdict:
    """Judge every pair in every week from `first` on.

    Parameters
    ----------
    cases
        Cases by pair and week, shape (g, w).
    pairs
        The area × category pairs.
    first
        The arrays that are returned begin with this week.
    """
    params = params or HotspotParams()
    now = trailing_sum(cases, params.trailing_weeks, first)
    history, length = _history(cases, params, first)
    areas = max(len(pairs.area_ids), 1)
    names = len(pairs.categories)

    # a category's mean of a week and area, over all areas, also those that never had a case
    level = np.zeros((names, len(length)))
    np.add.at(level, pairs.category, history)
    level /= areas * np.maximum(length, 1)
    rate = (history + params.prior_weeks * level[pairs.category]) / (length + params.prior_weeks)
    expected = np.where(length >= params.least_history_weeks, params.trailing_weeks * rate, np.nan)

    p = poisson_mid_p(now.astype(np.float64), expected)
    q = np.full(p.shape, np.nan)
    whole = pairs.category == 0
    for week in np.flatnonzero(length >= params.least_history_weeks):
        # pairs without any case are tests as well, none of them remarkable
        q[whole, week] = benjamini_hochberg(p[whole, week], areas)
        q[~whole, week] = benjamini_hochberg(p[~whole, week], areas * max(names - 1, 1))
    return Verdict(expected, q, q <= params.false_discovery)


def _history(cases: Grid, params: HotspotParams, first: int) -> tuple[Floats, NDArray[np.int64]]:
    """Return the cases before each week's trailing weeks, and over how many weeks."""
    weeks = cases.shape[1]
    total = np.concatenate(
        [np.zeros((len(cases), 1)), np.cumsum(cases, axis=1, dtype=np.float64)], axis=1
    )
    stop = np.maximum(np.arange(first, weeks) + 1 - params.trailing_weeks, 0)
    start = np.maximum(stop - params.history_weeks, 0)
    return total[:, stop] - total[:, start], stop - start
