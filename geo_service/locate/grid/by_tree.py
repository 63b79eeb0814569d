"""Points to polygons by search trees: the plain way, which every faster one must equal."""

from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_service.locate.grid.place import LocateParams, Place
from geo_service.measure import Floats, Ints, geometries_to_metres, to_metres


class ByTree:
    """Areas in a tree of degrees, for containment, and one of metres, for the nearest.

    `geometries` are in WGS 84, of any type; missing and empty ones are found by no point. The rest
    is as for the locator.
    """

    def __init__(
        self, geometries: NDArray[np.object_], preference: Ints, epsg: int, params: LocateParams
    ) -> None:
        self._geometries = geometries
        self._preference = preference
        self._epsg = epsg
        self._params = params

    def locate(self, lon: Floats, lat: Floats) -> Place:
        """Give each point the preferred area that contains it, else the nearest within reach."""
        area = self.inside(lon, lat)
        distance = np.where(area >= 0, 0.0, np.nan)
        outside = np.flatnonzero(area < 0)
        near = self.nearest(*to_metres(lon[outside], lat[outside], self._epsg))
        area[outside], distance[outside] = near.area, near.distance_m
        return Place(area, distance)

    def inside(self, lon: Floats, lat: Floats) -> Ints:
        """Return the preferred area that contains each point, -1 where none does."""
        area = np.full(len(lon), -1, dtype=np.int64)
        known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        points = shapely.points(lon[known], lat[known])
        point, polygon = self._degrees.query(points, predicate="intersects")
        self._keep_first(area, known[point], polygon)
        return area

    def nearest(self, x: Floats, y: Floats) -> Place:
        """Return the preferred one of the nearest areas within reach of each point, in metres."""
        area = np.full(len(x), -1, dtype=np.int64)
        distance = np.full(len(x), np.nan)
        known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        points = shapely.points(x[known], y[known])
        tree, metric = self._metres
        point, polygon = tree.query(points, predicate="dwithin", distance=self._params.nearest_m)
        metres = shapely.distance(points[point], metric[polygon])
        point = known[point]
        nearest = np.full(len(x), np.inf)
        np.minimum.at(nearest, point, metres)
        near = metres <= nearest[point] + self._params.tie_m
        point, polygon, metres = point[near], polygon[near], metres[near]
        self._keep_first(area, point, polygon)
        chosen = area[point] == polygon
        distance[point[chosen]] = metres[chosen]
        return Place(area, distance)

    @cached_property
    def _degrees(self) -> shapely.STRtree:
        return shapely.STRtree(self._geometries)

    @cached_property
    def _metres(self) -> tuple[shapely.STRtree, NDArray[np.object_]]:
        metric = geometries_to_metres(self._geometries, self._epsg)
        return shapely.STRtree(metric), metric

    def _keep_first(self, out: Ints, row: Ints, value: Ints) -> None:
        """Write into `out[row]` the value of smallest preference among those offered."""
        order = np.lexsort((self._preference[value], row))
        row, value = row[order], value[order]
        first = np.ones(len(row), dtype=bool)
        first[1:] = row[1:] != row[:-1]
        out[row[first]] = value[first]
