"""Areas and points that are hard to place, drawn by hypothesis."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import strategies as st

LON, LAT = 103.77, 36.07
STEP = 0.0001
"""About ten metres."""


def at(x, y):
    """A corner of the lattice, as a file with seven digits would have it."""
    return round(LON + x * STEP, 7), round(LAT + y * STEP, 7)


def box(x, y, width, height):
    return shapely.Polygon(
        [at(x, y), at(x + width, y), at(x + width, y + height), at(x, y + height)]
    )


_at = st.integers(0, 24)
_side = st.integers(1, 8)
_box = st.builds(box, _at, _at, _side, _side)
_slope = st.lists(st.tuples(_at, _at), min_size=3, max_size=7, unique=True).map(
    lambda corners: shapely.Polygon([at(*corner) for corner in corners])
)
_sliver = st.builds(
    lambda x, y, dx, dy: shapely.Polygon(
        [at(x, y), at(x + dx, y + dy), at(x + dx, y + dy + 0.001), at(x, y + 0.001)]
    ),
    _at,
    _at,
    st.integers(1, 20),
    st.integers(-20, 20),
)
_with_hole = st.builds(
    lambda x, y, side, inner: box(x, y, side + 2, side + 2) - box(x + inner, y + 1, 1, 1),
    _at,
    _at,
    _side,
    st.integers(0, 2),
)
_several = st.lists(_box, min_size=2, max_size=4).map(shapely.union_all)
_nothing = st.sampled_from([None, shapely.Polygon(), shapely.MultiPolygon()])

valid = st.one_of(_box, _slope, _sliver, _with_hole, _several, _nothing).filter(
    lambda shape: shape is None or shape.is_valid
)
areas = st.lists(valid, max_size=10).map(lambda shapes: np.array([*shapes, None], object)[:-1])


def points_of(shapes, seed):
    """Corners, middles of edges, nearly those, lattice points, points far out, missing ones."""
    random = np.random.default_rng(seed)
    corners = shapely.get_coordinates(shapes)
    corners = corners[random.permutation(len(corners))[:40]]
    middles = (corners[1:] + corners[:-1]) / 2
    lattice = np.round([LON, LAT] + random.integers(-10, 90, (60, 2)) * STEP / 2, 7)
    loose = [LON, LAT] + random.uniform(-10, 45, (60, 2)) * STEP
    nearly = np.nextafter(corners, random.choice([-1e9, 1e9], corners.shape))
    close = corners + random.normal(0, 2e-5, corners.shape)
    far = np.array(
        [[LON + 400, LAT], [-LON, -LAT], [1e300, LAT], [LON, -1e300], [0, 0], [LON + 1, LAT]]
    )
    far = np.append(far, [[np.nan, LAT], [LON, np.inf], [LON, LAT - 1], [180, 90], [-9, -90]], 0)
    return np.concatenate([corners, middles, nearly, close, lattice, loose, far])
