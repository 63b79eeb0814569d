"""Degrees to metres and back, in one UTM zone that a district keeps."""

from functools import cache
from math import cos, radians
from typing import Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

from geo_service.measure.array_types import Floats

FAR_KM: Final = 50.0
"""So far from everything of a district no point of it lies."""

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

_EARTH_KM: Final = 6371.0
# A degree of latitude is nowhere shorter than 110.57 km, and a metre of a UTM zone is nowhere in
# or beside it more than a hundredth longer than a metre on the ground.
_METRES_A_DEGREE: Final = 110_570 / 1.02
_LEAST_COSINE: Final = 0.01


def utm_epsg(lon: float, lat: float) -> int:
    """Return the EPSG code of the WGS 84 / UTM zone that holds a point.

    >>> utm_epsg(103.77, 36.07), utm_epsg(-70.0, -33.4)
    (32648, 32719)
    """
    zone = int((lon + 180.0) // 6.0) % 60 + 1
    return (32600 if lat >= 0 else 32700) + zone


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def to_metres(lon: ArrayLike, lat: ArrayLike, epsg: int) -> tuple[Floats, Floats]:
    """Project WGS 84 degrees to metres of zone `epsg`; missing stays missing.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,).
    epsg
        Code of the UTM zone.

    Returns
    -------
    x, y
        Metres, shape (n,); NaN where either degree is.
    """
    return _project(lon, lat, 4326, epsg)


def to_degrees(x: ArrayLike, y: ArrayLike, epsg: int) -> tuple[Floats, Floats]:
    """Inverse of :func:`to_metres`."""
    return _project(x, y, epsg, 4326)


def _project(x: ArrayLike, y: ArrayLike, source: int, target: int) -> tuple[Floats, Floats]:
    xs = np.asarray(x, dtype=np.float64)
    ys = np.asarray(y, dtype=np.float64)
    known = np.isfinite(xs) & np.isfinite(ys)
    out_x = np.full(xs.shape, np.nan)
    out_y = np.full(ys.shape, np.nan)
    if known.any():
        out_x[known], out_y[known] = _transformer(source, target).transform(xs[known], ys[known])
    return out_x, out_y


def km_to_box(
    lon: ArrayLike, lat: ArrayLike, box: Floats | tuple[float, float, float, float]
) -> Floats:
    """Return how far points lie from a box, 0 inside, on a sphere: to a percent or so.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,); NaN gives NaN.
    box
        West, south, east, north in degrees, one or n of each.

    >>> km_to_box([103.8, 103.8], [36.0, 37.0], (103, 35, 104, 36)).round().tolist()
    [0.0, 111.0]
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    west, south, east, north = (np.asarray(side, dtype=np.float64) for side in box)
    # the shorter way round, for a box beside the 180th meridian
    aside = np.minimum(np.abs((x - west + 180) % 360 - 180), np.abs((x - east + 180) % 360 - 180))
    aside = np.radians(np.where((x >= west) & (x <= east), 0.0, aside))
    to = np.radians(np.clip(y, south, north))
    here = np.radians(y)
    half = np.sin((to - here) / 2) ** 2 + np.cos(here) * np.cos(to) * np.sin(aside / 2) ** 2
    return np.asarray(2 * _EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1))) + 0 * x)


def geometries_to_metres(geometries: ArrayLike, epsg: int) -> NDArray[np.object_]:
    """Project an array of WGS 84 geometries to metres of zone `epsg`."""
    transform, shapes = _transformer(4326, epsg).transform, np.asarray(geometries, dtype=object)
    flat = shapely.transform(shapes, lambda xy: np.column_stack(transform(xy[:, 0], xy[:, 1])))
    return np.asarray(flat, dtype=object)


def geometries_to_degrees(geometries: ArrayLike, epsg: int) -> NDArray[np.object_]:
    """Inverse of :func:`geometries_to_metres`."""
    shapes = np.asarray(geometries, dtype=object)
    round_ = shapely.transform(
        shapes, lambda xy: np.column_stack(to_degrees(xy[:, 0], xy[:, 1], epsg))
    )
    return np.asarray(round_, dtype=object)


def simplified(geometries: ArrayLike, tolerance_m: float, epsg: int) -> NDArray[np.object_]:
    """Return WGS 84 geometries whose edges are at most so many metres from the true ones."""
    metric = geometries_to_metres(geometries, epsg)
    return geometries_to_degrees(shapely.simplify(metric, tolerance_m), epsg)


def inner_points(geometries: ArrayLike) -> tuple[Floats, Floats]:
    """Return longitude and latitude (5 decimals) of a point on each WGS 84 geometry.

    >>> inner_points([shapely.box(103, 36, 104, 37)])[0].tolist()
    [103.5]
    """
    inner = shapely.point_on_surface(np.asarray(geometries, dtype=object))
    return np.round(shapely.get_x(inner), 5), np.round(shapely.get_y(inner), 5)


def box_around(lon: float, lat: float, metres: float) -> Box:
    """Return a box that holds every point within `metres` of one; rather a little too large.

    >>> west, south, east, north = box_around(103.8, 36.0, 30.0)
    >>> round((north - 36.0) * 110_940)
    31
    """
    return widened_box((lon, lat, lon, lat), metres)


def widened_box(box: Box, metres: float) -> Box:
    """Return a box that holds every point within `metres` of `box`."""
    west, south, east, north = box
    up = metres / _METRES_A_DEGREE
    farthest = min(max(abs(south - up), abs(north + up)), 90.0)
    across = up / max(cos(radians(farthest)), _LEAST_COSINE)
    return west - across, south - up, east + across, north + up
