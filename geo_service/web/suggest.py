"""Which crew to propose for an area: one that works that day, can do it, has least, is nearest.

A rule one can say in a sentence; planning proper is another step.
"""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.measure import to_metres

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HAN = "一二三四五六日"


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


def has_skill(skills: object, skill: str | None) -> bool:
    """Tell whether a crew with these `skills` can do what `skill` asks.

    >>> has_skill("wash, haul", "haul"), has_skill(None, "haul"), has_skill(None, None)
    (True, False, True)
    """
    if not skill:
        return True
    return isinstance(skills, str) and skill in re.split(r"[\s,;，；、|]+", skills)


def suggest(
    points: pd.DataFrame,
    crews: pd.DataFrame,
    assigned: pd.DataFrame,
    day: date,
    skill: str | None,
    epsg: int,
) -> NDArray[np.object_]:
    """Return a crew's id for each point, ``None`` where no crew works that day.

    Parameters
    ----------
    points
        Where the areas are: columns ``lon`` and ``lat``.
    crews
        All crews.
    assigned
        The assignments of that day.
    day
        The day.
    skill
        What the category asks of a crew, if anything.
    epsg
        UTM zone for distances.
    """
    out = np.full(len(points), None, dtype=object)
    works = np.array([works_on(text, day) for text in crews["weekdays"]], dtype=bool)
    able = works & np.array([has_skill(text, skill) for text in crews["skills"]], dtype=bool)
    # Somebody without the skill is better than nobody: people see who it is and can change it.
    chosen = crews[able if able.any() else works].sort_values("crew_id", kind="stable")
    if chosen.empty or points.empty:
        return out
    load = chosen["crew_id"].map(assigned["crew_id"].value_counts()).fillna(0).to_numpy(dtype=int)
    least = chosen[load == load.min()]
    x, y = to_metres(points["lon"], points["lat"], epsg)
    depot_x, depot_y = to_metres(least["depot_lon"], least["depot_lat"], epsg)
    metres = np.hypot(x[:, None] - depot_x[None, :], y[:, None] - depot_y[None, :])
    nearest = np.where(np.isnan(metres), np.inf, metres).argmin(axis=1)
    out[:] = least["crew_id"].to_numpy(dtype=object)[nearest]
    return out
