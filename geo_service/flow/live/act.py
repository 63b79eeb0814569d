"""What somebody does with a case: asked at the door, kept for ever, and linked at once.

All that is decided is decided in one write transaction. The event is kept in the log; what it makes
of its case is the link rule's to say, so its neighbourhood is linked anew.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

import pandas as pd

from geo_service import casework, link
from geo_service.casework import Actor, Situation
from geo_service.flow.cases import CaseFile, case_file, situation, told_events
from geo_service.flow.deadlines import postponed_deadlines
from geo_service.flow.duties import decide, pass_on
from geo_service.flow.event_fields import checked_event
from geo_service.flow.live.relink import PLACED, Seed, places_in, relink
from geo_service.flow.live.step import step_of_event, write_event
from geo_service.flow.locating import epsg_of, places_of, present
from geo_service.flow.photos import check_photos
from geo_service.flow.stops import follow
from geo_service.measure import microseconds_of, moment_at
from geo_service.store import Chain, Store
from geo_service.terms import BadInput, Conflict, NotFound, Refused, say

_INSTANT = timedelta(microseconds=1)
_SAID_BY_CREWS = ("accepted", "fixed", "returned")
_SAID = {"recategorised": ("category",), "moved": ("lon", "lat")}


@dataclass(frozen=True)
class Acted:
    """What became of an event.

    Parameters
    ----------
    case_id, state, due_at
        Of the case that it acted on, as it stands now.
    allowed
        What whoever sent it may do next.
    repeated
        Whether it had come before: nothing was done.
    waits
        Whether so much hangs on it that its case comes with the next refresh only.
    """

    event_id: str
    case_id: str
    state: str
    due_at: datetime | None
    allowed: list[str] = field(default_factory=list)
    repeated: bool = False
    waits: bool = False


class _Door(NamedTuple):
    """Who is at the door, when, and of which store."""

    store: Store
    actor: Actor
    now: datetime


def act(
    store: Store,
    chain: Chain,
    case_id: str,
    fields: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    key: str | None = None,
) -> Acted:
    """Take one event in, kept and linked at once or not at all; return what became of it.

    Parameters
    ----------
    chain
        Key and log of the events' digests.
    case_id
        The case, or the report that opened it once.
    fields
        Of EVENTS, as they come; `kind` is needed, `at` is `now` where it is missing.
    actor
        Who asks.
    key
        Under which the sender keeps it: the same one again is answered, and changes nothing.

    Raises
    ------
    BadInput
        Names the field that cannot be used, and its value.
    NotFound
        If there is no such case or report.
    NotAllowed
        If the actor's role may not do this, or the case is in other hands.
    Refused
        If the case does not stand so; says what is allowed.
    Conflict
        If the key was used for something else.
    Busy
        If another process writes for longer than the store waits.
    """
    with together(store, chain) as rows:
        return act_within(store, chain, rows, case_id, fields, actor=actor, now=now, key=key)


@contextmanager
def together(store: Store, chain: Chain) -> Iterator[list[Mapping[str, Any]]]:
    """Give a list for the rows of events that are kept in one transaction, or none of them."""
    rows: list[Mapping[str, Any]] = []
    with chain.held():
        with store.transaction():
            yield rows
        # only what the store kept has a line
        if rows:
            chain.note(*rows)


def act_within(
    store: Store,
    chain: Chain,
    rows: list[Mapping[str, Any]],
    case_id: str,
    fields: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    key: str | None = None,
) -> Acted:
    """Take one event in as :func:`act` does, as one of those that are kept together.

    Parameters
    ----------
    rows
        What :func:`together` gave.

    Raises
    ------
    GeoServiceError
        As :func:`act` does; the caller's transaction is whole then.
    """
    said = checked_event(fields, store.district.get().timezone)
    # Who read the clock first may write last: to the log he comes after what it holds.
    here, last = present(store, now), store.events.last_moment()
    door = _Door(store, actor, here if last is None else max(here, last + _INSTANT))
    before = None if key is None else store.events.by_key(actor.name, key)
    if before is not None:
        return _repeated(door, before, case_id, said)
    file = case_file(store, case_id)
    case = situation(store, file, actor, door.now)
    if _merged_away(case, actor, said["kind"]):
        said = _as_a_note(said)
    else:
        casework.check(said["kind"], case, actor, said, door.now)
    check_photos(store, said, actor.name, file.events)
    event, about = _event(door, file, case, said)
    event |= {"idempotency_key": key}
    done, row = _let_act(door, file, event, about, chain)
    decide(store, file.case, file.standing, row, actor.role, door.now)
    rows.append(row)
    its = case_file(store, event["case_id"])
    takes = (one["kind"] for one in its.events if one["event_id"] == event.get("takes_back"))
    follow(store, event, its, next(takes, None), now)
    return _answer(door, row["event_id"], event["case_id"], waits=not done)


def _merged_away(case: Situation, actor: Actor, kind: str) -> bool:
    """Tell whether what a crew or unit says comes after a merge gave its case to another's."""
    if kind not in _SAID_BY_CREWS or case.is_given_to(actor):
        return False
    had = any(
        one["kind"] == "dispatched"
        and (one["crew_id"] or one["unit_id"])
        and (one["crew_id"], one["unit_id"]) in ((actor.crew_id, None), (None, actor.unit_id))
        for one in case.events
    )
    return had and any(one["kind"] == "merged" for one in case.events)


