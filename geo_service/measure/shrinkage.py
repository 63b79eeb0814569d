"""Shares of many areas at once, each drawn towards what all say together: beta-binomial.

Of area i with k events on an effective size n the rate is Beta(k + MP, n − k + M(1 − P)); the mean
P and the strength M are not estimated but integrated over a grid, prior flat in logit P and
p(M) ∝ (1 + M)^−1.5. Moments only say where the grid lies.

Where all but a few areas are alike M is large, and a beta distribution would draw those few in with
the others, however much speaks against it. One area in fifty is therefore taken to be of another
kind: its rate is Beta(1.5, ·) with a mean of three times P. Which kind an area with more than the
mean is of is judged by its own figures.
"""

from functools import cache
from math import exp, lgamma, log, log1p, sqrt
from typing import NamedTuple

import numpy as np
from numba import njit
from scipy import sparse, special

from geo_service.measure.array_types import AnyInts, Floats, Ints
from geo_service.measure.beta import log_beta, tail_of_beta

_P_NODES, _M_NODES = 9, 11
_REACH = 3.2
_LOG_M = np.arange(-1.5, 11.1, 0.5)
_DROP = 9.0
_STEP = 0.03
_LEAST_WEIGHT = 0.01
_OTHERS, _OTHERS_TIMES, _OTHERS_A = 0.02, 3.0, 1.5
_CLEARLY, _HALVINGS = 0.03, 16
_TABLE_FROM, _TABLE_STEP, _TABLE_SIZE = -5.0, 0.125, 145


class Shrunk(NamedTuple):
    """Arrays of shape (g, w), NaN where the effective size is too small.

    Parameters
    ----------
    probability, low, high
        Mean of the rate given all areas, and its 95 % interval.
    worse
        P(rate > 1.5 × level).
    above
        P(rate > level) by the area's own events alone, prior Beta(½, ½).
    """

    probability: Floats
    low: Floats
    high: Floats
    worse: Floats
    above: Floats


def shrink(
    events: AnyInts,
    n_eff: Floats,
    family: Ints,
    level: Floats,
    *,
    least: float,
    factor: float = 1.5,
) -> Shrunk:
    """Return each area's rate given all areas of its family, column by column.

    Parameters
    ----------
    events, n_eff
        Whole numbers of events and effective sizes, n_eff ≥ events; shape (g, w). Areas with a
        size of 0 say nothing, those with less than `least` have a say and get no figure.
    family
        Number of each area's family, 0 … f − 1; shape (g,).
    level
        The rate of each family as a whole; shape (f, w).
    factor
        How many times `level` a rate has to exceed to be called worse.

    Notes
    -----
    The posterior is a mixture of beta distributions, one a node of the grid and one of the other
    kind. Its mean and variance are exact for the grid; the interval is that of the one beta
    distribution that has them, or of one for each kind where the other one is not improbable; the
    tail is a mixture over M. P and M are those of all areas as if none were of the other kind: M is
    rather too small.

    >>> one = np.zeros(2, dtype=np.int64)
    >>> k, n = np.array([[2], [0]]), np.array([[10.0], [10.0]])
    >>> found = shrink(k, n, one, np.array([[0.1]]), least=5)
    >>> bool(0 < found.probability[1, 0] < 0.1 < found.probability[0, 0] < 0.2)
    True
    """
    k, n = np.asarray(events, dtype=np.int64), np.asarray(n_eff, dtype=np.float64)
    order = np.argsort(family, kind="stable")
    begin = np.searchsorted(family[order], np.arange(len(level) + 1)).astype(np.int64)
    out = np.full((5, *k.shape), np.nan)
    _shrink(k, n, order, begin, np.asarray(level), factor, least, _LOG_M, _quantiles(), out)
    return Shrunk(*out)


