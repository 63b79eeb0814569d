"""Where points lie, by asking every area of every point: what each faster way must equal."""

from __future__ import annotations

import numpy as np
import shapely

from geo_service.locate import Place
from geo_service.measure import geometries_to_metres, to_metres


def locate_by_asking_all(lon, lat, geometries, preference, *, epsg, nearest_m=30.0, tie_m=0.001):
    points = shapely.points(lon, lat)
    metric_points = shapely.points(*to_metres(lon, lat, epsg))
    metric = geometries_to_metres(geometries, epsg)
    area = np.full(len(lon), -1)
    distance = np.full(len(lon), np.nan)
    for k in range(len(lon)):
        if not np.isfinite([lon[k], lat[k]]).all():
            continue
        holds = np.flatnonzero(shapely.intersects(geometries, points[k]))
        if len(holds):
            area[k], distance[k] = holds[np.argmin(preference[holds])], 0.0
            continue
        with np.errstate(invalid="ignore", over="ignore"):
            metres = shapely.distance(metric_points[k], metric)
        metres[~(metres <= nearest_m)] = np.inf
        near = np.flatnonzero(np.isfinite(metres) & (metres <= metres.min(initial=np.inf) + tie_m))
        if len(near):
            area[k] = near[np.argmin(preference[near])]
            distance[k] = metres[area[k]]
    return Place(area, distance)
