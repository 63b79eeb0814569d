"""Estimates with their uncertainty, for many groups at once. Sources: docs/explanation."""

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy import special

from geo_service.measure.array_types import AnyInts, Flags, Floats

Z95 = 1.959963984540054
FEW = 5
"""Up to this effective size the log-log interval covers too rarely: Jeffreys's instead."""
_NODES_A_SPELL = 100


class Risk(NamedTuple):
    """Probability of an event by a horizon, one entry a group.

    Parameters
    ----------
    spells
        How many spells, the denominator.
    events
        Events at or before the horizon, the numerator.
    probability, low, high
        Kaplan–Meier estimate with its 95 % interval; NaN without spells.
    n_eff
        How many fully watched spells would be as informative.
    worse
        P(rate > 1.5 × that of all areas of its family); None before areas are drawn together.
    above
        P(rate > that of all areas) by the own events alone; None before.
    """

    spells: AnyInts
    events: AnyInts
    probability: Floats
    low: Floats
    high: Floats
    n_eff: Floats
    worse: Floats | None = None
    above: Floats | None = None


def risk_curve(days: Floats, event: Flags, horizon: float) -> Floats:
    """Return the share of the horizon's risk that has passed by each full day, over all spells."""
    grid = np.arange(0, int(np.ceil(horizon)) + 1, dtype=np.float64).clip(max=horizon)
    if not len(days):
        return grid / horizon
    order = np.sort(days)
    times, d = np.unique(days[event & (days <= horizon)], return_counts=True)
    n = len(order) - np.searchsorted(order, times, side="left")
    with np.errstate(divide="ignore"):
        passed = -np.expm1(np.cumsum(np.log1p(-d / n)))
    if not len(passed) or passed[-1] <= 0:
        return grid / horizon
    index = np.searchsorted(times, grid, side="right") - 1
    return np.where(index >= 0, passed[index.clip(min=0)], 0.0) / passed[-1]


def follow_up(days: Floats, horizon: float, curve: Floats) -> Floats:
    """Return how much of the horizon's risk each spell was watched for, between 0 and 1."""
    day = np.minimum(days, horizon)
    return np.where(days >= horizon, 1.0, np.interp(day, np.arange(len(curve)), curve))


def effective_size(events: AnyInts, probability: Floats, followed: Floats) -> Floats:
    """Return n_eff = D / F where there are events, else the expected follow-up."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(events > 0, events / probability, followed)


def risk_interval(probability: Floats, greenwood: Floats, n_eff: Floats) -> tuple[Floats, Floats]:
    """Return the 95 % interval of a Kaplan–Meier probability.

    Log-log (Kalbfleisch and Prentice 1980, 1.3); Wilson's on the effective size where that is not
    defined (no event, or all); up to an effective size of `FEW` Jeffreys's.
    """
    s = 1.0 - probability
    inner = (s > 0) & (s < 1) & np.isfinite(greenwood)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_s = np.log(np.where(inner, s, 0.5))
        spread = Z95 * np.sqrt(np.where(inner, greenwood, 0.0)) / np.abs(log_s)
        low = 1.0 - np.exp(log_s * np.exp(-spread))
        high = 1.0 - np.exp(log_s * np.exp(spread))
        wilson_low, wilson_high = wilson(probability * n_eff, n_eff)
    known = np.isfinite(probability)
    low = np.where(known, np.where(inner, low, wilson_low), np.nan)
    high = np.where(known, np.where(inner, high, wilson_high), np.nan)
    few = known & (n_eff <= FEW)
    low[few], high[few] = _of_few(np.rint(probability[few] * n_eff[few]), n_eff[few])
    return low, high


def _of_few(events: Floats, n_eff: Floats) -> tuple[Floats, Floats]:
    """Return Jeffreys's interval, read between sizes that lie close: most groups are this small."""
    low, high = np.zeros(len(events)), np.ones(len(events))
    for k in range(FEW + 1):
        mine = np.flatnonzero(events == k)
        size, lows, highs = _few(k)
        low[mine] = np.interp(n_eff[mine], size, lows)
        high[mine] = np.interp(n_eff[mine], size, highs)
    return low, high


@cache
def _few(events: int) -> tuple[Floats, Floats, Floats]:
    size = np.arange(events * _NODES_A_SPELL, FEW * _NODES_A_SPELL + 1) / _NODES_A_SPELL
    return size, *jeffreys(np.full(len(size), float(events)), size)


def jeffreys(k: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Return Jeffreys's 95 % interval of a share `k` of `n`; open where none or all are.

    Brown, Cai and DasGupta (Statistical Science 16, 2001), who advise it for small n.

    >>> low, high = jeffreys(np.array([0.0, 1.0]), np.array([5.0, 5.0]))
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.0, 0.0225], [0.3794, 0.6286])
    """
    a, b = k + 0.5, n - k + 0.5
    low = np.where(k > 0, special.betaincinv(a, b, 0.025), 0.0)
    return low, np.where(k < n, special.betaincinv(a, b, 0.975), 1.0)


def wilson(k: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Return Wilson's 95 % interval of a share `k` of `n` (JASA 22, 1927)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
        middle = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
        half = Z95 / (1 + Z95**2 / n) * np.sqrt(share * (1 - share) / n + Z95**2 / (4 * n**2))
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def benjamini_hochberg(p: Floats, tests: int | None = None) -> Floats:
    """Return q-values; `tests` may count further tests that are known to be unremarkable.

    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    m = len(p) if tests is None else tests
    order = np.argsort(p, kind="stable")
    scaled = p[order] * m / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum.accumulate(scaled[::-1])[::-1].clip(max=1.0)
    return q