def pooled(events: AnyInts, n_eff: Floats, family: Ints, families: int) -> Floats:
    """Return events by effective size of each family, column by column; NaN without any."""
    member = np.arange(len(family))
    sums = sparse.csr_array((np.ones(len(family)), (family, member)), (families, len(family)))
    k, n = sums @ events, sums @ n_eff
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(n > 0, k / n, np.nan)


@cache
def _quantiles() -> Floats:
    """Return logits of the 2.5 and 97.5 % quantiles of beta distributions, by log a and log b."""
    shape = np.exp(_TABLE_FROM + _TABLE_STEP * np.arange(_TABLE_SIZE))
    a, b = shape[:, None], shape[None, :]
    tiny = 1e-300
    # each from its own side, where it is not next to 1
    low = special.betaincinv(a, b, 0.025)
    rest = special.betaincinv(b, a, 0.975)
    one = np.log(np.maximum(low, tiny)) - np.log(np.maximum(rest, tiny))
    return np.stack([one, -one.T])


@njit(cache=True, nogil=True)
def _shrink(
    k: Ints,
    n: Floats,
    order: Ints,
    begin: Ints,
    level: Floats,
    factor: float,
    least: float,
    log_m: Floats,
    quantiles: Floats,
    out: Floats,
) -> None:
    for f in range(len(begin) - 1):
        for w in range(k.shape[1]):
            members = order[begin[f] : begin[f + 1]]
            # side by side, what is gone through a dozen times
            some = members[n[members, w] > 0]
            mine, sizes = np.empty(len(some), np.int64), np.empty(len(some))
            for i in range(len(some)):
                mine[i], sizes[i] = k[some[i], w], n[some[i], w]
            m, weight, p1, p2 = _hyper(mine, sizes, log_m)
            if len(m) == 0:
                continue
            centre = (weight * p1).sum()
            limit = factor * level[f, w]
            for g in some:
                if not n[g, w] >= least:
                    continue
                first = second = 0.0
                for j in range(len(m)):
                    size = n[g, w] + m[j]
                    a = k[g, w] + m[j] * p1[j]
                    square = k[g, w] * (k[g, w] + 1.0 + 2.0 * m[j] * p1[j])
                    square += m[j] * p1[j] + m[j] * m[j] * p2[j]
                    first += weight[j] * a / size
                    second += weight[j] * square / (size * (size + 1.0))
                one, rest = _beta_of(first, second)
                out[3, g, w] = _worse(k[g, w], n[g, w], m, weight, p1, p2, limit)
                other = 0.0
                if k[g, w] > n[g, w] * centre:
                    other = _other(k[g, w], n[g, w], m, weight, p1, centre)
                    a = k[g, w] + _OTHERS_A
                    b = n[g, w] - k[g, w] + _others_b(centre)
                    first += other * (a / (a + b) - first)
                    second += other * (a * (a + 1.0) / ((a + b) * (a + b + 1.0)) - second)
                    out[3, g, w] += other * (tail_of_beta(a, b, limit) - out[3, g, w])
                out[0, g, w] = first
                out[4, g, w] = tail_of_beta(
                    k[g, w] + 0.5, max(n[g, w] - k[g, w], 0.0) + 0.5, level[f, w]
                )
                if other > _CLEARLY:
                    out[1, g, w] = _mixed_quantile(0.025, other, a, b, one, rest)
                    out[2, g, w] = _mixed_quantile(0.975, other, a, b, one, rest)
                else:
                    one, rest = _beta_of(first, second)
                    out[1, g, w] = _quantile(quantiles[0], one, rest)
                    out[2, g, w] = _quantile(quantiles[1], one, rest)


@njit(cache=True)
def _beta_of(first: float, second: float) -> tuple[float, float]:
    """Return the beta distribution with these moments."""
    variance = max(second - first * first, 1e-300)
    total = max(first * (1.0 - first) / variance - 1.0, 1e-6)
    return first * total, (1.0 - first) * total


