"""How a district's risk spreads over the days after a closure, as it was known week by week.

A spell that is watched for ten days says more than a third of what thirty days say where most
returns come early. How much more is told by the district's own curve; that of a week knows nothing
of what came later, so that a week's figures never change afterwards.
"""

import numpy as np
from numba import njit

from geo_service.measure import Flags, Floats, Ints

HOUR_US = 3_600_000_000


def weekly_curves(
    start: Ints, end: Ints, returned: Flags, ends: Ints, *, window: int, horizon: int
) -> Floats:
    """Return the share of the horizon's risk that has passed by each full day, week by week.

    Parameters
    ----------
    start, end, returned
        Of each spell, microseconds; shape (n,).
    ends
        Ends of the weeks, microseconds; shape (w,).
    window
        How far before the end of a week a spell may begin, microseconds.
    horizon
        Days.

    Returns
    -------
    curves
        Shape (w, horizon + 1), from 0 to 1; even where nothing returned. Kaplan–Meier on lengths
        that are rounded up to full hours.
    """
    first = np.searchsorted(ends, start, side="right").astype(np.int64)
    ended, stopped = _ended(start, end, returned, first, ends, window, horizon * 24)
    at_risk = np.cumsum(stopped[:, ::-1], axis=1)[:, ::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(at_risk > 0, 1.0 - ended / at_risk, 1.0)[:, : horizon * 24 + 1]
        passed = 1.0 - np.cumprod(left, axis=1)[:, ::24]
        shares = passed / passed[:, -1:]
    even = np.arange(horizon + 1) / horizon
    return np.where(passed[:, -1:] > 0, shares, even)


@njit(cache=True)
def _ended(
    start: Ints,
    end: Ints,
    returned: Flags,
    first: Ints,
    ends: Ints,
    window: int,
    hours: int,
) -> tuple[Floats, Floats]:
    """Count spells by week and hour of their length: those that returned, and all."""
    weeks = len(ends)
    events = np.zeros((weeks, hours + 2), np.float64)
    all_ = np.zeros((weeks, hours + 2), np.float64)
    for k in range(len(start)):
        for w in range(first[k], weeks):
            now = ends[w]
            if start[k] < now - window:
                break
            length = min(end[k], now) - start[k]
            hour = min((length + HOUR_US - 1) // HOUR_US, hours + 1)
            all_[w, hour] += 1
            if returned[k] and end[k] < now and hour <= hours:
                events[w, hour] += 1
    return events, all_
