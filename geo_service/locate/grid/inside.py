"""Which area holds a point: look at its cell, and at the few edges near it where the cell is cut.

The test on edges is the one of GEOS (RayCrossingCounter over Orientation with its error bound),
so that a point on an edge or a corner is judged alike. What the bound leaves open is said to be
undecided, and somebody else computes it with more digits.
"""

import numpy as np
from numba import njit

from geo_service.locate.grid.raster import LIST, NOTHING, SHIFT, SIDE, Raster
from geo_service.measure import Floats, Ints, Shorts

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
    # First the cells of some points, then the edges in those that are cut, for the same reason as
    # in `_fetch`.
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
        _fetch(raster, cut[:cuts], found)
        _judge(lon, lat, raster, cut[:cuts], found)
    return found


@njit(cache=True, nogil=True)
def _fetch(raster: Raster, cut: Ints, found: Shorts) -> Floats:
    """Read the first edge of each point's row, so that what is judged next is near already.

    Each loop reads what is far apart but independent, hence many at once; judging one point after
    another would wait for each in turn.
    """
    rows, row_corner, corners, areas = raster.rows, raster.row_corner, raster.corners, raster.areas
    at = np.zeros(len(cut), dtype=np.int64)
    seen = np.empty(len(cut), dtype=np.float64)
    for k in range(len(cut)):
        held = found[cut[k]]
        if held > areas:
            at[k] = rows[held - areas - 1, 1]
    for k in range(len(cut)):
        at[k] = row_corner[at[k]]
    for k in range(len(cut)):
        seen[k] = corners[at[k], 0]
    return seen


@njit(cache=True, nogil=True)
def _judge(lon: Floats, lat: Floats, raster: Raster, cut: Ints, found: Shorts) -> None:
    """Replace what is true of the cells of points `cut` by what is true of the points."""
    # Taken out once: a tuple of arrays handed on costs more than the test of a point.
    lists, areas, rows = raster.lists, raster.areas, raster.rows
    row_corner, corners = raster.row_corner, raster.corners
    for k in cut:
        x, y, held, place = lon[k], lat[k], found[k], -1
        if held <= LIST:
            place = LIST - held
            held = lists[place]
        while held > areas:
            number = held - areas - 1
            begin, end = rows[number, 1], rows[number + 1, 1]
            crossings, close = 0, False
            # No branch: which way it goes would be a guess each time.
            for edge in range(begin, end):
                at = row_corner[edge]
                x1, y1, x2, y2 = _ends(corners, at)
                left = (x1 - x) * (y2 - y)
                right = (y1 - y) * (x2 - x)
                crosses = (y1 > y) != (y2 > y)
                crossings ^= crosses & ((left > right) == (y2 > y1))
                close |= crosses & (abs(left - right) <= _ERROR_BOUND * (abs(left) + abs(right)))
                close |= (y1 == y) | (y2 == y)
            if close:
                crossings = side_of(x, y, corners, row_corner, begin, end)
            if crossings == UNDECIDED:
                held = areas
            elif crossings:
                held = rows[number, 0]
            elif place < 0:
                held = NOTHING
            else:
                place += 1
                held = lists[place]
        found[k] = held


@njit(cache=True, nogil=True)
def _ends(corners: Floats, at: int) -> tuple[float, float, float, float]:
    return corners[at, 0], corners[at, 1], corners[at + 1, 0], corners[at + 1, 1]


@njit(cache=True, nogil=True)
def side_of(px: float, py: float, corners: Floats, row_corner: Shorts, begin: int, end: int) -> int:
    """Tell on which side of a polygon a point lies, by the edges that a ray from it may cross.

    A point on an edge is inside.
    """
    crossings = 0
    for edge in range(begin, end):
        x1, y1, x2, y2 = _ends(corners, row_corner[edge])
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