def _as_a_note(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was said as a note, with its photos: it moves nothing, and is not lost."""
    words = [
        say("moves.after_merge", "zh", kind=said["kind"]),
        said.get("reason"),
        said.get("note"),
    ]
    kept = {name: said[name] for name in ("at", "measured", "photo_ids") if name in said}
    return {**kept, "kind": "noted", "note": " · ".join(one for one in words if one)}


def _let_act(
    door: _Door, file: CaseFile, event: dict[str, Any], about: list[str], chain: Chain
) -> tuple[bool, dict[str, Any]]:
    """Keep an event and link what hangs on it; returns whether that was done, and its row."""
    store, kind = door.store, event["kind"]
    # what happens now is known from the next instant on
    as_of = door.now + _INSTANT
    moves_nothing = kind in ("noted", "cause", "measure")
    made = None
    if kind in link.KINDS:
        terms = store.live.terms(file.case.category) or ()
        made = step_of_event(store, file, event, link.LinkParams().of_category(*terms), as_of)
    row = store.events.add(event, chain)
    if made is not None:
        write_event(store, made, file.case, as_of)
        pass_on(store, file.case, file.standing, event)
        if kind == "postponed":
            at, until = microseconds_of(event["at"]), microseconds_of(event["due_at"])
            due = postponed_deadlines(store, file.case, at, until)
            store.live.set_due(file.case.case_id, due)
    elif not moves_nothing:
        seeds = _correct(door, event, about)
        return relink(store, seeds, about, epsg=epsg_of(store), as_of=as_of), row
    return True, row


def _event(
    door: _Door, file: CaseFile, case: Situation, said: dict[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Return the event that is to be kept, and the reports that it is about."""
    store, kind = door.store, said["kind"]
    at, back_dated = casework.moment_of(
        kind,
        case,
        door.actor,
        said.pop("at", door.now),
        received=door.now,
        measured=said.pop("measured", False),
        note="note" in said,
    )
    event = {**said, "case_id": case.case_id, "actor": door.actor.name}
    event |= {"at": at, "received_at": door.now, "back_dated": back_dated}
    about = [case.case_id]
    if kind in casework.CORRECTIONS:
        about += _named_reports(file, event)
    elif kind == "merged":
        about.append(_target(door, file, case, event))
    elif kind == "withdrawn":
        event["takes_back"] = case.events[-1]["event_id"]
    elif kind == "reinstated":
        cancelled = [one for one in case.events if one["kind"] == "cancelled"]
        event["takes_back"] = cancelled[-1]["event_id"]
    if "crew_id" in event and not store.crews.has(event["crew_id"]):
        raise NotFound("store.no_such_crew", crew_id=event["crew_id"])
    if "unit_id" in event and not store.units.has(event["unit_id"]):
        raise NotFound("store.no_such_unit", unit_id=event["unit_id"])
    if "category" in event and store.live.terms(event["category"]) is None:
        raise BadInput("live.no_category", field="category", value=event["category"])
    if "lon" in event:
        district = store.district.get()
        places = places_of(store, district.utm_epsg, district.fallbacks)
        places.check_near(event["lon"], event["lat"])
    return event, about


def _named_reports(file: CaseFile, event: dict[str, Any]) -> list[str]:
    """Return the reports that a correction concerns; all of the case where it names none."""
    its = [one.report_id for one in file.reports]
    named = [one for one in event.get("report_ids", "").split(";") if one]
    for one in named:
        if one not in its or (event["kind"] == "split" and one == file.case.case_id):
            raise BadInput("moves.not_its_report", field="report_ids", value=one, report_id=one)
    named = named or its
    event["report_ids"] = ";".join(named)
    return named


def _target(door: _Door, file: CaseFile, case: Situation, event: dict[str, Any]) -> str:
    """Return the case that another is merged with, as it is called now."""
    allowed = casework.allowed(case, door.actor, door.now)
    mine, other = file.case, case_file(door.store, event["target_case_id"]).case
    if other.case_id == mine.case_id:
        raise Refused("moves.same_case", allowed, case_id=event["target_case_id"])
    if mine.category != other.category:
        raise Refused("moves.other_category", allowed)
    ended = {"verified", "cancelled"} & {mine.state, other.state}
    if ended and (ended != {"verified"} or mine.site_id != other.site_id):
        raise Refused("moves.cannot_merge", allowed)
    event["target_case_id"] = other.case_id
    return other.case_id


def _correct(door: _Door, event: Mapping[str, Any], about: list[str]) -> list[Seed]:
    """Let reports say what people say of them now; returns where links may be others than before.

    `about` learns the reports of what the event takes back.
    """
    store, kind = door.store, event["kind"]
    if event.get("takes_back"):
        log = store.events.of(about)
        taken = next(one for one in log if one["event_id"] == event["takes_back"])
        kind = taken["kind"]
        named = [taken["target_case_id"], *(taken["report_ids"] or "").split(";")]
        about += [one for one in named if one and store.live.has(one)]
    seeds = places_in(store.reports.read(PLACED, ids=about))
    if kind not in _SAID:
        return seeds
    say_of(store, about, event["actor"], door.now)
    return seeds + places_in(store.reports.read(PLACED, ids=about))


def say_of(store: Store, report_ids: list[str], by: str, now: datetime) -> None:
    """Let reports say what people said last of their categories and points."""
    for report_id in dict.fromkeys(report_ids):
        ever, said = _said_of(store, report_id)
        # what was put on the map by hand stays there where no event moved it
        store.placements.restore([report_id], ever)
        if said:
            store.placements.correct([report_id], said, by, now)
    _locate(store, report_ids)


def _said_of(store: Store, report_id: str) -> tuple[set[str], dict[str, Any]]:
    """Return the columns of which events ever said something, and what the last standing ones say.

    The columns are of a report's category and point.
    """
    ever, said = set[str](), dict[str, Any]()
    for one in sorted(told_events(store.events.of([report_id])), key=itemgetter("at", "event_id")):
        if one["kind"] in _SAID and report_id in one["report_ids"].split(";"):
            ever |= set(_SAID[one["kind"]])
            if one["stands"]:
                said |= {name: one[name] for name in _SAID[one["kind"]]}
    return ever, said


def _locate(store: Store, report_ids: list[str]) -> None:
    district = store.district.get()
    places = places_of(store, district.utm_epsg, district.fallbacks)
    names = [*PLACED, "report_id", "reported_at", "address", "area_name", "subdistrict"]
    rows = store.reports.read(names, ids=report_ids)
    placed = [places.place(row)[0]._asdict() for row in rows.to_dict("records")]
    table = pd.DataFrame(placed).assign(report_id=rows["report_id"])
    store.reports.set_places(table, places.version)


def _repeated(
    door: _Door, before: Mapping[str, Any], case_id: str, said: Mapping[str, Any]
) -> Acted:
    now_in = case_file(door.store, before["case_id"]).case.case_id
    noted = before["kind"] == "noted" and said["kind"] in _SAID_BY_CREWS
    if (said["kind"] != before["kind"] and not noted) or case_id not in (before["case_id"], now_in):
        raise Conflict("moves.key_used")
    return _answer(door, before["event_id"], before["case_id"], repeated=True)


def _answer(
    door: _Door, event_id: str, case_id: str, *, repeated: bool = False, waits: bool = False
) -> Acted:
    file = case_file(door.store, case_id)
    case = situation(door.store, file, door.actor, door.now)
    due = None if file.case.due is None else moment_at(file.case.due)
    allowed = casework.allowed(case, door.actor, door.now)
    return Acted(event_id, case.case_id, case.state, due, allowed, repeated, waits)
