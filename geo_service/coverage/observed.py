"""Area × week: how many days somebody looked, and what that means for four weeks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo_service.coverage.params import CoverageParams
from geo_service.coverage.watch import Watch

Floats = NDArray[np.float64]

UNKNOWN, NO, PARTLY, YES = 0, 1, 2, 3
WORDS = np.array(["unknown", "no", "partly", "yes"], dtype=object)
"""What `observed` of a weekly row says, by number."""

_MONDAY = 4
_MICROS_A_DAY = 86_400_000_000


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
    """

    known: NDArray[np.bool_]
    watched: NDArray[np.int32]
    days: Floats
    trailing_days: Floats
    state: NDArray[np.int8]
    since: int

    @property
    def words(self) -> NDArray[np.object_]:
        """The states as words."""
        return np.asarray(WORDS[self.state], dtype=object)

    @property
    def unseen(self) -> NDArray[np.bool_]:
        """Where a log says that nobody looked in the trailing weeks."""
        return np.asarray(self.state == NO, dtype=np.bool_)

    def series(self, seen: Watch) -> Iterator[tuple[str, NDArray[np.int32]]]:
        """Yield what pages about coverage read: days by week, and each area's last day."""
        yield "watched", self.watched
        yield "last_watched", seen.last[:, np.newaxis].astype(np.int32)


def observed_weeks(
    seen: Watch | None,
    weeks: range,
    edges: NDArray[np.int64],
    start: int,
    areas: int,
    params: CoverageParams | None = None,
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
    """
    params = params or CoverageParams()
    w = len(weeks)
    since = np.clip(edges[1:] - np.maximum(edges[:-1], start), 0, None)
    open_ = np.round(since / _MICROS_A_DAY, 6)
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
    return Observed(known, watched, days, np.round(_trailing(days, n), 6), state, whole_from)


def _trailing(grid: Floats, weeks: int) -> Floats:
    total = np.cumsum(grid, axis=1)
    total[:, weeks:] -= total[:, :-weeks].copy()
    return total
