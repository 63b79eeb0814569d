"""What is near a point before anything is sent: sites and their latest case, from an index.

The index fills itself square by square as points are asked for. It is a cache and nothing more:
what is near is decided by whoever holds the sites.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from math import floor, hypot
from threading import Lock
from typing import NamedTuple

import numpy as np
from rtree import index

from geo_service.link import DAY, LinkParams
from geo_service.measure import id_key, microseconds_of, to_degrees, to_metres
from geo_service.store import Store
from geo_service.terms import BadInput

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


class NearSite(NamedTuple):
    """A site near a point, and its latest case.

    Parameters
    ----------
    metres
        How far.
    closed_days
        Since it was verified; None where it is not.
    """

    site_id: str
    metres: float
    case_id: str
    state: str
    episode: int
    closed_days: float | None


def site_index(store: Store, epsg: int) -> SiteIndex:
    """Return an empty index that fills itself from the store."""

    def load(category: str, box: Box) -> list[Site]:
        west, south, east, north = box
        lon, lat = to_degrees([west, west, east, east], [south, north, south, north], epsg)
        # the sides of a square in metres are a little bent in degrees
        pad = 1e-5
        found = store.live.sites_in(
            category,
            (
                float(lon.min()) - pad,
                float(lat.min()) - pad,
                float(lon.max()) + pad,
                float(lat.max()) + pad,
            ),
        )
        if not found:
            return []
        ids, lons, lats = zip(*found, strict=True)
        x, y = to_metres(lons, lats, epsg)
        return [Site(*one) for one in zip(ids, x.tolist(), y.tolist(), strict=True)]

    return SiteIndex(load)


def near(
    store: Store,
    sites: SiteIndex,
    category: str,
    lon: float,
    lat: float,
    *,
    epsg: int,
    now: datetime,
) -> list[NearSite]:
    """Return the sites within the link distance of a point, nearest first.

    Parameters
    ----------
    sites, category, lon, lat
        Where to look, for a problem of which category, and the point in degrees.

    Raises
    ------
    BadInput
        If there is no such category.
    """
    words = store.live.terms(category)
    if words is None:
        raise BadInput("live.no_category", field="category", value=category)
    x, y = to_metres(np.array([lon]), np.array([lat]), epsg)
    found = sites.near(
        category, float(x[0]), float(y[0]), LinkParams().of_category(*words).distance_m
    )
    cases = sorted(
        store.live.cases_of([site.site_id for _, site in found]),
        key=lambda case: (case.opened_at, id_key(case.case_id)),
    )
    latest = {case.site_id: case for case in cases if case.state != "cancelled"}
    moment = microseconds_of(now)
    return [
        NearSite(
            site.site_id,
            round(metres, 1),
            case.case_id,
            case.state,
            case.episode,
            None if case.verified is None else round(max(moment - case.verified, 0) / DAY, 1),
        )
        for metres, site in found
        if (case := latest.get(site.site_id)) is not None
    ]
