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
_TOGETHER = 256


@njit(cache=True, nogil=True)
def areas_at(lon: Floats, lat: Floats, raster: Raster) -> Shorts:
    """Return the preferred area at each point, -1 where none, `raster.areas` where undecided.

    A point outside the extent, and one whose coordinate is missing, is in none.
    """
    found = np.empty(len(lon), dtype=np.int32)
    west, south, across, up = raster.west, raster.south, raster.across, raster.up
    tile, cell = raster.tile, raster.cell
    most_u, most_v = tile.shape[1] * SIDE, tile.shape[0] * SIDE
    cut = np.empty(_TOGETHER, dtype=np.int64)
    # First the cells of some points, then the edges in those that are cut: the processor then
    # waits for many cells at once.
    for begin in range(0, len(lon), _TOGETHER):
        cuts = 0
        for k in range(begin, min(begin + _TOGETHER, len(lon))):
            u, v = (lon[k] - west) * across, (lat[k] - south) * up
            held = NOTHING
            # Compared as numbers with a point: far ones would overflow, and wrap, as integers.
            if 0 <= u < most_u and 0 <= v < most_v:
                column, row = int(u), int(v)
                held = tile[row >> SHIFT, column >> SHIFT]
                if held < 0:
                    held = LIST - held
                else:
                    held = cell[held, ((row & (SIDE - 1)) << SHIFT) | (column & (SIDE - 1))]
            found[k] = held
            cut[cuts] = k
            cuts += held > raster.areas or held <= LIST
        _judge(lon, lat, raster, cut[:cuts], found)
    return found


@njit(cache=True, nogil=True)
def _judge(lon: Floats, lat: Floats, raster: Raster, cut: Ints, found: Shorts) -> None:
    """Replace what is true of the cells of points `cut` by what is true of the points."""
    # Taken out once: a tuple of arrays handed on costs more than the test of a point.
    lists, areas, xs, ys = raster.lists, raster.areas, raster.x, raster.y
    row_area, row_first, row_corner = raster.row_area, raster.row_first, raster.row_corner
    for k in cut:
        x, y, held, place = lon[k], lat[k], found[k], -1
        if held <= LIST:
            place = LIST - held
            held = lists[place]
        while held > areas:
            number = held - areas - 1
            begin, end = row_first[number], row_first[number + 1]
            crossings, close = 0, False
            # No branch: which way it goes would be a guess each time.
            for edge in range(begin, end):
                at = row_corner[edge]
                x1, y1, x2, y2 = xs[at], ys[at], xs[at + 1], ys[at + 1]
                left = (x1 - x) * (y2 - y)
                right = (y1 - y) * (x2 - x)
                crosses = (y1 > y) != (y2 > y)
                crossings ^= crosses & ((left > right) == (y2 > y1))
                close |= crosses & (abs(left - right) <= _ERROR_BOUND * (abs(left) + abs(right)))
                close |= (y1 == y) | (y2 == y)
            if close:
                crossings = side_of(x, y, xs, ys, row_corner, begin, end)
            if crossings == UNDECIDED:
                held = areas
            elif crossings:
                held = row_area[number]
            elif place < 0:
                held = NOTHING
            else:
                place += 1
                held = lists[place]
        found[k] = held


@njit(cache=True, nogil=True)
def side_of(
    px: float, py: float, x: Floats, y: Floats, corner: Shorts, begin: int, end: int
) -> int:
    """Tell on which side of a polygon a point lies, by the edges that a ray from it may cross.

    A point on an edge is inside.
    """
    crossings = 0
    for edge in range(begin, end):
        at = corner[edge]
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
        if abs(turn) < _ERROR_BOUND * (abs(left) + abs(right)):
            return UNDECIDED
        if turn == 0:
            return INSIDE
        crossings += (turn > 0) == (y2 > y1)
    return INSIDE if crossings & 1 else OUTSIDE
