"""What is near a point before anything is sent: sites and their latest case, from a cache."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import numpy as np

from geo_service.link import LinkTerms, Site, SiteIndex
from geo_service.link.site_index import Box
from geo_service.measure import id_key, microseconds_of, to_degrees, to_metres
from geo_service.store import Store
from geo_service.terms import BadInput

_DAY = 86_400_000_000


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
    index: SiteIndex,
    category: str,
    lon: float,
    lat: float,
    *,
    epsg: int,
    now: datetime,
) -> list[NearSite]:
    """Return the sites within the link distance of a point, nearest first."""
    words = store.live.terms(category)
    if words is None:
        raise BadInput("live.no_category", field="category", value=category)
    x, y = to_metres(np.array([lon]), np.array([lat]), epsg)
    found = index.near(category, float(x[0]), float(y[0]), LinkTerms.of(*words).reach)
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
            None if case.verified is None else round(max(moment - case.verified, 0) / _DAY, 1),
        )
        for metres, site in found
        if (case := latest.get(site.site_id)) is not None
    ]
