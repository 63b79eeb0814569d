"""One case and what is done with it, for programs and phones."""

from typing import Any

from flask import Blueprint, Response, request
from flask_login import current_user

from geo_service import flow
from geo_service.flow import Acted, Actor, CaseFile, Shown
from geo_service.terms import FRAMES, BadUse, GeoServiceError, NotAllowed, Refused, masked_row
from geo_service.web.base import desk, question
from geo_service.web.base.answers import json_answer
from geo_service.web.base.language import language
from geo_service.web.base.permissions import may, permission
from geo_service.web.base.problems import status_of
from geo_service.web.base.scope import sees
from geo_service.web.data.case_list import marks_of, page_of
from geo_service.web.pages.reports import refresh_at_once

blueprint = Blueprint("cases", __name__)

MOST = 200
"""So many events come at once at most."""

_MOMENTS = ("opened_at", "fixed", "verified", "due", "fix_due", "check_due")
_EVENT = [name for name in FRAMES["events"].shown if not name.endswith("digest")]


def who() -> Actor:
    """Return who asks, as the moves of a case know people."""
    return Actor(*(getattr(current_user, name) for name in Actor._fields))


def seen(case_id: str) -> CaseFile:
    """Return a case that the person may see: of the own areas, or dispatched to the own crew.

    Raises
    ------
    NotFound
        If there is none.
    NotAllowed
        If it is somebody else's.
    """
    file = flow.case_file(desk.store(), case_id)
    if not sees(file.case._asdict()):
        case = flow.situation(desk.store(), file, who(), desk.now())
        if case.dispatched is None or not case.is_given_to(who()):
            raise NotAllowed("auth.other_case", case_id=case_id)
    return file


def allowed(file: CaseFile) -> list[str]:
    """Return what the person may do with a case now."""
    return flow.allowed(desk.store(), file, who(), desk.now()) if may("act") else []


def marks(file: CaseFile) -> dict[str, Any]:
    """Return the marks of a case as it stands now."""
    case = file.case._asdict()
    names = {"opened_at": "opened_at", "due_at": "due"}
    names |= {"fix_due_at": "fix_due", "check_due_at": "check_due"}
    times = {name: case[own] and flow.moment_at(case[own]) for name, own in names.items()}
    return marks_of({**case, **times}, desk.present())


def end_of(day: str) -> str | None:
    """Return the end of a day that a form says, as a local moment; None where it says none."""
    return f"{day}T23:59" if day else None


def take(case_id: str, fields: dict[str, Any], key: str | None) -> Acted:
    """Let the person act on a case."""
    own = desk.desk()
    answer = flow.act(own.store, own.chain, case_id, fields, actor=who(), now=desk.now(), key=key)
    if answer.waits:
        refresh_at_once()
    return answer


@blueprint.get("/api/cases")
@permission("view_case")
def listed() -> Response:
    """List cases by the filters of the rectification list, so many a page."""
    rows, total = page_of(request.args)
    return json_answer({"total": total, "rows": [_plain(row) for row in rows]})


@blueprint.get("/api/cases/<path:case_id>")
@permission("view_case")
def one(case_id: str) -> Response:
    """Tell of a case: how it stands, what was done, the site's episodes, what one may do."""
    file = seen(case_id)
    episodes = desk.store().live.cases_of([file.case.site_id])
    return json_answer(
        {
            "case": _plain({**file.case._asdict(), **marks(file)}),
            "events": [_plain({name: row[name] for name in _EVENT}) for row in file.events],
            "photos": [_photo(one) for one in flow.photos_of(desk.store(), file.events)],
            "episodes": [
                _plain(each._asdict()) for each in sorted(episodes, key=lambda each: each.episode)
            ],
            "allowed": allowed(file),
        }
    )


@blueprint.post("/api/cases/<path:case_id>/events")
@permission("act")
def act(case_id: str) -> Response:
    """Take one event in: JSON of its fields."""
    key = request.headers.get("Idempotency-Key") or None
    answer = take(case_id, question.json_body(), key)
    return json_answer(_said(answer), status=200 if answer.repeated else 201)


@blueprint.post("/api/events")
@permission("act")
def act_often() -> Response:
    """Take several events in, each by itself: what is wrong with one stops none of the others."""
    rows = question.json_body().get("events")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadUse("problems.missing_field", name="events")
    if len(rows) > MOST:
        raise BadUse("moves.too_many", most=MOST, count=len(rows))
    return json_answer({"answers": [_alone(row) for row in rows]})


def _alone(row: dict[str, Any]) -> dict[str, Any]:
    """Answer one event of several as it would have been answered alone."""
    fields = {name: row[name] for name in row if name not in ("case_id", "idempotency_key")}
    try:
        key = row.get("idempotency_key")
        answer = take(str(row.get("case_id", "")), fields, None if key is None else str(key))
    except GeoServiceError as error:
        return {"status": status_of(error), **refusal(error)}
    return {"status": 200 if answer.repeated else 201, **_said(answer)}


def refusal(error: GeoServiceError) -> dict[str, Any]:
    """Say why something was not done, and what can be."""
    told: dict[str, Any] = {"error": error.say(language())}
    return told | ({"allowed": error.allowed} if isinstance(error, Refused) else {})


def _said(answer: Acted) -> dict[str, Any]:
    due = None if answer.due_at is None else answer.due_at.isoformat()
    facts = {"event_id": answer.event_id, "case_id": answer.case_id, "state": answer.state}
    return {**facts, "due_at": due, "allowed": answer.allowed, "pending": answer.waits}


def _photo(shown: Shown) -> dict[str, Any]:
    """Return a photo: when and where it was taken, and the event that shows it."""
    about = {name: shown.event[name] for name in ("event_id", "kind", "actor", "at")}
    told = {name: getattr(shown.photo, name) for name in ("taken_at", "lon", "lat")}
    erased = shown.photo.erased_at is not None
    return _plain({"photo_id": shown.photo.photo_id, **about, **told, "erased": erased})


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as JSON can hold it: moments as texts, those of the store too; words masked."""
    out = {}
    for name, value in masked_row(row).items():
        if name in _MOMENTS and isinstance(value, int):
            out[name] = flow.moment_at(value).isoformat()
        else:
            out[name] = value.isoformat() if hasattr(value, "isoformat") else value
    return out
