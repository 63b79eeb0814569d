"""The 30-day probability of every area × category pair at the end of every week.

At the end T of a week only what happened before T is known: a spell that began before T and goes
on is censored there. Each figure rests on the closures of the 52 weeks before T.
"""

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray

from geo_service.measure import (
    Flags,
    Floats,
    Ints,
    Pairs,
    Risk,
    Shorts,
    effective_size,
    pooled,
    risk_interval,
    shrink,
)
from geo_service.rebound.curves import weekly_curves
from geo_service.rebound.params import ReboundParams

_PIECE = 250_000
DAY_US = 86_400_000_000


def rolling_risk(
    spells: pd.DataFrame, pairs: Pairs, ends: Ints, params: ReboundParams | None = None
) -> Risk:
    """Return each pair's risk as known at each of `ends`; nothing later has a say in it.

    Arrays of shape (pairs, weeks).

    Parameters
    ----------
    spells
        SPELLS.
    pairs
        The area × category pairs.
    ends
        Ends of the weeks, microseconds, increasing; shape (w,).
    """
    params = params or ReboundParams()
    horizon = params.shown_horizon
    window = params.window_weeks * 7 * DAY_US
    ends = np.asarray(ends, dtype=np.int64)
    start = pd.DatetimeIndex(spells["started_at"]).as_unit("us").asi8
    if len(ends):
        asked = (start >= ends[0] - window) & (start < ends[-1])
        spells, start = spells[asked], start[asked]
    end = pd.DatetimeIndex(spells["ended_at"]).as_unit("us").asi8
    returned = spells["returned"].to_numpy(dtype=np.bool_)
    pair = np.concatenate([pairs.number(spells), pairs.whole_area(spells)])
    start, end, returned = np.tile(start, 2), np.tile(end, 2), np.tile(returned, 2)
    order = np.lexsort((start, pair))
    order = order[pair[order] >= 0]
    pair = pair[order]
    begin = np.searchsorted(pair, np.arange(len(pairs) + 1)).astype(np.int64)
    n = len(spells)
    curves = weekly_curves(start[:n], end[:n], returned[:n], ends, window=window, horizon=horizon)
    counts, events, log_s, greenwood, followed = _roll(
        begin, start[order], end[order], returned[order], ends, horizon * DAY_US, window, curves
    )
    probability = np.where(counts > 0, -np.expm1(log_s), np.nan)
    n_eff = effective_size(events, probability, followed)
    low, high = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    some = np.flatnonzero(counts)
    # a piece at a time: all at once would hold a dozen further arrays of that size
    for part in np.array_split(some, 1 + len(some) // _PIECE):
        low.flat[part], high.flat[part] = risk_interval(
            probability.flat[part], greenwood.flat[part], n_eff.flat[part]
        )
    return Risk(counts, events, probability, low, high, n_eff)


def shrunk_risk(risks: Risk, pairs: Pairs, params: ReboundParams | None = None) -> Risk:
    """Return `risks` with each pair drawn towards all areas of its category, week by week.

    Probability, interval and how surely it is worse; NaN where n_eff is too small for a figure.
    """
    params = params or ReboundParams()
    families = len(pairs.categories)
    level = pooled(risks.events, risks.n_eff, pairs.category, families)
    found = shrink(risks.events, risks.n_eff, pairs.category, level, least=params.least_n_eff)
    return risks._replace(**found._asdict())


def risk_classes(risks: Risk, params: ReboundParams | None = None) -> NDArray[np.int8]:
    """Return how each pair of `risks`, drawn together, stands beside all areas, week by week.

    Fewer came back (0), about as many (1), more, perhaps by chance (2), surely more (3); -1 where
    n_eff is too small for a figure. Shape (pairs, weeks).
    """
    params = params or ReboundParams()
    if risks.worse is None or risks.above is None:
        raise ValueError("areas are not drawn together")
    few, many = params.alike
    with np.errstate(invalid="ignore"):
        enough = risks.n_eff >= params.least_n_eff
        asked = [~enough, risks.worse >= params.surely, risks.above >= many, risks.above >= few]
    return np.select(asked, [-1, 3, 2, 1], 0).astype(np.int8)


@njit(cache=True, nogil=True)
def _roll(
    begin: Ints,
    start: Ints,
    end: Ints,
    returned: Flags,
    ends: Ints,
    horizon: int,
    window: int,
    curves: Floats,
) -> tuple[Shorts, Shorts, Floats, Floats, Floats]:
    groups, weeks = len(begin) - 1, len(ends)
    counts = np.zeros((groups, weeks), np.int32)
    events = np.zeros((groups, weeks), np.int32)
    log_s = np.zeros((groups, weeks), np.float64)
    greenwood = np.zeros((groups, weeks), np.float64)
    followed = np.zeros((groups, weeks), np.float64)
    largest = 0
    for g in range(groups):
        largest = max(largest, begin[g + 1] - begin[g])
    short, hits = np.empty(largest, np.int64), np.empty(largest, np.int64)
    for g in range(groups):
        low = high = begin[g]
        stop = begin[g + 1]
        for w in range(weeks):
            while high < stop and start[high] < ends[w]:
                high += 1
            while low < high and start[low] < ends[w] - window:
                low += 1
            counts[g, w] = high - low
            if low < high:
                events[g, w], log_s[g, w], greenwood[g, w], followed[g, w] = _risk_now(
                    low, high, start, end, returned, ends[w], horizon, curves[w], short, hits
                )
    return counts, events, log_s, greenwood, followed


@njit(cache=True)
def _risk_now(
    low: int,
    high: int,
    start: Ints,
    end: Ints,
    returned: Flags,
    now: int,
    horizon: int,
    curve: Floats,
    short: Ints,
    hits: Ints,
) -> tuple[int, float, float, float]:
    """Kaplan–Meier of the spells `low` to `high` as known at `now`.

    Events, log S, Greenwood's sum and follow-up. `short` and `hits` are room to work in: millions
    of such small estimates would else spend their time on making arrays.
    """
    shorter = found = 0
    followed = 0.0
    for k in range(low, high):
        event = returned[k] and end[k] < now
        length = min(end[k], now) - start[k]
        if length < horizon:
            short[shorter] = length
            shorter += 1
        if event and length <= horizon:
            hits[found] = length
            found += 1
        if event or length >= horizon:
            followed += 1.0
        else:
            day = length / DAY_US
            whole = int(day)
            followed += curve[whole] + (day - whole) * (curve[whole + 1] - curve[whole])
    _sort(short[:shorter])
    _sort(hits[:found])
    log_s = greenwood = 0.0
    k = below = 0
    while k < found:
        d = 0
        moment = hits[k]
        while k < found and hits[k] == moment:
            d += 1
            k += 1
        while below < shorter and short[below] < moment:
            below += 1
        at_risk = high - low - below
        if d < at_risk:
            log_s += np.log1p(-d / at_risk)
            greenwood += d / (at_risk * (at_risk - d))
        else:
            log_s, greenwood = -np.inf, np.inf
    return found, log_s, greenwood, followed


@njit(cache=True)
def _sort(values: Ints) -> None:
    """Sort in place, as Shell does: most are a handful."""
    for gap in (1750, 701, 301, 132, 57, 23, 10, 4, 1):
        for k in range(gap, len(values)):
            one = values[k]
            place = k
            while place >= gap and values[place - gap] > one:
                values[place] = values[place - gap]
                place -= gap
            values[place] = one
