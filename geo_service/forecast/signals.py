"""What a series tells at each week's end, of that week and those before it."""

import numpy as np

from geo_service.measure import Floats, Shorts


def ewma(counts: Shorts | Floats, half_life: float) -> Floats:
    """Return the exponentially weighted mean of each series up to and with each week.

    Parameters
    ----------
    counts
        Cases, or anything else, of each week; shape (series, weeks).
    half_life
        Weeks after which a week counts half.

    Returns
    -------
    mean
        Per week, same shape. The weights of the weeks that there are sum to one: a series is not
        drawn towards nought at its beginning.

    Raises
    ------
    ValueError
        If the half-life is not positive.

    >>> ewma(np.array([[4.0, 0.0, 0.0]]), 1.0).round(3).tolist()
    [[4.0, 1.333, 0.571]]
    """
    if half_life <= 0:
        raise ValueError(f"half_life is positive, not {half_life}")
    keep = 0.5 ** (1 / half_life)
    out = np.empty(counts.shape)
    total, weight = np.zeros(len(counts)), 0.0
    for week in range(counts.shape[1]):
        total = total * keep + counts[:, week]
        weight = weight * keep + 1.0
        out[:, week] = total / weight
    return out