@njit(cache=True)
def _mixed_quantile(q: float, share: float, a: float, b: float, one: float, rest: float) -> float:
    """Return where two beta distributions, the first with a share, have `q` below: halving."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        x = (low + high) / 2.0
        if 1.0 - share * tail_of_beta(a, b, x) - (1.0 - share) * tail_of_beta(one, rest, x) < q:
            low = x
        else:
            high = x
    return (low + high) / 2.0


@njit(cache=True)
def _others_b(centre: float) -> float:
    """Return the second shape of the other kind's rates."""
    mean = min(_OTHERS_TIMES * centre, 0.5)
    return _OTHERS_A * (1.0 / mean - 1.0)


@njit(cache=True)
def _other(k: int, n: float, m: Floats, weight: Floats, p1: Floats, centre: float) -> float:
    """Return how probable it is that an area is of the other kind."""
    b = _others_b(centre)
    theirs = log_beta(k + _OTHERS_A, n - k + b) - log_beta(_OTHERS_A, b)
    ours = counted = 0.0
    for j in range(len(m)):
        if weight[j] < _LEAST_WEIGHT:
            continue
        one, rest = m[j] * p1[j], m[j] * (1.0 - p1[j])
        ours += weight[j] * exp(log_beta(k + one, n - k + rest) - log_beta(one, rest) - theirs)
        counted += weight[j]
    return _OTHERS / (_OTHERS + (1.0 - _OTHERS) * ours / counted)


@njit(cache=True)
def _worse(
    k: int, n: float, m: Floats, weight: Floats, p1: Floats, p2: Floats, limit: float
) -> float:
    """Return the tail of the mixture over M, of each node's beta distribution."""
    worse = counted = 0.0
    for j in range(len(m)):
        if weight[j] < _LEAST_WEIGHT:
            continue
        size = n + m[j]
        mean = (k + m[j] * p1[j]) / size
        square = k * (k + 1.0 + 2.0 * m[j] * p1[j]) + m[j] * p1[j] + m[j] * m[j] * p2[j]
        variance = max(square / (size * (size + 1.0)) - mean * mean, 1e-300)
        total = max(mean * (1.0 - mean) / variance - 1.0, 1e-6)
        worse += weight[j] * tail_of_beta(mean * total, (1.0 - mean) * total, limit)
        counted += weight[j]
    return worse / counted


