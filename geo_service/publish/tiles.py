"""Areas cut into vector tiles: a city of 50,000 areas on a map, a few thousand at a time.

Shapes are projected once. A tile takes those that reach it, cuts what crosses its border, and
rounds to its own units. No area is lost: what is smaller than that becomes a sliver that can
still be seen, coloured and pressed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import shapely

from geo_service.measure import Flags, Floats, Ints, Shapes
from geo_service.publish.mvt import Rings, write_layer

_NORTHMOST = 85.0511287798066
_COLLECTION, _POLYGON, _MULTIPOLYGON = 7, 3, 6


@dataclass(frozen=True)
class TileParams:
    """How fine tiles are.

    Parameters
    ----------
    extent
        Units along a side; shown on 256 pixels, so 16 are a pixel.
    buffer
        Units that a tile reaches beyond each side, so that no seam shows where lines are wide.
    tolerance
        Units by which outlines are simplified: a corner that is left out lies within this of the
        new outline, where a ring begins within twice of it. 0 keeps all corners.
    deepest
        The last zoom there is.
    """

    extent: int = 4096
    buffer: int = 64
    tolerance: float = 4.0
    deepest: int = 22


@dataclass(frozen=True)
class TileSet:
    """Areas projected to the square that web maps use, north-west (0, 0), south-east (1, 1).

    Attributes
    ----------
    shapes
        Polygons, shape (n,), in the order in which they are painted: later ones lie on top.
    bounds
        Their boxes, shape (n, 4): west, north, east, south.
    ids
        The number of each, shape (n,), which is its feature's id.
    codes, kinds
        The place of each one's kind in `kinds`.
    params
        How fine tiles are.
    """

    shapes: Shapes
    bounds: Floats
    ids: Ints
    codes: Ints
    kinds: tuple[str, ...]
    params: TileParams = TileParams()

    @classmethod
    def of(
        cls,
        shapes: Sequence[object] | Shapes,
        ids: Ints,
        kinds: Sequence[str],
        params: TileParams | None = None,
    ) -> Self:
        """Project valid polygons and multipolygons in WGS 84, shape (n,), what lies on top last.

        Their `ids`, none negative, and `kinds` are of the same shape.
        """
        given = np.asarray(shapes, dtype=object)
        flat: Shapes = np.asarray(shapely.transform(shapely.force_2d(given), to_square), object)
        words, codes = np.unique(np.asarray(kinds, dtype=str), return_inverse=True)
        bounds = shapely.bounds(flat).reshape(-1, 4)
        numbers = np.asarray(ids, dtype=np.int64)
        told = tuple(str(word) for word in words)
        return cls(flat, bounds, numbers, codes.astype(np.int64), told, params or TileParams())

    def exists(self, zoom: int, column: int, row: int) -> bool:
        """Tell whether there is such a tile, empty or not."""
        side = 1 << max(zoom, 0)
        deep = 0 <= zoom <= self.params.deepest
        return deep and 0 <= column < side and 0 <= row < side

    def covering(self, zoom: int) -> list[tuple[int, int]]:
        """Return column and row of each tile that the box of all areas reaches, row by row."""
        if not len(self.shapes):
            return []
        side = 1 << zoom
        low = (self.bounds[:, :2].min(axis=0) * side).astype(int)
        high = (self.bounds[:, 2:].max(axis=0) * side).astype(int)
        west, north, east, south = np.clip([*low, *high], 0, side - 1).tolist()
        rows = range(north, south + 1)
        return [(column, row) for row in rows for column in range(west, east + 1)]

    def tile(self, layer: str, zoom: int, column: int, row: int) -> bytes:
        """Return a tile as a Mapbox Vector Tile, rows counted from the north; empty without areas.

        Raises
        ------
        ValueError
            If there is no such tile.
        """
        if not self.exists(zoom, column, row):
            raise ValueError(f"no tile {zoom}/{column}/{row}")
        here, shapes = self._cut(zoom, column, row)
        if not len(here):
            return b""
        rings = rounded(_simpler(shapes, self.params.tolerance))
        return write_layer(
            layer, rings, self.ids[here], "kind", self.codes[here], self.kinds, self.params.extent
        )

    def _cut(self, zoom: int, column: int, row: int) -> tuple[Ints, Shapes]:
        """Return which areas reach a tile, and their part of it in its units."""
        side, extent, reach = 1 << zoom, self.params.extent, self.params.buffer
        corner = np.array([column, row], dtype=np.float64)
        low = (corner - reach / extent) / side
        high = (corner + 1 + reach / extent) / side
        near = (self.bounds[:, :2] < high).all(axis=1) & (self.bounds[:, 2:] > low).all(axis=1)
        here = np.flatnonzero(near)
        shapes, bounds = self.shapes[here], self.bounds[here]
        over = (bounds[:, :2] < low).any(axis=1) | (bounds[:, 2:] > high).any(axis=1)
        if over.any():
            shapes = shapes.copy()
            box = shapely.box(low[0], low[1], high[0], high[1])
            shapes[over] = polygons_of(shapely.intersection(shapes[over], box))
            some = ~shapely.is_empty(shapes)
            here, shapes = here[some], shapes[some]
        scaled = shapely.transform(shapes, lambda xy: (xy * side - corner) * extent)
        return here, np.asarray(scaled, dtype=object)


def to_square(degrees: Floats) -> Floats:
    """Project longitude and latitude, shape (n, 2), to the square of web maps (EPSG:3857).

    >>> np.abs(to_square(np.array([[-180.0, 90.0], [0.0, 0.0]]))).round(6).tolist()
    [[0.0, 0.0], [0.5, 0.5]]
    """
    north = np.radians(np.clip(degrees[:, 1], -_NORTHMOST, _NORTHMOST))
    x = degrees[:, 0] / 360 + 0.5
    y = 0.5 - np.arctanh(np.sin(north)) / (2 * np.pi)
    return np.column_stack([x, y])


def polygons_of(shapes: Shapes) -> Shapes:
    """Return only the polygons of `shapes`; where a cut left lines and points, nothing."""
    out: Shapes = np.asarray(shapes, dtype=object).copy()
    sort = shapely.get_type_id(out)
    mixed = np.flatnonzero(sort == _COLLECTION)
    for place in mixed:
        parts = shapely.get_parts(shapely.get_parts(out[place]))
        out[place] = shapely.multipolygons(parts[shapely.get_type_id(parts) == _POLYGON])
    out[~np.isin(sort, (_COLLECTION, _POLYGON, _MULTIPOLYGON))] = shapely.Polygon()
    return out


def _simpler(shapes: Shapes, tolerance: float) -> Shapes:
    if tolerance <= 0:
        return shapes
    return np.asarray(shapely.simplify(shapes, tolerance, preserve_topology=True), dtype=object)


def rounded(shapes: Shapes) -> Rings:
    """Round polygons to whole units; each shape keeps at least one ring.

    What rounding makes cross itself is mended; what it makes vanish becomes a sliver one unit
    wide along its longer side.
    """
    whole = np.asarray(shapely.transform(shapes, np.rint), dtype=object)
    crossed = np.flatnonzero(~shapely.is_valid(whole))
    if len(crossed):
        mended = shapely.set_precision(shapes[crossed], 1.0)
        whole[crossed] = polygons_of(np.asarray(mended, dtype=object))
    gone = np.flatnonzero(shapely.area(whole) == 0)
    if len(gone):
        whole[gone] = _slivers(shapes[gone])
    return _rings(whole)


def _slivers(shapes: Shapes) -> Shapes:
    """Return a thin strip for each shape, from one of its ends to the other."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    box = shapely.bounds(shapes)
    wide = box[:, 2] - box[:, 0] >= box[:, 3] - box[:, 1]
    along = np.where(wide[owner], xy[:, 0], xy[:, 1])
    order = np.lexsort((along, owner))
    first = np.searchsorted(owner[order], np.arange(len(shapes)))
    last = np.searchsorted(owner[order], np.arange(len(shapes)), side="right") - 1
    begin, end = np.rint(xy[order[first]]), np.rint(xy[order[last]])
    axis = np.where(wide[:, None], [1.0, 0.0], [0.0, 1.0])
    end = np.where((begin == end).all(axis=1)[:, None], end + axis, end)
    side = axis[:, ::-1]
    corners = np.stack([begin, end, end + side, begin + side], axis=1)
    return np.asarray(shapely.polygons(corners), dtype=object)


