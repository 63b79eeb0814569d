"""A report that is known already and comes again: what it says anew, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from geo_service.flow.live.places import Places
from geo_service.flow.live.relinking import Seed, relink
from geo_service.link import OWN_POINT
from geo_service.store import Store

_READ = [
    "reported_at",
    "category",
    "lon",
    "lat",
    "precision",
    "address",
    "area_name",
    "subdistrict",
    "places_version",
]


def update(
    store: Store,
    asked: Mapping[str, Any],
    places: Places,
    *,
    epsg: int | None,
    file: str,
    as_of: datetime,
) -> str:
    """Lay what is asked over what is known, as an import does; returns what that changed."""
    report_id = str(asked["report_id"])
    before = read_known(store, report_id)
    if asked.get("precision") in OWN_POINT:
        # Who says where this one report lies goes before whoever said so before.
        store.placements.forget(report_id)
    outcome = store.reports.upsert(
        pd.DataFrame([{"reported_at": before["reported_at"], **asked}]), file
    )
    if not outcome.updated:
        return "unchanged"
    now = read_known(store, report_id)
    if now["places_version"] is None:
        set_place(store, report_id, now, places)
    if epsg is not None:
        seeds = [
            Seed(row["category"], row["lon"], row["lat"])
            for row in (before, now)
            if row["lon"] is not None and row["precision"] in OWN_POINT
        ]
        relink(store, seeds, [report_id], epsg=epsg, as_of=as_of)
    return "updated"


def set_place(store: Store, report_id: str, row: dict[str, Any], places: Places) -> None:
    """Locate a report that moved; `row` learns how well its point is known."""
    placed, version = places.place(row)
    if version is not None:
        table = pd.DataFrame([{"report_id": report_id, **placed._asdict()}])
        store.reports.set_places(table, version)
        row["precision"] = placed.precision


def read_known(store: Store, report_id: str) -> dict[str, Any]:
    """Return what is known of a report, as far as its place and its links need it."""
    found = store.reports.read(_READ, ids=[report_id]).iloc[0]
    return {str(name): None if pd.isna(value) else value for name, value in found.items()}
