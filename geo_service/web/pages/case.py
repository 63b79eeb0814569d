"""One case: what one may do with it, what was done, the cases of its spot, its reports."""

import secrets
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from geo_service import flow
from geo_service.flow import REASONS, CaseFile, Episode, Shown, moment_at, unknown_year
from geo_service.terms import FRAMES, BadInput, NotAllowed, Refused, masked_row, masked_texts, say
from geo_service.web.base import audited, desk, scope
from geo_service.web.base.language import language
from geo_service.web.base.permissions import may, permission
from geo_service.web.base.records import local, records
from geo_service.web.base.scope import readable
from geo_service.web.base.tokens import by_token
from geo_service.web.data import cases, photos
from geo_service.web.data.drawn import Spot, spot
from geo_service.web.pages.casework import crew_names, named
from geo_service.web.pages.units import unit_names

blueprint = Blueprint("case", __name__)

_TIME = "%Y-%m-%d %H:%M"
_DAY = "%Y-%m-%d"
_REPORT = ["report_id", "source", "reported_at", "address", "description", "link", "case_id"]
_SENDER = ["received_by"]

FIELDS: dict[str, tuple[tuple[str, str, bool], ...]] = {
    "dispatched": (
        *(("crew_id", "select", False), ("unit_id", "select", False)),
        ("note", "text", False),
    ),
    "accepted": (),
    "returned": (("reason", "select", True), ("note", "text", False)),
    "postponed": (("due_at", "date", True), ("note", "text", True)),
    "fixed": (("quantity", "number", False), ("unit", "text", False), ("note", "text", False)),
    "verified": (("note", "text", False),),
    "failed": (("note", "text", True),),
    "cancelled": (("reason", "text", True), ("note", "text", False)),
    "reinstated": (),
    "merged": (("target_case_id", "text", True),),
    "split": (("report_ids", "boxes", True),),
    "recategorised": (("category", "select", True),),
    "moved": (("lon", "number", True), ("lat", "number", True)),
    "noted": (("note", "text", True),),
    "cause": (("note", "text", True),),
    "measure": (("note", "text", True), ("person", "text", True), ("due_at", "date", True)),
    "withdrawn": (),
}
"""What the form of each move asks for: field, kind of input, whether it is needed."""

_MAIN = (
    *("dispatched", "accepted", "returned", "fixed", "verified", "failed", "postponed"),
    *("reinstated", "withdrawn", "noted"),
)

_WITH_PHOTO = ("fixed", "verified", "failed", "returned", "noted")
"""Moves whose forms take photos."""

KNOWN = {"kind", *(name for asked in FIELDS.values() for name, _, _ in asked)}
"""Fields that a form can say."""


@blueprint.get("/casework/<path:case_id>")
@permission("view_case")
def one(case_id: str) -> ResponseReturnValue:
    """Show one case, its reports, what was done with it, and what the person may do."""
    file = cases.seen(case_id)
    if file.case.case_id != case_id:
        return redirect(url_for("case.one", case_id=file.case.case_id))
    return _page(file)


@blueprint.post("/casework/<path:case_id>/personal")
@permission("view_personal")
def opened(case_id: str) -> Response:
    """Show a case with who reported it and its words whole, and write down who looked."""
    if by_token():
        raise NotAllowed("auth.other_scope", scope=current_user.scope)
    file = cases.seen(case_id)
    audited.note("opened_personal", file.case.case_id)
    ids = [one.report_id for one in file.reports]
    answer = make_response(_page(file, desk.store().reporters.of(ids)))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _page(file: CaseFile, people: dict[str, Any] | None = None) -> str:
    """Show a case; with `people`, by report, where somebody opened who reported it."""
    hide = masked_row if people is None else dict
    found = desk.store().cases.one(file.case.case_id)
    rows = FRAMES["cases"].conform(pd.DataFrame([found]))
    zone = ZoneInfo(desk.district().timezone)
    allowed = cases.allowed(file)
    answer, exception = flow.who_answers(desk.store(), file.case.category, file.case.area_id)
    return render_template(
        "casework/case.html",
        page="casework",
        case=named(records(local(rows)))[0],
        answers_by=answer.by if answer.unit_id == file.case.unit_id else None,
        exception=exception,
        called=crew_names() | unit_names(),
        reports=_reports(file, whole=people is not None),
        people=people,
        spot=_spot(rows.iloc[0]),
        events=[
            {**hide(row), "at": row["at"].astimezone(zone).strftime(_TIME)}
            for row in file.events[::-1]
        ],
        episodes=[
            _episode(one, zone, shown=scope.sees(one.case._asdict()) or one.case == file.case)
            for one in flow.episodes_of(desk.store(), file)
        ],
        **_deadlines(file, zone),
        allowed=allowed,
        fields=FIELDS,
        main_moves=_MAIN,
        with_photo=_WITH_PHOTO,
        asking=flow.SHOWN if desk.store().live.asks_photo(file.case.category) else (),
        choices=_choices(file) if allowed else {},
        key=secrets.token_hex(8),
    )


