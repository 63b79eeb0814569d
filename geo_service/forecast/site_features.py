"""What is known of a site at a moment: its own history, what lies around it, and its case."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from geo_service.forecast.past import DAY_US, Past
from geo_service.measure import Floats, Ints

RADII = (30.0, 100.0, 250.0)
_FADES = (60.0, 365.0)
_CELL_M, _BITS = 250.0, 24

FEATURES = (
    *("earlier", "took", "reports", "silent", "open", "rest", "rest_days", "rest_first"),
    *("own_60", "own_365", "same_30", "same_100", "same_250"),
    *("other_30", "other_100", "other_250", "open_30", "open_100", "open_250", "category"),
)
"""Columns of :meth:`Surroundings.features`; logarithms but for flags, `rest_days` and the last."""


@njit(cache=True)
def _sums(
    x: Floats,
    y: Floats,
    at: Ints,
    site: Ints,
    category: Ints,
    cell: Ints,
    by: tuple[Floats, Floats, Ints, Ints, Ints, Ints, Ints],
    out: Floats,
) -> None:  # pragma: no cover (compiled)
    """Add up the cases around each place, faded by their age; `by` is sorted by cell."""
    its_x, its_y, opened, until, its_site, its_category, key = by
    for i in range(len(x)):
        for column in range(-1, 2):
            first = np.searchsorted(key, cell[i] + (column << 24) - 1)
            last = np.searchsorted(key, cell[i] + (column << 24) + 2)
            for j in range(first, last):
                if opened[j] >= at[i]:
                    continue
                age = (at[i] - opened[j]) / DAY_US
                if its_site[j] == site[i]:
                    out[i, 0] += np.exp2(-age / 60.0)
                    out[i, 1] += np.exp2(-age / 365.0)
                    continue
                away = np.sqrt((its_x[j] - x[i]) ** 2 + (its_y[j] - y[i]) ** 2)
                if away > 250.0:
                    continue
                ring = 0 if away <= 30.0 else (1 if away <= 100.0 else 2)
                kind = 2 if its_category[j] == category[i] else 5
                out[i, kind + ring] += np.exp2(-age / 60.0)
                if until[j] >= at[i]:
                    out[i, 8 + ring] += 1.0


class Surroundings(NamedTuple):
    """Cases with what joined them, sorted so that what lies around is found at once.

    Parameters
    ----------
    past
        The cases.
    joined
        Of each report that joined a case: the case's number and the second, in one integer; sorted.
    cell, by
        Of each case the square in which it lies; and the cases by squares.
    """

    past: Past
    joined: Ints
    cell: Ints
    by: tuple[Floats, Floats, Ints, Ints, Ints, Ints, Ints]

    @classmethod
    def of(cls, past: Past, case: Ints, reported: Ints) -> "Surroundings":
        """Sort `past`, and the reports that joined: of each its case and time, microseconds."""
        column, row = (np.floor(one / _CELL_M).astype(np.int64) for one in (past.x, past.y))
        cell = ((column - column.min(initial=0) + 2) << _BITS) + row - row.min(initial=0) + 2
        order = np.argsort(cell, kind="stable")
        columns = (past.x, past.y, past.opened, past.until, past.site, past.category, cell)
        joined = np.sort((case << 34) + reported // 1_000_000)
        by: Any = tuple(one[order] for one in columns)
        return cls(past, joined, cell, by)

    def features(self, which: Ints, at: Ints) -> tuple[Floats, Ints]:
        """Return what is known of sites of cases at moments, and the categories of the cases.

        Parameters
        ----------
        which
            Numbers of cases that are closed and not back, or open; shape (n,).
        at
            Microseconds, shape (n,).

        Returns
        -------
        features
            :data:`FEATURES`, shape (n, f); the last column is left for the category's.
        category
            Shape (n,).
        """
        past = self.past
        out = np.zeros((len(which), len(FEATURES)))
        around = np.zeros((len(which), 11))
        there = (past.x[which], past.y[which], at, past.site[which], past.category[which])
        _sums(*there, self.cell[which], self.by, around)
        done = np.minimum(past.until[which], at)
        last = np.searchsorted(self.joined, (which << 34) + at // 1_000_000)
        begin = np.searchsorted(self.joined, which << 34)
        latest = (self.joined[np.maximum(last - 1, 0)] & ((1 << 34) - 1)) * 1_000_000
        latest = np.where(last > begin, latest, past.opened[which])
        rests = past.closed[which] <= at
        age = np.where(rests, at - past.closed[which], 0) / DAY_US
        columns = (
            np.log1p(past.earlier[which]),
            np.log1p(np.maximum(done - past.opened[which], 0) / DAY_US),
            np.log1p(np.maximum(last - begin - 1, 0)),
            np.log1p(np.maximum(done - latest, 0) / DAY_US),
            ~rests,
            np.log1p(age),
            age / 30,
            np.exp(-age / 3) * rests,
        )
        out[:, : len(columns)] = np.stack(columns, axis=1)
        out[:, len(columns) : -1] = np.log1p(around)
        return out, past.category[which]
