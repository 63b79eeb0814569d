"""Shapes made fit to be areas: valid polygons, flat, counter-clockwise, measured in metres."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_service.measure import (
    Floats,
    Shapes,
    geometries_to_degrees,
    geometries_to_metres,
    utm_epsg,
)

_LINES = (
    shapely.GeometryType.LINESTRING,
    shapely.GeometryType.LINEARRING,
    shapely.GeometryType.MULTILINESTRING,
)
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True)
class Fitted:
    """Polygons in WGS 84 and what was done to get them.

    Parameters
    ----------
    shapes
        Polygon or MultiPolygon, None where nothing with an area is left.
    why
        What was wrong with a shape that was repaired, else an empty text.
    stripped
        Where points or lines within a shape were left out.
    """

    shapes: Shapes
    why: Shapes
    stripped: NDArray[np.bool_]


def is_line(shapes: Shapes) -> NDArray[np.bool_]:
    """Tell which shapes are lines."""
    return np.isin(shapely.get_type_id(shapes), [int(kind) for kind in _LINES])


def zone_of(shapes: Shapes) -> int:
    """Return the UTM zone of the shapes' median middle."""
    box = shapely.bounds(shapes)
    lon, lat = np.nanmedian((box[:, 0] + box[:, 2]) / 2), np.nanmedian((box[:, 1] + box[:, 3]) / 2)
    return utm_epsg(float(lon), float(np.clip(lat, -84, 84)))


def widen(lines: Shapes, metres: float, epsg: int) -> Shapes:
    """Return lines as polygons of `metres` to each side, buffered in zone `epsg`."""
    flat = geometries_to_metres(shapely.force_2d(lines), epsg)
    return geometries_to_degrees(shapely.buffer(flat, metres, quad_segs=4), epsg)


def fit(shapes: Shapes) -> Fitted:
    """Return valid polygons; nothing that has an area is lost."""
    flat = np.asarray(shapely.force_2d(shapes), dtype=object)
    valid = shapely.is_valid(flat)
    known = ~shapely.is_missing(flat)
    why = np.full(len(flat), "", dtype=object)
    bad = known & ~valid
    why[bad] = shapely.is_valid_reason(flat[bad])
    # "structure" joins parts that overlap; the other method would cut the overlap out.
    flat[bad] = shapely.make_valid(flat[bad], method="structure", keep_collapsed=False)
    other = known & ~np.isin(shapely.get_type_id(flat), [int(kind) for kind in _POLYGONS])
    flat[other] = [_polygonal(shape) for shape in flat[other]]
    return Fitted(oriented(flat), why, other & ~shapely.is_missing(flat) & ~bad)


def oriented(shapes: Shapes) -> Shapes:
    """Return polygons with outer rings counter-clockwise (RFC 7946)."""
    return np.asarray(shapely.orient_polygons(shapes), dtype=object)


def joined(shapes: Shapes) -> shapely.Geometry:
    """Return the union of valid polygons."""
    return oriented(np.array([_polygonal(shapely.union_all(shapes))], dtype=object))[0]


def _polygonal(shape: shapely.Geometry) -> shapely.Geometry | None:
    """Return the polygons within a shape as one; None where there are none."""
    if shapely.get_type_id(shape) in [int(kind) for kind in _POLYGONS]:
        return shape
    parts = shapely.get_parts(shape)
    while np.isin(shapely.get_type_id(parts), [4, 5, 6, 7]).any():
        parts = np.concatenate([shapely.get_parts(part) for part in parts])
    polygons = parts[shapely.get_type_id(parts) == int(shapely.GeometryType.POLYGON)]
    polygons = polygons[shapely.area(polygons) > 0]
    if not len(polygons):
        return None
    return polygons[0] if len(polygons) == 1 else shapely.union_all(polygons)


def measures(shapes: Shapes, epsg: int) -> tuple[Floats, Floats]:
    """Return length (half the outline: fair for thin shapes) and area in metres."""
    flat = geometries_to_metres(shapes, epsg)
    return shapely.length(flat) / 2, shapely.area(flat)


def lengths(lines: Shapes, epsg: int) -> Floats:
    """Return how long lines are in metres."""
    return np.asarray(shapely.length(geometries_to_metres(shapely.force_2d(lines), epsg)))
