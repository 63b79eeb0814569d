"""What a case's event does to crews' lists, so that list, case and crew page agree.

A dispatch puts the case on the crew's list where it is on none; what the crew says of it moves the
assignment; a case that another has now leaves the list that held it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from geo_service.flow.cases import CaseFile
from geo_service.measure import works_on
from geo_service.store import GIVEN, STANDING, TO_DO, Store
from geo_service.terms import NotFound

_MOVING = ("accepted", "returned", "fixed", "cancelled", "withdrawn", "reinstated")
_ENDED = ("fixed", "verified", "cancelled", "merged")
_WEEK = 7


def follow(
    store: Store, event: Mapping[str, Any], file: CaseFile, taken: str | None, now: datetime
) -> None:
    """Let assignments follow what was done with a case; belongs into the event's transaction.

    Parameters
    ----------
    event
        Fields of EVENTS.
    file
        The case that it acted on, as it stands now.
    taken
        The kind of the event that it takes back, None where it takes none.
    """
    kind, actor, case_id = event["kind"], event["actor"], file.case.case_id
    if kind == "dispatched":
        _hand_over(store, event, case_id, now)
    elif taken == "dispatched":
        for one in store.assignments.holding(case_id, ("published", "accepted")):
            store.assignments.take_out(one.assignment_id, case_id, actor, now)
        sent = [one for one in file.standing if one["kind"] == "dispatched"]
        if sent and file.case.state in ("dispatched", "working"):
            _hand_over(store, sent[-1], case_id, now)
    elif kind in _MOVING:
        states = GIVEN if kind in ("withdrawn", "reinstated") else ("published", "accepted")
        for one in store.assignments.holding(case_id, states):
            state = state_of([_state(store, case) for case in one.case_ids])
            if state != one.state:
                values = {"state": state}
                store.assignments.change(one.assignment_id, one.version, values, actor, now)


def _hand_over(store: Store, event: Mapping[str, Any], case_id: str, now: datetime) -> None:
    """Put a case that was dispatched on the crew's list, and take it off every other."""
    crew_id, actor, keeper = event.get("crew_id"), event["actor"], store.assignments
    today, mine = today_of(store, now), []
    for one in keeper.holding(case_id, STANDING):
        if one.crew_id == crew_id and one.date >= today.isoformat():
            mine.append(one)
        elif one.crew_id != crew_id and one.state in TO_DO:
            keeper.take_out(one.assignment_id, case_id, actor, now)
    if crew_id is None or any(one.state in ("published", "accepted") for one in mine):
        return
    if mine:  # proposed, or tried once: it is to be done now
        first = mine[0]
        keeper.change(first.assignment_id, first.version, {"state": "published"}, actor, now)
        return
    case, crew = store.live.case(case_id), store.one_row.get("crews", crew_id)
    weekdays = None if crew is None else crew["weekdays"]
    days = [today + timedelta(days=ahead) for ahead in range(_WEEK)]
    day = next((one for one in days if works_on(weekdays, one)), today)
    area_id = None if case is None else case.area_id
    note = event.get("note")
    keeper.add(crew_id, area_id, day, note, actor, now, case_ids=[case_id])


def state_of(states: Sequence[str]) -> str:
    """Return the state of an assignment whose cases stand so.

    >>> state_of(["fixed", "verified"]), state_of(["fixed", "returned"]), state_of(["working"])
    ('done', 'cannot', 'accepted')
    """
    left = [one for one in states if one not in _ENDED]
    if not left:
        return "cancelled" if all(one == "cancelled" for one in states) else "done"
    if all(one == "returned" for one in left):
        return "cannot"
    begun = len(left) < len(states) or any(one in ("working", "returned") for one in left)
    return "accepted" if begun else "published"


def _state(store: Store, case_id: str) -> str:
    case = store.live.case(case_id)
    return "open" if case is None else case.state


def today_of(store: Store, now: datetime) -> date:
    """Return the district's day: the demo's, where it keeps one, else the calendar's."""
    district = store.district.get()
    return (district.today or now).astimezone(ZoneInfo(district.timezone)).date()


def crew_row(store: Store, crew_id: str) -> dict[str, Any]:
    """Return what is known of a crew, missing as None.

    Raises
    ------
    NotFound
        If there is no such crew.
    """
    crews = store.crews.read()
    found = crews[crews["crew_id"] == crew_id]
    if found.empty:
        raise NotFound("store.no_such_crew", crew_id=crew_id)
    row = found.iloc[0].astype(object)
    return row.where(row.notna(), None).to_dict()
