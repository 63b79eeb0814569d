"""What is near a point before anything is sent: sites and their latest case.

The sites lie in memory, an R-tree for each category: as of the last run, and what came since. It
is a copy and nothing more: which case a report joins is decided among what the store holds.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from threading import Lock, Thread
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.dtypes import StringDType
from rtree.index import Index

from geo_service.link import DAY, LinkParams
from geo_service.measure import Box, box_around, id_key, microseconds_of, to_metres
from geo_service.store import Came, Store
from geo_service.terms import BadInput, GeoServiceError

MOST = 5_000
"""Fewer reports that were touched are looked at while somebody waits."""

_SLACK_M = 1.0

Site = tuple[str, float, float]
"""Id, lon, lat."""


class Sites:
    """Sites by category and place, of the table of sites, as :class:`SiteIndex` holds them."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._ids = table["site_id"].to_numpy(dtype=StringDType())
        self._points = points = table[["lon", "lat"]].to_numpy(dtype="float64")
        # one tree after another, and each wants much while it is made
        self._trees = {
            category: Index((rows, points[rows], points[rows]))
            for category, rows in table.groupby("category").indices.items()
        }
        self._came: list[Site] = []
        self._last: dict[str, int] = {}
        self._lock = Lock()

    def sites_in(self, category: str, box: Box) -> list[Site]:
        """Return what the same question of the store does."""
        with self._lock:
            tree = self._trees.get(category)
            numbers = [] if tree is None else list(tree.intersection(box))
        found = [(number, self._site(number)) for number in numbers]
        return [site for number, site in found if self._last.get(site[0], number) == number]

    def take(self, came: Iterable[Came]) -> None:
        """Let each site be where it is by now, or nowhere."""
        with self._lock:
            for site_id, category, lon, lat in came:
                self._last[site_id] = number = len(self._ids) + len(self._came)
                self._came.append((site_id, lon, lat))
                if category is None:
                    continue
                if category not in self._trees:
                    self._trees[category] = Index()
                self._trees[category].insert(number, (lon, lat, lon, lat))

    def _site(self, number: int) -> Site:
        if number >= len(self._ids):
            return self._came[number - len(self._ids)]
        lon, lat = self._points[number].tolist()
        return self._ids[number], lon, lat


class SiteIndex:
    """The store's sites in this process's memory.

    They are loaded by a thread of their own, on the first question and after each run, and anew
    with `most` reports touched since one last asked.
    """

    def __init__(self, store: Store, most: int = MOST) -> None:
        self._store, self._most = store, most
        self._lock = Lock()
        self._loader = Thread()
        self._sites: Sites | None = None
        self._mark, self._run, self._seen = "", 0, 0

    def now(self, mark: str) -> Sites | None:
        """Return the sites as they are by now; None while they are loaded.

        `mark` is of the store's changes, taken before the reading began in which this is asked.
        """
        with self._lock:
            if self._sites is not None and mark != self._mark:
                self._follow(self._sites, mark)
            if self._sites is None and not self._loader.is_alive():
                self._loader = Thread(target=self.load, daemon=True)
                self._loader.start()
            return self._sites

    def load(self) -> None:
        """Hold the sites of this moment; before the first run there are none to hold."""
        # should the store be lost, it says so to whoever asks it
        with suppress(GeoServiceError):
            mark = self._store.changes.mark()
            with self._store.reading():
                run, seen, _ = self._store.live.sites_since(0, most=1)
                if run is None:
                    return
                table = self._store.sites.read()
            sites = Sites(table)
            with self._lock:
                self._sites, self._mark, self._run, self._seen = sites, mark, run, seen

    def _follow(self, sites: Sites, mark: str) -> None:
        run, seen, came = self._store.live.sites_since(self._seen, self._most)
        if run != self._run or len(came) == self._most:
            self._sites = None
            return
        sites.take(came)
        self._mark, self._seen = mark, seen


class NearSite(NamedTuple):
    """A site near a point, so many metres away, and its latest case.

    `closed_days` are days since that was verified; None where it is not.
    """

    site_id: str
    metres: float
    case_id: str
    state: str
    episode: int
    closed_days: float | None


def near(
    store: Store,
    index: SiteIndex,
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
    index, category, lon, lat
        Where to look, for a problem of which category, and the point in degrees.

    Raises
    ------
    BadInput
        If there is no such category.
    """
    mark = store.changes.mark()
    with store.reading():
        sites = index.now(mark)
        words = store.live.terms(category)
        if words is None:
            raise BadInput("live.no_category", field="category", value=category)
        reach = LinkParams().of_category(*words).distance_m
        box = box_around(lon, lat, reach + _SLACK_M)
        found = (sites or store.live).sites_in(category, box)
        metres = _metres(found, lon, lat, epsg)
        cases = store.live.cases_of([site_id for site_id, far in metres.items() if far <= reach])
    cases.sort(key=lambda case: (case.opened_at, id_key(case.case_id)))
    latest = {case.site_id: case for case in cases if case.state != "cancelled"}
    moment = microseconds_of(now)
    return [
        NearSite(
            site_id,
            round(far, 1),
            case.case_id,
            case.state,
            case.episode,
            None if case.verified is None else round(max(moment - case.verified, 0) / DAY, 1),
        )
        for site_id, far in metres.items()
        if (case := latest.get(site_id)) is not None
    ]


def _metres(sites: Iterable[Site], lon: float, lat: float, epsg: int) -> dict[str, float]:
    """Return how far each site is, nearest first."""
    ids, lons, lats = zip(("", lon, lat), *sites, strict=True)
    x, y = to_metres(lons, lats, epsg)
    away = np.hypot(x[1:] - x[0], y[1:] - y[0]).tolist()
    return dict(sorted(zip(ids[1:], away, strict=True), key=lambda one: (one[1], one[0])))
