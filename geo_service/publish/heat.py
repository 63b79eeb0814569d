"""The heat map: cases per km² in 30 days, smoothed on the ground, as one small picture a step.

A square's cases are spread by a Gaussian kernel of fixed width, each share divided by how much of
the kernel lies inside the district (Diggle 1985): nothing leaks over the edge, and the surface
sums to the cases.
"""

import struct
import zlib
from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import ndimage

from geo_service.measure import Flags, Floats
from geo_service.publish.filters import SUBDISTRICT
from geo_service.publish.layers import CELL_DAYS, squares_in_degrees, summed
from geo_service.terms import HEAT, HEAT_TIMES, LAYERS, HeatStep

METRES_A_DEGREE = 111_320.0
_HALF_KM_A_DEGREE = METRES_A_DEGREE / 500
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


def steps_of(what: str) -> list[HeatStep]:
    """Return the steps with the breaks of what is shown: ``cases``, ``rebounds``, ``unsolved``."""
    times = HEAT_TIMES[what]
    return [
        step._replace(breaks=tuple(round(one * times, 4) for one in step.breaks)) for step in HEAT
    ]


def heat_squares(
    read: Callable[[str, str], NDArray[Any] | None], what: str, weeks: Sequence[str], epsg: int
) -> Floats:
    """Return lon, lat and how many in 30 days of each square, shape (k, 3).

    Parameters
    ----------
    read
        Gives the stored squares of a layer and a week.
    weeks
        The window, the week that is shown last; what is unsolved is so at its end.
    epsg
        The UTM zone of the squares.
    """
    shown = weeks[-1:] if what == "unsolved" else weeks
    squares = squares_in_degrees(summed([read(f"heat_{what}", week) for week in shown]), epsg)
    if what != "unsolved":
        squares[:, 2] *= CELL_DAYS / (7 * len(shown))
    return squares


def picture(squares: Floats, frame: Frame, step: HeatStep) -> dict[str, Any]:
    """Return a step's surface in the colours of its classes: corners, a PNG, what classes mean."""
    classes = np.searchsorted(step.breaks, surface(squares, frame, step), side="right")
    png = b64encode(_png(classes.astype(np.uint8), LAYERS["density"].colours)).decode("ascii")
    return {
        "bounds": frame.corners,
        "png": f"data:image/png;base64,{png}",
        "metres": step.metres,
        "breaks": step.breaks,
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


def pictures(squares: Floats, frames: Sequence[Frame], what: str = "cases") -> list[dict[str, Any]]:
    """Return the picture of each step on its frame; none where there is no district.

    Parameters
    ----------
    squares
        Lon, lat and how many in 30 days; shape (k, 3).
    frames
        Those of :func:`frames_of`.
    """
    steps = zip(frames, steps_of(what), strict=False)
    return [picture(squares, frame, step) for frame, step in steps]


def hottest(squares: Floats, frame: Frame, lon: Floats, lat: Floats, most: int) -> list[int]:
    """Return which of the points lie where the surface of 200 m is highest, at most `most`.

    They are half a kilometre apart, or all would name the same spot; where nothing is, none is.
    """
    at = surface(squares, frame, HEAT[1])
    column = ((lon - frame.west) / frame.wide).astype(np.int64).clip(0, at.shape[1] - 1)
    row = ((frame.north - lat) / frame.high).astype(np.int64).clip(0, at.shape[0] - 1)
    height = at[row, column]
    x, y = lon * _HALF_KM_A_DEGREE * frame.high / frame.wide, lat * _HALF_KM_A_DEGREE
    kept: list[int] = []
    for one in np.argsort(-height, kind="stable").tolist():
        if height[one] <= 0 or len(kept) == most:
            break
        if (np.hypot(x[kept] - x[one], y[kept] - y[one]) >= 1).all():
            kept.append(one)
    return kept


def contours(squares: Floats, frame: Frame, step: HeatStep) -> gpd.GeoDataFrame:
    """Return the classes of the surface as polygons: ``from`` and ``to`` per km², lowest first.

    Their edges are those of the squares; of the last class ``to`` is missing.
    """
    classes = np.searchsorted(step.breaks, surface(squares, frame, step), side="right")
    shapes, rows = [], []
    for number, low in enumerate(step.breaks, 1):
        if not (classes == number).any():
            continue
        inside = np.pad(classes == number, ((0, 0), (1, 1))).astype(np.int8)
        row, begin = np.nonzero(np.diff(inside, axis=1) == 1)
        end = np.nonzero(np.diff(inside, axis=1) == -1)[1]
        north = frame.north - row * frame.high
        west, east = frame.west + begin * frame.wide, frame.west + end * frame.wide
        shapes.append(shapely.union_all(shapely.box(west, north - frame.high, east, north)))
        high = step.breaks[number] if number < len(step.breaks) else None
        rows.append({"from": low, "to": high, "metres": step.metres})
    columns = ["from", "to", "metres"]
    table = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry=shapes, crs="EPSG:4326")
    return table.astype({"to": "float64"})


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
