"""Overlapping shapes cut apart: each piece of ground belongs to the first that claims it."""

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_service.measure import Shapes

GRID_M = 0.01


def cut_apart(shapes: Shapes, rank: NDArray[np.int64]) -> Shapes:
    """Return polygons that do not overlap: where several lie, the one of lowest rank stays.

    All outlines are broken where they meet, and the shapes are put together again of the faces
    between them. So two neighbours share every corner of their border, and stay apart when their
    coordinates are converted. The polygons are valid, in metres, no two of one rank; None where
    others cover all of one.
    """
    out = np.full(len(shapes), None, dtype=object)
    if shapely.is_missing(shapes).all():
        return out
    outlines = shapely.union_all(shapely.boundary(shapes), grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize([outlines]))
    inside = shapely.point_on_surface(faces)
    face, shape = shapely.STRtree(shapes).query(inside, predicate="within")
    order = np.lexsort((rank[shape], face))
    first = order[np.unique(face[order], return_index=True)[1]]
    owner, mine = shape[first], face[first]
    sort = np.argsort(owner, kind="stable")
    owner, mine = owner[sort], mine[sort]
    owners, starts = np.unique(owner, return_index=True)
    parts = np.split(faces[mine], starts[1:])
    out[owners] = [shapely.union_all(part) for part in parts]
    return out
