"""The beta distribution, for compiled code."""

from math import exp, lgamma, log, log1p

import numpy as np
from numba import njit


@njit(cache=True)
def log_beta(a: float, b: float) -> float:  # pragma: no cover (compiled)
    """Return the logarithm of the beta function."""
    return lgamma(a) + lgamma(b) - lgamma(a + b)


@njit(cache=True)
def tail_of_beta(a: float, b: float, x: float) -> float:  # pragma: no cover (compiled)
    """Return P(X > x) of a beta distribution: Lentz's continued fraction."""
    if not x < 1.0:
        return 0.0 if x >= 1.0 else np.nan
    if x <= 0.0:
        return 1.0
    front = exp(a * log(x) + b * log1p(-x) - log_beta(a, b))
    if x < (a + 1.0) / (a + b + 2.0):
        return 1.0 - front * _fraction(a, b, x) / a
    return front * _fraction(b, a, 1.0 - x) / b


@njit(cache=True)
def _fraction(a: float, b: float, x: float) -> float:  # pragma: no cover (compiled)
    tiny = 1e-300
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    h = d
    for m in range(1, 300):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        change = 1.0
        for step in (even, odd):
            d = 1.0 + step * d
            d = 1.0 / (d if abs(d) > tiny else tiny)
            c = 1.0 + step / c
            c = c if abs(c) > tiny else tiny
            change = d * c
            h *= change
        if abs(change - 1.0) < 1e-10:
            break
    return h
