"""Boxes in degrees that hold all within so many metres: a little larger rather than smaller."""

from __future__ import annotations

from math import cos, radians

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

# A degree of latitude is nowhere shorter than 110.57 km, and a metre of a UTM zone is nowhere in
# or beside it more than a hundredth longer than a metre on the ground.
_METRES_A_DEGREE = 110_570 / 1.02
_LEAST_COSINE = 0.01


def box_around(lon: float, lat: float, metres: float) -> Box:
    """Return a box that holds every point within `metres` of one.

    >>> west, south, east, north = box_around(103.8, 36.0, 30.0)
    >>> round((north - lat) * 110_940) if (lat := 36.0) else 0
    31
    """
    return widened((lon, lat, lon, lat), metres)


def widened(box: Box, metres: float) -> Box:
    """Return a box that holds every point within `metres` of `box`."""
    west, south, east, north = box
    up = metres / _METRES_A_DEGREE
    farthest = min(max(abs(south - up), abs(north + up)), 90.0)
    across = up / max(cos(radians(farthest)), _LEAST_COSINE)
    return west - across, south - up, east + across, north + up


def holds(outer: Box, inner: Box) -> bool:
    """Tell whether `inner` lies wholly in `outer`."""
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and outer[2] >= inner[2]
        and outer[3] >= inner[3]
    )
