"""Stops of crews' lists as the pages show them: names, places, cases, minutes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from geo_service.flow import assignments
from geo_service.flow.stops import state_of
from geo_service.measure import shift_minutes, works_on
from geo_service.store import GIVEN, STANDING, TO_DO, Assignment, NearCase
from geo_service.terms import masked_row
from geo_service.web.base import desk
from geo_service.web.base.language import language
from geo_service.web.base.permissions import may
from geo_service.web.base.records import records
from geo_service.web.data.shapes import places

_CREW = (
    *("crew_id", "name", "leader", "phone", "shift_start", "shift_end", "weekdays"),
    "capacity_minutes",
)


def listed(day: date, crew_id: str | None = None) -> list[Assignment]:
    """Return the stops of a day; only who may assign sees those that are proposed."""
    states = STANDING if may("assign") else GIVEN
    return desk.store().assignments.listed(day, crew_id, states)


def stops_of(found: Sequence[Assignment]) -> list[dict[str, Any]]:
    """Return stops with the names and places of their areas, their cases and minutes."""
    store, known = desk.store(), places()
    kinds = {row["kind"]: row[f"name_{language()}"] for row in records(desk.kinds())}
    categories = desk.categories().set_index("code")[f"name_{language()}"].to_dict()
    points = {}
    stops = []
    for number, one in enumerate(found):
        row = None if one.area_id not in known.row else known.one(one.area_id)
        cases = [case for case in map(store.live.case, one.case_ids) if case is not None]
        if row is not None:
            points[number] = (row["inner_lon"], row["inner_lat"])
        if cases:
            points[number] = (cases[0].lon, cases[0].lat)
        lon, lat = points.get(number, (None, None))
        state = one.state
        if cases and state in ("published", "accepted"):
            # a source's file may have closed them since
            state = state_of([case.state for case in cases])
        stops.append(
            masked_row(one._asdict())
            | {
                "name": None if row is None else _text(row["name"]),
                "kind": None if row is None else kinds.get(row["kind"]),
                "minutes": round(assignments.minutes_of(store, one)),
                "cases": [_case(case, categories) for case in cases],
                "lon": lon,
                "lat": lat,
                "state": state,
                "to_do": state in TO_DO,
            }
        )
    return stops


def _case(case: NearCase, categories: dict[str, Any]) -> dict[str, Any]:
    called = categories.get(case.category)
    name = called if isinstance(called, str) else case.category
    told = {
        "case_id": case.case_id,
        "category": name,
        "code": case.category,
        "state": case.state,
        "due": case.due,
    }
    return told | {"times": case.episode if case.link == "rebound" else None}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def crews_on(day: date, stops: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return all crews with their stops, their minutes, their shift, and whether they work."""
    crews = records(desk.crews(), _CREW)
    for crew in crews:
        crew["stops"] = [stop for stop in stops if stop["crew_id"] == crew["crew_id"]]
        crew["minutes"] = sum(stop["minutes"] for stop in crew["stops"])
        said = crew["capacity_minutes"], crew["shift_start"], crew["shift_end"]
        crew["shift"] = shift_minutes(*said)
        crew["works"] = works_on(crew["weekdays"], day)
    return crews
