"""The crew leader's day: the stops of one crew on a map and as a list, and what becomes of them."""

import secrets
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from geo_service import flow
from geo_service.flow import REASONS, assignments
from geo_service.store import Assignment
from geo_service.terms import (
    ALL_CATEGORIES,
    GeoServiceError,
    NotAllowed,
    NotFound,
    masked_texts,
    say,
)
from geo_service.web.base import desk, question
from geo_service.web.base.language import language
from geo_service.web.base.permissions import may, permission
from geo_service.web.base.records import TIME, records
from geo_service.web.base.scope import readable
from geo_service.web.data import cases, photos
from geo_service.web.data.assignments import NOTE_LENGTH, flow_desk, take_visit
from geo_service.web.data.shapes import places
from geo_service.web.data.stops import crews_on, listed, stops_of
from geo_service.web.data.week_rows import week_rows
from geo_service.web.pages.auth import safe_address

blueprint = Blueprint("crew", __name__)

_WORDS = ["report_id", "address", "description"]


@blueprint.get("/crew")
@permission("crew_page")
def index() -> str:
    """Show a crew's day; a leader sees the own crew's and no other."""
    crew_id = _crew_id()
    day = question.day()
    crews = crews_on(day, [])
    if crew_id is None and may("assign") and crews:
        crew_id = crews[0]["crew_id"]
    own = next((crew for crew in crews if crew["crew_id"] == crew_id), None)
    if crew_id is not None and own is None:
        raise NotFound("problems.no_such_crew", crew_id=crew_id)
    stops = [_with_words(stop) for stop in stops_of(listed(day, crew_id or ""))]
    return render_template(
        "crew/index.html",
        page="crew",
        date=day,
        crew=own,
        crews=crews if may("assign") else [],
        stops=stops,
        facts=_facts([stop["area_id"] for stop in stops]),
        reasons=[(one, say(f"moves.reason_{one}", language())) for one in REASONS],
        key=secrets.token_hex(8),
    )


@blueprint.post("/crew/stops/<int:assignment_id>")
@permission("act")
def act(assignment_id: int) -> ResponseReturnValue:
    """Take what the crew says of a stop: of one of its cases, or of the area without one."""
    one, form = own_stop(assignment_id), request.form
    try:
        if one.case_ids:
            _act_on_case(one, form.get("case_id", ""))
        else:
            _act_on_area(one)
    except GeoServiceError as error:
        flash(error.say(language()), "error")
    return redirect(safe_address(form.get("next") or "/crew"), code=303)


def own_stop(assignment_id: int) -> Assignment:
    """Return an assignment that the person may say something of: a leader of the own crew's.

    Raises
    ------
    NotFound
        If there is none.
    NotAllowed
        If it is another crew's.
    """
    one = desk.store().assignments.one(assignment_id)
    if not may("crew_page") or not (may("assign") or one.crew_id == current_user.crew_id):
        raise NotAllowed("auth.other_crew", crew_id=one.crew_id)
    return one


def _act_on_case(one: Assignment, case_id: str) -> None:
    if case_id not in one.case_ids:
        raise NotFound("store.no_such_case", case_id=case_id)
    names = ("kind", "reason", "note", "quantity", "unit")
    fields: dict[str, Any] = {name: request.form[name] for name in names if request.form.get(name)}
    sent = [one for one in request.files.getlist("photo") if one.filename]
    if sent:
        fields["photo_ids"] = photos.kept_all(sent)
    answer = cases.take(case_id, fields, request.form.get("idempotency_key"))
    flash(say("moves.done", language(), state=answer.state), "done")


def _act_on_area(one: Assignment) -> None:
    form, kind = request.form, request.form.get("kind")
    if kind == "fixed":
        at = flow.present(desk.store(), desk.now()).isoformat()
        said = {name: form[name] for name in ("quantity", "unit") if form.get(name)}
        visit = {"area_id": one.area_id, "kind": flow.CLEANUP, "started_at": at}
        take_visit(visit | said, form.get("idempotency_key"))
        return
    states = {"accepted": "accepted", "returned": "cannot"}
    said = {"state": states.get(kind or "", "")}
    if kind == "returned":
        reason = form.get("reason", "")
        why = say(f"moves.reason_{reason}", language()) if reason in REASONS else ""
        told = [text for text in (one.note, why, form.get("note", "").strip()) if text]
        said["note"] = " · ".join(told)[:NOTE_LENGTH]
    version = form.get("version", "")
    number = int(version[:9]) if version.isascii() and version.isdigit() else 0
    assignments.change(flow_desk(), one.assignment_id, number, said)


def _with_words(stop: dict[str, Any]) -> dict[str, Any]:
    """Return a stop whose cases tell where they are, until when, and what may be done with them."""
    store, zone = desk.store(), ZoneInfo(desk.district().timezone)
    if not stop["cases"]:
        return stop
    read = store.reports.read(readable(_WORDS), ids=list(stop["case_ids"]))
    told = records(masked_texts(read))
    words = {row["report_id"]: row for row in told}
    for case in stop["cases"]:
        row = words.get(case["case_id"], {})
        case |= {name: row.get(name) for name in ("address", "description")}
        due = case["due"]
        case["due"] = due and flow.moment_at(due).astimezone(zone).strftime(TIME)
        case["asks_photo"] = store.live.asks_photo(case["code"])
        case["allowed"] = cases.allowed(flow.case_file(store, case["case_id"]))
    return stop


def _facts(area_ids: list[str | None]) -> dict[str, dict[str, Any]]:
    """Return the figures of the run's last week by area, of those that have any."""
    run = desk.run_or_none()
    if run is None or not run.weeks:
        return {}
    rows = week_rows(run.last_week, ALL_CATEGORIES)
    known = places().row
    found = {one: rows.row[known[one]] for one in area_ids if one in known}
    return {one: rows.plain.records(np.array([row]))[0] for one, row in found.items() if row >= 0}


def _crew_id() -> str | None:
    asked = request.args.get("crew") or None
    own: str | None = current_user.crew_id
    if asked is None or asked == own:
        return own
    if not may("assign"):
        raise NotAllowed("auth.other_crew", crew_id=asked)
    return asked
