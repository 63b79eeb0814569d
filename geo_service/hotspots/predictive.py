"""How many cases some weeks lead one to expect, and how remarkable what came is.

One category at a time: an area's own history, the district's level now, the days on which
somebody looked; a negative binomial that is as wide as earlier periods were uneven.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from geo_service.hotspots.counts import sums_before, trailing
from geo_service.hotspots.params import HotspotParams
from geo_service.measure import Flags, Floats, Ints, Shorts

_USUAL_SPREAD = 0.3
_LEAST_SPREAD = 1e-3
_SURE, _NEVER = 1e-15, 1e-6
"""What a mid-P is held away from, 0 and 1: there the tangent has no end."""

Law = tuple[Floats, Floats, Floats]
"""Cases, mean and variance beyond chance."""


class Predictive(NamedTuple):
    """Arrays of shape (areas, weeks), of one category and window.

    Parameters
    ----------
    cases
        Of the window's weeks.
    mean
        What was to be expected.
    spread
        Variance of the area's own rate relative to its square, beyond chance.
    level
        The same of the district's level, which all areas share.
    """

    cases: Floats
    mean: Floats
    spread: Floats
    level: Floats

    def law(self, which: Ints) -> Law:
        """Return cases, mean and variance beyond chance of these areas."""
        mean = self.mean[which]
        return self.cases[which], mean, mean**2 * (self.spread[which] + self.level[which])

    def around(self, whole: sparse.csr_array, which: Ints, cases: Floats) -> Law:
        """Return the same of sums of areas: one a row of `whole`, with the level of `which`."""
        mean = whole @ self.mean
        return cases, mean, whole @ (self.mean**2 * self.spread) + mean**2 * self.level[which]


class _Past(NamedTuple):
    """What is known before each of some weeks; arrays of shape (areas, stops), or (stops,)."""

    start: Ints
    stop: Ints
    history: Floats
    watched: Floats
    other_rate: Floats
    rate: Floats
    spread: Floats

    @classmethod
    def of(cls, cases: Floats, days: Floats, stop: Ints, params: HotspotParams) -> "_Past":
        """Sum up what lies before each of `stop`, given the sums before each week."""
        stop = np.maximum(stop, 0)
        start = np.maximum(stop - params.history_weeks, 0)
        history, watched = (one.take(stop, 1) - one.take(start, 1) for one in (cases, days))
        with np.errstate(divide="ignore", invalid="ignore"):
            other = (history.sum(axis=0) - history) / (watched.sum(axis=0) - watched)
        other = np.where(np.isfinite(other), other, 0.0)
        return cls(start, stop, history, watched, other, *_prior(history, watched))

    def until(self, first: int, weeks: int) -> "_Past":
        """Return that of these stops alone."""
        part = slice(first, first + weeks)
        areas = (self.history[:, part], self.watched[:, part], self.other_rate[:, part])
        return _Past(self.start[part], self.stop[part], *areas, self.rate[part], self.spread[part])


def predict(
    cases: Shorts, days_before: Floats, params: HotspotParams, first: int = 0
) -> list[Predictive]:
    """Say what each window of ``params.windows`` leads one to expect, of the past alone.

    Parameters
    ----------
    cases
        Of one category by area and week, all areas; shape (areas, weeks).
    days_before
        Days on which somebody looked before each week, and last all; shape (areas, weeks + 1).
    first
        The arrays that are returned begin with this week.

    Returns
    -------
    predictive
        One a window; NaN in weeks whose history is too short.

    Notes
    -----
    Rates of areas have a gamma prior with Marshall's moments (1991); h cases on e days make it
    Gamma(a + h, b + e). History ends ``params.gap_weeks`` before a window, or an excess that lasts
    would talk itself down. The district's level is what all other areas had, compared with their
    history, leaning towards no change. Over-dispersion by moments over earlier periods of the
    same length, all areas together.
    """
    before = sums_before(cases)
    weeks, gap, most = cases.shape[1], params.gap_weeks, max(params.windows)
    stops = np.arange(first + 1 - most, weeks) - gap
    past = _Past.of(before, days_before, stops, params)
    stop = np.arange(first + 1, weeks + 1) - params.trailing_weeks - gap
    short = np.minimum(stop, params.history_weeks) < params.least_history_weeks
    return [
        _window(before, days_before, past.until(most - n, weeks - first), n, params, short)
        for n in params.windows
    ]


def _window(
    before: Floats, days: Floats, past: _Past, n: int, params: HotspotParams, short: Flags
) -> Predictive:
    """Return what windows of `n` weeks lead one to expect, given the sums before each week."""
    lean = float(params.level_cases)
    now, now_days = (trailing(one, n, len(short)) for one in (before, days))
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = 1 / past.spread, 1 / (past.rate * past.spread)
    others = np.maximum(now.sum(axis=0) - now, 0) + lean
    level = others / (past.other_rate * (now_days.sum(axis=0) - now_days) + lean)
    whole = before.sum(axis=0), days.sum(axis=0)
    stop, start, step = past.stop, past.start, max(n // 2, 1)
    dispersion = _dispersion(
        before, days, *whole, past.history, past.other_rate, start, stop, n, lean, step
    )
    periods = np.maximum((stop - start) / n, 1.0)
    with np.errstate(invalid="ignore"):
        mean = now_days * level * (a + past.history) / (b + past.watched)
    # history that is uneven in itself says less about the rate
    own = 1 / (a + past.history) + dispersion * (1 + 1 / periods)
    mean = np.where(np.isfinite(mean), mean, 0.0)
    mean[:, short] = np.nan
    return Predictive(now, mean, own, 1 / others)


def together(laws: Sequence[Law], fires: float = 0.0) -> tuple[Floats, NDArray[np.uint8]]:
    """Join the mid-P of windows: p = ½ − atan(mean tan((½ − p) π)) / π (ACAT, Liu and Xie 2020).

    Parameters
    ----------
    laws
        Cases, mean and variance beyond chance, one a window; each of one shape (a, w).
    fires
        A window whose mid-P is at most this fires.

    Returns
    -------
    p, fired
        1 where no window holds a standard deviation more than expected; and which windows fire,
        one a bit. Of one shape (a, w).
    """
    p = np.empty(laws[0][1].shape)
    fired = np.zeros(p.shape, dtype=np.uint8)
    cases, mean, beyond = (
        tuple(np.ascontiguousarray(one).ravel() for one in part) for part in zip(*laws, strict=True)
    )
    _together(cases, mean, beyond, fires, p.reshape(-1), fired.reshape(-1))
    return p, fired


def _prior(history: Floats, watched: Floats) -> tuple[Floats, Floats]:
    """Return Marshall's mean rate, and the variance of rates relative to its square."""
    areas = np.maximum((watched > 0).sum(axis=0), 1)
    total = np.maximum(watched.sum(axis=0), 1e-12)
    mean = history.sum(axis=0) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.where(watched > 0, history / watched, 0.0)
        between = (watched * (rates - mean) ** 2).sum(axis=0) / total - mean / (total / areas)
        spread = np.where(mean > 0, between / mean**2, 1.0)
    return mean, np.maximum(spread, _LEAST_SPREAD)


