"""Polygons as flat arrays of edges, and which cells of a grid an edge crosses."""

from typing import NamedTuple

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray

from geo_service.measure import Floats, Ints, Shorts

SLACK = 1e-6
"""Part of a cell by which an edge is thought thicker: far above the rounding of coordinates."""


class Edges(NamedTuple):
    """Edges of all rings of polygons, by polygon.

    Parameters
    ----------
    x, y
        Corners, rings after one another; shape (k,).
    corner
        Where each edge begins; it ends at the next corner; shape (e,).
    first
        Number of the first edge of each polygon; shape (m + 1,).
    """

    x: Floats
    y: Floats
    corner: Shorts
    first: Ints


def edges_of(geometries: NDArray[np.object_]) -> Edges:
    """Take polygons and multipolygons apart; missing and empty ones have no edges."""
    parts, polygon = shapely.get_parts(geometries, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    corner = np.flatnonzero(ring[1:] == ring[:-1])
    owner = polygon[part[ring[corner]]] if len(corner) else np.empty(0, dtype=np.int64)
    first = np.searchsorted(owner, np.arange(len(geometries) + 1))
    return Edges(
        np.ascontiguousarray(xy[:, 0]),
        np.ascontiguousarray(xy[:, 1]),
        corner.astype(np.int32),
        first.astype(np.int64),
    )


def are_plain(geometries: NDArray[np.object_]) -> bool:
    """Tell whether all are valid polygons or multipolygons, or nothing at all.

    Of these alone it is true that a point is inside where a ray from it crosses an odd number of
    edges, whatever ring they belong to.
    """
    present = geometries[~(shapely.is_missing(geometries) | shapely.is_empty(geometries))]
    kinds = shapely.get_type_id(present)
    areal = (kinds == shapely.GeometryType.POLYGON) | (kinds == shapely.GeometryType.MULTIPOLYGON)
    return bool(areal.all() and shapely.is_valid(present).all())


@njit(cache=True)
def columns_in_row(u1: float, v1: float, u2: float, v2: float, row: int) -> tuple[int, int]:
    """Return the first and last column of `row` that an edge touches or nearly touches.

    Corners are given in cells, so that row r holds r ≤ v < r + 1; the edge must touch the row.
    """
    if v1 > v2:
        u1, v1, u2, v2 = u2, v2, u1, v1
    begin, end = u1, u2
    # An edge that leaves the row is cut where it does.
    if v1 < row - SLACK:
        begin = u1 + (row - SLACK - v1) / (v2 - v1) * (u2 - u1)
    if v2 > row + 1 + SLACK:
        end = u1 + (row + 1 + SLACK - v1) / (v2 - v1) * (u2 - u1)
    return int(np.floor(min(begin, end) - SLACK)), int(np.floor(max(begin, end) + SLACK))
