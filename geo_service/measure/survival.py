"""Kaplan–Meier of the same spells in many groupings: sorted once, walked once a grouping.

Only spells no longer than the longest horizon are put in order; of the others it is enough to know
how many there are.
"""

from collections.abc import Sequence
from math import log, log1p
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo_service.measure.array_types import Flags, Floats, Ints
from geo_service.measure.intervals import Risk, effective_size, follow_up, risk_curve, risk_interval


class Until(NamedTuple):
    """Until when half have ended, one entry a group.

    Parameters
    ----------
    median
        Days; NaN where fewer than half end as far as is known.
    followed
        How far that is, days: the longest spell, at most the reach.
    """

    median: Floats
    followed: Floats


class ByLength(NamedTuple):
    """Spells in the order of their lengths.

    Parameters
    ----------
    horizons
        Days, increasing.
    reach
        Days beyond which a spell has no place in the order.
    order
        Places of the spells up to `reach`, the shortest first; shape (m,).
    days, event
        Of these; shape (m,).
    cut
        How many of them are no longer than each horizon.
    watched
        Share of each horizon's risk, by the curve of all spells, that each was watched for; shape
        (horizons, spells up to the longest horizon).
    """

    horizons: tuple[float, ...]
    reach: float
    order: NDArray[np.intp]
    days: Floats
    event: Flags
    cut: Ints
    watched: Floats


def by_length(
    days: Floats, event: Flags, horizons: Sequence[float], reach: float = 0.0
) -> ByLength:
    """Return spells in the order of their lengths.

    Parameters
    ----------
    days, event
        Length of each spell and whether it ended by an event; shape (n,).
    horizons
        Days, in any order.
    reach
        How far medians are looked for, days; no further than the longest horizon unless said.
    """
    asked = tuple(sorted(horizons))
    reach = max(reach, asked[-1])
    short = np.flatnonzero(days <= reach)
    order = short[np.argsort(days[short])]
    sorted_days = np.ascontiguousarray(days[order], dtype=np.float64)
    cut = np.searchsorted(sorted_days, asked, side="right").astype(np.int64)
    watched = np.stack([follow_up(sorted_days, one, risk_curve(days, event, one)) for one in asked])
    return ByLength(asked, reach, order, sorted_days, event[order], cut, watched)


def risks_by_group(spells: ByLength, group: Ints, groups: int) -> list[Risk]:
    """Return each group's probability of an event (Kaplan–Meier), for each horizon.

    Of an event and a censoring of the same length the event is first; intervals are those of
    :func:`risk_interval`. `group` is the number of each spell's, 0 … groups − 1, or -1 for none; of
    all spells, also those that `spells` left out; shape (n,).

    >>> days, event = np.array([3.0, 5.0, 40, 60]), np.array([1, 0, 1, 0]) > 0
    >>> (risk,) = risks_by_group(by_length(days, event, [30]), np.zeros(4, dtype=np.int64), 1)
    >>> float(risk.probability[0].round(6)), int(risk.events[0]), int(risk.spells[0])
    (0.25, 1, 4)
    """
    near = spells.cut[-1]
    return _risks(spells, group[spells.order[:near]], _sizes(group, groups))[0]


def risks_and_medians(spells: ByLength, group: Ints, groups: int) -> tuple[list[Risk], Until]:
    """Return what :func:`risks_by_group` does, and until when half of each group have ended.

    The median is the first moment at which no more than half are left (Kaplan–Meier).
    """
    return _risks(spells, group[spells.order], _sizes(group, groups))


def curves_by_group(spells: ByLength, group: Ints, groups: int) -> tuple[Floats, Ints]:
    """Return by which horizon which share has ended, and how many are then still at risk.

    Both of shape (groups, horizons); Kaplan–Meier, NaN without spells.
    """
    total, mine = _sizes(group, groups), group[spells.order]
    near = mine[: spells.cut[-1]]
    found = _walk(near, spells.days, spells.event, spells.cut, spells.watched, total, spells.reach)
    ended: Floats = np.where(total > 0, -np.expm1(found[1]), np.nan)
    gone = np.stack([_sizes(mine[:cut], groups) for cut in spells.cut])
    return ended.T, (total - gone).T


