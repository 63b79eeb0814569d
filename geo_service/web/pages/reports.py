"""A report that staff send now: a form, an address for programs, and what lies near a point."""

from dataclasses import asdict
from typing import Any

import pandas as pd
from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from geo_service import flow
from geo_service.flow import Accepted, jobs
from geo_service.flow.report_fields import PERSONAL, degrees
from geo_service.terms import BadInput, say
from geo_service.web.base import chosen, desk, question
from geo_service.web.base.answers import json_answer
from geo_service.web.base.keep import Kept
from geo_service.web.base.language import language
from geo_service.web.base.permissions import permission
from geo_service.web.data.shapes import places

blueprint = Blueprint("reports", __name__)

_SOURCE = "staff"
_SITES = Kept[flow.SiteIndex]("sites")
_FORM = ("category", "lon", "lat", "address", "description", *PERSONAL)


@blueprint.get("/reports/new")
@permission("report")
def new() -> str:
    """Show the form, and above it what became of the report just sent."""
    sent = request.args.get("sent", "")
    known = bool(sent) and desk.store().live.has(sent)
    answer = flow.told(desk.store(), sent, "accepted") if known else None
    return _form({}, answer=answer)


@blueprint.post("/reports/new")
@permission("report")
def send() -> ResponseReturnValue:
    """Take the form's report in."""
    fields = {name: request.form.get(name, "").strip() for name in _FORM}
    try:
        answer = take_in({**fields, "source": _SOURCE})
    except BadInput as error:
        return _form(fields, wrong=error.say(language())), 422
    chosen.remember(fields["category"])
    # To be sent once, however often the answer is looked at.
    return redirect(url_for("reports.new", sent=answer.report_id), code=303)


@blueprint.post("/api/reports")
@permission("report")
def take() -> Response:
    """Take a report in: JSON of the fields of a report."""
    asked = question.json_body()
    answer = take_in({"source": _SOURCE, **asked})
    facts = {**asdict(answer), "said": sentence(answer)}
    return json_answer(facts, status=201 if answer.outcome == "accepted" else 200)


@blueprint.get("/api/near")
@permission("report")
def near() -> Response:
    """Tell which sites of a category lie within its link distance of a point."""
    category = request.args.get("category", "")
    asked = request.args
    lon, lat = degrees("lon", asked.get("lon", ""), 180), degrees("lat", asked.get("lat", ""), 90)
    epsg = desk.district().utm_epsg
    if epsg is None:
        return json_answer({"sites": []})
    store = desk.store()
    now = flow.present(store, desk.now())
    index = _SITES.of((), lambda: flow.SiteIndex(store))
    found = flow.near(store, index, category, lon, lat, epsg=epsg, now=now)
    return json_answer({"sites": [site._asdict() for site in found]})


def sentence(answer: Accepted) -> str:
    """Say what became of a report."""
    key = {None: "no_case", "new": "new_case"}.get(answer.link, answer.link)
    if answer.waits:
        key = "waits"
    if answer.link == "new" and answer.parent_case_id:
        key = "new_again"
    days = answer.closed_days
    when = "report.long_open" if days is None else "report.days" if days >= 1 else "report.day"
    return say(
        f"report.said_{key}",
        language(),
        case=answer.case_id,
        before=answer.parent_case_id,
        closed=say(when, language(), days=int(days or 0)),
    )


def area_name(answer: Accepted) -> str | None:
    """Return what the area is called in which a report lies; None where that is none."""
    if answer.area_id not in places().row:
        return None
    name = places().one(str(answer.area_id))["name"]
    return str(answer.area_id if pd.isna(name) else name)


def take_in(fields: dict[str, Any]) -> Accepted:
    """Take a report in that the person who asks sends."""
    answer = flow.accept(desk.store(), fields, now=desk.now(), by=current_user.name)
    if answer.waits:
        refresh_at_once()
    return answer


def refresh_at_once() -> None:
    """Ask for all figures anew, unless somebody has: much hangs on what was just sent."""
    if not desk.store().jobs.waiting():
        desk.store().jobs.submit("refresh", {}, current_user.name, desk.now())
    jobs.spawn_worker(desk.desk().settings)


def _form(
    fields: dict[str, str], *, wrong: str | None = None, answer: Accepted | None = None
) -> str:
    return render_template(
        "reports/new.html",
        page="reports",
        groups=chosen.in_steps(),
        fields=fields,
        wrong=wrong,
        answer=answer,
        area=None if answer is None else area_name(answer),
        said=None if answer is None else sentence(answer),
    )
