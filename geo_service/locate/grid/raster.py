"""A grid of cells that know which areas they may lie in: most cells answer without any geometry.

The cells of a tile of 64 × 64 are kept only where an edge crosses the tile; any other tile lies
wholly inside or outside every area and is one number. A number, of a tile or of a cell, says:

====================  ============================================================================
-1                    no area
0 … m - 1             all of it lies in this area, and no preferred area is near
m + 1 + r             the edges of row r decide: of one area, those that cross one row of cells
-2 - s                several in the order of preference, at `lists[s]`, up to the first -1
====================  ============================================================================

Areas are numbered in the order of preference. m, the number of areas, stands for "not decided".
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from geo_service.locate.grid.edges import SLACK, Edges, columns_in_row
from geo_service.measure import Flags, Floats, Ints, Shorts

SHIFT = 6
SIDE = 1 << SHIFT
"""Cells along a tile."""

NOTHING = -1
LIST = -2

CELL_M = 2.5
MOST_TILES = 2_000_000
"""Tiles in the extent, 4 bytes each."""
MOST_TILES_KEPT = 16_000
"""Tiles with cells of their own, 16 kB each."""
MOST_WORK = 20_000_000
"""Rows of cells times the edges, and times the tiles, that lie in them: time and memory to fill."""

_METRES_A_DEGREE = 111_195.0


class Raster(NamedTuple):
    """The grid.

    Parameters
    ----------
    west, south, across, up
        Corner of the extent in degrees, and cells a degree of longitude and of latitude.
    tile
        Number of a tile's cells, or what is true of the whole tile as ``LIST - number``; shape
        (tiles up, tiles across).
    cell
        What is true of each cell; shape (tiles kept, SIDE * SIDE).
    lists
        Several candidates of a cell.
    rows
        Area of each row of edges, and where its edges begin in `row_corner`; shape (r + 1, 2).
    row_corner
        Corner at which each edge begins.
    corners
        x and y in degrees; shape (k, 2).
    areas
        How many there are.
    """

    west: float
    south: float
    across: float
    up: float
    tile: Shorts
    cell: Shorts
    lists: Shorts
    rows: Shorts
    row_corner: Shorts
    corners: Floats
    areas: int


def make_raster(edges: Edges, cell_m: float = CELL_M) -> Raster:
    """Make the grid over polygons, in cells of `cell_m` or, where these would be too many, larger.

    Cells are about square in metres. They are drawn in degrees, as the polygons are.
    """
    areas = len(edges.first) - 1
    x, y = edges.x, edges.y
    middle = np.cos(np.radians((y.min() + y.max()) / 2))
    while True:
        up = _METRES_A_DEGREE / cell_m
        across = up * max(middle, 0.01)
        # A cell is left free on each side: what is near an edge of the extent has a cell.
        west, south = x.min() - 1 / across, y.min() - 1 / up
        tiles_across = int((x.max() - west) * across + 2) // SIDE + 1
        tiles_up = int((y.max() - south) * up + 2) // SIDE + 1
        if tiles_across * tiles_up <= MOST_TILES:
            u, v = (x - west) * across, (y - south) * up
            touched = np.zeros((tiles_up, tiles_across), dtype=np.bool_)
            _touch_tiles(u / SIDE, v / SIDE, edges.corner, touched)
            low, high, work = _rows_of_areas(u, v, edges.corner, edges.first)
            if touched.sum() <= MOST_TILES_KEPT and work <= MOST_WORK:
                break
        cell_m *= 2

    row_start = np.concatenate([[0], np.cumsum(high - low + 1)])
    row_first, row_corner = _edges_by_row(v, edges.corner, edges.first, low, row_start)
    tile = np.full(touched.shape, LIST - NOTHING, dtype=np.int32)
    tile[touched] = np.arange(touched.sum())
    cell = np.full((int(touched.sum()), SIDE * SIDE), NOTHING, dtype=np.int32)
    row_area = np.repeat(np.arange(areas), high - low + 1)
    lists = _fill(u, v, row_first, row_corner, row_start, low, tile, cell)
    return Raster(
        west=float(west),
        south=float(south),
        across=float(across),
        up=float(up),
        tile=tile,
        cell=cell,
        lists=lists,
        # What is read together lies together: a point costs fewer waits for memory.
        rows=np.column_stack([np.append(row_area, areas), row_first]).astype(np.int32),
        row_corner=row_corner,
        corners=np.column_stack([x, y]),
        areas=areas,
    )


@njit(cache=True)
def _touch_tiles(u: Floats, v: Floats, corner: Shorts, touched: Flags) -> None:
    """Mark the tiles that an edge crosses, or comes so near to that it crosses one of its cells."""
    # Slack is part of a cell here and there, of a tile here: 64 times as much, hence enough.
    for at in corner:
        low = int(np.floor(min(v[at], v[at + 1]) - SLACK))
        high = int(np.floor(max(v[at], v[at + 1]) + SLACK))
        for row in range(low, high + 1):
            begin, end = columns_in_row(u[at], v[at], u[at + 1], v[at + 1], row)
            touched[row, begin : end + 1] = True


@njit(cache=True)
def _rows_of_areas(u: Floats, v: Floats, corner: Shorts, first: Ints) -> tuple[Ints, Ints, int]:
    """Return the first and last row of cells of each area, and the work that all are to fill."""
    areas = len(first) - 1
    low = np.zeros(areas, dtype=np.int64)
    high = np.full(areas, -1, dtype=np.int64)
    work = 0
    for area in range(areas):
        if first[area] == first[area + 1]:
            continue
        least, most, left, right = np.inf, -np.inf, np.inf, -np.inf
        for edge in range(first[area], first[area + 1]):
            work += 1 + int(abs(v[corner[edge] + 1] - v[corner[edge]]))
            for at in range(corner[edge], corner[edge] + 2):
                least, most = min(least, v[at]), max(most, v[at])
                left, right = min(left, u[at]), max(right, u[at])
        low[area] = int(np.floor(least - SLACK))
        high[area] = int(np.floor(most + SLACK))
        work += int((high[area] - low[area] + 1) * (1 + (right - left) / SIDE))
    return low, high, work


@njit(cache=True)
def _edges_by_row(
    v: Floats, corner: Shorts, first: Ints, low: Ints, row_start: Ints
) -> tuple[Ints, Shorts]:
    """Return, for each row of each area, which of its edges touch it: where they begin, and all."""
    row_first = np.zeros(row_start[-1] + 1, dtype=np.int64)
    row_corner = np.empty(0, dtype=np.int32)
    # Counted first, then written, from the end of each row backwards.
    for writing in (False, True):
        for area in range(len(first) - 1):
            for edge in range(first[area], first[area + 1]):
                at = corner[edge]
                begin = int(np.floor(min(v[at], v[at + 1]) - SLACK))
                end = int(np.floor(max(v[at], v[at + 1]) + SLACK))
                for row in range(begin, end + 1):
                    number = row_start[area] + row - low[area]
                    if writing:
                        row_first[number] -= 1
                        row_corner[row_first[number]] = at
                    else:
                        row_first[number] += 1
        if not writing:
            for number in range(1, len(row_first)):
                row_first[number] += row_first[number - 1]
            row_corner = np.empty(row_first[-1], dtype=np.int32)
    return row_first, row_corner


@njit(cache=True)
def _fill(
    u: Floats,
    v: Floats,
    row_first: Ints,
    row_corner: Shorts,
    row_start: Ints,
    low: Ints,
    tile: Shorts,
    cell: Shorts,
) -> Shorts:
    """Write what is true of each tile and cell, preferred areas first; returns the lists."""
    areas = len(row_start) - 1
    # Cells of several candidates are chains of nodes while they grow: candidate, next node.
    nodes = np.empty((1024, 2), dtype=np.int32)
    used = int(np.int64(0))  # a plain 0 is a type of its own: three would be compiled twice
    begins = np.empty(64, dtype=np.int64)
    ends = np.empty(64, dtype=np.int64)
    for area in range(areas):
        for number in range(row_start[area], row_start[area + 1]):
            row = low[area] + number - row_start[area]
            corners = row_corner[row_first[number] : row_first[number + 1]]
            if len(corners) > len(begins):
                begins = np.empty(2 * len(corners), dtype=np.int64)
                ends = np.empty(2 * len(corners), dtype=np.int64)
            spans = _merged_spans(u, v, corners, row, begins, ends)
            for span in range(spans):
                room = ends[span] - begins[span] + 1
                while used + 2 * room > len(nodes):
                    nodes = np.concatenate((nodes, np.empty_like(nodes)))
                for column in range(begins[span], ends[span] + 1):
                    kept = tile[row >> SHIFT, column >> SHIFT]
                    used = _offer(
                        cell[kept], _at(row, column), areas + 1 + number, areas, nodes, used
                    )
                if span + 1 == spans or ends[span] + 1 == begins[span + 1]:
                    continue
                # No edge touches the cells between two spans: one tells for all.
                column, end = ends[span] + 1, begins[span + 1]
                if _is_inside(u, v, corners, column + 0.5, row + 0.5):
                    while used + 2 * (end - column) > len(nodes):
                        nodes = np.concatenate((nodes, np.empty_like(nodes)))
                    used = _fill_gap(row, column, end, area, areas, tile, cell, nodes, used)
    return _chains_to_lists(cell, nodes, used)


@njit(cache=True)
def _fill_gap(
    row: int,
    column: int,
    end: int,
    area: int,
    areas: int,
    tile: Shorts,
    cell: Shorts,
    nodes: Shorts,
    used: int,
) -> int:
    """Write that cells of a row lie in an area, or their whole tile where no edge crosses it."""
    while column < end:
        kept = tile[row >> SHIFT, column >> SHIFT]
        if kept >= 0:
            used = _offer(cell[kept], _at(row, column), area, areas, nodes, used)
            column += 1
            continue
        if kept == LIST - NOTHING:
            tile[row >> SHIFT, column >> SHIFT] = LIST - area
        column = ((column >> SHIFT) + 1) << SHIFT
    return used


@njit(cache=True)
def _at(row: int, column: int) -> int:
    return ((row & (SIDE - 1)) << SHIFT) | (column & (SIDE - 1))


@njit(cache=True)
def _merged_spans(u: Floats, v: Floats, corners: Shorts, row: int, begins: Ints, ends: Ints) -> int:
    """Write the runs of columns that edges touch in a row, left to right; returns how many."""
    for k in range(len(corners)):
        at = corners[k]
        begin, end = columns_in_row(u[at], v[at], u[at + 1], v[at + 1], row)
        place = k
        while place > 0 and begins[place - 1] > begin:
            begins[place], ends[place] = begins[place - 1], ends[place - 1]
            place -= 1
        begins[place], ends[place] = begin, end
    last = 0
    for k in range(1, len(corners)):
        if begins[k] <= ends[last] + 1:
            ends[last] = max(ends[last], ends[k])
        else:
            last += 1
            begins[last], ends[last] = begins[k], ends[k]
    return last + 1 if len(corners) else 0


@njit(cache=True)
def _is_inside(u: Floats, v: Floats, corners: Shorts, at_u: float, at_v: float) -> bool:
    """Tell by rounded numbers; the point is half a cell or more from all edges."""
    inside = False
    for at in corners:
        if (v[at] > at_v) != (v[at + 1] > at_v):
            part = (at_v - v[at]) / (v[at + 1] - v[at])
            inside ^= u[at] + part * (u[at + 1] - u[at]) > at_u
    return inside


@njit(cache=True)
def _offer(cells: Shorts, at: int, candidate: int, areas: int, nodes: Shorts, used: int) -> int:
    """Add a candidate to a cell unless the cell is decided before it; returns the nodes in use."""
    held = cells[at]
    if held == NOTHING:
        cells[at] = candidate
        return used
    if held >= 0:
        if held < areas:
            return used
        nodes[used, 0], nodes[used, 1] = held, used + 1
        # A chain is known by its last node, whose successor is the first.
        nodes[used + 1, 0], nodes[used + 1, 1] = candidate, used
        cells[at] = LIST - (used + 1)
        return used + 2
    last = LIST - held
    if nodes[last, 0] < areas:
        return used
    nodes[used, 0], nodes[used, 1] = candidate, nodes[last, 1]
    nodes[last, 1] = used
    cells[at] = LIST - used
    return used + 1


@njit(cache=True)
def _chains_to_lists(cell: Shorts, nodes: Shorts, used: int) -> Shorts:
    """Write the chains one after another and let their cells point there."""
    lists = np.empty(2 * used, dtype=np.int32)
    end = 0
    for kept in range(cell.shape[0]):
        for at in range(cell.shape[1]):
            if cell[kept, at] > LIST:
                continue
            last = LIST - cell[kept, at]
            cell[kept, at] = LIST - end
            node = nodes[last, 1]
            while True:
                lists[end] = nodes[node, 0]
                end += 1
                if node == last:
                    break
                node = nodes[node, 1]
            lists[end] = NOTHING
            end += 1
    return lists[:end].copy()
