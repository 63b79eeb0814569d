"""Which areas are neighbours: polygons of streets, alleys and markets that touch.

Lengths differ a hundredfold between a market and a street, so that neither common corners nor
distances of centres say who lies beside whom. What counts is where one can walk across.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse

from geo_service.measure.array_types import Ints
from geo_service.measure.space import geometries_to_metres


@dataclass(frozen=True)
class NeighbourParams:
    """Distances between the nearest points of two polygons.

    Parameters
    ----------
    tolerance_m
        Polygons no farther apart touch: they were drawn by different hands.
    along_m
        Areas that touch a common one are neighbours too where they are no farther apart.
    least
        Each area has so many neighbours; where fewer touch, the nearest ones are taken.
    nearest
        How many the alternative graph by distance takes.
    """

    tolerance_m: float = 2.0
    along_m: float = 150.0
    least: int = 3
    nearest: int = 6

    def __post_init__(self) -> None:
        if not 0 <= self.tolerance_m <= self.along_m or self.least < 0 or self.nearest < 1:
            raise ValueError(f"no distances of neighbours: {self}")


@dataclass(frozen=True)
class Graph:
    """Who neighbours whom; symmetric, nobody is its own neighbour.

    Parameters
    ----------
    indptr, indices
        The neighbours of area i are ``indices[indptr[i]:indptr[i + 1]]``, sorted; shapes (n + 1,)
        and (e,).
    islands
        Areas that touch no other; shape (k,).
    """

    indptr: Ints
    indices: Ints
    islands: Ints

    def __len__(self) -> int:
        return len(self.indptr) - 1

    @property
    def matrix(self) -> sparse.csr_array:
        """Ones where two areas are neighbours; shape (n, n)."""
        ones = np.ones(len(self.indices))
        return sparse.csr_array((ones, self.indices, self.indptr), shape=(len(self), len(self)))

    @classmethod
    def of_pairs(cls, areas: int, one: Ints, other: Ints, islands: Ints | None = None) -> Self:
        """Make a graph of pairs; each counts both ways, once, and none with itself.

        >>> Graph.of_pairs(3, np.array([0, 1]), np.array([1, 0])).indptr.tolist()
        [0, 1, 2, 2]
        """
        apart = one != other
        low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
        # of a square of areas each pair has a number
        code = np.unique(low.astype(np.int64) * max(areas, 1) + high)
        low, high = code // max(areas, 1), code % max(areas, 1)
        row, column = np.concatenate([low, high]), np.concatenate([high, low])
        order = np.lexsort((column, row))
        indptr = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=areas))])
        alone = np.flatnonzero(np.diff(indptr) == 0) if islands is None else islands
        return cls(indptr.astype(np.int64), column[order].astype(np.int64), alone.astype(np.int64))


@dataclass(frozen=True)
class Neighbours:
    """The graph that is used, and two others that tell how much hangs on the choice.

    Parameters
    ----------
    contact
        Areas that touch, or touch a common one nearby; at least three each.
    touching
        Areas that touch, nothing else.
    nearest
        The six nearest by distance of the polygons, both ways.
    """

    contact: Graph
    touching: Graph
    nearest: Graph

    @property
    def graphs(self) -> tuple[Graph, Graph, Graph]:
        """All three, the one that is used first."""
        return self.contact, self.touching, self.nearest


def neighbours_of(
    geometries: NDArray[np.object_], epsg: int, params: NeighbourParams | None = None
) -> Neighbours:
    """Return the street contact graph of polygons and two alternatives to it.

    Polygons and multipolygons are in WGS 84, shape (n,); missing ones have no neighbours. Distances
    are measured in the UTM zone `epsg`.
    """
    params = params or NeighbourParams()
    shapes = geometries_to_metres(geometries, epsg)
    n = len(shapes)
    shapely.prepare(shapes)
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="dwithin", distance=params.tolerance_m)
    touching = Graph.of_pairs(n, one, other)

    # two that touch a common third are near along it, whichever way one walks there
    by_one = sparse.triu(touching.matrix @ touching.matrix, k=1, format="coo")
    a, b = by_one.row.astype(np.int64), by_one.col.astype(np.int64)
    near = shapely.dwithin(shapes[a], shapes[b], params.along_m)
    touch_a = np.repeat(np.arange(n), np.diff(touching.indptr))
    first, second = np.append(touch_a, a[near]), np.append(touching.indices, b[near])
    walked = Graph.of_pairs(n, first, second)

    present = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    poor = present[np.diff(walked.indptr)[present] < params.least]
    near_one, near_other = _nearest(shapes, tree, present, poor, params.least)
    contact = Graph.of_pairs(
        n, np.append(first, near_one), np.append(second, near_other), touching.islands
    )
    alone = touching.islands
    all_one, all_other = _nearest(shapes, tree, present, present, params.nearest)
    return Neighbours(contact, touching, Graph.of_pairs(n, all_one, all_other, alone))


def _nearest(
    shapes: NDArray[np.object_], tree: shapely.STRtree, present: Ints, whose: Ints, k: int
) -> tuple[Ints, Ints]:
    """Return pairs of each of `whose` and its k nearest others; ties go by centres, then place."""
    k = min(k, len(present) - 1)
    found_one, found_other = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    if k < 1 or not len(whose):
        return found_one[0], found_other[0]
    boxes = shapely.bounds(shapes[present])
    span = np.hypot(*(boxes[:, 2:].max(axis=0) - boxes[:, :2].min(axis=0)))
    centres = shapely.get_coordinates(shapely.centroid(shapes[present]))
    centre = np.full((len(shapes), 2), np.nan)
    centre[present] = centres
    radius = max(span / np.sqrt(len(present)) / 4, 1.0)
    while len(whose):
        asked, other = tree.query(shapes[whose], predicate="dwithin", distance=radius)
        one = whose[asked]
        apart = one != other
        one, other = one[apart], other[apart]
        enough = np.bincount(one, minlength=len(shapes)) >= k
        enough |= radius > span
        use = enough[one]
        one, other = one[use], other[use]
        distance = shapely.distance(shapes[one], shapes[other])
        apart_m = np.hypot(*(centre[one] - centre[other]).T)
        order = np.lexsort((other, apart_m, distance, one))
        one, other = one[order], other[order]
        begin = np.searchsorted(one, one, side="left")
        taken = np.arange(len(one)) - begin < k
        found_one.append(one[taken])
        found_other.append(other[taken])
        whose = whose[~enough[whose]]
        radius *= 2
    return np.concatenate(found_one), np.concatenate(found_other)