def _sizes(group: Ints, groups: int) -> Ints:
    return np.bincount(group + 1, minlength=groups + 1)[1:].astype(np.int64)


def _risks(spells: ByLength, mine: Ints, total: Ints) -> tuple[list[Risk], Until]:
    *found, median, followed = _walk(
        mine, spells.days, spells.event, spells.cut, spells.watched, total, spells.reach
    )
    out = []
    for events, log_s, greenwood, watched in zip(*found, strict=True):
        probability: Floats = np.where(total > 0, -np.expm1(log_s), np.nan)
        n_eff = effective_size(events, probability, watched)
        low, high = risk_interval(probability, greenwood, n_eff)
        out.append(Risk(total, events, probability, low, high, n_eff))
    return out, Until(median, followed)


_MOMENT, _AT_RISK, _ENDED, _LEFT, _EVENTS, _LOG_S, _GREENWOOD, _MEDIAN, _FOLLOWED = range(9)
_HALF = log(0.5) + 1e-12


@njit(cache=True, nogil=True)
def _walk(
    group: Ints, days: Floats, event: Flags, cut: Ints, watched: Floats, total: Ints, reach: float
) -> tuple[Ints, Floats, Floats, Floats, Floats, Floats]:  # pragma: no cover (compiled)
    """Return events, log S, Greenwood's sum and follow-up, each of shape (horizons, groups).

    Then medians and until when they are known, for as many spells as `group` has.
    """
    many, groups = len(cut), len(total)
    events = np.zeros((many, groups), np.int64)
    log_s = np.zeros((many, groups), np.float64)
    greenwood = np.zeros((many, groups), np.float64)
    followed = np.zeros((many, groups), np.float64)
    median, until = np.empty(groups), np.empty(groups)
    # all that is known of a group side by side, so that a spell costs one look at memory; its
    # latest moment, and how many were at risk and how many ended then
    now = np.zeros((groups, _FOLLOWED + many), np.float64)
    for g in range(groups):
        now[g, _MOMENT], now[g, _LEFT], now[g, _MEDIAN] = -1.0, total[g], np.nan
    begin = 0
    for h in range(many):
        for i in range(begin, cut[h]):
            if group[i] < 0:
                continue
            one = now[group[i]]
            _take(one, days[i], event[i])
            if one[_EVENTS] == 0.0:  # of the others nobody asks for how long they were watched
                for k in range(h, many):
                    one[_FOLLOWED + k] += watched[k, i]
        begin = cut[h]
        for g in range(groups):
            one = now[g]
            _settle(one)
            events[h, g] = int(one[_EVENTS])
            log_s[h, g], greenwood[h, g] = one[_LOG_S], one[_GREENWOOD]
            followed[h, g] = one[_FOLLOWED + h] + one[_LEFT]
    for i in range(begin, len(group)):
        if group[i] >= 0:
            _take(now[group[i]], days[i], event[i])
    for g in range(groups):
        _settle(now[g])
        median[g] = now[g, _MEDIAN]
        until[g] = reach if now[g, _LEFT] > 0 else now[g, _MOMENT]
    return events, log_s, greenwood, followed, median, until


@njit(cache=True)
def _take(one: Floats, day: float, event: bool) -> None:  # pragma: no cover (compiled)
    if day != one[_MOMENT]:
        _settle(one)
        one[_MOMENT], one[_AT_RISK] = day, one[_LEFT]
    if event:
        one[_ENDED] += 1.0
    one[_LEFT] -= 1.0


@njit(cache=True)
def _settle(one: Floats) -> None:  # pragma: no cover (compiled)
    d, n = one[_ENDED], one[_AT_RISK]
    if d == 0.0:
        return
    one[_EVENTS] += d
    if d < n:
        one[_LOG_S] += log1p(-d / n)
        one[_GREENWOOD] += d / (n * (n - d))
    else:
        one[_LOG_S], one[_GREENWOOD] = -np.inf, np.inf
    if np.isnan(one[_MEDIAN]) and one[_LOG_S] <= _HALF:
        one[_MEDIAN] = one[_MOMENT]
    one[_ENDED] = 0.0
