"""How well forecasts did: what they caught, how far off they were, and how sure that is."""

import numpy as np

from geo_service.measure import Floats

_BLOCK, _DRAWS = 4, 2_000


def recall(mean: Floats, came: Floats, size: Floats, share: float, outside: float = 0.0) -> float:
    """Return the share of a week's cases in the areas ranked first, NaN of a week without any.

    Parameters
    ----------
    mean, came, size
        What was expected of each area, what came, its m²; shape (areas,). Areas are ranked by what
        is expected per m²; the last one counts by the part of it that fits.
    share
        Of the whole ground, that is taken.
    outside
        Cases outside of all areas: missed.

    >>> recall(np.array([2.0, 1, 0]), np.array([3.0, 4, 1]), np.array([1.0, 1, 2]), 0.375)
    0.625
    """
    total = came.sum() + outside
    return caught(mean, came, size, share) / float(total) if total else float("nan")


def caught(mean: Floats, came: Floats, size: Floats, share: float) -> float:
    """Return the cases in the areas ranked first; arguments as of :func:`recall`."""
    order = np.argsort(-mean / size, kind="stable")
    ground = np.cumsum(size[order])
    part = np.clip((share * ground[-1] - (ground - size[order])) / size[order], 0, 1)
    return float((came[order] * part).sum())


def block_interval(differences: Floats) -> tuple[float, float, float]:
    """Return the mean of weekly differences and its 95 % interval, blocks of four weeks drawn.

    Weeks that hold no number are left out. Four weeks and less tell nothing: no end is finite.
    """
    known = differences[np.isfinite(differences)]
    if len(known) <= _BLOCK:
        return float(known.mean()) if len(known) else float("nan"), -np.inf, np.inf
    starts = len(known) - _BLOCK + 1
    pieces = -(-len(known) // _BLOCK)
    draw = np.random.Generator(np.random.PCG64(0)).integers(0, starts, (_DRAWS, pieces))
    which = (draw[..., None] + np.arange(_BLOCK)).reshape(_DRAWS, -1)[:, : len(known)]
    low, high = np.quantile(known[which].mean(axis=1), [0.025, 0.975])
    return float(known.mean()), float(low), float(high)
