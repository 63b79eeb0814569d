"""ISO weeks in a district's time zone: half-open, Monday 00:00 local to the next.

A week is written ``2026-W26`` and numbered by how many Mondays have passed since
1970-01-05, so that arrays can be indexed by it.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from geo_service.measure.array_types import Ints

_FIRST_MONDAY = date(1970, 1, 5)

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""Nobody means a day beyond these, and a zone's midnight may not exist at the calendar's ends."""


def day_of(text: str) -> date:
    """Return the day written as ``2026-06-29``.

    Raises
    ------
    ValueError
        If `text` is none, or one beyond `FIRST_DAY` and `LAST_DAY`.
    """
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(text)
    return day


def microseconds_of(moment: datetime) -> int:
    """Return an aware moment as microseconds since 1970-01-01 UTC, exactly.

    >>> microseconds_of(datetime(1970, 1, 1, 0, 1, tzinfo=UTC))
    60000000
    """
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def moment_at(micros: int) -> datetime:
    """Inverse of :func:`microseconds_of`.

    >>> moment_at(60_000_000).isoformat()
    '1970-01-01T00:01:00+00:00'
    """
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)


def local_midnight(day: date, timezone: str) -> datetime:
    """Return 00:00 of `day` in `timezone`, as UTC.

    >>> local_midnight(date(2026, 6, 29), "Asia/Shanghai").isoformat()
    '2026-06-28T16:00:00+00:00'
    """
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def week_number(label: str) -> int:
    """Return the number of the week written `label`.

    >>> week_number("1970-W02")
    0

    Raises
    ------
    ValueError
        If `label` is no ISO week, or one that begins beyond the days of :func:`day_of`.
    """
    year, _, week = label.partition("-W")
    monday = day_of(date.fromisocalendar(int(year), int(week), 1).isoformat())
    return (monday - _FIRST_MONDAY).days // 7


def week_of(moment: datetime, timezone: str) -> int:
    """Return the number of the local week that holds `moment`."""
    return (moment.astimezone(ZoneInfo(timezone)).date() - _FIRST_MONDAY).days // 7


def week_labels(numbers: Ints | range) -> list[str]:
    """Write week numbers.

    >>> week_labels(range(week_number("2026-W53"), week_number("2026-W53") + 2))
    ['2026-W53', '2027-W01']
    """
    labels = []
    for number in numbers:
        year, week, _ = (_FIRST_MONDAY + timedelta(weeks=int(number))).isocalendar()
        labels.append(f"{year}-W{week:02d}")
    return labels


def week_edges(numbers: range, timezone: str) -> Ints:
    """Return the beginnings of weeks `numbers` and the end of the last.

    Returns
    -------
    edges
        Microseconds since 1970-01-01 UTC, shape (len(numbers) + 1,). A week with a change of
        clocks is an hour shorter or longer.
    """
    mondays = [_FIRST_MONDAY + timedelta(weeks=n) for n in range(numbers.start, numbers.stop + 1)]
    edges = [microseconds_of(local_midnight(monday, timezone)) for monday in mondays]
    return np.array(edges, dtype=np.int64)
