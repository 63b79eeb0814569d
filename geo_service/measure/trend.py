"""Does a series rise or fall? Mann–Kendall for many series at once, also where they remember.

Missing values are left out; the values that are there count as following each other.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from scipy import special

from geo_service.measure.array_types import Floats

LEVEL = 0.05
"""Autocorrelations that are not significant at this level are taken as none."""


class Trend(NamedTuple):
    """One entry a series, shape (k,).

    Parameters
    ----------
    s
        Pairs of values that rise less pairs that fall.
    variance
        Of `s` where there is no trend; ties and, by :func:`hamed_rao`, memory are counted.
    tau
        `s` by the number of pairs (Kendall's tau a); NaN for fewer than two values.
    z, p
        (s − sgn s)/√variance and its two-sided p; NaN for fewer than two values, where all are
        equal, and where the memory leaves no variance.
    """

    s: Floats
    variance: Floats
    tau: Floats
    z: Floats
    p: Floats


def hamed_rao(series: Floats, lags: int | None = None) -> Trend:
    """Test each series for a trend where values resemble the ones before them.

    Parameters
    ----------
    series
        Shape (k, n); NaN is left out.
    lags
        Up to which distance values may resemble each other; all where it is missing. With 0 they
        are independent of each other: Mann–Kendall.

    Notes
    -----
    Kendall (1975): Var S = [n(n−1)(2n+5) − Σ t(t−1)(2t+5)]/18 over groups of t equal values.
    Hamed and Rao (1998): the variance is multiplied by
    1 + 2/(n(n−1)(n−2)) Σ (n−i)(n−i−1)(n−i−2) ρ_i over those autocorrelations ρ_i of the ranks that
    are significant; ranks are taken once Sen's slope is taken away.
    """
    values = np.ascontiguousarray(np.atleast_2d(series), dtype=np.float64)
    most = values.shape[1] if lags is None else lags
    s, variance, count = _judge_all(values, most, float(special.ndtri(1 - LEVEL / 2)))
    with np.errstate(invalid="ignore", divide="ignore"):
        tau = s / (count * (count - 1) / 2)
        spread = np.sqrt(np.where(variance > 0, variance, np.nan))
    z = (s - np.sign(s)) / spread
    return Trend(s, variance, tau, z, special.erfc(np.abs(z) / np.sqrt(2)))


@njit(cache=True)
def _judge_all(
    series: Floats, lags: int, critical: float
) -> tuple[Floats, Floats, Floats]:  # pragma: no cover (compiled)
    many, length = series.shape
    s, variance, count = np.zeros(many), np.zeros(many), np.zeros(many)
    x = np.empty(length)
    for row in range(many):
        n = 0
        for place in range(length):
            if not np.isnan(series[row, place]):
                x[n] = series[row, place]
                n += 1
        count[row] = n
        s[row], variance[row] = _judge(x[:n], lags, critical)
    return s, variance, count


@njit(cache=True)
def _judge(x: Floats, lags: int, critical: float) -> tuple[float, float]:  # pragma: no cover
    """Return S and its variance."""
    n = len(x)
    s = 0
    for later in range(1, n):
        for sooner in range(later):
            if x[later] > x[sooner]:
                s += 1
            elif x[later] < x[sooner]:
                s -= 1
    ties = 0.0
    for place in range(n):
        t = 0
        for other in range(n):
            t += x[other] == x[place]
        ties += (t - 1.0) * (2 * t + 5)
    variance = (n * (n - 1.0) * (2 * n + 5) - ties) / 18
    if lags > 0 and n > 2:
        variance *= _memory(x, min(lags, n - 1), critical)
    return float(s), variance


@njit(cache=True)
def _slope(x: Floats) -> float:  # pragma: no cover (compiled)
    """Return Sen's slope: the median of all slopes between two values."""
    n = len(x)
    slopes = np.empty(n * (n - 1) // 2)
    place = 0
    for sooner in range(n - 1):
        for later in range(sooner + 1, n):
            slopes[place] = (x[later] - x[sooner]) / (later - sooner)
            place += 1
    return _median(slopes)


@njit(cache=True)
def _median(x: Floats) -> float:  # pragma: no cover (compiled)
    """Return the median; changes the order. numpy's takes a second to compile."""
    half = (len(x) - 1) // 2
    low, high = 0, len(x) - 1
    while low < high:  # Hoare's selection
        pivot, i, j = x[half], low, high
        while i <= j:
            while x[i] < pivot:
                i += 1
            while x[j] > pivot:
                j -= 1
            if i <= j:
                x[i], x[j] = x[j], x[i]
                i, j = i + 1, j - 1
        low, high = (i if j < half else low), (j if i > half else high)
    if len(x) % 2:
        return float(x[half])
    above = x[half + 1]
    for place in range(half + 2, len(x)):
        above = min(above, x[place])
    return float((x[half] + above) / 2)


@njit(cache=True)
def _centred_ranks(x: Floats) -> Floats:  # pragma: no cover (compiled)
    """Return each value's rank less the mean rank; equal values share theirs."""
    n = len(x)
    rank = np.empty(n)
    for place in range(n):
        below, same = 0, 0
        for other in range(n):
            below += x[other] < x[place]
            same += x[other] == x[place]
        rank[place] = below + same / 2 - n / 2
    return rank


@njit(cache=True)
def _memory(x: Floats, lags: int, critical: float) -> float:  # pragma: no cover
    """Return by how much memory multiplies the variance."""
    n = len(x)
    slope, rest = _slope(x), np.empty(n)
    for place in range(n):
        rest[place] = x[place] - slope * (place + 1)
    rank = _centred_ranks(rest)
    power = 0.0
    for place in range(n):
        power += rank[place] * rank[place]
    if power == 0:
        return 1.0
    total = 0.0
    for lag in range(1, lags + 1):
        product = 0.0
        for place in range(n - lag):
            product += rank[place] * rank[place + lag]
        if abs(product / power) > critical / np.sqrt(n):
            total += (n - lag) * (n - lag - 1.0) * (n - lag - 2.0) * product / power
    return 1 + 2 / (n * (n - 1.0) * (n - 2.0)) * total
