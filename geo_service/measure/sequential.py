"""Intervals that hold at every look, for those who look every week and stop when they like."""

import numpy as np

from geo_service.measure.array_types import Floats


def always_valid(values: Floats, level: float = 0.95, best_at: int = 12) -> tuple[float, float]:
    """Return an interval for the mean of `values` that may be looked at after each of them.

    Parameters
    ----------
    values
        Independent, in the order in which they came; shape (t,).
    level
        Probability that the interval holds the mean at every t together.
    best_at
        The interval is narrowest, for its kind, at about so many values.

    Returns
    -------
    low, high
        Infinite where fewer than 2 values say nothing of their own spread.

    Notes
    -----
    The asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas,
    *Time-uniform central limit theory* (Annals of Statistics, 2024), theorem 2.2.
    """
    t = len(values)
    if t < 2:
        return -np.inf, np.inf
    alpha = 1 - level
    rho2 = (-2 * np.log(alpha) + np.log(-2 * np.log(alpha)) + 1) / best_at
    mean, spread = values.mean(), values.std(ddof=1)
    told = t * rho2 + 1
    half = spread * np.sqrt(2 * told / (t * t * rho2) * np.log(np.sqrt(told) / alpha))
    return float(mean - half), float(mean + half)
