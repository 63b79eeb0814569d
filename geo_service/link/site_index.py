"""An index of the sites near a point, filled square by square as points are asked for.

A cache and nothing more: what is near is decided by whoever holds the sites.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import floor, hypot
from threading import Lock
from typing import NamedTuple

from rtree import index

CELL_M = 1_000.0
"""Side of the squares that are loaded at a time, metres."""


class Site(NamedTuple):
    """A site and its point in metres."""

    site_id: str
    x: float
    y: float


Box = tuple[float, float, float, float]
"""West, south, east, north in metres."""

Load = Callable[[str, Box], Iterable[Site]]


class SiteIndex:
    """Sites by category and place.

    Parameters
    ----------
    load
        Gives the sites of a category in a box; those outside it are passed over.
    cell_m
        Side of the squares that are loaded at a time.
    """

    def __init__(self, load: Load, cell_m: float = CELL_M) -> None:
        self._load = load
        self._cell = cell_m
        self._trees: dict[str, index.Index] = {}
        self._loaded: set[tuple[str, int, int]] = set()
        self._sites: list[Site] = []
        self._known: dict[tuple[str, str], int] = {}
        self._lock = Lock()

    def near(self, category: str, x: float, y: float, d: float) -> list[tuple[float, Site]]:
        """Return the sites at most `d` metres away, nearest first, each with its distance."""
        box = (x - d, y - d, x + d, y + d)
        with self._lock:
            for column in range(self._number(box[0]), self._number(box[2]) + 1):
                for row in range(self._number(box[1]), self._number(box[3]) + 1):
                    self._fill(category, column, row)
            tree = self._trees.get(category)
            found = (
                [] if tree is None else [self._sites[number] for number in tree.intersection(box)]
            )
        near = [(hypot(site.x - x, site.y - y), site) for site in found]
        return sorted(one for one in near if one[0] <= d)

    def add(self, category: str, site: Site) -> None:
        """Put in a site that has come; where its square is not loaded yet it comes with it."""
        with self._lock:
            if (category, self._number(site.x), self._number(site.y)) in self._loaded:
                self._put(category, site)

    def _fill(self, category: str, column: int, row: int) -> None:
        if (category, column, row) in self._loaded:
            return
        west, south = column * self._cell, row * self._cell
        for site in self._load(category, (west, south, west + self._cell, south + self._cell)):
            if (self._number(site.x), self._number(site.y)) == (column, row):
                self._put(category, site)
        self._loaded.add((category, column, row))

    def _put(self, category: str, site: Site) -> None:
        if (category, site.site_id) in self._known:
            return
        number = self._known[category, site.site_id] = len(self._sites)
        self._sites.append(site)
        tree = self._trees.setdefault(category, index.Index())
        tree.insert(number, (site.x, site.y, site.x, site.y))

    def _number(self, metres: float) -> int:
        return floor(metres / self._cell)