@njit(cache=True)
def _dispersion(
    sums: Floats,
    days: Floats,
    all_sums: Floats,
    all_days: Floats,
    history: Floats,
    other_rate: Floats,
    start: Ints,
    stop: Ints,
    n: int,
    lean: float,
    step: int,
) -> Floats:
    """Return the variance of a period's cases beyond chance, relative to the squared mean.

    `sums` and `days` are those before each week. Of periods that overlap every `step`-th is
    taken: more would say little more.
    """
    areas, weeks = history.shape
    out = np.zeros(weeks)
    for t in range(weeks):
        low, high = start[t] + n - 1, stop[t]
        periods = (high - low + step - 1) // step
        if periods < 2:
            continue
        kept = 1.0 - n / (stop[t] - start[t])
        if kept <= 0:
            continue
        above, below = 0.0, 0.0
        for i in range(areas):
            h = history[i, t]
            if h < 2:
                continue
            sy = syy = sw = sww = syw = 0.0
            for u in range(low, high, step):
                y, d = sums[i, u + 1] - sums[i, u + 1 - n], days[i, u + 1] - days[i, u + 1 - n]
                every, each_day = all_sums[u + 1], all_days[u + 1]
                every, each_day = every - all_sums[u + 1 - n], each_day - all_days[u + 1 - n]
                others = other_rate[i, t] * (each_day - d)
                w = d * (every - y + lean) / (others + lean)
                sy += y
                sw += w
                syy += y * y
                sww += w * w
                syw += y * w
            if sw <= 0:
                continue
            ratio = sy / sw
            residual = syy - 2 * ratio * syw + ratio * ratio * sww
            # busy areas tell more, but not in proportion: there unevenness itself is the noise
            weight = 1.0 / (1.0 + _USUAL_SPREAD * sy / periods) ** 2
            above += weight * (residual / kept - sy)
            below += weight * ratio * ratio * sww * (h - 1) / h
        if below > 0:
            out[t] = max(above / below, 0.0)
    return out


