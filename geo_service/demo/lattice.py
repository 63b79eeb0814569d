"""The valley as a bent grid: crossings, the lines between them, and what lies within a block.

Everything is laid out in metres ``(u, v)``: `u` along the valley from the west, `v` away from
the river's south bank. :func:`bend` carries that plan to metres east and north, and
:func:`degrees` to WGS 84 by one fixed scale: the district is schematic, and a formula of four
numbers gives the same digits everywhere.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geo_service.demo.draws import Draws
from geo_service.measure import Floats

ROWS = (70, 470, 900, 1330, 1790, 2260, 2740)
"""`v` of the lines along the valley."""

COLUMNS = 20
"""How many lines run from the river to the hills."""

PLAN = (
    "AAAAABBBBCCCDDDEEEFFF",
    "AAAAABBBBCCCDDDEEEFFF",
    "AAAAABBBBCCCDDDEEEFFF",
    "AAAAABBBBGGGGDDEEEFFF",
    "HHHHHHBBGGGGGDDEEEFFF",
    "HHHHHHIIIIGGJJJJEEFFF",
    "HHHHHHIIIIIJJJJJEEEFF",
    "HHHHHHIIIIIJJJJJJEEFF",
)
"""Subdistrict of each cell of the grid, its outer strips included: rows from the river south."""

_WEST, _SOUTH = 103.70, 36.02
_LON_METRES, _LAT_METRES = 90095.0, 110960.0
_STEPS = 12


def degrees(xy: Floats) -> Floats:
    """Return lon, lat of metres east and north, rounded to 6 digits.

    >>> degrees(np.array([[0.0, 0.0]])).tolist()
    [[103.7, 36.02]]
    """
    lonlat = np.column_stack([_WEST + xy[:, 0] / _LON_METRES, _SOUTH + xy[:, 1] / _LAT_METRES])
    return np.asarray(np.round(lonlat, 6), dtype=np.float64)


def bend(u: ArrayLike, v: ArrayLike) -> Floats:
    """Carry the plan to metres east and north: the river's bows, fainter towards the hills."""
    u_, v_ = np.asarray(u, dtype=np.float64), np.asarray(v, dtype=np.float64)
    fade = np.clip(1.0 - v_ / 7000.0, 0.3, 1.0)
    bow = 330.0 * np.sin(u_ / 2050.0 + 0.4) + 90.0 * np.sin(u_ / 690.0 + 1.1)
    x = u_ + 130.0 * np.sin(v_ / 900.0 + u_ / 3000.0) + 0.09 * v_
    y = 7550.0 - 0.10 * u_ + fade * bow - v_ * (1.0 + 0.06 * np.sin(u_ / 1700.0))
    return np.stack([x, y], axis=-1)


@dataclass(frozen=True)
class Lattice:
    """Crossings of the bent grid with one outer ring, so that cells tile the whole district.

    Parameters
    ----------
    nodes
        ``(u, v)`` of each crossing, shape (len(ROWS) + 2, COLUMNS + 2, 2).
    """

    nodes: Floats

    def along(self, row: int, column: int) -> Floats:
        """Return the line from crossing (row, column) to its eastern neighbour, in metres."""
        return self._line(self.nodes[row, column], self.nodes[row, column + 1])

    def across(self, row: int, column: int) -> Floats:
        """Return the line from crossing (row, column) to its southern neighbour, in metres."""
        return self._line(self.nodes[row, column], self.nodes[row + 1, column])

    def cell(self, row: int, column: int) -> Floats:
        """Return the closed outline of a cell; neighbours share its very vertices."""
        return np.concatenate(
            [
                self.along(row, column)[:-1],
                self.across(row, column + 1)[:-1],
                self.along(row + 1, column)[::-1][:-1],
                self.across(row, column)[::-1],
            ]
        )

    def within(self, row: int, column: int, s: ArrayLike, t: ArrayLike) -> Floats:
        """Return the points at fractions `s` (eastward) and `t` (southward) of a cell."""
        s_ = np.asarray(s, dtype=np.float64)[..., None]
        t_ = np.asarray(t, dtype=np.float64)[..., None]
        n = self.nodes
        north = n[row, column] * (1 - s_) + n[row, column + 1] * s_
        south = n[row + 1, column] * (1 - s_) + n[row + 1, column + 1] * s_
        plan = north * (1 - t_) + south * t_
        return bend(plan[..., 0], plan[..., 1])

    def size(self, row: int, column: int) -> tuple[float, float]:
        """Return a cell's mean width and height in metres of the plan."""
        n = self.nodes[row : row + 2, column : column + 2]
        wide = (n[0, 1] - n[0, 0] + n[1, 1] - n[1, 0])[0]
        high = (n[1, 0] - n[0, 0] + n[1, 1] - n[0, 1])[1]
        return float(wide) / 2, float(high) / 2

    @staticmethod
    def _line(start: Floats, end: Floats) -> Floats:
        share = (np.arange(_STEPS + 1) / _STEPS)[:, None]
        plan = start * (1 - share) + end * share
        return bend(plan[:, 0], plan[:, 1])


def draw_lattice(seed: int) -> Lattice:
    """Draw the crossings of a district."""
    draws = Draws(seed, "lattice")
    rows, columns = len(ROWS) + 2, COLUMNS + 2
    u = np.zeros((rows, columns))
    v = np.zeros((rows, columns))
    base = 260 + 672 * np.arange(COLUMNS) + draws.whole(-95, 96, COLUMNS)
    slant = draws.whole(-140, 141, COLUMNS)
    levels = np.array(ROWS, dtype=np.float64)
    inner_u = base[None, :] + slant[None, :] * (levels[:, None] / levels[-1] - 0.4)
    inner_u = inner_u + draws.whole(-32, 33, inner_u.shape)
    inner_v = levels[:, None] + draws.whole(-42, 43, inner_u.shape)
    inner_v[0] = levels[0]
    u[1:-1, 1:-1], v[1:-1, 1:-1] = inner_u, inner_v
    u[0, 1:-1], u[-1, 1:-1] = inner_u[0], inner_u[-1]
    u[:, 0], u[:, -1] = -30.0, 13150.0 + 160.0
    v[:, 0], v[:, -1] = v[:, 1], v[:, -2]
    v[0] = 0.0
    hills = draws.whole(0, 420, columns) + 380.0 * np.sin(np.arange(columns) / 4.0)
    v[-1] = 3500.0 + hills
    return Lattice(np.stack([u, v], axis=-1))
