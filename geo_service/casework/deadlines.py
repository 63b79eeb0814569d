"""Until when a case is to be solved: its category's limit by its clock, longer where postponed."""

from typing import NamedTuple

import numpy as np

from geo_service.measure import Ints
from geo_service.measure.worktime import HOUR, WorkTime
from geo_service.terms import CLOCKS

NO_LIMIT = np.iinfo(np.int64).max
"""The deadline of a case whose category has none."""

NATURAL, WORKING, URGENT, DAYS = range(4)
"""Codes of the clocks, places in ``terms.CLOCKS``; an urgent one runs day and night."""


class Limits(NamedTuple):
    """The limits of cases, shape (n,) each: hours, of the clock of days working days.

    `clock` holds codes; -1, or a limit that is no number, is none.
    """

    limit: np.ndarray[tuple[int], np.dtype[np.float64]]
    clock: Ints


def clock_code(clock: object) -> int:
    """Return the code of a clock's word, -1 of any other.

    >>> clock_code("working"), clock_code(None)
    (1, -1)
    """
    return CLOCKS.index(clock) if clock in CLOCKS else -1


def deadlines(opened: Ints, limits: Limits, worked: WorkTime) -> Ints:
    """Return until when cases are to be solved.

    Parameters
    ----------
    opened
        Microseconds, shape (n,).
    limits
        Of each case.
    worked
        The calendar; it reaches beyond every deadline.

    Returns
    -------
    due
        Microseconds, shape (n,); :data:`NO_LIMIT` where there is none.
    """
    due = np.full(len(opened), NO_LIMIT)
    known = np.isfinite(limits.limit) & (limits.limit > 0) & (limits.clock >= 0)
    hours = np.round(np.where(known, limits.limit, 0) * HOUR).astype(np.int64)
    whole = np.ceil(np.where(known, limits.limit, 0)).astype(np.int64)
    natural = known & np.isin(limits.clock, (NATURAL, URGENT))
    due[natural] = opened[natural] + hours[natural]
    working = known & (limits.clock == WORKING)
    due[working] = worked.after(opened[working], hours[working])
    days = known & (limits.clock == DAYS)
    due[days] = worked.after_days(opened[days], whole[days])
    return due


def postponed(due: int, clock: int, at: int, until: int, worked: WorkTime) -> int:
    """Return a deadline moved by a pause: by as much of it as the clock would have counted.

    Parameters
    ----------
    due, at, until
        The deadline so far, when it was postponed, and until when; microseconds.
    clock
        Code of the clock that it runs by.
    worked
        The calendar.
    """
    if due == NO_LIMIT or until <= at:
        return due
    if clock in (NATURAL, URGENT):
        return due + until - at
    return int(worked.after(due, worked.between(at, until)))
