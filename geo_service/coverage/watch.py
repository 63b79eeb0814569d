"""Area × day: where somebody looked, and since when anybody kept a log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from geo_service.measure import Flags, Ints

_MICROS_A_DAY = 86_400_000_000


@dataclass(frozen=True)
class Watch:
    """On which local days each area was watched.

    Parameters
    ----------
    area_ids
        The areas, in the order of the array.
    first
        The log's first day, counted from 1970-01-01.
    days
        Whether an area was watched; shape (areas, days from `first` to the as-of date).
    """

    area_ids: list[str]
    first: int
    days: Flags

    @property
    def end(self) -> int:
        """The day after the last one."""
        return self.first + self.days.shape[1]

    @property
    def last(self) -> Ints:
        """Return the day on which each area was last watched, -1 if never; shape (areas,)."""
        back = np.argmax(self.days[:, ::-1], axis=1)
        return np.where(self.days.any(axis=1), self.end - 1 - back, -1).astype(np.int64)


def watch(
    visits: pd.DataFrame,
    on_tracks: pd.DataFrame,
    area_ids: Sequence[str],
    *,
    timezone: str,
    as_of: datetime,
) -> Watch | None:
    """Find the days on which each area was watched by VISITS; None where there is no log.

    `on_tracks`, ``area_id at``, says where tracks were, and when; `area_ids` are all areas that can
    be watched, `as_of` the first moment not seen: what began at or after it is not known.
    """
    named = visits[visits["area_id"].notna()]
    ends = named["ended_at"].fillna(named["started_at"])
    # an end at midnight belongs to the day before it
    last = ends - pd.Timedelta(microseconds=1)
    last = last.where(last >= named["started_at"], named["started_at"])
    parts = pd.DataFrame(
        {
            "area_id": pd.concat([named["area_id"]] * 2 + [on_tracks["area_id"]]),
            "at": pd.concat([named["started_at"], last, on_tracks["at"]]),
        }
    )
    parts = parts[(parts["at"] < pd.Timestamp(as_of)).to_numpy()]
    area = pd.Index(area_ids).get_indexer(pd.Index(parts["area_id"]))
    day = day_of(parts["at"], timezone)
    area, day = area[area >= 0], day[area >= 0]
    if not len(day):
        return None
    first = int(day.min())
    seen = pd.Series([pd.Timestamp(as_of) - pd.Timedelta(microseconds=1)])
    until = max(int(day_of(seen, timezone)[0]), int(day.max()))
    days = np.zeros((len(area_ids), until + 1 - first), dtype=bool)
    days[area, day - first] = True
    return Watch(list(area_ids), first, days)


def day_of(moments: pd.Series, timezone: str) -> Ints:
    """Return the local days of aware moments, counted from 1970-01-01.

    >>> day_of(pd.Series(pd.to_datetime(["1970-01-01T17:00Z"])), "Asia/Shanghai").tolist()
    [1]
    """
    local = pd.DatetimeIndex(moments).tz_convert(timezone).tz_localize(None)
    return np.asarray(local.as_unit("us").asi8 // _MICROS_A_DAY, dtype=np.int64)
