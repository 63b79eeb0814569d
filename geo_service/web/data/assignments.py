"""Who does what on which day, for programs and the map: assignments, crews, visits."""

from typing import Any

from flask import Blueprint, Response, request

from geo_service import flow
from geo_service.flow import assignments
from geo_service.store import Assignment
from geo_service.terms import ALL_CATEGORIES, BadInput, BadUse, Conflict, NotAllowed, masked_row
from geo_service.web.base import desk, question
from geo_service.web.base.answers import json_answer
from geo_service.web.base.language import language
from geo_service.web.base.permissions import permission
from geo_service.web.base.records import records
from geo_service.web.base.scope import own_areas, own_unit
from geo_service.web.data.cases import who

blueprint = Blueprint("assignments", __name__)

NOTE_LENGTH = 500
_SHOWN = (
    *("crew_id", "area_id", "case_ids", "date", "stop_order", "state", "note", "locked", "version"),
)


def flow_desk() -> assignments.Desk:
    """Return what assignments are made at: the store, who asks, when."""
    own = desk.desk()
    return assignments.Desk(own.store, own.chain, who(), desk.now(), own.settings.two_persons)


def told(one: Assignment) -> dict[str, Any]:
    """Return an assignment as programs read it."""
    row = masked_row(one._asdict()) | {"case_ids": list(one.case_ids)}
    return {"assignment_id": str(one.assignment_id)} | {name: row[name] for name in _SHOWN}


@blueprint.get("/api/crews")
@permission("assign")
def crews() -> Response:
    """All crews one can give work to."""
    return json_answer({"crews": crews_to_choose()})


def crews_to_choose() -> list[dict[str, Any]]:
    """Return all crews that work can be given to."""
    return records(desk.crews(), ["crew_id", "name", "skills", "weekdays"])


@blueprint.app_context_processor
def _told() -> dict[str, Any]:
    return {"crews_to_choose": crews_to_choose}


@blueprint.post("/api/assignments")
@permission("assign")
def assign() -> Response:
    """Propose an area or cases for a crew's day; ``state`` published gives it at once."""
    asked = question.json_body()
    said: dict[str, Any] = {"crew_id": _text(asked, "crew_id"), "date": _day(_text(asked, "date"))}
    said |= _said(asked)
    category = asked.get("category")
    if category:
        known = question.known_category(_text(asked, "category"))
        said["category"] = None if known == ALL_CATEGORIES else known
    return json_answer(told(assignments.assign(flow_desk(), said)), status=201)


@blueprint.patch("/api/assignments/<int:assignment_id>")
@permission("assign")
def change(assignment_id: int) -> Response:
    """Change what the body names of an assignment of this version."""
    asked = question.json_body()
    said = _said(asked)
    if "crew_id" in asked:
        said["crew_id"] = _text(asked, "crew_id")
    if "date" in asked:
        said["date"] = _day(_text(asked, "date"))
    if "stop_order" in asked:
        said["stop_order"] = _whole(asked, "stop_order")
    try:
        version = _whole(asked, "version")
        return json_answer(told(assignments.change(flow_desk(), assignment_id, version, said)))
    except Conflict as error:
        return _both(error, assignment_id, asked)


@blueprint.delete("/api/assignments/<int:assignment_id>")
@permission("assign")
def remove(assignment_id: int) -> Response:
    """Take an assignment of this version back."""
    asked = question.json_body() if request.data else dict(request.args)
    try:
        version = _whole(asked, "version")
        gone, left = assignments.remove(flow_desk(), assignment_id, version)
    except Conflict as error:
        return _both(error, assignment_id, asked)
    return json_answer(told(gone) | {"still_with_crew": left})


def _both(error: Conflict, assignment_id: int, asked: dict[str, Any]) -> Response:
    """Answer who has another version with both; other conflicts go on."""
    if error.key != "store.assignment_changed":
        raise error
    sentence, named = error.say(language()), error.values
    both = {"version": named["version"], "yours": named["yours"], "sent": asked}
    both["current"] = told(desk.store().assignments.one(assignment_id))
    return json_answer({"status": 409, "error": sentence, "detail": sentence} | both, status=409)


@blueprint.post("/api/visits")
@permission("act")
def visit() -> Response:
    """Keep a visit; one of kind ``cleanup`` ends the assignment of its area."""
    made = take_visit(question.json_body(), request.headers.get("Idempotency-Key") or None)
    answer = {"visit_id": made.visit_id, "done": [told(one) for one in made.done]}
    return json_answer(answer, status=200 if made.repeated else 201)


def take_visit(fields: dict[str, Any], key: str | None) -> flow.Visited:
    """Let the person tell of a visit; a leader of a clean-up of an area of the own crew alone.

    Raises
    ------
    NotAllowed
        If it is another's area, or no clean-up.
    """
    own, area_id = own_areas(), fields.get("area_id")
    if own_unit() is not None:
        own = ()
    if own is not None and (area_id not in own or fields.get("kind") != flow.CLEANUP):
        raise NotAllowed("auth.other_area", area_id=str(area_id))
    return flow.visit(desk.store(), fields, actor=who(), now=desk.now(), key=key)


def _said(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what may be said of new assignments and of changed ones alike."""
    said: dict[str, Any] = {}
    if "note" in asked:
        said["note"] = str(asked["note"] or "")[:NOTE_LENGTH] or None
    if asked.get("area_id") is not None:
        said["area_id"] = _text(asked, "area_id")
    if asked.get("case_ids") is not None:
        said["case_ids"] = _case_ids(asked["case_ids"])
    for name in ("locked", "force"):
        if name in asked:
            if not isinstance(asked[name], bool):
                raise BadInput("assignments.no_flag", field=name, value=str(asked[name])[:80])
            said[name] = asked[name]
    if asked.get("state") is not None:
        if asked["state"] not in assignments.STATES:
            known = ", ".join(assignments.STATES)
            value = str(asked["state"])[:80]
            raise BadInput("assignments.no_state", field="state", value=value, known=known)
        said["state"] = asked["state"]
    return said


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadUse("problems.missing_field", name=name)
    return value


def _day(text: str) -> str:
    return question.day("date", text).isoformat()


def _whole(asked: dict[str, Any], name: str) -> int:
    value = asked.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:9])
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 10**9:
        raise BadUse("problems.missing_field", name=name)
    return value


def _case_ids(value: object) -> list[str]:
    """Return the cases that were named, as a list or joined by ``;``."""
    ids = value.split(";") if isinstance(value, str) else value
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise BadUse("problems.missing_field", name="case_ids")
    return [one.strip() for one in ids if one.strip()]
