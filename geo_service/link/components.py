"""Which reports can touch which: components of reports of one category joined by steps ≤ d.

A late fact can change the cases of its own component and of no other, because every choice of the
rule looks no farther than d. So a component is what is linked anew.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def components(category: Ints, x: Floats, y: Floats, reach: Floats) -> Ints:
    """Return the component of each report, named by its smallest row number; shape (n,).

    Parameters
    ----------
    category
        Code of each report's category, from 0; shape (n,).
    x, y
        Metres.
    reach
        Link distance of its category, metres: equal within a category.

    Notes
    -----
    Reports in one square of side d/√2 are within d of each other, so squares are joined, not
    reports: of two squares near each other one pair within d is enough.
    """
    n = len(x)
    if not n:
        return np.empty(0, np.int64)
    side = reach / np.sqrt(2.0)
    column = np.floor((x - x.min()) / side).astype(np.int64) + 2
    row = np.floor((y - y.min()) / side).astype(np.int64) + 2
    width, height = int(column.max()) + 3, int(row.max()) + 3
    key = (category * height + row) * width + column
    order = np.argsort(key, kind="stable")
    keys, begin = np.unique(key[order], return_index=True)
    begin = np.append(begin, n).astype(np.int64)
    # the half of the 24 squares around that comes later in the order of keys
    steps = np.array(
        [(dx, dy) for dy in range(3) for dx in range(-2, 3) if dy > 0 or dx > 0], dtype=np.int64
    )
    wanted = keys[:, None] + steps[:, 1] * width + steps[:, 0]
    found = np.searchsorted(keys, wanted)
    found[found == len(keys)] = 0
    beside = np.where(keys[found] == wanted, found, -1).astype(np.int64)
    square = _join(beside, begin, x[order], y[order], reach[order])

    first = np.minimum.reduceat(order, begin[:-1])
    smallest = np.full(len(keys), n, dtype=np.int64)
    np.minimum.at(smallest, square, first)
    label = np.empty(n, dtype=np.int64)
    label[order] = np.repeat(smallest[square], np.diff(begin))
    return label


@njit(cache=True)
def _join(beside: Ints, begin: Ints, x: Floats, y: Floats, reach: Floats) -> Ints:
    """Join squares that hold reports within reach of each other; returns each square's root."""
    count = len(beside)
    root = np.arange(count)
    for a in range(count):
        for k in range(beside.shape[1]):
            b = beside[a, k]
            if b < 0:
                continue
            ra, rb = _root(root, a), _root(root, b)
            if ra != rb and _near(begin[a], begin[a + 1], begin[b], begin[b + 1], x, y, reach):
                root[max(ra, rb)] = min(ra, rb)
    for a in range(count):
        root[a] = _root(root, a)
    return root


@njit(cache=True)
def _root(root: Ints, a: int) -> int:
    while root[a] != a:
        root[a] = root[root[a]]
        a = root[a]
    return a


@njit(cache=True)
def _near(
    first_a: int, stop_a: int, first_b: int, stop_b: int, x: Floats, y: Floats, reach: Floats
) -> bool:
    for i in range(first_a, stop_a):
        for j in range(first_b, stop_b):
            if np.hypot(x[i] - x[j], y[i] - y[j]) <= reach[i]:
                return True
    return False
