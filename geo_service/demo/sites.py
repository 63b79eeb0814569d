"""Sites: the fixed spots of each area at which problems of one category can return.

Spots of one category lie farther apart than its link distance plus the noise of a phone's
position, over the whole district: otherwise the link rule would join what is not one problem.
"""

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo_service.demo.draws import Draws
from geo_service.demo.ground import Ground
from geo_service.measure import Floats

APART_METRES = {30: 41, 50: 63}
"""Least distance of two spots, by link distance."""

_FIRST = (
    *("toilet", "intersection", "market", "station", "alley", "compound", "plaza"),
    *("commercial", "street"),
)
"""Which kind keeps a spot where two are too close."""


def draw_spots(ground: Ground, apart: int, seed: int) -> pd.DataFrame:
    """Return all spots `apart` metres from each other.

    Columns are ``area`` (position), ``x y`` in metres, ``east north`` (unit vector along the area)
    and ``across`` (how far from the middle line a spot still lies in the polygon).
    """
    draws = Draws(seed, f"spots {apart}")
    kinds = ground.areas["kind"].to_numpy(dtype=object)
    pieces = []
    for area, (polygon, line) in enumerate(zip(ground.polygons, ground.lines, strict=True)):
        start = draws.one(100, 900) / 1000.0
        if line is not None:
            pieces.append(_on_line(area, polygon, line, apart, start))
        else:
            pieces.append(_in_polygon(area, polygon, apart, start, kinds[area]))
    spots = pd.concat(pieces, ignore_index=True)
    spots = spots[_unambiguous(spots, ground, kinds)]
    rank = {kind: place for place, kind in enumerate(_FIRST)}
    order = pd.Series(kinds[spots["area"].to_numpy()]).map(rank).to_numpy()
    spots = spots.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)
    kept = _far_enough(spots[["x", "y"]].to_numpy(), apart - 0.5)
    return spots[kept].sort_values(["area", "x", "y"]).reset_index(drop=True)


def _on_line(
    area: int, polygon: shapely.Geometry, line: shapely.Geometry, apart: int, start: float
) -> pd.DataFrame:
    at = np.arange(min(apart * start, 12.0), shapely.length(line) - 4.0, apart)
    points = shapely.line_interpolate_point(line, at)
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, at + 2.0))
    behind = shapely.get_coordinates(shapely.line_interpolate_point(line, np.maximum(at - 2.0, 0)))
    way = ahead - behind
    way = way / np.hypot(way[:, 0], way[:, 1])[:, None]
    half = np.full(len(at), shapely.area(polygon) / shapely.length(line) / 2)
    inside = shapely.contains(polygon.buffer(-1.5), points)
    table = _table(area, shapely.get_coordinates(points), way, half)
    return table[inside]


def _in_polygon(
    area: int, polygon: shapely.Geometry, apart: int, start: float, kind: str
) -> pd.DataFrame:
    centre = shapely.get_coordinates(polygon.representative_point())
    if kind in ("toilet", "intersection"):
        return _table(area, centre, np.array([[1.0, 0.0]]), np.array([5.0]))
    left, bottom, right, top = polygon.bounds
    inner = polygon.buffer(-4.0)
    margin = 4.0 + 8.0 * start
    xs = np.arange(left + margin, right, apart)
    ys = np.arange(bottom + margin, top, apart)
    grid = np.array(np.meshgrid(xs, ys)).reshape(2, -1).T
    inside = shapely.contains_xy(inner, grid[:, 0], grid[:, 1])
    points = grid[inside] if inside.any() else centre
    count = len(points)
    return _table(area, points, np.tile([1.0, 0.0], (count, 1)), np.full(count, 7.0))


def _table(area: int, points: Floats, way: Floats, half: Floats) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "area": np.full(len(points), area),
            "x": points[:, 0],
            "y": points[:, 1],
            "east": way[:, 0],
            "north": way[:, 1],
            "across": half,
        }
    )


def _unambiguous(
    spots: pd.DataFrame, ground: Ground, kinds: NDArray[np.object_]
) -> NDArray[np.bool_]:
    """Leave out spots of a street or park that lie at a finer polygon within it."""
    own = kinds[spots["area"].to_numpy()]
    finer = np.isin(kinds[: len(ground.polygons)], ["intersection", "toilet"])
    covered = shapely.union_all(shapely.buffer(ground.polygons[finer], 6.0))
    shapely.prepare(covered)
    hidden = shapely.contains_xy(covered, spots["x"].to_numpy(), spots["y"].to_numpy())
    return np.asarray(~hidden | np.isin(own, ["intersection", "toilet"]))


def _far_enough(points: Floats, apart: float) -> NDArray[np.bool_]:
    """Keep each point that is `apart` from all kept before it."""
    pairs = cKDTree(points).query_pairs(apart, output_type="ndarray")
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    kept = np.ones(len(points), dtype=bool)
    for first, second in pairs.tolist():
        if kept[first]:
            kept[second] = False
    return kept
