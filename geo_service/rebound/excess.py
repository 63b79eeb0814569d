"""`hot_rebound`: significantly more rebounds of late than the closings at risk lead one to expect.

A closing is at risk while it is watched and no older than the longest horizon. What is expected of
it is told by the district's returns: how they spread over days, how many all other areas had.
"""

import numpy as np
import pandas as pd
from numba import njit

from geo_service.measure import Flags, Floats, Ints, Pairs, Risk, benjamini_hochberg
from geo_service.measure.beta import log_beta
from geo_service.rebound.curves import weekly_curves
from geo_service.rebound.params import ReboundParams
from geo_service.rebound.rolling import DAY_US

_LEAST_ALIKE = 1e-4
_Spells = tuple[Ints, Ints, Flags]


def excess(
    spells: pd.DataFrame, pairs: Pairs, ends: Ints, risks: Risk, params: ReboundParams
) -> tuple[Floats, Floats]:
    """Judge every pair at each of `ends`; nothing later has a say in it.

    Rebounds given n closings are beta-binomial with mean `expected` / n; how unlike areas are is
    told by moments of the year's shares (Kleinman 1973). p = P(Y > y) + ½ P(Y = y).

    Parameters
    ----------
    spells
        SPELLS.
    ends
        Ends of the weeks, microseconds, increasing; shape (w,).
    risks
        The rolling risk: who has enough data, and the year's shares.

    Returns
    -------
    q_value, closings
        NaN where data are not enough; and how many were at risk. Shape (pairs, w).
    """
    longest, window = max(params.horizons), params.window_weeks * 7 * DAY_US
    start, end = (
        pd.DatetimeIndex(spells[name]).as_unit("us").asi8 for name in ("started_at", "ended_at")
    )
    returned = spells["returned"].to_numpy(dtype=np.bool_)
    curves = weekly_curves(start, end, returned, ends, window=window, horizon=longest)
    grids = np.zeros((3, len(pairs), len(ends)))
    reach = np.array([params.excess_weeks * 7, longest]) * DAY_US
    _count(pairs.number(spells), (start, end, returned), ends, reach, curves, grids)
    came, closings, mass = grids
    expected = np.zeros_like(mass)
    for number in range(1, len(pairs.categories)):
        mine = np.flatnonzero(pairs.category == number)
        others = came[mine].sum(axis=0) - came[mine]
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = others / (mass[mine].sum(axis=0) - mass[mine])
        expected[mine] = mass[mine] * np.where(np.isfinite(rate), rate, 0.0)
    own = np.flatnonzero(pairs.category > 0)
    sums = np.searchsorted(pairs.area[pairs.category == 0], pairs.area[own])
    for grid in (came, closings, expected):
        np.add.at(grid, sums, grid[own])
    enough = (risks.n_eff >= params.least_n_eff) & (expected > 0)
    p, q = np.full((2, *mass.shape), np.nan)
    _judge(came, closings, expected, enough, _unlike(risks, pairs, params)[pairs.category], p)
    for family in (pairs.category == 0, pairs.category > 0):
        for week in range(len(ends)):
            known = np.flatnonzero(family & np.isfinite(p[:, week]))
            q[known, week] = benjamini_hochberg(p[known, week])
    return q, closings


def _unlike(risks: Risk, pairs: Pairs, params: ReboundParams) -> Floats:
    """Return the variance of areas' shares by that of a coin, by category; shape (c, weeks)."""
    out = np.full((len(pairs.categories), risks.n_eff.shape[1]), _LEAST_ALIKE)
    for number in range(len(pairs.categories)):
        mine = pairs.category == number
        n = np.where(risks.n_eff[mine] >= params.least_n_eff, risks.n_eff[mine], 0.0)
        total, areas = n.sum(axis=0), (n > 0).sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(n > 0, risks.events[mine] / n, 0.0).clip(max=1)
            p = (n * share).sum(axis=0) / total
            between = (n * (share - p) ** 2).sum(axis=0) - (areas - 1) * p * (1 - p)
            found = between / (total - (n * n).sum(axis=0) / total) / (p * (1 - p))
        out[number] = np.where(areas > 2, np.nan_to_num(found), 0.0).clip(_LEAST_ALIKE, 0.5)
    return out


@njit(cache=True, nogil=True)
def _count(
    pair: Ints, spells: _Spells, ends: Ints, reach: Ints, curves: Floats, out: Floats
) -> None:
    start, end, returned = spells
    for k in range(len(pair)):
        g, over = pair[k], min(end[k] - start[k], reach[1])
        if g < 0:
            continue
        # what returned early would else have been expected to return less
        full = reach[1] if returned[k] else over
        for w in range(np.searchsorted(ends, start[k], side="right"), len(ends)):
            low, high = max(ends[w] - reach[0] - start[k], 0), min(full, ends[w] - start[k])
            if low > over:
                break
            out[1, g, w] += 1
            out[2, g, w] += curves[w, high // DAY_US] - curves[w, low // DAY_US]
            if returned[k] and low <= end[k] - start[k] <= high and end[k] < ends[w]:
                out[0, g, w] += 1


@njit(cache=True, nogil=True)
def _judge(
    came: Floats, closings: Floats, expected: Floats, enough: Flags, unlike: Floats, out: Floats
) -> None:
    for g, w in zip(*np.nonzero(enough)):  # noqa: B905 (compiled)
        n = closings[g, w]
        share, strength = min(expected[g, w] / n, 0.999), 1 / unlike[g, w] - 1
        a, b = strength * share, strength * (1 - share)
        here, below = np.exp(log_beta(a, n + b) - log_beta(a, b)), 0.0
        for k in range(int(came[g, w])):
            below += here
            here *= (n - k) * (a + k) / ((k + 1) * (n - k - 1 + b))
        out[g, w] = max(1 - below - here / 2, 1e-15)
