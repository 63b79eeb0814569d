"""A report that lay nowhere and that a person puts on the map: located and linked at once."""

from __future__ import annotations

from datetime import datetime

from geo_service.flow.live.accepting import Accepted, told
from geo_service.flow.live.fields import checked
from geo_service.flow.live.places import places_of
from geo_service.flow.live.relinking import Seed, relink
from geo_service.flow.live.updating import read_known, set_place
from geo_service.link import OWN_POINT, Site, SiteIndex
from geo_service.measure import to_metres, utm_epsg
from geo_service.store import Store
from geo_service.terms import BadInput


def place(
    store: Store,
    report_id: str,
    lon: object,
    lat: object,
    *,
    by: str | None,
    now: datetime,
    as_of: datetime,
    index: SiteIndex | None = None,
) -> Accepted:
    """Put a report that has no point of its own, or that was placed before, on a point.

    Parameters
    ----------
    lon, lat
        As they come, numbers or texts.
    by
        Who says so; kept.
    as_of
        First moment not seen by linking.
    index
        A cache that is told of a new site.

    Raises
    ------
    BadInput
        If the point is none, or lies outside the district.
    NotFound
        If there is no such report.
    Conflict
        If its source gave it a point of its own.
    """
    with store.reading():
        district = store.district.get()
        point = checked({"lon": lon, "lat": lat}, now=now, district=district)
        if "lon" not in point:
            raise BadInput("live.missing", field="lon")
        epsg = district.utm_epsg or utm_epsg(point["lon"], point["lat"])
        places = places_of(store, epsg, district.fallbacks)
    with store.transaction():
        # Two first points of one moment: the zone of the one that was first counts for both.
        epsg = store.district.get().utm_epsg or epsg
        store.district.set(utm_epsg=epsg)
        before = read_known(store, report_id) if store.live.has(report_id) else None
        store.placements.put(report_id, point["lon"], point["lat"], by, now)
        after = read_known(store, report_id)
        set_place(store, report_id, after, places)
        seeds = [
            Seed(row["category"], row["lon"], row["lat"])
            for row in (before, after)
            if row is not None and row["lon"] is not None and row["precision"] in OWN_POINT
        ]
        relink(store, seeds, [report_id], epsg=epsg, as_of=as_of)
        answer = told(store, report_id, "placed")
    if index is not None and answer.site_id == report_id:
        x, y = to_metres([point["lon"]], [point["lat"]], epsg)
        index.add(after["category"], Site(report_id, float(x[0]), float(y[0])))
    return answer
