"""Who does what on which day: assignments are proposed, published, changed and taken back.

Publishing one with cases dispatches them through the event log in the same transaction, so that
list, case and crew page agree; what crews then do moves it (:mod:`geo_service.flow.stops`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from geo_service.casework import Actor
from geo_service.flow.cases import case_file
from geo_service.flow.live import act_within, together
from geo_service.flow.stops import crew_row, today_of
from geo_service.measure import shift_minutes, works_on
from geo_service.store import SERVICE_MINUTES, TO_DO, Assignment, Chain, Store
from geo_service.terms import BadInput, Conflict, NotAllowed, masked

STATES = ("proposed", "published", "accepted", "done", "cannot", "cancelled")
"""How an assignment stands."""

_BY_HAND = {
    "proposed": ("published", "cancelled"),
    "published": ("accepted", "done", "cannot", "cancelled"),
    "accepted": ("done", "cannot", "cancelled"),
    "cannot": ("published", "cancelled"),
}
"""To which states people move one without a case; those with cases follow these."""

_CHANGES = ("crew_id", "date", "note", "locked", "stop_order", "state")


@dataclass(frozen=True)
class Desk:
    """Of which store, who asks, when, and whether another person has to publish."""

    store: Store
    chain: Chain
    actor: Actor
    now: datetime
    two_persons: bool = False


def assign(desk: Desk, asked: Mapping[str, Any]) -> Assignment:
    """Propose, or give, an area or cases to a crew for a day.

    Parameters
    ----------
    asked
        ``crew_id date`` and ``area_id`` or ``case_ids``; may have ``note locked category force``,
        and ``state``: ``published`` where it is given at once, if no second person has to.

    Raises
    ------
    BadInput
        Names what is missing or cannot be used.
    NotFound
        If there is no such crew, area or case.
    Conflict
        Says why not; with `force` and a note it goes on nevertheless.
    """
    with together(desk.store, desk.chain) as rows:
        return assign_within(desk, asked, rows)


def assign_within(
    desk: Desk, asked: Mapping[str, Any], rows: list[Mapping[str, Any]]
) -> Assignment:
    """Give as :func:`assign` does, as one of what is kept together.

    Parameters
    ----------
    rows
        What :func:`~geo_service.flow.live.together` gave.

    Raises
    ------
    BadInput
        As :func:`assign` does, all that it raises; the caller's transaction is whole then.
    """
    store = desk.store
    state = asked.get("state") or "proposed"
    if state not in ("proposed", "published"):
        raise BadInput("assignments.no_state", field="state", value=state, known="proposed")
    crew_id, day = asked["crew_id"], asked["date"]
    name, note, category = desk.actor.name, asked.get("note"), asked.get("category")
    locked = bool(asked.get("locked"))
    one = Assignment(
        *(0, crew_id, None, day, 0, state, note, 1, category, locked, False, name, None)
    )
    one = _of_what(store, one, asked)
    forced = _checked(desk, one, force=bool(asked.get("force")))
    number = store.assignments.add(
        *(one.crew_id, one.area_id, one.date, one.note, desk.actor.name, desk.now),
        category=one.category,
        case_ids=one.case_ids,
        state="proposed",
        locked=one.locked,
        forced=forced,
    )
    made = store.assignments.one(number)
    if state == "published" and not desk.two_persons:
        made = _publish(desk, made, {}, rows)
    return made


def _of_what(store: Store, one: Assignment, asked: Mapping[str, Any]) -> Assignment:
    """Return an assignment of the area, or of the cases as they are called now, that are asked."""
    cases = [case_file(store, case_id).case for case_id in asked.get("case_ids") or ()]
    area_id = asked.get("area_id") or next((case.area_id for case in cases if case.area_id), None)
    if not cases and area_id is None:
        raise BadInput("assignments.nothing", field="area_id")
    case_ids = tuple(dict.fromkeys(case.case_id for case in cases))
    return one._replace(area_id=area_id, case_ids=case_ids)


def change(desk: Desk, assignment_id: int, version: int, asked: Mapping[str, Any]) -> Assignment:
    """Change an assignment of this version; returns it as it is then.

    Parameters
    ----------
    asked
        Of ``crew_id date note locked stop_order state``, ``area_id case_ids`` of what is proposed,
        and ``force``; what is not named stays.

    Raises
    ------
    BadInput
        Names what cannot be used.
    NotFound
        If there is no such assignment or crew.
    Conflict
        If it has another version by now, cannot be moved so, or is in somebody's way.
    """
    store = desk.store
    with together(store, desk.chain) as rows:
        before = store.assignments.one(assignment_id)
        check_version(before, version)
        values = {name: asked[name] for name in _CHANGES if name in asked}
        if values.get("note") == masked(before.note or ""):
            del values["note"]  # as it was shown
        after = before._replace(**values)
        if {"area_id", "case_ids"} & set(asked):
            after = _of_what(store, after, asked)
            values["area_id"] = after.area_id
        where = (after.crew_id, after.date) != (before.crew_id, before.date)
        moved = where or (after.area_id, after.case_ids) != (before.area_id, before.case_ids)
        if moved and before.state not in (TO_DO if where else ("proposed",)):
            raise Conflict("assignments.ended", assignment_id=assignment_id)
        if moved and before.state == "proposed":
            values["created_by"] = desk.actor.name
        _check_state(before, after)
        publishes = before.state == "proposed" and after.state == "published"
        if moved or (publishes and not before.forced):
            values["forced"] = _checked(desk, after, force=bool(asked.get("force")))
        if after.case_ids != before.case_ids:
            values["case_ids"] = after.case_ids
        if publishes or (moved and after.state in ("published", "accepted")):
            return _publish(desk, before, values, rows)
        if after.state == "cancelled" and before.state != "cancelled":
            return _cancel(desk, before, rows, values)
        return store.assignments.change(assignment_id, version, values, desk.actor.name, desk.now)


def remove(desk: Desk, assignment_id: int, version: int) -> tuple[Assignment, list[str]]:
    """Take an assignment back; returns it, and the cases that are with the crew nevertheless.

    Its cases are where they were before, if the one who dispatched them takes it back in time.

    Raises
    ------
    NotFound
        If there is no such assignment.
    Conflict
        If it has another version by now, or the crew is done with it.
    """
    store = desk.store
    with together(store, desk.chain) as rows:
        before = store.assignments.one(assignment_id)
        check_version(before, version)
        if before.state not in TO_DO:
            raise Conflict("assignments.ended", assignment_id=assignment_id)
        gone = _cancel(desk, before, rows, {})
        with_crew = [one for one in before.case_ids if _holder(store, one) == before.crew_id]
        return gone, with_crew


def check_version(before: Assignment, version: int) -> None:
    """Refuse an assignment of which whoever asks has another version.

    Raises
    ------
    Conflict
        Names both.
    """
    if before.version != version:
        raise Conflict(
            "store.assignment_changed",
            assignment_id=before.assignment_id,
            version=before.version,
            yours=version,
            changed_by=before.changed_by or before.created_by or "–",
        )


def _check_state(before: Assignment, after: Assignment) -> None:
    if after.state == before.state:
        return
    allowed = _BY_HAND.get(before.state, ())
    follows = before.case_ids and after.state not in ("published", "cancelled")
    if follows or after.state not in allowed:
        key = "assignments.follows_cases" if follows else "assignments.no_such_move"
        raise Conflict(key, was=before.state, asked=after.state, known=" ".join(allowed))


def _publish(
    desk: Desk, before: Assignment, values: dict[str, Any], rows: list[Mapping[str, Any]]
) -> Assignment:
    """Let the crew know of an assignment, and dispatch its cases to it."""
    store, name = desk.store, desk.actor.name
    if desk.two_persons and name == before.created_by:
        raise Conflict("assignments.two_persons", name=name)
    state = "published" if before.state == "proposed" else before.state
    values = {"state": state} | values
    made = store.assignments.change(before.assignment_id, before.version, values, name, desk.now)
    for case_id in made.case_ids:
        if _holder(store, case_id) != made.crew_id:
            event = {"kind": "dispatched", "crew_id": made.crew_id, "note": made.note}
            _act(desk, case_id, event, rows)
    return store.assignments.one(made.assignment_id)


def _cancel(
    desk: Desk, before: Assignment, rows: list[Mapping[str, Any]], values: dict[str, Any]
) -> Assignment:
    """Take an assignment back, and the dispatch of its cases where the log lets that be."""
    store = desk.store
    gone = store.assignments.change(
        *(before.assignment_id, before.version, {**values, "state": "cancelled"}),
        *(desk.actor.name, desk.now),
    )
    for case_id in gone.case_ids:
        last = case_file(store, case_id).standing[-1:]
        if _holder(store, case_id) == gone.crew_id and last and last[0]["kind"] == "dispatched":
            try:
                _act(desk, case_id, {"kind": "withdrawn"}, rows)
            except (Conflict, NotAllowed):  # another's, or too late: the case stays, and it is said
                continue
    return gone


def _act(desk: Desk, case_id: str, event: Mapping[str, Any], rows: list[Mapping[str, Any]]) -> None:
    act_within(desk.store, desk.chain, rows, case_id, event, actor=desk.actor, now=desk.now)


def _holder(store: Store, case_id: str) -> str | None:
    """Return the crew in whose hands a case is, None where it is in nobody's."""
    file = case_file(store, case_id)
    if file.case.state not in ("dispatched", "working"):
        return None
    sent = [event for event in file.standing if event["kind"] == "dispatched"]
    return sent[-1]["crew_id"] if sent else None


