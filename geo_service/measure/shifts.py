"""Crews' working days and shifts, as people write them."""

import re
from datetime import date, datetime

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HAN = "一二三四五六日"
_DAY = 24 * 60


def works_on(weekdays: object, day: date) -> bool:
    """Tell whether a crew with these `weekdays` works on `day`; no weekdays are all days.

    Written as numbers from Monday 1 (``1-5``, ``1,3,5``, ``12345``), as ``mon tue`` or as 一三五.

    >>> works_on("1-5", date(2026, 6, 28)), works_on("Sat Sun", date(2026, 6, 28))
    (False, True)
    """
    if not isinstance(weekdays, str) or not weekdays.strip():
        return True
    text = weekdays.lower().replace("天", "日")
    for number, (name, sign) in enumerate(zip(_DAYS, _HAN, strict=True), start=1):
        text = re.sub(rf"{name}[a-z]*", str(number), text).replace(sign, str(number))
    days: set[int] = set()
    for first, last in re.findall(r"([1-7])\s*(?:[-–~至到]\s*([1-7]))?", text):
        days.update(range(int(first), int(last or first) + 1))
    return day.isoweekday() in days


def shift_minutes(capacity: float | None, start: str | None, end: str | None) -> float | None:
    """Return how many minutes of work a shift holds; None where nothing says.

    The crew's own `capacity` in minutes goes before what lies between `start` and `end`.

    >>> shift_minutes(None, "08:00", "17:00"), shift_minutes(None, "22:00", "06:00")
    (540.0, 480.0)
    """
    if capacity is not None and capacity > 0:
        return float(capacity)
    try:
        edges = [datetime.strptime(text or "", "%H:%M") for text in (start, end)]  # noqa: DTZ007
    except ValueError:
        return None
    minutes = (edges[1] - edges[0]).total_seconds() / 60 % _DAY
    return minutes or None
