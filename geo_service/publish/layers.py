"""A week of a layer of the map as JSON has it: a number an area, or cases by square."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo_service.measure import Floats, to_degrees

CELL_M = 100
"""Side of a square of the density, metres in the store's UTM zone."""
CELL_DAYS = 30
"""Days of which a square's cases are."""

_NULL = np.iinfo(np.uint16).max
_UNKNOWN_WITHOUT_ROWS = ("rebound", "coverage", "forecast")
"""Layers, and those whose names begin so."""


def layer_values(
    layer: str, found: NDArray[Any] | None, looked: NDArray[Any] | None, count: int
) -> list[int | None]:
    """Return a layer's numbers, ``None`` where nothing is known.

    Parameters
    ----------
    found
        The stored array, shape (count,); ``None`` for a category without a single row: nothing
        happened, and no rate is known.
    looked
        On how many days somebody looked at each area; ``None`` where there is no log.
    count
        How many areas there are.
    """
    if found is not None:
        return [None if value == _NULL else value for value in found.tolist()]
    if layer.startswith(_UNKNOWN_WITHOUT_ROWS):
        return [None] * count
    if looked is None:
        return [0] * count
    return [0 if days else None for days in looked.tolist()]


def summed(parts: Sequence[NDArray[Any] | None]) -> NDArray[Any] | None:
    """Return squares that several weeks hold, each once with all their counts; ``None`` of none.

    >>> summed([np.array([[1, 2, 3]]), None, np.array([[1, 2, 1], [0, 0, 5]])]).tolist()
    [[0, 0, 5], [1, 2, 4]]
    """
    known = [part.reshape(-1, 3) for part in parts if part is not None]
    if not known:
        return None
    whole = np.concatenate(known)
    cells, where = np.unique(whole[:, :2], axis=0, return_inverse=True)
    count = np.bincount(where.ravel(), weights=whole[:, 2], minlength=len(cells))
    return np.column_stack([cells, count.astype(cells.dtype)])


def squares_in_degrees(found: NDArray[Any] | None, epsg: int) -> Floats:
    """Return lon, lat (6 decimals) of the middle of each square and its cases, shape (n, 3).

    `found` are the stored numbers of squares east and north in the UTM zone `epsg`, and counts;
    ``None`` where there are none.
    """
    if found is None:
        return np.zeros((0, 3))
    cells = found.reshape(-1, 3)
    lon, lat = to_degrees((cells[:, 0] + 0.5) * CELL_M, (cells[:, 1] + 0.5) * CELL_M, epsg)
    return np.column_stack([np.round(lon, 6), np.round(lat, 6), cells[:, 2]])
