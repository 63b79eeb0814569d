"""The district as a small picture drawn here: no script is needed, and it prints."""

from dataclasses import dataclass
from math import cos, radians

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_service.publish import SUBDISTRICT, Filter, layer_values
from geo_service.terms import LAYERS
from geo_service.web.base import desk
from geo_service.web.base.keep import Kept
from geo_service.web.data.api import days_looked
from geo_service.web.data.shapes import absent, in_order, places, run_order, zone

WIDE = 2_000
"""Units across the district."""

_REACH_M = 200
_METRES_A_DEGREE = 111_195.0
_LEAST_NAMED = 20_000.0
"""Square decimetres of an area that has room for its name."""

_MARGIN = 20.0
_LEAST = 200.0


@dataclass(frozen=True)
class Sheet:
    """What lies where on the picture, in units from its north-western corner.

    Attributes
    ----------
    place
        Row numbers in `places` of the areas, in the order of the run's arrays, (n,).
    paths
        Of each area, as SVG writes them, (n,).
    boxes
        Of each area: least and largest x and y, (n, 4).
    water, subdistricts
        Paths of what lies below.
    """

    place: NDArray[np.intp]
    paths: NDArray[np.object_]
    boxes: NDArray[np.float64]
    water: str
    subdistricts: str


_SHEET = Kept[Sheet]("sheet")


def sheet() -> Sheet:
    """Return where everything lies; made once for each version of the areas."""
    return _SHEET.of((desk.areas_version(), run_order().mark, zone()), _made)


def _made() -> Sheet:
    table, all_ = in_order(), places()
    west, south, east, north = all_.bounds or (0.0, 0.0, 1.0, 1.0)
    across = WIDE / max(east - west, 1e-9)
    up = across / cos(radians((south + north) / 2))

    def on_paper(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return (xy - [west, north]) * [across, -up]

    def drawn(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        flat: NDArray[np.object_] = shapely.transform(shapes, on_paper)
        return flat

    flat = drawn(table.geometry.to_numpy())
    ground = desk.store().ground.read()
    under = all_.table[all_.table["kind"] == SUBDISTRICT]
    return Sheet(
        place=table.index.to_numpy(),
        paths=svg_paths(flat),
        boxes=shapely.bounds(flat).reshape(-1, 4),
        water=" ".join(svg_paths(drawn(ground.geometry.to_numpy()))),
        subdistricts=" ".join(svg_paths(drawn(under.geometry.to_numpy()))),
    )


def svg_paths(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return polygons as SVG writes them, at whole units; empty for what is no polygon.

    >>> svg_paths(np.array([shapely.box(0, 0, 2, 1)], dtype=object)).tolist()
    ['M2 0 2 1 0 1 0 0Z']
    """
    out = np.full(len(shapes), "", dtype=object)
    parts, of_shape = shapely.get_parts(shapes, return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    xy = np.rint(xy).astype(np.int64)
    if not len(xy):
        return out
    new_ring = np.append(True, ring[1:] != ring[:-1])
    last = np.append(new_ring[1:], True)
    moved = np.append(True, (xy[1:] != xy[:-1]).any(axis=1))
    # a ring's last point is its first; one that shrinks to a point stays as one
    xy, ring = xy[kept := (moved | new_ring) & ~last], ring[kept]
    for number, points in zip(*_cut(ring, xy), strict=True):
        text = " ".join(f"{x} {y}" for x, y in points.tolist())
        out[of_shape[of_part[number]]] += f"M{text}Z"
    return out


def _cut(
    ring: NDArray[np.intp], xy: NDArray[np.int64]
) -> tuple[NDArray[np.intp], list[NDArray[np.int64]]]:
    starts = np.flatnonzero(np.append(True, ring[1:] != ring[:-1]))
    return ring[starts], np.split(xy, starts[1:])


@dataclass(frozen=True)
class Picture:
    """One week of a layer.

    Attributes
    ----------
    view
        The part of the sheet that is looked at: x, y, width, height.
    classes
        Colour and path of each class, lowest first.
    hollow, unseen
        Paths of the areas of which nothing is known, and where nobody looked.
    """

    view: tuple[int, int, int, int]
    classes: list[tuple[str, str]]
    hollow: str
    unseen: str


def picture(layer: str, week: str, category: str, where: Filter) -> Picture:
    """Return a week of a layer that has classes, of the areas that `where` lets through."""
    drawn, run = sheet(), desk.run()
    count = len(run_order().row)
    stored = f"{layer}_class" if layer == "rebound" else layer

    looked = days_looked(week, category)
    found = desk.store().runs.values(stored, category, week, run.run_id)
    told = layer_values(stored, found, looked, count)
    value = np.array([np.nan if one is None else one for one in told])
    shown = where.areas(places().table)[drawn.place][:count]
    shown[[place for place in absent(week) if place < count]] = False
    classes = np.digitize(value, LAYERS[layer].breaks)
    blind = shown & (looked == 0) if looked is not None else np.zeros(count, dtype=np.bool_)
    known = shown & ~np.isnan(value) & ~blind
    paths = drawn.paths[:count]
    return Picture(
        _view(drawn.boxes[:count][shown]),
        [
            (colour, " ".join(paths[known & (classes == number)]))
            for number, colour in enumerate(LAYERS[layer].colours)
        ],
        " ".join(paths[shown & ~known & ~blind]),
        " ".join(paths[blind]),
    )


def _view(boxes: NDArray[np.float64]) -> tuple[int, int, int, int]:
    if not len(boxes):
        return (0, 0, WIDE, WIDE // 2)
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    more = np.maximum((_LEAST - (high - low)) / 2, 0) + _MARGIN
    x, y, right, bottom = np.rint([*(low - more), *(high + more)]).astype(int).tolist()
    return (x, y, right - x, bottom - y)


@dataclass(frozen=True)
class Spot:
    """What lies around a point: `size` × `size` decimetres, the point in the middle.

    Attributes
    ----------
    paths
        Of the areas, as SVG writes them; `own` that of the one that is meant.
    names
        What the areas with a name are called, and where: x, y, name.
    """

    size: int
    paths: str
    own: str
    names: list[tuple[int, int, str]]


def spot(lon: float, lat: float, area_id: str | None) -> Spot:
    """Return the areas around a point, drawn at a scale at which one finds the spot."""
    table, reach = places().table, _REACH_M
    up = 1 / _METRES_A_DEGREE * reach
    across = up / max(cos(radians(lat)), 0.01)
    box = shapely.box(lon - across, lat - up, lon + across, lat + up)
    near = table[
        shapely.intersects(table.geometry.to_numpy(), box) & (table["kind"] != SUBDISTRICT)
    ]
    unit = 10 * reach / np.array([across, -up])

    def on_paper(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return (xy - [lon, lat]) * unit + 10 * reach

    shapes = shapely.transform(shapely.intersection(near.geometry.to_numpy(), box), on_paper)
    paths, inside = svg_paths(shapes), shapely.point_on_surface(shapes)
    mine = (near["area_id"] == area_id).to_numpy()
    named = near["name"].notna().to_numpy() & (shapely.area(shapes) > _LEAST_NAMED)
    names = [
        (round(float(at.x)), round(float(at.y)), str(name))
        for at, name in zip(inside[named], near["name"][named], strict=True)
    ]
    return Spot(20 * reach, " ".join(paths[~mine]), " ".join(paths[mine]), names)
