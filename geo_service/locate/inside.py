"""Which area holds a point: look at its cell, and at the few edges near it where the cell is cut.

The test on edges is the one of GEOS (RayCrossingCounter over Orientation with its error bound),
so that a point on an edge or a corner is judged alike. What the bound leaves open is said to be
undecided, and somebody else computes it with more digits.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from geo_service.locate.edges import Floats, Ints, Shorts
from geo_service.locate.raster import LIST, NOTHING, SHIFT, SIDE, Raster

OUTSIDE, INSIDE, UNDECIDED = 0, 1, 2

_ERROR_BOUND = 1e-15


@njit(cache=True)
def areas_at(lon: Floats, lat: Floats, raster: Raster) -> Ints:
    """Return the preferred area at each point, -1 where none, `raster.areas` where undecided.

    A point outside the extent, and one whose coordinate is missing, is in none.
    """
    found = np.empty(len(lon), dtype=np.int64)
    tiles_up, tiles_across = raster.tile.shape
    for k in range(len(lon)):
        found[k] = NOTHING
        u = (lon[k] - raster.west) * raster.across
        v = (lat[k] - raster.south) * raster.up
        # Compared as numbers with a point: far away ones would overflow, and wrap, as integers.
        if not (0 <= u < tiles_across * SIDE and 0 <= v < tiles_up * SIDE):
            continue
        column, row = int(u), int(v)
        held = raster.tile[row >> SHIFT, column >> SHIFT]
        if held < 0:
            found[k] = LIST - held
            continue
        at = ((row & (SIDE - 1)) << SHIFT) | (column & (SIDE - 1))
        held = raster.cell[held, at]
        if held > LIST:
            found[k] = _judge(held, lon[k], lat[k], raster)
            continue
        place = LIST - held
        while raster.lists[place] != NOTHING:
            found[k] = _judge(raster.lists[place], lon[k], lat[k], raster)
            if found[k] != NOTHING:
                break
            place += 1
    return found


@njit(cache=True)
def _judge(candidate: int, x: float, y: float, raster: Raster) -> int:
    """Return the area that the candidate stands for if it holds the point, else NOTHING."""
    if candidate < raster.areas:
        return candidate
    number = candidate - raster.areas - 1
    begin, end = raster.row_first[number], raster.row_first[number + 1]
    side = side_of(x, y, raster.x, raster.y, raster.row_corner[begin:end])
    if side == OUTSIDE:
        return NOTHING
    return int(raster.row_area[number]) if side == INSIDE else raster.areas


@njit(cache=True)
def side_of(px: float, py: float, x: Floats, y: Floats, corners: Shorts) -> int:
    """Tell on which side of a polygon a point lies, by the edges that a ray from it may cross.

    A point on an edge is inside.
    """
    crossings = 0
    for at in corners:
        x1, y1, x2, y2 = x[at], y[at], x[at + 1], y[at + 1]
        if x1 < px and x2 < px:
            continue
        if (px == x1 and py == y1) or (px == x2 and py == y2):
            return INSIDE
        if y1 == py and y2 == py:
            if min(x1, x2) <= px <= max(x1, x2):
                return INSIDE
            continue
        if (y1 > py) == (y2 > py):
            continue
        # Orientation of the edge and the point, as GEOS filters it.
        left = (x1 - px) * (y2 - py)
        right = (y1 - py) * (x2 - px)
        turn = left - right
        if (left > 0 and right > 0) or (left < 0 and right < 0):
            bound = _ERROR_BOUND * abs(left + right)
            if -bound < turn < bound:
                return UNDECIDED
        if turn == 0:
            return INSIDE
        crossings += (turn > 0) == (y2 > y1)
    return INSIDE if crossings & 1 else OUTSIDE