def _checked(desk: Desk, one: Assignment, *, force: bool) -> bool:
    """Tell whether an assignment has to be forced; refuse it where nobody says so, and why."""
    refusal = _clash(desk, one)
    if refusal is None:
        return False
    if not force:
        raise refusal
    if not one.note:
        raise BadInput("assignments.force_needs_note", field="note")
    return True


def _clash(desk: Desk, one: Assignment) -> Conflict | None:
    """Return what speaks against an assignment, the gravest first."""
    store = desk.store
    day = date.fromisoformat(one.date)
    today, crew = today_of(store, desk.now), crew_row(store, one.crew_id)
    facts = {"crew_id": crew["name"] or one.crew_id, "date": one.date}
    if day < today:
        return Conflict("assignments.day_past", reason="day_past", today=today, **facts)
    was = store.assignments.one(one.assignment_id) if one.assignment_id else None
    other = _other_crew(store, one, was, today)
    if other is not None:
        what, who = other
        name = crew_row(store, who)["name"] or who
        return Conflict("assignments.other_crew", reason="other_crew", what=what, other=name)
    if not works_on(crew["weekdays"], day):
        return Conflict("assignments.crew_off", reason="crew_off", **facts)
    shift = shift_minutes(crew["capacity_minutes"], crew["shift_start"], crew["shift_end"])
    has = store.assignments.minutes(one.date).get(one.crew_id, 0.0)
    took = minutes_of(store, one)
    if was is not None and (was.crew_id, was.date) == (one.crew_id, one.date):
        has -= took
    if shift is not None and has + took > shift:
        figures = {"has": round(has), "needs": round(took), "shift": round(shift)}
        return Conflict("assignments.shift_full", reason="shift_full", **facts, **figures)
    return None


