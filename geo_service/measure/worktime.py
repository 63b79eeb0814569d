"""Working time: when a limit of working hours or days is over, how much is worked between moments.

A calendar is laid out once as intervals of work; every question is then two searches in them, for
one moment or a million.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

import chinese_calendar
import numpy as np
from numpy.typing import ArrayLike

from geo_service.measure.array_types import Ints
from geo_service.measure.periods import microseconds_of
from geo_service.terms import USUAL_HOURS

HOUR = 3_600_000_000

FIRST_KNOWN, LAST_KNOWN = min(chinese_calendar.holidays).year, max(chinese_calendar.holidays).year
"""Years whose public holidays and make-up days are known; in others Monday to Friday are worked."""

Stretch = tuple[time, time]


class Special(NamedTuple):
    """What the office says of one day: ``holiday``, ``workday`` or ``half``.

    Its hours are `hours`, None as usual; of a half day the first stretch alone.
    """

    day: date
    kind: str
    hours: tuple[Stretch, ...] | None = None


def hours_of(text: str) -> tuple[Stretch, ...]:
    """Read ``09:00-12:00;14:30-18:00``.

    Raises
    ------
    ValueError
        If it is none, ends before it begins, or overlaps.

    >>> [f"{a:%H:%M} {b:%H:%M}" for a, b in hours_of("09:00-12:00;14:30-18:00")]
    ['09:00 12:00', '14:30 18:00']
    """
    found = []
    for part in text.split(";"):
        first, _, last = part.strip().partition("-")
        found.append((time.fromisoformat(first), time.fromisoformat(last)))
    edges = [edge for stretch in found for edge in stretch]
    if edges != sorted(set(edges)):
        raise ValueError(text)
    return tuple(found)


def is_worked(day: date) -> bool:
    """Tell whether a usual office works on a day: public holidays and make-up days count.

    >>> is_worked(date(2026, 10, 1)), is_worked(date(2026, 10, 10)), is_worked(date(2031, 1, 1))
    (False, True, True)
    """
    if FIRST_KNOWN <= day.year <= LAST_KNOWN:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


class WorkTime:
    """The hours that are worked from one day to another.

    Parameters
    ----------
    first, last
        Days; moments outside are taken to be at the edge.
    timezone
        The district's.
    hours
        Of a usual day, as :func:`hours_of` reads them.
    special
        What the office says of single days; it goes before public holidays.
    """

    def __init__(
        self,
        first: date,
        last: date,
        timezone: str,
        hours: str = USUAL_HOURS,
        special: Iterable[Special] = (),
    ) -> None:
        usual, zone = hours_of(hours), ZoneInfo(timezone)
        said = {one.day: one for one in special}
        begins, ends, midnights, ends_of_day, days = [], [], [], [], []
        day = first
        while day <= last:
            stretches = _stretches(day, said.get(day), usual)
            midnights.append(microseconds_of(datetime.combine(day, time(), zone)))
            for begin, end in stretches:
                begins.append(microseconds_of(datetime.combine(day, begin, zone)))
                ends.append(microseconds_of(datetime.combine(day, end, zone)))
            if stretches:
                ends_of_day.append(ends[-1])
            days.append(len(ends_of_day))
            day += timedelta(days=1)
        self.begins = np.array(begins, dtype=np.int64)
        self.ends = np.array(ends, dtype=np.int64)
        self._midnights = np.array(midnights, dtype=np.int64)
        self._ends_of_day = np.array(ends_of_day, dtype=np.int64)
        # how many days are worked up to each day
        self._days = np.array(days, dtype=np.int64)

    @cached_property
    def _worked(self) -> Ints:
        """How much is worked before each stretch, and in all; microseconds."""
        return np.concatenate([[0], np.cumsum(self.ends - self.begins)])

    def worked_before(self, at: ArrayLike) -> Ints:
        """Return how much is worked from the first day to some moments; all microseconds."""
        moments = np.asarray(at, dtype=np.int64)
        i = np.searchsorted(self.begins, moments, side="right")
        before = np.append(self.ends, 0)[i - 1]
        # inside a stretch its rest is still to come
        rest = np.where(i > 0, np.maximum(before - moments, 0), 0)
        return np.asarray(self._worked[i] - rest)

    def between(self, start: ArrayLike, end: ArrayLike) -> Ints:
        """Return how much is worked between moments; all microseconds, shape (n,)."""
        return self.worked_before(end) - self.worked_before(start)

    def after(self, start: ArrayLike, work: ArrayLike) -> Ints:
        """Return when so much has been worked from some moments on; all microseconds, shape (n,).

        The earliest such moment: a limit that is used up by the evening ends in the evening.
        """
        wanted = self.worked_before(start) + np.asarray(work, dtype=np.int64)
        i = np.searchsorted(self._worked, wanted, side="left").clip(1, len(self.begins))
        return np.asarray(self.begins[i - 1] + (wanted - self._worked[i - 1]))

    def after_days(self, start: ArrayLike, days: ArrayLike) -> Ints:
        """Return when the n-th working day after that of some moments ends; microseconds.

        The day of the moment itself does not count.
        """
        moments = np.asarray(start, dtype=np.int64)
        day = np.searchsorted(self._midnights, moments, side="right") - 1
        nth = self._days[day.clip(0)] + np.asarray(days, dtype=np.int64)
        return np.asarray(self._ends_of_day[(nth - 1).clip(0, len(self._ends_of_day) - 1)])


def _stretches(day: date, said: Special | None, usual: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    if said is None:
        return usual if is_worked(day) else ()
    if said.kind == "holiday":
        return ()
    return said.hours or (usual[:1] if said.kind == "half" else usual)
