"""How far what comes may lie from its mean: a negative binomial, its dispersion from the past."""

import numpy as np
from scipy.special import betainc, gammaincinv

from geo_service.measure import Floats

LEVELS = (0.8, 0.95)
"""How much of what may come the two intervals are to hold."""

_LARGE = 100.0


def dispersion(mean: Floats, came: Floats) -> float:
    """Return φ of var = mean + φ mean², by moments; nought where counts scatter no more than that.

    >>> dispersion(np.array([10.0, 10.0]), np.array([0.0, 20.0]))
    0.9
    """
    over = ((came - mean) ** 2 - mean).sum() / np.maximum((mean**2).sum(), 1e-12)
    return float(np.clip(over, 0.0, 10.0))


def interval(mean: Floats, over: float, level: float) -> tuple[Floats, Floats]:
    """Return the lowest and highest count within the interval, whole numbers.

    A count belongs to it if its mid-P, P(below) + ½ P(it), lies between the two tails: whole
    numbers then hold what is said in the mean, where those that hold at least so much hold more.

    Parameters
    ----------
    mean
        Expected counts, shape (n,).
    over
        φ of :func:`dispersion`.
    """
    tail = (1 - level) / 2
    # of large counts the gamma distribution of the same mean and variance
    variance = mean + over * mean**2
    shape, scale = mean**2 / variance, variance / mean
    low = np.floor(gammaincinv(shape, tail) * scale + 0.5)
    high = np.floor(gammaincinv(shape, 1 - tail) * scale + 0.5)
    few = np.flatnonzero(mean <= _LARGE)
    low[few] = high[few] = count = 0
    while len(few):
        middle = (_below(mean[few], count, over) + _below(mean[few], count + 1, over)) / 2
        low[few[middle < tail]] = count + 1
        few = few[middle <= 1 - tail]
        high[few] = count
        count += 1
    return low, high


def covered(mean: Floats, came: Floats, over: float, level: float) -> Floats:
    """Return how much of each count lies within the interval of its probability, same shape.

    Each count stands for its whole step of the distribution, of which the part within the tails
    is left out (the probability integral transform of counts; Czado, Gneiting and Held 2009): in
    the mean `level` where the distribution is right, though most counts are nought.
    """
    tail = (1 - level) / 2
    below, above = _below(mean, came, over), _below(mean, came + 1, over)
    part = np.minimum(above, 1 - tail) - np.maximum(below, tail)
    return np.clip(part, 0, None) / np.maximum(above - below, 1e-300)


def _below(mean: Floats, count: Floats | int, over: float) -> Floats:
    """Return the probability of less than `count`."""
    size = 1 / max(over, 1e-6)
    return np.asarray(
        np.where(count > 0, betainc(size, np.maximum(count, 1), 1 / (1 + mean / size)), 0.0)
    )
