"""WGS 84, GCJ-02 and BD-09: the coordinates of Chinese maps and the way back from them.

GCJ-02 shifts a point by some 100 to 700 metres by a published formula; BD-09 shifts GCJ-02 once
more. Neither has a closed inverse, so the way back is iterated until it is exact to 1e-9 degree.
Outside China (the usual box) both leave points as they are.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from geo_service.measure.array_types import Flags, Floats

Pair = tuple[Floats, Floats]

_A: Final = 6378245.0
_EE: Final = 0.00669342162296594323
_X_PI: Final = np.pi * 3000.0 / 180.0
_TOLERANCE: Final = 1e-10
_MOST_STEPS: Final = 30

DATUMS: Final = ("wgs84", "gcj02", "bd09")


def in_china(lon: ArrayLike, lat: ArrayLike) -> Flags:
    """Tell which points lie in the box inside which the shifts apply.

    >>> in_china([103.8, -87.6], [36.05, 41.8]).tolist()
    [True, False]
    """
    x, y = _pair(lon, lat)
    with np.errstate(invalid="ignore"):
        return (x >= 72.004) & (x <= 137.8347) & (y >= 0.8293) & (y <= 55.8271)


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: str) -> Pair:
    """Bring degrees of `datum` (one of :data:`DATUMS`) to WGS 84; missing stays missing.

    >>> lon, lat = to_wgs84(*gcj02_of(np.array([103.77]), np.array([36.07])), "gcj02")
    >>> bool(abs(lon[0] - 103.77) < 1e-9 and abs(lat[0] - 36.07) < 1e-9)
    True
    """
    x, y = _pair(lon, lat)
    inside = in_china(x, y)
    if datum == "wgs84" or not inside.any():
        return x, y
    back = x[inside], y[inside]
    for shift in (bd09_of, gcj02_of) if datum == "bd09" else (gcj02_of,):
        back = _inverse(shift, *back)
    out_x, out_y = x.copy(), y.copy()
    out_x[inside], out_y[inside] = back
    return out_x, out_y


def _pair(lon: ArrayLike, lat: ArrayLike) -> Pair:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def gcj02_of(lon: Floats, lat: Floats) -> Pair:
    """Shift WGS 84 degrees inside China to GCJ-02."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    wave = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (wave + 20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (wave + 20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0

    radians = np.radians(lat)
    magic = 1.0 - _EE * np.sin(radians) ** 2
    north = north * 180.0 / ((_A * (1.0 - _EE)) / (magic * np.sqrt(magic)) * np.pi)
    east = east * 180.0 / (_A / np.sqrt(magic) * np.cos(radians) * np.pi)
    return lon + east, lat + north


def bd09_of(lon: Floats, lat: Floats) -> Pair:
    """Shift GCJ-02 degrees inside China to BD-09."""
    radius = np.sqrt(lon * lon + lat * lat) + 0.00002 * np.sin(lat * _X_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _X_PI)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _inverse(forward: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    # The shift changes by less than a hundredth of the way walked, so plain iteration contracts.
    x, y = lon.copy(), lat.copy()
    for _ in range(_MOST_STEPS):
        there_x, there_y = forward(x, y)
        off_x, off_y = lon - there_x, lat - there_y
        x += off_x
        y += off_y
        if max(np.abs(off_x).max(), np.abs(off_y).max()) < _TOLERANCE:
            break
    return x, y
