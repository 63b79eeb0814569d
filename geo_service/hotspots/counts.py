"""Counts by area × category pair and week."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from geo_service.measure import Flags, Floats, Ints, Pairs, Shorts

Grid = Shorts
Places = Ints


class Counts(NamedTuple):
    """Arrays of shape (pairs, weeks).

    Parameters
    ----------
    reports
        By when reported; every report that has an area, however it was placed.
    cases
        By when opened; cancelled cases left out.
    closures, unverified
        By when verified, and how many of them were only closed.
    rebounds
        Cases that are rebounds, by when opened.
    """

    reports: Grid
    cases: Grid
    closures: Grid
    unverified: Grid
    rebounds: Grid

    def until(self, week: int) -> "Counts":
        """Return the counts of the weeks before `week` alone."""
        return Counts(*(grid[:, :week] for grid in self))

    def series(self, pairs: Pairs) -> Iterator[tuple[str, str, Shorts]]:
        """Yield (count, category, array of shape (areas, weeks))."""
        for name in ("reports", "cases", "closures", "rebounds"):
            grid = getattr(self, name)
            for category, mine, place in pairs.by_category():
                out = np.zeros((len(pairs.area_ids), grid.shape[1]), np.int32)
                out[place] = grid[mine]
                yield name, category, out


def weekly_counts(reports: pd.DataFrame, cases: pd.DataFrame, pairs: Pairs, edges: Ints) -> Counts:
    """Count reports, `area_id category reported_at`, and CASES by pair and week.

    Parameters
    ----------
    edges
        Beginnings of the weeks and the end of the last, microseconds; shape (weeks + 1,).
    """
    weeks = len(edges) - 1
    own = np.flatnonzero(pairs.category > 0)
    whole = np.full(len(pairs.area_ids), -1, dtype=np.int64)
    whole[pairs.area[pairs.category == 0]] = np.flatnonzero(pairs.category == 0)
    # adds the pairs of an area up to its pair with all categories
    sums = sparse.csr_matrix(
        (np.ones(len(own), np.int32), (whole[pairs.area[own]], own)), (len(pairs), len(pairs))
    )

    def week_of(times: pd.Series) -> Places:
        at = pd.DatetimeIndex(times).as_unit("us").asi8
        week = np.searchsorted(edges, at, side="right") - 1
        return np.where(week < weeks, week, -1)

    def count(pair: Places, week: Places, which: Flags) -> Grid:
        known = which & (pair >= 0) & (week >= 0)
        out = np.bincount(pair[known] * weeks + week[known], minlength=len(pairs) * weeks)
        grid = out.reshape(len(pairs), weeks).astype(np.int32)
        return np.asarray(grid + sums @ grid, dtype=np.int32)

    reported, pair = week_of(reports["reported_at"]), pairs.number(cases)
    opened, verified = week_of(cases["opened_at"]), week_of(cases["verified_at"])
    standing = cases["state"].ne("cancelled").to_numpy()
    unverified = cases["unverified"].to_numpy(dtype=np.bool_)
    rebound = cases["link"].eq("rebound").to_numpy()
    return Counts(
        reports=count(pairs.number(reports), reported, np.ones(len(reports), dtype=np.bool_)),
        cases=count(pair, opened, standing),
        closures=count(pair, verified, standing),
        unverified=count(pair, verified, standing & unverified),
        rebounds=count(pair, opened, standing & rebound),
    )


def trailing_sum(grid: Grid, weeks: int, first: int = 0) -> Grid:
    """Return the sum of each week and the ones before it, `weeks` in all.

    Parameters
    ----------
    grid
        Shape (pairs, w).
    first
        From which week on sums are asked for.

    Returns
    -------
    sums
        Shape (pairs, w − first).

    >>> trailing_sum(np.array([[1, 0, 2, 3]], dtype=np.int32), 2).tolist()
    [[1, 1, 2, 5]]
    >>> trailing_sum(np.array([[1, 0, 2, 3]], dtype=np.int32), 2, 3).tolist()
    [[5]]
    """
    return trailing_days(grid, weeks, first).astype(np.int32)


def sums_before(grid: Shorts | Floats) -> Floats:
    """Return the sum of all that lies before each column, and last of all; shape (k, w + 1)."""
    out = np.zeros((len(grid), grid.shape[1] + 1))
    np.cumsum(grid, axis=1, dtype=np.float64, out=out[:, 1:])
    return out


def trailing(before: Floats, n: int, weeks: int) -> Floats:
    """Return, of what lies `before` each week, the sums of each of the last `weeks`' `n` weeks."""
    end = np.arange(before.shape[1] - weeks, before.shape[1])
    return before.take(end, axis=1) - before.take(np.maximum(end - n, 0), axis=1)


def trailing_days(days: Floats | Shorts, weeks: int, first: int = 0) -> Floats:
    """Return the days of each week from `first` on and the ones before it, `weeks` in all."""
    begin = max(first - weeks + 1, 0)
    return trailing(sums_before(days[:, begin:]), weeks, max(days.shape[1] - first, 0))