def _other_crew(
    store: Store, one: Assignment, was: Assignment | None, today: date
) -> tuple[str, str] | None:
    """Return what of an assignment another crew has, and which; its own, `was`, gives it away."""
    own = {one.crew_id} | (set() if was is None else {was.crew_id})
    for case_id in one.case_ids:
        holder = _holder(store, case_id)
        if holder is not None and holder not in own:
            return case_id, holder
    if one.case_ids:
        held = [(case, other) for case in one.case_ids for other in store.assignments.holding(case)]
        held = [(case, other) for case, other in held if other.date >= today.isoformat()]
    else:
        stops = store.assignments.listed(one.date, states=TO_DO)
        whole = [other for other in stops if not other.case_ids and other.area_id == one.area_id]
        held = [(str(one.area_id), other) for other in whole]
    others = [
        (what, other.crew_id)
        for what, other in held
        if other.crew_id != one.crew_id and other.assignment_id != one.assignment_id
    ]
    return others[0] if others else None


def minutes_of(store: Store, one: Assignment) -> float:
    """Return how many minutes of work an assignment holds, ways not counted."""
    if not one.case_ids:
        return store.assignments.category_minutes(one.category)
    took = store.assignments.service_minutes(one.case_ids)
    return sum(took.get(case, SERVICE_MINUTES) for case in one.case_ids)