@njit(cache=True)
def _together(
    cases: tuple[Floats, ...],
    mean: tuple[Floats, ...],
    beyond: tuple[Floats, ...],
    fires: float,
    out: Floats,
    fired: NDArray[np.uint8],
) -> None:
    windows = len(cases)
    for k in range(len(out)):
        if mean[0][k] != mean[0][k]:
            out[k] = mean[0][k]
            continue
        out[k] = 1.0
        more = False
        for n in range(windows):
            mu = mean[n][k]
            more |= cases[n][k] > mu + math.sqrt(mu + beyond[n][k])
        if not more:
            # nothing can be remarkable: the dear part is left out
            continue
        total = 0.0
        for n in range(windows):
            p = mid_p(cases[n][k], mean[n][k], beyond[n][k])
            if p <= fires:
                fired[k] |= 1 << n
            total += math.tan((0.5 - min(max(p, _SURE), 1 - _NEVER)) * math.pi)
        # the arc tangent of the reciprocal keeps the digits of a small p
        out[k] = math.atan2(1.0, total / windows) / math.pi


@njit(cache=True)
def mid_p(y: float, mean: float, beyond: float) -> float:
    """Return P(Y > y) + ½ P(Y = y), Y negative binomial; NaN where the mean is.

    Parameters
    ----------
    y
        A whole number.
    mean
        Of Y, not negative; where it is 0 nothing could come and nothing is remarkable: 1.
    beyond
        Variance of Y less its mean.

    >>> float(round(mid_p(0.0, 2.0, 2.0), 6))
    0.875
    """
    if not mean > 0:
        return mean if mean != mean else 1.0
    s = min(mean**2 / beyond, 1e9) if beyond > 0 else 1e9
    none = -s * math.log1p(mean / s)
    if y == 0:
        return 1.0 - math.exp(none) / 2
    ratio = mean / (mean + s)
    # lgamma(s + y) − lgamma(s) loses its digits where s is large: there it is a sum
    rising = 0.0
    if s > 1e4 and y < 1e4:
        for one in range(int(y)):
            rising += math.log1p(one / s)
        rising += y * math.log(s)
    else:
        rising = math.lgamma(s + y) - math.lgamma(s)
    here = math.exp(none + rising - math.lgamma(y + 1) + y * math.log(ratio))
    total, term, j = here / 2, here, y
    if y > mean:
        while term > 1e-17 * total and term > 0:
            term *= (s + j) / (j + 1) * ratio
            j += 1
            total += term
        return total
    while j > 0 and term > 1e-17 * total:
        term *= j / ((s + j - 1) * ratio)
        j -= 1
        total += term
    return max(1.0 - total, 0.0)
