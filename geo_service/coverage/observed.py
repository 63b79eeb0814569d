"""Area × week: how many days somebody looked, and what that means for four weeks."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.coverage.params import CoverageParams
from geo_service.coverage.watch import Watch
from geo_service.measure import Flags, Floats, Ints, Shorts
from geo_service.terms import ALL_CATEGORIES, PUBLIC

UNKNOWN, NO, PARTLY, YES = 0, 1, 2, 3
NOBODY_KNOWS = int(np.iinfo(np.uint16).max)
"""Stands in the layer of coverage before there is a log."""

_MONDAY = 4
_MICROS_A_DAY = 86_400_000_000
_EXACT = 2**30


class Observed(NamedTuple):
    """OBSERVED: arrays of shape (areas, weeks).

    Parameters
    ----------
    known
        Whether the log covers any day of a week; shape (weeks,).
    watched
        Days of the log on which somebody looked, -1 in weeks before the log.
    days
        Days that count as watched: before the log each day since the first report does.
    trailing_days
        Their sum over the trailing weeks.
    state
        Of the trailing weeks: 0 nobody knows, 1 nobody looked, 2 in some weeks, 3 in each week
        of the log.
    since
        The first week of which the log covers each day; as many as there are where it covers none.
    looked_days
        Days of the log on which somebody looked, over the trailing weeks; -1 where nobody knows.
    open_days
        Days of the trailing weeks since the first report; shape (weeks,): those on which public
        channels observe what they observe at all.
    """

    known: Flags
    watched: Shorts
    days: Floats
    trailing_days: Floats
    state: NDArray[np.int8]
    since: int
    looked_days: Shorts
    open_days: Floats

    @property
    def unseen(self) -> Flags:
        """Where a log says that nobody looked in the trailing weeks."""
        return np.asarray(self.state == NO, dtype=np.bool_)

    def until(self, week: int) -> "Observed":
        """Return the same of the weeks before `week` alone."""
        cut = {name: part[..., :week] for name, part in self._asdict().items() if name != "since"}
        return Observed(**cut, since=min(self.since, week))

    def layers(
        self, first: int, public: frozenset[str] = frozenset()
    ) -> Iterator[tuple[str, str, int, NDArray[np.uint16]]]:
        """Yield (``coverage``, category, week, days) from week `first` on; 0 is nobody.

        Category ``*`` is that of all that public channels do not observe.
        """
        days = np.where(self.looked_days < 0, NOBODY_KNOWS, self.looked_days).astype(np.uint16)
        for week in range(first, days.shape[1]):
            yield "coverage", ALL_CATEGORIES, week, np.ascontiguousarray(days[:, week])
            always = np.full(len(days), np.ceil(self.open_days[week]), dtype=np.uint16)
            for category in sorted(public):
                yield "coverage", category, week, always

    def series(
        self, seen: Watch, public: frozenset[str] = frozenset()
    ) -> Iterator[tuple[str, str, NDArray[Any]]]:
        """Yield (name, category, array) of what coverage pages read: days, states, last days."""
        yield "watched", ALL_CATEGORIES, self.watched
        yield "observed", ALL_CATEGORIES, self.state
        yield "last_watched", ALL_CATEGORIES, seen.last[:, np.newaxis].astype(np.int32)
        for category in sorted(public):
            yield "observed", category, np.full_like(self.state, YES)


def observed_weeks(
    seen: Watch | None,
    weeks: range,
    edges: Ints,
    start: int,
    areas: int,
    params: CoverageParams | None = None,
    valid: Floats | None = None,
) -> Observed:
    """Count watched days by week; a week's figures look at no later day.

    Parameters
    ----------
    seen
        None where there is no log.
    weeks
        Numbers of the weeks.
    edges
        Their beginnings and the last one's end, microseconds; shape (w + 1,).
    start
        When the first report came, microseconds.
    areas
        How many areas there are, in the order of `seen`.
    valid
        Days of each week on which there is the area, shape (areas, w); None: always.
    """
    params = params or CoverageParams()
    w = len(weeks)
    shape = areas, w
    since = np.clip(edges[1:] - np.maximum(edges[:-1], start), 0, None)
    # to binary digits: sums of such days are exact, from whichever week they begin
    open_ = np.round(np.round(since / _MICROS_A_DAY, 6) * _EXACT) / _EXACT
    if seen is None:
        areas = 1  # they are all alike
    days = np.tile(open_, (areas, 1))
    watched = np.full((areas, w), -1, dtype=np.int32)
    known = np.zeros(w, dtype=bool)
    whole_from = w
    if seen is not None and w:
        monday = _MONDAY + 7 * weeks[0]
        grid = np.zeros((areas, 7 * w), dtype=bool)
        low, high = max(seen.first, monday), min(seen.end, monday + 7 * w)
        if low < high:
            log = seen.days[:, low - seen.first : high - seen.first]
            grid[:, low - monday : high - monday] = log
        before = np.clip(seen.first - (monday + 7 * np.arange(w)), 0, 7)
        known = before < 7
        whole_from = int(np.sum(before > 0))
        watched[:, known] = grid.reshape(areas, w, 7).sum(axis=2)[:, known]
        # of the week in which the log begins, the days before it count as they did
        counted = np.minimum(before, open_) + watched
        days[:, known] = counted[:, known]

    n = params.trailing_weeks
    looked = _trailing((watched > 0).astype(np.float64), n)
    of_log = _trailing(known.astype(np.float64)[np.newaxis], n)
    state = np.full((areas, w), PARTLY, dtype=np.int8)
    state[looked == 0] = NO
    state[(looked == of_log) & (looked > 0)] = YES
    state[:, of_log[0] == 0] = UNKNOWN
    looked_days = _trailing(np.maximum(watched, 0).astype(np.float64), n).astype(np.int32)
    looked_days[state == UNKNOWN] = -1
    days = np.broadcast_to(days, shape)
    state, looked_days = np.broadcast_to(state, shape), np.broadcast_to(looked_days, shape)
    if valid is not None:
        days = np.minimum(days, np.round(valid * _EXACT) / _EXACT)
        state = np.where(valid > 0, state, UNKNOWN)
        looked_days = np.where(valid > 0, looked_days, -1)
    trailing_days = np.round(_trailing(days, n), 6)
    open_days = np.round(_trailing(open_[np.newaxis], n)[0], 6)
    return Observed(
        known,
        np.broadcast_to(watched, shape),
        days,
        trailing_days,
        state,
        whole_from,
        looked_days,
        open_days,
    )


def _trailing(grid: Floats, weeks: int) -> Floats:
    total = np.cumsum(grid, axis=1)
    total[:, weeks:] -= total[:, :-weeks].copy()
    return total


def public_categories(categories: pd.DataFrame) -> frozenset[str]:
    """Return the codes of those of CATEGORIES that public channels observe."""
    return frozenset(categories.loc[categories["observed_by"] == PUBLIC, "code"])
