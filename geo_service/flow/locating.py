"""Where things lie: the district's zones, subdistricts of areas, areas of reports."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from geo_service import coverage, locate
from geo_service.link import Rows
from geo_service.measure import FAR_KM, microseconds_of, utm_epsg
from geo_service.store import District, Store
from geo_service.terms import FRAMES, BadInput, NotReady

_TICK = timedelta(microseconds=1)

_SAID = [
    *("report_id", "lon", "lat", "precision", "address", "area_name", "subdistrict"),
    *("category", "reported_at", "places_version"),
]
_KEPT = 2
_SOME, _EDGE = 10_000, 0.01
"""So many reports tell where the district is, without so many at either end."""
_kept: OrderedDict[tuple[str, int, int], locate.Placer] = OrderedDict()
_keeping = Lock()


@dataclass(frozen=True)
class Settled:
    """What is known of places after they were settled.

    Parameters
    ----------
    areas_version
        The version of the areas that reports are located against.
    crowded
        Whether any point holds so many rows or different addresses that it might be no place.
    """

    areas_version: int
    crowded: bool


def settle_places(
    store: Store, earlier: Settled | None = None, points: Rows | None = None
) -> Settled:
    """Give areas their subdistrict, and locate the reports that are not located against them.

    `earlier` is what was found the last time, `points` where the reports lay that were known then:
    a few reports on new points cannot turn a place into a fallback.
    """
    epsg = epsg_of(store)
    with store.transaction():
        version = store.areas.version()
        if earlier is None or earlier.areas_version != version:
            version = _settle_areas(store, epsg)
            earlier = None
        if earlier is None or points is None:
            return _locate_all(store, version, epsg)
        # what is not located yet is among what was said since the last run
        ids = store.pending.read()["report_id"].unique()
        said = store.reports.read(["report_id", "lon", "lat", "places_version"], ids=ids)
        waiting = said[(said["places_version"] != version).fillna(True)]
        if waiting.empty:
            return earlier
        if _may_crowd(store, earlier, points, waiting):
            return _locate_all(store, version, epsg)
        _locate(store, store.reports.read(_SAID, ids=waiting["report_id"]), version, epsg)
        return earlier


def _locate_all(store: Store, version: int, epsg: int) -> Settled:
    crowded, reports = settle_fallbacks(store)
    waiting = reports[(reports["places_version"] != version).fillna(True)]
    if len(waiting):
        _locate(store, waiting, version, epsg)
    return Settled(version, crowded)


def _locate(store: Store, reports: pd.DataFrame, version: int, epsg: int) -> None:
    areas = pd.DataFrame(store.areas.read())
    located = locate.locate(reports, areas, store.words.kinds(), epsg=epsg)
    store.reports.set_places(located, version)


def _settle_areas(store: Store, epsg: int) -> int:
    areas = pd.DataFrame(store.areas.read())
    lies_in = locate.subdistrict_of_areas(areas, epsg=epsg)
    differs = lies_in.notna() & (lies_in != areas["subdistrict_id"])
    if differs.any():
        areas["subdistrict_id"] = lies_in
        store.areas.upsert(areas[differs])
    return store.areas.version()


def _may_crowd(store: Store, earlier: Settled, points: Rows, waiting: pd.DataFrame) -> bool:
    """Tell whether the reports that wait could be what makes a point a fallback."""
    if earlier.crowded or store.district.get().fallbacks or len(store.placements.read()):
        return True
    new = (waiting[name].to_numpy() for name in ("lon", "lat"))
    return locate.on_busy_point(points.lon, points.lat, *new)


def watched(
    store: Store, area_ids: list[str], *, timezone: str, as_of: datetime
) -> coverage.Watch | None:
    """Return on which days each area was watched, as of `as_of`; None without any log."""
    if not store.visits.count():
        return None
    epsg = epsg_of(store)
    visits = store.visits.read()
    points = coverage.track_points(visits, epsg=epsg)
    if len(points):
        areas, kinds = pd.DataFrame(store.areas.read()), store.words.kinds()
        asked = points.assign(report_id=np.arange(len(points)).astype(str), precision="point")
        asked = asked.rename(columns={"at": "reported_at"})
        located = locate.locate(FRAMES["reports"].conform(asked), areas, kinds, epsg=epsg)
        points = points.assign(area_id=located["area_id"].to_numpy())
    on_tracks = points.reindex(columns=["area_id", "at"])
    return coverage.watch(visits, on_tracks, area_ids, timezone=timezone, as_of=as_of)


def settle_fallbacks(store: Store) -> tuple[bool, pd.DataFrame]:
    """Find the points on which sources put what they could not place; their rows wait anew.

    Returns whether any point holds so many rows or different addresses that it might be one, and
    all reports with what they say of their places and how they are known now.
    """
    district = store.district.get()
    stored = store.reports.read(_SAID)
    # What a person placed goes on to prove, by the point that its source gave, what that point is.
    reports, placed = store.placements.as_given(stored)
    places = locate.judge(reports, district.decided)
    precision, fallbacks = locate.settle_fallbacks(reports, district.fallbacks, places)
    doubtful = places[places["state"] == locate.SUSPECT]
    suspects = tuple(zip(doubtful["lon"], doubtful["lat"], strict=True))
    if (fallbacks, suspects) != (district.fallbacks, district.suspects):
        store.district.set(fallbacks=fallbacks, suspects=suspects)
    changed = precision != reports["precision"]
    if changed.any():
        rows = pd.DataFrame({"report_id": reports["report_id"], "precision": precision})
        store.placements.set_given(rows[changed & placed])
        rows = rows[changed & ~placed]
        rows = rows.assign(area_id=None, subdistrict_id=None, distance_m=np.nan)
        store.reports.set_places(rows, areas_version=0)
        anew = changed & ~placed
        stored = stored.assign(
            precision=precision.where(anew, stored["precision"]),
            places_version=stored["places_version"].mask(anew, 0),
        )
    lon, lat = (reports[name].to_numpy(np.float64) for name in ("lon", "lat"))
    return locate.may_be_crowded(lon, lat, reports["address"]), stored


def expected_box(store: Store) -> tuple[float, float, float, float] | None:
    """Return where reports are expected: the areas' box, else that of the middle of the reports.

    West, south, east, north in degrees; None while the store knows of no place.
    """
    with store.reading():
        boxes = store.areas.boxes()
        if len(boxes):
            low, high = boxes.min(), boxes.max()
            return low["min_lon"], low["min_lat"], high["max_lon"], high["max_lat"]
        points = store.reports.some_points(_SOME)
    if points.empty:
        return None
    low, high = points.quantile(_EDGE), points.quantile(1 - _EDGE)
    return low["lon"], low["lat"], high["lon"], high["lat"]


def fix_district(store: Store, timezone: str | None, lon: pd.Series, lat: pd.Series) -> None:
    """Fix the zone of time by the first reports, the zone of metres by the first points."""
    district: District = store.district.get()
    if timezone is not None and not district.timezone_fixed:
        store.district.set(timezone=timezone, timezone_fixed=True)
    if district.utm_epsg is None and lon.notna().any():
        store.district.set(utm_epsg=utm_epsg(float(lon.median()), float(lat.median())))


def present(store: Store, now: datetime) -> datetime:
    """Return what moment it is in the district: `now`, or that time of the day a demo keeps.

    That never runs backwards: when it is midnight outside, the demo's day goes on where it was.
    """
    district = store.district.get()
    if district.today is None:
        return now
    local = now.astimezone(ZoneInfo(district.timezone)).replace(tzinfo=None)
    clock = district.today + (local - datetime.combine(local, time.min))
    last = last_fact(store)
    ends = district.today + timedelta(days=1) - _TICK
    return min(clock if last is None else max(clock, last + _TICK), ends)


def last_fact(store: Store) -> datetime | None:
    """Return the latest moment that a report names or at which an event came, None without."""
    facts = (store.reports.last_fact(), store.events.last_fact())
    return max((one for one in facts if one is not None), default=None)


def epsg_of(store: Store) -> int:
    """Return the store's zone of metres.

    Raises
    ------
    NotReady
        If no point has fixed it yet.
    """
    epsg = store.district.get().utm_epsg
    if epsg is None:
        raise NotReady("pipeline.no_points")
    return epsg


@dataclass(frozen=True)
class Places:
    """Areas of one version, and the points on which sources put what they could not place."""

    placer: locate.Placer | None
    version: int
    fallbacks: tuple[tuple[float, float, str], ...]

    def precision(self, lon: float, lat: float, given: str) -> str:
        """Return `given`, or that the point is a known fallback."""
        for x, y, _ in self.fallbacks:
            if round(lon * 1e7) == round(x * 1e7) and round(lat * 1e7) == round(y * 1e7):
                return "fallback"
        return given

    def check_near(self, lon: float, lat: float) -> None:
        """Refuse a point that lies far from all areas, where there are any.

        Raises
        ------
        BadInput
            Says how far it lies.
        """
        away = self.placer.km_away(lon, lat) if self.placer is not None else 0.0
        if away > FAR_KM:
            raise BadInput("live.too_far", field="lon", value=f"{lon}, {lat}", km=f"{away:,.0f}")

    def place(self, row: Mapping[str, Any]) -> tuple[locate.Placed, int | None]:
        """Return where a report lies of its time, `reported_at`, and by which version of the areas.

        Nothing is known of places while no point has fixed the zone of metres.
        """
        if self.placer is None:
            return locate.Placed(None, None, None, "none"), None
        at = row["reported_at"]
        found = self.placer.place(
            row.get("lon"),
            row.get("lat"),
            row.get("precision"),
            address=row.get("address"),
            area_name=row.get("area_name"),
            subdistrict=row.get("subdistrict"),
            at=microseconds_of(at) if isinstance(at, datetime) else int(at),
        )
        return found, self.version


def places_of(
    store: Store, epsg: int | None, fallbacks: tuple[tuple[float, float, str], ...]
) -> Places:
    """Return the areas of the store, made ready in this process before or now."""
    version = store.areas.version()
    if epsg is None:
        return Places(None, version, fallbacks)
    key = (store.url, version, epsg)
    with _keeping:
        placer = _kept.pop(key, None)
        if placer is None:
            areas = pd.DataFrame(store.areas.read())
            placer = locate.Placer(areas, store.words.kinds(), epsg=epsg)
        _kept[key] = placer
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return Places(placer, version, fallbacks)
