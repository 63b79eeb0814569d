"""The heat map: cases per km² in 30 days, smoothed on the ground, as one small picture a step.

A square's cases are spread by a Gaussian kernel of fixed width, each share divided by how much of
the kernel lies inside the district (Diggle 1985): nothing leaks over the edge, and the surface
sums to the cases.
"""

import struct
import zlib
from base64 import b64encode
from collections.abc import Sequence
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage

from geo_service.measure import Flags, Floats
from geo_service.publish.filters import SUBDISTRICT
from geo_service.terms import HEAT, LAYERS, HeatStep

METRES_A_DEGREE = 111_320.0
_LEAST_INSIDE = 0.2
"""Of a kernel so little inside belongs to a case that lies outside: it is not blown up further."""


class Frame(NamedTuple):
    """A grid of degrees, squares of a side in metres at its middle, rows from north to south.

    Parameters
    ----------
    west, north
        Of its corner, degrees.
    wide, high
        Of a square, degrees.
    inside
        Which squares are the district's; shape (rows, columns).
    """

    west: float
    north: float
    wide: float
    high: float
    inside: Flags

    @classmethod
    def of(cls, district: shapely.Geometry, side: float) -> "Frame":
        """Lay the grid over a district, squares of `side` metres."""
        west, south, east, north = shapely.bounds(district)
        high = side / METRES_A_DEGREE
        wide = high / np.cos(np.radians((south + north) / 2))
        columns, rows = int((east - west) / wide) + 1, int((north - south) / high) + 1
        x = west + (np.arange(columns) + 0.5) * wide
        y = north - (np.arange(rows) + 0.5) * high
        shapely.prepare(district)
        inside = shapely.contains_xy(district, *np.meshgrid(x, y))
        return cls(west, north, wide, high, np.asarray(inside, dtype=np.bool_))

    @property
    def corners(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The south-west and north-east corners, latitude first, as Leaflet has them."""
        rows, columns = self.inside.shape
        south, east = self.north - rows * self.high, self.west + columns * self.wide
        return (round(south, 6), round(self.west, 6)), (round(self.north, 6), round(east, 6))


def surface(squares: Floats, frame: Frame, step: HeatStep) -> Floats:
    """Return cases per km² in 30 days on the frame's squares, 0 outside the district.

    Parameters
    ----------
    squares
        Lon, lat and cases in 30 days; shape (k, 3).

    Returns
    -------
    surface
        Shape (rows, columns); its sum × the area of a square is the number of cases, but for those
        that lie beyond the frame.
    """
    rows, columns = frame.inside.shape
    counts = np.zeros((rows, columns))
    column = np.floor((squares[:, 0] - frame.west) / frame.wide).astype(np.int64)
    row = np.floor((frame.north - squares[:, 1]) / frame.high).astype(np.int64)
    within = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    np.add.at(counts, (row[within], column[within]), squares[within, 2])
    inside = frame.inside.astype(np.float64)
    kept = np.maximum(_smooth(inside, step), _LEAST_INSIDE)
    spread = _smooth(counts / kept, step) * inside
    return np.asarray(spread / (step.cell_m / 1000) ** 2)


def _smooth(grid: Floats, step: HeatStep) -> Floats:
    wide = step.metres / step.cell_m
    return np.asarray(ndimage.gaussian_filter(grid, wide, mode="constant", truncate=4))


def picture(squares: Floats, frame: Frame, step: HeatStep) -> dict[str, Any]:
    """Return a step's surface in the colours of its classes, for a page: bounds and a PNG."""
    classes = np.searchsorted(step.breaks, surface(squares, frame, step), side="right")
    png = b64encode(_png(classes.astype(np.uint8), LAYERS["density"].colours)).decode("ascii")
    return {
        "bounds": frame.corners,
        "png": f"data:image/png;base64,{png}",
    }


def _png(classes: NDArray[np.uint8], colours: Sequence[str]) -> bytes:
    """Return a picture of classes, the first one clear (PNG, indexed colours)."""
    rows, columns = classes.shape
    # each row begins with how it is filtered: not at all
    lines = np.zeros((rows, columns + 1), dtype=np.uint8)
    lines[:, 1:] = classes
    parts = {
        b"IHDR": struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0),
        b"PLTE": bytes(3) + b"".join(bytes.fromhex(one[1:]) for one in colours),
        b"tRNS": b"\0",
        b"IDAT": zlib.compress(lines.tobytes(), 9),
        b"IEND": b"",
    }
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts.items()
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def pictures(squares: Floats, frames: Sequence[Frame]) -> list[dict[str, Any]]:
    """Return the picture of each step on its frame; none where there is no district.

    Parameters
    ----------
    squares
        Lon, lat and cases in 30 days; shape (k, 3).
    frames
        Those of :func:`frames_of`.
    """
    return [picture(squares, frame, step) for frame, step in zip(frames, HEAT, strict=False)]


def frames_of(areas: gpd.GeoDataFrame) -> list[Frame]:
    """Return the grid of each step over the district; none without areas.

    It asks of each square whether it lies inside: once for all weeks and categories.
    """
    district = district_of(areas)
    if district is None:
        return []
    sides = {step.cell_m: Frame.of(district, step.cell_m) for step in HEAT}
    return [sides[step.cell_m] for step in HEAT]


def district_of(areas: gpd.GeoDataFrame) -> shapely.Geometry | None:
    """Return where cases can lie: the subdistricts, else what all areas span; None without any."""
    shapes = areas.geometry[areas["kind"] == SUBDISTRICT]
    if len(shapes):
        return shapely.union_all(shapes.to_numpy())
    return shapely.union_all(areas.geometry.to_numpy()).convex_hull if len(areas) else None
