"""Pairs that lie close in space and time, beside chance: what the link distance rests on.

Knox: Applied Statistics 13, 1964; Baker: Biometrics 60, 2004 (the expected count by each case's
own neighbours); Mantel: Cancer Research 27, 1967.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Knox(NamedTuple):
    """Close pairs, those that chance would have, and the excess over each case's own chance."""

    observed: int
    expected: float
    modified: float


def knox(points, times, distance, days) -> Knox:
    """Count pairs at most `distance` and at most `days` apart."""
    near, soon = _apart(points) <= distance, _apart(times[:, None]) <= days
    np.fill_diagonal(near, val=False)
    np.fill_diagonal(soon, val=False)
    n = len(times)
    observed = (near & soon).sum() / 2
    expected = near.sum() / 2 * soon.sum() / 2 / (n * (n - 1) / 2)
    own = (near.sum(axis=1) * soon.sum(axis=1)).sum() / (n - 1) / 2
    return Knox(int(observed), float(expected), float(observed - own))


def mantel(points, times) -> float:
    """Return the correlation of 1 / (distance + 1) and 1 / (days + 1) over all pairs."""
    above = np.triu_indices(len(times), 1)
    near, soon = 1 / (_apart(points)[above] + 1), 1 / (_apart(times[:, None])[above] + 1)
    return float(np.corrcoef(near, soon)[0, 1])


def _apart(points):
    return np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))
