"""Points to polygons: at most one area each, and the same one whatever the order of the areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_service.measure import geometries_to_metres, to_metres


@dataclass(frozen=True)
class LocateParams:
    """How far outside an area a point may lie and still belong to it.

    Parameters
    ----------
    nearest_m
        Largest distance in metres to the nearest area.
    tie_m
        Areas this close to the nearest, in metres, are as near.
    """

    nearest_m: float = 30.0
    tie_m: float = 0.001

    def __post_init__(self) -> None:
        if self.nearest_m < 0 or self.tie_m < 0:
            msg = f"distances cannot be negative: {self.nearest_m}, {self.tie_m}"
            raise ValueError(msg)


@dataclass(frozen=True)
class Place:
    """Where points lie.

    Parameters
    ----------
    area
        Row number of the area, -1 where none; shape (n,).
    distance_m
        Metres to it, 0 inside and on its boundary, NaN where none; shape (n,).
    """

    area: NDArray[np.int64]
    distance_m: NDArray[np.float64]


def locate_points(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    areas: pd.DataFrame,
    preference: NDArray[np.int64],
    *,
    epsg: int,
    params: LocateParams | None = None,
) -> Place:
    """Give each point the preferred area that contains it, else the nearest within reach.

    Containment is asked in the coordinates that the polygons are drawn in, where a point on a
    straight edge is exactly on it; distances are asked in metres.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,); NaN finds no area.
    areas
        AREAS with `geometry` in WGS 84.
    preference
        Place of each area in the order of preference, smallest first, no two alike; shape (m,).
    epsg
        The store's UTM zone.
    """
    params = params or LocateParams()
    area = np.full(len(lon), -1, dtype=np.int64)
    distance = np.full(len(lon), np.nan)
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    geometries = areas["geometry"].to_numpy()
    if not len(known) or not len(geometries):
        return Place(area, distance)

    points = shapely.points(lon[known], lat[known])
    point, polygon = shapely.STRtree(geometries).query(points, predicate="intersects")
    _keep_first(area, known[point], polygon, preference[polygon])
    distance[area >= 0] = 0.0

    outside = known[area[known] < 0]
    x, y = to_metres(lon[outside], lat[outside], epsg)
    points = shapely.points(x, y)
    metric = geometries_to_metres(geometries, epsg)
    point, polygon = shapely.STRtree(metric).query(
        points, predicate="dwithin", distance=params.nearest_m
    )
    metres = shapely.distance(points[point], metric[polygon])
    nearest = np.full(len(outside), np.inf)
    np.minimum.at(nearest, point, metres)
    near = metres <= nearest[point] + params.tie_m
    point, polygon, metres = point[near], polygon[near], metres[near]
    _keep_first(area, outside[point], polygon, preference[polygon])
    chosen = area[outside[point]] == polygon
    distance[outside[point[chosen]]] = metres[chosen]
    return Place(area, distance)


def _keep_first(
    out: NDArray[np.int64],
    row: NDArray[np.int64],
    value: NDArray[np.int64],
    preference: NDArray[np.int64],
) -> None:
    """Write into `out[row]` the value of smallest preference among those offered."""
    order = np.lexsort((preference, row))
    row, value = row[order], value[order]
    first = np.ones(len(row), dtype=bool)
    first[1:] = row[1:] != row[:-1]
    out[row[first]] = value[first]