@njit(cache=True)
def _hyper(k: Ints, n: Floats, log_m: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the nodes of M, their weights, and E[P | M] and E[P² | M] of each."""
    events = size = longest = 0.0
    most = 0
    for g in range(len(k)):
        events += k[g]
        size += n[g]
        longest = max(longest, n[g])
        most = max(most, k[g])
    if size <= 0:
        nothing = np.empty(0)
        return nothing, nothing, nothing, nothing
    bins = int(log1p(longest) / _STEP) + 4
    node = np.exp(_STEP * np.arange(bins)) - 1.0
    of_k, of_n, of_rest = np.zeros(most + 1), np.zeros(bins), np.zeros(bins)
    for g in range(len(k)):
        of_k[k[g]] += 1
        _spread(of_n, node, n[g])
        _spread(of_rest, node, max(n[g] - k[g], 0.0))

    first, last = _range((events + 0.5) / (size + 1.0), of_k, of_n, of_rest, node, log_m)
    step = (log_m[last] - log_m[first]) / (_M_NODES - 1)

    m, weight = np.empty(_M_NODES), np.empty(_M_NODES)
    p1, p2 = np.empty(_M_NODES), np.empty(_M_NODES)
    all_ = np.empty((_M_NODES, _P_NODES))
    share = np.empty((_M_NODES, _P_NODES))
    best = -np.inf
    for j in range(_M_NODES):
        m[j] = exp(log_m[first] + step * j)
        known = told = 0.0
        for g in range(len(k)):
            one = 1.0 / (n[g] + m[j])
            known += n[g] * one
            told += k[g] * one
        known *= m[j] + 1.0
        told *= m[j] + 1.0
        centre = (told + 0.5) / (known + 1.0)
        wide = _REACH / sqrt(max(centre * (1 - centre) * known, 0.1))
        for i in range(_P_NODES):
            place = log(centre / (1 - centre)) + wide * (2.0 * i / (_P_NODES - 1) - 1.0)
            share[j, i] = 1.0 / (1.0 + exp(-place))
            all_[j, i] = _likelihood(m[j], share[j, i], of_k, of_n, of_rest, node)
            # nodes of P lie `wide` apart, those of M evenly in log M
            all_[j, i] += log(wide) + log(m[j]) - 1.5 * log1p(m[j])
            best = max(best, all_[j, i])
    for j in range(_M_NODES):
        weight[j] = p1[j] = p2[j] = 0.0
        for i in range(_P_NODES):
            part = exp(all_[j, i] - best)
            weight[j] += part
            p1[j] += part * share[j, i]
            p2[j] += part * share[j, i] * share[j, i]
        if weight[j] > 0:
            p1[j] /= weight[j]
            p2[j] /= weight[j]
    weight /= weight.sum()
    kept = weight > 1e-6
    return m[kept], weight[kept], p1[kept], p2[kept]


@njit(cache=True)
def _range(
    middle: float, of_k: Floats, of_n: Floats, of_rest: Floats, node: Floats, log_m: Floats
) -> tuple[int, int]:
    """Return between which entries of `log_m` the strength lies where the mean is `middle`."""
    score = np.empty(len(log_m))
    for j in range(len(log_m)):
        score[j] = _likelihood(exp(log_m[j]), middle, of_k, of_n, of_rest, node)
        score[j] += log_m[j] - 1.5 * log1p(exp(log_m[j]))
    top = int(np.argmax(score))
    first = last = top
    while first > 0 and score[first] > score[top] - _DROP:
        first -= 1
    while last < len(log_m) - 1 and score[last] > score[top] - _DROP:
        last += 1
    return first, last


@njit(cache=True)
def _spread(bins: Floats, node: Floats, value: float) -> None:
    """Count a value at the three nodes around it, so that smooth functions keep their sums."""
    at = min(max(int(log1p(value) / _STEP + 0.5), 1), len(node) - 2)
    x0, x1, x2 = node[at - 1], node[at], node[at + 1]
    bins[at - 1] += (value - x1) * (value - x2) / ((x0 - x1) * (x0 - x2))
    bins[at] += (value - x0) * (value - x2) / ((x1 - x0) * (x1 - x2))
    bins[at + 1] += (value - x0) * (value - x1) / ((x2 - x0) * (x2 - x1))


@njit(cache=True)
def _likelihood(
    m: float, p: float, of_k: Floats, of_n: Floats, of_rest: Floats, node: Floats
) -> float:
    """Return the logarithm of the beta-binomial likelihood of all areas, but for a constant."""
    a, b = m * p, m * (1.0 - p)
    total = 0.0
    step = 0.0
    for j in range(1, len(of_k)):
        step += log(a + j - 1.0)
        if of_k[j] != 0:
            total += of_k[j] * step
    whole, failed = lgamma(m), lgamma(b)
    for j in range(len(node)):
        if of_n[j] != 0:
            total -= of_n[j] * (lgamma(m + node[j]) - whole)
        if of_rest[j] != 0:
            total += of_rest[j] * (lgamma(b + node[j]) - failed)
    return total


@njit(cache=True)
def _quantile(table: Floats, a: float, b: float) -> float:
    """Read a quantile between the nodes of the table, in logits."""
    last = len(table) - 1.000001
    x = min(max((log(a) - _TABLE_FROM) / _TABLE_STEP, 0.0), last)
    y = min(max((log(b) - _TABLE_FROM) / _TABLE_STEP, 0.0), last)
    i, j = int(x), int(y)
    u, v = x - i, y - j
    value = (1 - u) * ((1 - v) * table[i, j] + v * table[i, j + 1])
    value += u * ((1 - v) * table[i + 1, j] + v * table[i + 1, j + 1])
    return 1.0 / (1.0 + exp(-value))
