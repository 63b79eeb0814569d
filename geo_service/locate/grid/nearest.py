"""The nearest area within reach, in metres: edges in a grid of small cells.

Distances are computed as GEOS computes them. Near a limit (reach, tie, and the sliver between an
edge drawn straight in degrees and the same edge straight in metres) the answer is left undecided:
somebody else computes it from the whole geometries.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from geo_service.locate.grid.edges import Edges, columns_in_row
from geo_service.measure import Floats, Ints, Shorts, to_metres

NONE, UNDECIDED = -1, -2

LEAST_CELL_M = 10.0
MOST_CELLS = 4_000_000
_SLACK_M = 1e-7
_ROUNDING_M = 1e-6


class Segments(NamedTuple):
    """Edges in metres, by cell.

    Parameters
    ----------
    west, south, cell_m
        Corner of the extent and width of a cell, metres.
    columns, rows
        Of the grid.
    around
        Cells on each side of a point's own in which all lies that may concern it: twice as many
        are free along the borders of the grid, for points out there look out as far.
    first
        Where the edges of each cell begin in `edge`, row by row; shape (rows * columns + 1,).
    edge
        Edges that touch each cell.
    ends
        x and y of both ends of each edge, and one by its squared length; shape (e, 5).
    area
        Area of each edge, numbered in the order of preference; shape (e,).
    sliver
        How far the edge may lie from where it lies when straight in degrees; shape (e,).
    widest
        The largest of them.
    """

    west: float
    south: float
    cell_m: float
    columns: int
    rows: int
    around: int
    first: Ints
    edge: Shorts
    ends: Floats
    area: Ints
    sliver: Floats
    widest: float


def make_segments(edges: Edges, epsg: int, reach_m: float) -> Segments:
    """Project edges and sort them into cells."""
    x, y = to_metres(edges.x, edges.y, epsg)
    at = edges.corner
    middle_x, middle_y = to_metres(
        (edges.x[at] + edges.x[at + 1]) / 2, (edges.y[at] + edges.y[at + 1]) / 2, epsg
    )
    off = np.hypot(middle_x - (x[at] + x[at + 1]) / 2, middle_y - (y[at] + y[at + 1]) / 2)
    area = np.repeat(np.arange(len(edges.first) - 1), np.diff(edges.first))
    ends = np.column_stack([x[at], y[at], x[at + 1], y[at + 1]])

    # An end that the zone cannot show is near no point that it can.
    shown = np.isfinite(ends).all(axis=1) & np.isfinite(off)
    ends, area = ends[shown], area[shown]
    # A curve this flat is farthest from its chord in the middle; twice that is on the safe side.
    sliver = 2 * off[shown] + _ROUNDING_M
    widest = float(sliver.max(initial=0.0))
    corners = ends.reshape(-1, 2) if len(ends) else np.zeros((1, 2))
    low, high = corners.min(axis=0), corners.max(axis=0)
    # Two cells out lies the reach: fewer would hold too many edges, more would be many cells.
    cell_m = max(reach_m * 1.002 / 2, LEAST_CELL_M)
    while True:
        around = int(np.ceil(max(reach_m, widest) * 1.001 / cell_m)) + (reach_m == 0)
        west, south = low - (2 * around + 1) * cell_m
        columns, rows = ((high - low) / cell_m).astype(np.int64) + 4 * around + 4
        if columns * rows <= MOST_CELLS:
            break
        cell_m *= 1.5
    first, edge = _sort_into_cells(
        (ends - np.tile([west, south], 2)) / cell_m, int(columns), int(rows)
    )
    squares = (ends[:, 2] - ends[:, 0]) ** 2 + (ends[:, 3] - ends[:, 1]) ** 2
    inverse = np.divide(1, squares, out=np.zeros(len(ends)), where=squares > 0)
    return Segments(
        west=float(west),
        south=float(south),
        cell_m=float(cell_m),
        columns=int(columns),
        rows=int(rows),
        around=around,
        first=first,
        edge=edge,
        ends=np.column_stack([ends, inverse]),
        area=area,
        sliver=sliver,
        widest=widest,
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
            for cell in range(1, len(first)):
                first[cell] += first[cell - 1]
            found = np.empty(first[-1], dtype=np.int32)
    return first, found


@njit(cache=True, nogil=True)
def areas_near(
    x: Floats, y: Floats, segments: Segments, reach_m: float, tie_m: float
) -> tuple[Ints, Floats]:
    """Return the preferred one of the nearest areas of each point, and the metres to it.

    `NONE` where none is within reach, `UNDECIDED` where these numbers are not enough to tell.
    """
    found, metres = np.empty(len(x), dtype=np.int64), np.empty(len(x))
    west, south, cell_m = segments.west, segments.south, segments.cell_m
    columns, rows, around = segments.columns, segments.rows, segments.around
    first, edges, ends = segments.first, segments.edge, segments.ends
    areas, sliver, widest = segments.area, segments.sliver, segments.widest
    near = np.empty(64, dtype=np.float64)
    near_edge = np.empty(64, dtype=np.int64)
    for k in range(len(x)):
        found[k], metres[k] = NONE, np.nan
        px, py = x[k], y[k]
        u, v = (px - west) / cell_m, (py - south) / cell_m
        # Nearer to the border, and beyond it, nothing is within reach.
        if not (around <= u < columns - around and around <= v < rows - around):
            continue
        column, row = int(u), int(v)
        nearest = limit = look = 0.0
        seen = 0
        # Most points lie beside their area: the cells around are enough, if what is nearest there
        # is nearer than all that lies farther out.
        for ring in (1, around):
            nearest, limit, seen = np.inf, reach_m + _SLACK_M, 0
            look = max(limit, widest) + _SLACK_M
            for line in range(row - ring, row + ring + 1):
                at = line * columns + column
                for place in range(first[at - ring], first[at + ring + 1]):
                    edge = edges[place]
                    ax, ay = ends[edge, 0], ends[edge, 1]
                    dx, dy = ends[edge, 2] - ax, ends[edge, 3] - ay
                    part = ((px - ax) * dx + (py - ay) * dy) * ends[edge, 4]
                    part = min(max(part, 0.0), 1.0)
                    off_x, off_y = px - ax - part * dx, py - ay - part * dy
                    if off_x * off_x + off_y * off_y > look * look:
                        continue
                    distance = _distance(px, py, ends, edge)
                    if seen == len(near):
                        near = np.concatenate((near, near))
                        near_edge = np.concatenate((near_edge, near_edge))
                    near[seen], near_edge[seen] = distance, edge
                    seen += 1
                    if distance < nearest:
                        nearest = distance
                        limit = min(nearest + tie_m, reach_m) + _SLACK_M
                        look = max(limit, widest) + _SLACK_M
            if look < 0.999 * cell_m:
                break
        if seen:
            best, length = _preferred(near[:seen], near_edge, areas, sliver, nearest, limit)
            found[k] = UNDECIDED if abs(nearest - reach_m) <= _SLACK_M else best
            metres[k] = length
    return found, metres


@njit(cache=True, nogil=True)
def _preferred(
    near: Floats, near_edge: Ints, areas: Ints, sliver: Floats, nearest: float, limit: float
) -> tuple[int, float]:
    """Return the preferred area of the edges up to `limit`, slack included, and metres to it."""
    best, length, undecided = NONE, np.nan, False
    for one in range(len(near)):
        distance, edge = near[one], near_edge[one]
        undecided |= distance <= sliver[edge]
        if distance > limit:
            continue
        undecided |= distance > nearest and distance >= limit - 2 * _SLACK_M
        if best == NONE or areas[edge] < best:
            best, length = areas[edge], distance
        elif areas[edge] == best:
            length = min(length, distance)
    return (UNDECIDED if undecided else best), length


@njit(cache=True, nogil=True)
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
