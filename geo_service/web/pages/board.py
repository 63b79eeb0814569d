"""The board: which crew goes where on a day; and putting an area on a crew's list."""

from datetime import timedelta
from typing import Any

import pandas as pd
from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from geo_service.terms import ALL_CATEGORIES, BadUse, say
from geo_service.web.base import desk, question
from geo_service.web.base.answers import json_answer
from geo_service.web.base.language import language
from geo_service.web.base.permissions import permission
from geo_service.web.base.records import records
from geo_service.web.data.shapes import places
from geo_service.web.pages.auth import safe_address

blueprint = Blueprint("board", __name__)

_NOTE_LENGTH = 500
STOP = [
    *("assignment_id", "crew_id", "area_id", "name", "kind", "subdistrict_name"),
    *("date", "state", "note"),
]
"""Fields of an assignment as the pages list it."""


@blueprint.get("/board")
@permission("view_board")
def index() -> str:
    """Show the assignments of a day, crew by crew."""
    day = question.day()
    stops = records(stops_of(desk.assigned_on(day)), STOP)
    crews = records(desk.crews(), ["crew_id", "name", "leader"])
    for crew in crews:
        crew["stops"] = [stop for stop in stops if stop["crew_id"] == crew["crew_id"]]
    return render_template(
        "board/index.html",
        page="board",
        date=day,
        previous=day - timedelta(days=1),
        following=day + timedelta(days=1),
        crews=crews,
        stops=stops,
        kind_names=kind_names(),
    )


def stops_of(assigned: pd.DataFrame) -> pd.DataFrame:
    """Return assignments with the names and places of their areas."""
    columns = ["name", "kind", "subdistrict_name", "inner_lon", "inner_lat"]
    beside = places().beside(assigned, columns)
    beside = beside.rename(columns={"inner_lon": "lon", "inner_lat": "lat"})
    return pd.concat([assigned, beside], axis=1)


def kind_names() -> dict[str, dict[str, str]]:
    """Return the names of all kinds by kind and language."""
    kinds = records(desk.kinds(), ["kind", "name_zh", "name_en"])
    return {row["kind"]: {"zh": row["name_zh"], "en": row["name_en"]} for row in kinds}


@blueprint.get("/api/crews")
@permission("assign")
def crews() -> Response:
    """All crews one can give work to."""
    return json_answer({"crews": crews_to_choose()})


def crews_to_choose() -> list[dict[str, Any]]:
    """Return all crews that an area can be given to."""
    return records(desk.crews(), ["crew_id", "name", "skills", "weekdays"])


@blueprint.app_context_processor
def _told() -> dict[str, Any]:
    return {"crews_to_choose": crews_to_choose}


@blueprint.post("/api/assignments")
@permission("assign")
def assign() -> Response:
    """Put an area on a crew's list for a day."""
    asked = question.json_body()
    crew_id, area_id = _text(asked, "crew_id"), _text(asked, "area_id")
    day = question.day("date", _text(asked, "date"))
    category = str(asked.get("category") or "") or None
    if category is not None:
        category = question.known_category(category)
    assignment_id = desk.store().assignments.add(
        crew_id,
        area_id,
        day,
        str(asked.get("note") or "")[:_NOTE_LENGTH] or None,
        current_user.name,
        desk.now(),
        category=None if category == ALL_CATEGORIES else category,
    )
    answer = {"assignment_id": assignment_id, "crew_id": crew_id, "area_id": area_id}
    return json_answer({**answer, "date": day.isoformat(), "state": "planned"}, status=201)


@blueprint.delete("/api/assignments/<int:assignment_id>")
@permission("assign")
def take_back(assignment_id: int) -> Response:
    """Take an area off a crew's list again."""
    return json_answer(desk.store().assignments.take_back(assignment_id))


@blueprint.post("/assignments/<int:assignment_id>/undo")
@permission("assign")
def undo(assignment_id: int) -> ResponseReturnValue:
    """Take it off by the button of a page, and lead back to that page."""
    gone = desk.store().assignments.take_back(assignment_id)
    name = places().beside(pd.DataFrame([gone]), ["name"])["name"].iloc[0]
    area = gone["area_id"] if pd.isna(name) else str(name)
    flash(say("web.taken_back", language(), area=area), "note")
    return redirect(safe_address(request.form.get("next")), code=303)


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadUse("problems.missing_field", name=name)
    return value
