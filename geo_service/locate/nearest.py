"""The nearest area within reach, in metres: edges in a grid whose cells are as wide as the reach.

Distances are computed as GEOS computes them. Near a limit (reach, tie, and the sliver between an
edge drawn straight in degrees and the same edge straight in metres) the answer is left undecided:
somebody else computes it from the whole geometries.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo_service.locate.edges import Edges, Floats, Ints, Shorts, columns_in_row
from geo_service.measure import to_metres

NONE, UNDECIDED = -1, -2

MOST_CELLS = 4_000_000
_LEAST_CELL_M = 10.0
_SLACK_M = 1e-7
_ROUNDING_M = 1e-6


class Segments(NamedTuple):
    """Edges in metres, by cell.

    Parameters
    ----------
    west, south, cell_m
        Corner of the extent and width of a cell, metres.
    columns, rows
        Of the grid, a free one on each side.
    first
        Where the edges of each cell begin in `edge`, row by row; shape (rows * columns + 1,).
    edge
        Edges that touch each cell.
    ends
        x and y of both ends of each edge; shape (e, 4).
    area
        Area of each edge, numbered in the order of preference; shape (e,).
    sliver
        How far the edge may lie from where it lies when straight in degrees; shape (e,).
    """

    west: float
    south: float
    cell_m: float
    columns: int
    rows: int
    first: Ints
    edge: Shorts
    ends: Floats
    area: Ints
    sliver: Floats


def make_segments(edges: Edges, epsg: int, reach_m: float) -> Segments:
    """Project edges and sort them into cells no narrower than `reach_m`."""
    x, y = to_metres(edges.x, edges.y, epsg)
    at = edges.corner
    middle = to_metres((edges.x[at] + edges.x[at + 1]) / 2, (edges.y[at] + edges.y[at + 1]) / 2, epsg)
    off = np.hypot(middle[0] - (x[at] + x[at + 1]) / 2, middle[1] - (y[at] + y[at + 1]) / 2)
    area = np.repeat(np.arange(len(edges.first) - 1), np.diff(edges.first))
    ends = np.column_stack([x[at], y[at], x[at + 1], y[at + 1]])

    # An end that the zone cannot show is near no point that it can.
    shown = np.isfinite(ends).all(axis=1) & np.isfinite(off)
    ends, area, off = ends[shown], area[shown], off[shown]
    low = ends.reshape(-1, 2).min(axis=0, initial=np.inf)
    high = ends.reshape(-1, 2).max(axis=0, initial=-np.inf)
    if not len(ends):
        low = high = np.zeros(2)
    cell_m = max(reach_m * 1.001, _LEAST_CELL_M)
    while True:
        west, south = low - 2 * cell_m
        columns, rows = ((high - low) / cell_m).astype(np.int64) + 5
        if columns * rows <= MOST_CELLS:
            break
        cell_m *= 1.5
    in_cells = (ends - np.tile([west, south], 2)) / cell_m
    first, edge = _sort_into_cells(in_cells, int(columns), int(rows))
    # A curve this flat is farthest from its chord in the middle; twice that is on the safe side.
    return Segments(
        west=float(west),
        south=float(south),
        cell_m=float(cell_m),
        columns=int(columns),
        rows=int(rows),
        first=first,
        edge=edge,
        ends=np.ascontiguousarray(ends),
        area=area,
        sliver=2 * off + _ROUNDING_M,
    )


@njit(cache=True)
def _sort_into_cells(ends: Floats, columns: int, rows: int) -> tuple[Ints, Shorts]:
    first = np.zeros(rows * columns + 1, dtype=np.int64)
    found = np.empty(0, dtype=np.int32)
    # Counted first, then written, from the end of each cell backwards.
    for writing in (False, True):
        for edge in range(len(ends)):
            u1, v1, u2, v2 = ends[edge]
            for row in range(int(np.floor(min(v1, v2))), int(np.floor(max(v1, v2))) + 1):
                begin, end = columns_in_row(u1, v1, u2, v2, row)
                for cell in range(row * columns + begin, row * columns + end + 1):
                    if writing:
                        first[cell] -= 1
                        found[first[cell]] = edge
                    else:
                        first[cell] += 1
        if not writing:
            total = 0
            for cell in range(len(first)):
                total += first[cell]
                first[cell] = total
            found = np.empty(total, dtype=np.int32)
    return first, found


@njit(cache=True)
def areas_near(
    x: Floats, y: Floats, segments: Segments, reach_m: float, tie_m: float
) -> tuple[Ints, Floats]:
    """Return the preferred one of the nearest areas of each point, and the metres to it.

    `NONE` where none is within reach, `UNDECIDED` where these numbers are not enough to tell.
    """
    found = np.full(len(x), NONE, dtype=np.int64)
    metres = np.full(len(x), np.nan)
    near = np.empty(64, dtype=np.float64)
    for k in range(len(x)):
        u = (x[k] - segments.west) / segments.cell_m
        v = (y[k] - segments.south) / segments.cell_m
        # In the outermost cells, and beyond them, nothing is within reach.
        if not (1 <= u < segments.columns - 1 and 1 <= v < segments.rows - 1):
            continue
        row, column = int(v), int(u)
        nearest, seen = np.inf, 0
        undecided = False
        for line in range(row - 1, row + 2):
            at = line * segments.columns + column
            for place in range(segments.first[at - 1], segments.first[at + 2]):
                edge = segments.edge[place]
                distance = _distance(x[k], y[k], segments.ends, edge)
                if seen == len(near):
                    near = np.concatenate((near, np.empty_like(near)))
                near[seen] = distance
                seen += 1
                nearest = min(nearest, distance)
                undecided |= distance <= segments.sliver[edge]
        undecided |= abs(nearest - reach_m) <= _SLACK_M
        if not undecided and nearest > reach_m:
            continue
        limit = min(nearest + tie_m, reach_m)
        best, length, seen = -1, np.inf, 0
        for line in range(row - 1, row + 2):
            at = line * segments.columns + column
            for place in range(segments.first[at - 1], segments.first[at + 2]):
                distance = near[seen]
                seen += 1
                if distance > limit + _SLACK_M:
                    continue
                undecided |= distance > nearest and distance >= limit - _SLACK_M
                area = segments.area[segments.edge[place]]
                if best < 0 or area < best:
                    best, length = area, distance
                elif area == best:
                    length = min(length, distance)
        found[k] = UNDECIDED if undecided else best
        metres[k] = length
    return found, metres


@njit(cache=True)
def _distance(px: float, py: float, ends: Floats, edge: int) -> float:
    """Return the metres from a point to an edge, by the same operations as GEOS."""
    ax, ay, bx, by = ends[edge, 0], ends[edge, 1], ends[edge, 2], ends[edge, 3]
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    along = (px - ax) * dx + (py - ay) * dy
    if square == 0 or along <= 0:
        return float(np.sqrt((px - ax) * (px - ax) + (py - ay) * (py - ay)))
    if along / square >= 1:
        return float(np.sqrt((px - bx) * (px - bx) + (py - by) * (py - by)))
    off = ((ay - py) * dx - (ax - px) * dy) / square
    return float(abs(off) * np.sqrt(square))