def _rings(shapes: Shapes) -> Rings:
    """Take polygons of whole numbers apart, each ring in the direction that its part asks for."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    some = ~shapely.is_empty(parts)
    parts, owner = parts[some], owner[some]
    # Rings are taken out only where there are holes: a shape costs more than its corners.
    rings = 1 + shapely.get_num_interior_rings(parts).astype(np.int64)
    part = np.concatenate([[0], np.cumsum(rings)])
    size = np.repeat(shapely.get_num_coordinates(parts).astype(np.int64), rings)
    holed = shapely.get_rings(parts[rings > 1])
    size[np.repeat(rings > 1, rings)] = shapely.get_num_coordinates(holed)
    end = np.cumsum(size)
    xy = np.delete(shapely.get_coordinates(parts), end - 1, axis=0).astype(np.int64)
    begin = np.concatenate([[0], end - np.arange(1, len(end) + 1)])
    outer = np.zeros(len(size), dtype=bool)
    outer[part[:-1]] = True
    feature = part[np.searchsorted(owner, np.arange(len(shapes) + 1))]
    return Rings(_turned(xy, begin, outer), begin, feature)


def _turned(xy: Ints, ring: Ints, outer: Flags) -> Ints:
    """Turn rings round where need be: outer ones clockwise as seen with y down, holes against."""
    size = np.diff(ring)
    number = np.repeat(np.arange(len(size)), size)
    following = np.arange(1, len(xy) + 1)
    following[ring[1:] - 1] = ring[:-1]
    after = xy[following]
    twice = np.concatenate([[0], np.cumsum(xy[:, 0] * after[:, 1] - after[:, 0] * xy[:, 1])])
    clockwise = twice[ring[1:]] > twice[ring[:-1]]
    place = np.arange(len(xy))
    mirrored = (ring[:-1] + ring[1:] - 1)[number] - place
    return np.asarray(xy[np.where((clockwise != outer)[number], mirrored, place)])
