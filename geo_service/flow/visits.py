"""One visit that a phone or a page tells of: kept once, and a clean-up ends its assignment."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd
import shapely

from geo_service.casework import Actor
from geo_service.flow.event_fields import id_list, number_of
from geo_service.flow.locating import present
from geo_service.flow.photos import check_photos
from geo_service.flow.report_fields import degrees, moment_of, text_of
from geo_service.store import Assignment, Store
from geo_service.terms import FRAMES, BadInput, Conflict, NotFound

CLEANUP = "cleanup"
"""The kind of visit that does the work of an assignment of an area."""

FIELDS = ("area_id", "started_at", "ended_at", "kind", "track", "quantity", "unit", "photo_ids")
"""What a visit says."""

_TEXTS = {"area_id": 200, "kind": 30, "unit": 30}
_MOST_POINTS = 10_000
_LONGEST = timedelta(hours=24)
_AHEAD = timedelta(hours=1)


class Visited(NamedTuple):
    """What became of a visit: its id, whether it had come before, which assignments it ended."""

    visit_id: str
    repeated: bool
    done: list[Assignment]


def visit(
    store: Store, fields: Mapping[str, Any], *, actor: Actor, now: datetime, key: str | None = None
) -> Visited:
    """Keep one visit and return what became of it.

    Of kind ``cleanup`` it ends what the crew was given of its area that day.

    Parameters
    ----------
    fields
        Of `FIELDS`; ``started_at`` and ``area_id`` or ``track`` are needed, a track is a list of
        lon and lat; without ``ended_at`` it lasts until `now`.
    actor
        Who was there; of a crew leader the crew's assignments alone are ended.
    actor
        Who was there; of a crew leader the crew's assignments alone are ended.
    key
        Under which the sender keeps it: the same one again is answered, and changes nothing.

    Raises
    ------
    BadInput
        Names the field that cannot be used, and its value, or a photo that another sent.
    NotFound
        If there is no such area.
    Conflict
        If the key was used for another visit.
    """
    district = store.district.get()
    now = present(store, now)
    row = _checked(fields, now, district.timezone)
    check_photos(store, row, actor.name)
    row["person"] = actor.name
    content = json.dumps(
        {name: str(value) for name, value in row.items() if name != "ended_at" or key is None},
        sort_keys=True,
    )
    named = f"{actor.name} {key}" if key is not None else content
    row["visit_id"] = f"V-{hashlib.blake2b(named.encode(), digest_size=10).hexdigest()}"
    with store.transaction():
        known = store.areas.read(geometry=False)["area_id"]
        if row["area_id"] is not None and row["area_id"] not in set(known):
            raise NotFound("errors.no_such_area", area_id=row["area_id"])
        before = store.visits.one(row["visit_id"])
        if before is not None:
            if (before["area_id"], before["kind"]) != (row["area_id"], row["kind"]):
                raise Conflict("moves.key_used")
            return Visited(row["visit_id"], True, [])
        store.visits.upsert(FRAMES["visits"].conform(pd.DataFrame([row])))
        done = [] if row["kind"] != CLEANUP else _end(store, row, actor, now, district.timezone)
    return Visited(row["visit_id"], False, done)


def _end(
    store: Store, row: Mapping[str, Any], actor: Actor, now: datetime, timezone: str
) -> list[Assignment]:
    """Set the assignments of an area without a case done that a clean-up has done."""
    day = row["ended_at"].astimezone(ZoneInfo(timezone)).date()
    given = store.assignments.listed(day, actor.crew_id, ("published", "accepted"))
    its = [one for one in given if not one.case_ids and one.area_id == row["area_id"]]
    state = {"state": "done"}
    return [
        store.assignments.change(one.assignment_id, one.version, state, actor.name, now)
        for one in its
    ]


def _checked(fields: Mapping[str, Any], now: datetime, timezone: str) -> dict[str, Any]:
    said = {name: value for name, value in fields.items() if value not in (None, "", [])}
    unknown = sorted(set(said) - set(FIELDS))
    if unknown:
        raise BadInput("live.unknown_field", field=unknown[0], value=str(said[unknown[0]])[:80])
    row: dict[str, Any] = dict.fromkeys(FRAMES["visits"].names)
    row |= {name: text_of(name, said[name], _TEXTS[name]) for name in _TEXTS if name in said}
    for name in ("started_at", "area_id"):
        if name not in said and not (name == "area_id" and "track" in said):
            raise BadInput("live.missing", field=name)
    start = moment_of("started_at", said["started_at"], timezone)
    end = moment_of("ended_at", said["ended_at"], timezone) if "ended_at" in said else now
    if start > now + _AHEAD:
        raise BadInput("visits.in_future", field="started_at", value=str(said["started_at"]))
    if not timedelta() <= end - start <= _LONGEST:
        raise BadInput("visits.bad_end", field="ended_at", value=str(said.get("ended_at", end)))
    row |= {"started_at": start, "ended_at": end}
    row["minutes"] = (end - start).total_seconds() / 60 if "ended_at" in said else None
    if "quantity" in said:
        row["quantity"] = number_of("quantity", said["quantity"])
    if "photo_ids" in said:
        row["photo_ids"] = id_list("photo_ids", said["photo_ids"])
    row["geometry"] = _track(said["track"]) if "track" in said else None
    return row


def _track(value: Any) -> shapely.Geometry:  # noqa: ANN401 (it comes from outside)
    """Return a track, a list of lon and lat or a GeoJSON line, as a shape."""
    points = value.get("coordinates") if isinstance(value, Mapping) else value
    if not isinstance(points, list) or not 0 < len(points) <= _MOST_POINTS:
        raise BadInput("visits.no_track", field="track", value=str(value)[:80])
    line = []
    for point in points:
        if not isinstance(point, list) or len(point) < 2:
            raise BadInput("visits.no_track", field="track", value=str(point)[:80])
        line.append((degrees("track", point[0], 180), degrees("track", point[1], 90)))
    return shapely.Point(line[0]) if len(line) == 1 else shapely.LineString(line)
