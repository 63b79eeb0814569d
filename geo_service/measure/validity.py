"""Which areas there are when: each from ``valid_from`` until before ``valid_to``."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from geo_service.measure.array_types import Flags, Floats, Ints
from geo_service.measure.periods import week_edges, week_number

EARLIEST, LATEST = int(np.iinfo(np.int64).min), int(np.iinfo(np.int64).max)
"""Stand for a beginning and an end that are not said, microseconds."""

_WEEK = 7.0


@dataclass(frozen=True)
class Validity:
    """From when until when areas are valid, microseconds, shape (m,); ends are not within."""

    since: Ints
    until: Ints

    @classmethod
    def of(cls, areas: pd.DataFrame) -> Self:
        """Read it of AREAS; what is not said is without end."""
        return cls(
            microseconds(areas.get("valid_from"), len(areas), EARLIEST),
            microseconds(areas.get("valid_to"), len(areas), LATEST),
        )

    @property
    def edges(self) -> Ints:
        """The moments at which any area begins or ends: between two of them all stay the same."""
        both = np.concatenate([self.since, self.until])
        return np.unique(both[(both != EARLIEST) & (both != LATEST)])

    def during(self, begin: int, end: int) -> Flags:
        """Tell which areas are valid at any moment from `begin` until before `end`."""
        return (self.since < end) & (self.until > begin)

    def in_week(self, week: str, timezone: str) -> Flags:
        """Tell which areas are valid on any day of a week; shape (m,)."""
        number = week_number(week)
        begin, end = week_edges(range(number, number + 1), timezone)
        return self.during(int(begin), int(end))

    def days(self, edges: Ints) -> Floats:
        """Return on how many days of each week each area is valid, 7 of a whole one; shape (m, w).

        Parameters
        ----------
        edges
            Beginnings of the weeks and the end of the last, microseconds; shape (w + 1,).
        """
        since = np.maximum(self.since[:, np.newaxis], edges[:-1])
        until = np.minimum(self.until[:, np.newaxis], edges[1:])
        return _WEEK * np.clip(until - since, 0, None) / np.diff(edges)

    def epochs(self, at: Ints) -> Iterable[tuple[Ints, Flags]]:
        """Yield the places of `at`, microseconds, that fall between two edges, and what is valid.

        One group without edges.
        """
        edges = self.edges
        epoch = np.searchsorted(edges, at, side="right")
        bounds = np.concatenate([[EARLIEST], edges, [LATEST]])
        for each in np.unique(epoch):
            yield np.flatnonzero(epoch == each), self.during(bounds[each], bounds[each + 1])


def microseconds(times: pd.Series | None, n: int, missing: int) -> Ints:
    """Return times as microseconds, `missing` where there is none; shape (n,)."""
    if times is None:
        return np.full(n, missing, dtype=np.int64)
    at = times.astype("datetime64[us, UTC]").array.asi8
    return np.where(times.isna(), missing, at).astype(np.int64)