@blueprint.post("/casework/<path:case_id>/events")
@permission("act")
def act(case_id: str) -> ResponseReturnValue:
    """Take what a form says was done with a case."""
    form = {name: value for name, value in request.form.items() if name != "csrf_token"}
    sent = [one for one in request.files.getlist("photo") if one.filename]
    key = form.pop("idempotency_key", None)
    fields: dict[str, object] = {name: value for name, value in form.items() if name in KNOWN}
    if form.get("unit_id"):
        # the select of crews always says one
        fields.pop("crew_id", None)
    if form.get("due_at"):
        fields["due_at"] = cases.end_of(form["due_at"])
    if "report_ids" in form:
        fields["report_ids"] = request.form.getlist("report_ids")
    try:
        if sent:
            fields["photo_ids"] = photos.kept_all(sent)
        answer = cases.take(case_id, fields, key)
    except (BadInput, Refused) as error:
        flash(error.say(language()), "error")
        return redirect(url_for("case.one", case_id=case_id), code=303)
    flash(say("moves.done", language(), state=answer.state), "done")
    return redirect(url_for("case.one", case_id=answer.case_id), code=303)


def _spot(case: pd.Series) -> Spot | None:
    lon, lat = case["lon"], case["lat"]
    return None if pd.isna(lon) or pd.isna(lat) else spot(lon, lat, case["area_id"])


def _episode(episode: Episode, zone: ZoneInfo, *, shown: bool) -> dict[str, Any]:
    """Return a case of the site with its days, and its photos where the person may see them."""
    days = {"opened": episode.case.opened_at, "closed": episode.case.verified}
    told = {name: at and moment_at(at).astimezone(zone).strftime(_DAY) for name, at in days.items()}
    sides = {"before": episode.before, "after": episode.after} if shown else {}
    seen = {name: [_photo(one, zone) for one in its] for name, its in sides.items()}
    return {**episode.case._asdict(), **told, **seen, "pictured": any(seen.values())}


def _photo(shown: Shown, zone: ZoneInfo) -> dict[str, Any]:
    photo = shown.photo
    at = (photo.taken_at or shown.event["at"]).astimezone(zone).strftime(_TIME)
    about = {"kind": shown.event["kind"], "at": at, "erased": photo.erased_at is not None}
    return {"photo_id": photo.photo_id, **about}


def _deadlines(file: CaseFile, zone: ZoneInfo) -> dict[str, Any]:
    """Return what a page says of a case's deadlines: marks, stages that are late, who allowed."""
    case = file.case
    due = None if case.due is None else moment_at(case.due)
    later = [masked_row(one) for one in file.standing if one["kind"] == "postponed"]
    return {
        "marks": cases.marks(file),
        "unknown_year": unknown_year(desk.store(), [due]),
        "postponed": {**later[-1], "due_at": later[-1]["due_at"].astimezone(zone).strftime(_TIME)}
        if later
        else None,
    }


def _choices(file: CaseFile) -> dict[str, list[tuple[str, str]]]:
    """Return what the selects of the forms offer: value and name."""
    tongue = "name_zh" if language() == "zh" else "name_en"
    words = desk.categories()
    others = [one.report_id for one in file.reports if one.report_id != file.case.case_id]
    return {
        "crew_id": list(crew_names().items()),
        "unit_id": _units(file),
        "reason": [(one, say(f"moves.reason_{one}", language())) for one in REASONS],
        "category": list(zip(words["code"], words[tongue].fillna(words["code"]), strict=True)),
        "report_ids": [(one, one) for one in others],
    }


def _units(file: CaseFile) -> list[tuple[str, str]]:
    """Return the units that a case can be dispatched to, the one that answers for it first."""
    return sorted(unit_names().items(), key=lambda pair: pair[0] != file.case.unit_id)


def _reports(file: CaseFile, *, whole: bool) -> list[dict[str, Any]]:
    ids = [one.report_id for one in file.reports]
    columns = readable(_REPORT) + _SENDER * may("view_sender")
    rows = local(desk.store().reports.read(columns, ids=ids))
    return records(rows if whole else masked_texts(rows))
