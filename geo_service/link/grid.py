"""Reports by square cells of their category: who lies near a point, without looking at all."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo_service.link.reaches import Terms
from geo_service.link.rows import Codes, Rows
from geo_service.measure import to_metres

LEAST_SIDE_M = 2.0
"""Cells are not smaller, so that the numbers of all columns of the earth fit into a key."""

_SLACK_M = 1e-3
_BITS = 24
_HALF = 1 << (_BITS - 1)

Ints = NDArray[np.signedinteger[Any]]
Floats = NDArray[np.float64]


class Grid(NamedTuple):
    """Where reports lie, and those of each cell together.

    Parameters
    ----------
    x, y
        Metres of the store's zone, NaN for a report without a point of its own; shape (n,).
    order
        Reports with a point of their own, cell by cell; shape (m,).
    key, start
        The cells that hold any, ascending, and where each begins in `order`; shapes (cells,),
        (cells + 1,).
    side
        Width of a category's cells, metres: a little more than its link distance.
    """

    x: Floats
    y: Floats
    order: Codes
    key: Ints
    start: Ints
    side: Floats


def grid_of(rows: Rows, terms: Terms, epsg: int) -> Grid:
    """Put reports into cells."""
    x, y = _places(rows, np.arange(len(rows.reported)), epsg)
    order = np.flatnonzero(rows.own_point)
    side = np.maximum(terms.reach + _SLACK_M, LEAST_SIDE_M)
    key = _keys(x[order], y[order], rows.category[order], side)
    turn = np.argsort(key, kind="stable")
    return Grid(x, y, order[turn].astype(np.int32), *_cells(key[turn]), side)


def grown(grid: Grid, rows: Rows, came: Ints, stays: Ints, terms: Terms, epsg: int) -> Grid:
    """Return the grid of `rows`, most of which are in `grid`.

    Parameters
    ----------
    came
        Which of `rows` are not in it, or not at that place; ascending.
    stays
        Where each row of `grid` is now, -1 where it is not, or elsewhere.
    """
    x, y = np.empty(len(rows.reported)), np.empty(len(rows.reported))
    old = np.flatnonzero(stays >= 0)
    x[stays[old]], y[stays[old]] = grid.x[old], grid.y[old]
    x[came], y[came] = _places(rows, came, epsg)

    side = np.maximum(terms.reach + _SLACK_M, LEAST_SIDE_M)
    order, key = stays[grid.order], np.repeat(grid.key, np.diff(grid.start))
    left = order >= 0
    if not left.all():
        order, key = order[left], key[left]
    new = came[rows.own_point[came]]
    its = _keys(x[new], y[new], rows.category[new], side)
    turn = np.argsort(its, kind="stable")
    at = np.searchsorted(key, its[turn])
    key = np.insert(key, at, its[turn])
    return Grid(x, y, np.insert(order, at, new[turn]).astype(np.int32), *_cells(key), side)


def cells_of(grid: Grid, rows: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the cell of each of some reports, and each cell's with the eight beside it.

    Returns
    -------
    cell, around
        Numbers of cells; -1 where a cell beside holds no report; shapes (m,), (cells, 9).
    """
    cell = np.empty(len(grid.x), dtype=np.int64)
    cell[grid.order] = np.repeat(np.arange(len(grid.key)), np.diff(grid.start))
    steps = np.array([(dy << _BITS) + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1)])
    wanted = grid.key[:, None] + steps[None, :]
    found = np.searchsorted(grid.key, wanted).clip(max=max(len(grid.key) - 1, 0))
    around = np.where(grid.key[found] == wanted, found, -1) if len(grid.key) else found
    return cell[rows], around.astype(np.int64)


def _places(rows: Rows, which: Ints, epsg: int) -> tuple[Floats, Floats]:
    has = rows.own_point[which]
    x, y = np.full(len(which), np.nan), np.full(len(which), np.nan)
    x[has], y[has] = to_metres(rows.lon[which[has]], rows.lat[which[has]], epsg)
    return x, y


def _keys(x: Floats, y: Floats, category: Codes, side: Floats) -> Ints:
    width = side[category]
    column = np.floor(x / width).astype(np.int64) + _HALF
    row = np.floor(y / width).astype(np.int64) + _HALF
    return (((category.astype(np.int64) << _BITS) + row) << _BITS) + column


def _cells(key: Ints) -> tuple[Ints, Ints]:
    begins = np.flatnonzero(np.append(True, key[1:] != key[:-1])) if len(key) else key
    return key[begins], np.append(begins, len(key)).astype(np.int64)


@njit(cache=True)
def rows_around(grid: Grid, category: int, x: float, y: float, out: Ints) -> int:
    """Write the reports of the cell at a point and of the eight beside it; returns how many."""
    width = grid.side[category]
    column = np.int64(np.floor(x / width)) + _HALF
    row = np.int64(np.floor(y / width)) + _HALF
    count = 0
    for near_row in range(row - 1, row + 2):
        lowest = (((np.int64(category) << _BITS) + near_row) << _BITS) + column - 1
        cell = np.searchsorted(grid.key, lowest)
        while cell < len(grid.key) and grid.key[cell] <= lowest + 2:
            for place in range(grid.start[cell], grid.start[cell + 1]):
                out[count] = grid.order[place]
                count += 1
            cell += 1
    return count
