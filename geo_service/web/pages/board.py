"""The board: which crew goes where on a day; putting work on lists, publishing, ordering it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from geo_service.flow import assignments, stop_order
from geo_service.terms import GeoServiceError, say
from geo_service.web.base import desk, question
from geo_service.web.base.language import language
from geo_service.web.base.permissions import permission
from geo_service.web.base.records import records
from geo_service.web.base.scope import sees_all
from geo_service.web.data.assignments import NOTE_LENGTH, flow_desk
from geo_service.web.data.shapes import in_order, places
from geo_service.web.data.stops import crews_on, listed, stops_of
from geo_service.web.pages.auth import safe_address

blueprint = Blueprint("board", __name__)

_PARTED = re.compile(r"[\s,;，；、]+")


@blueprint.get("/board")
@permission("view_board")
def index() -> str:
    """Show the assignments of a day, crew by crew; a leader sees the own crew's."""
    day = question.day()
    own = None if sees_all() else current_user.crew_id or ""
    stops = stops_of(listed(day, own))
    crews = crews_on(day, stops)
    if own is not None:
        crews = [crew for crew in crews if crew["crew_id"] == own]
    return render_template(
        "board/index.html",
        page="board",
        date=day,
        previous=day - timedelta(days=1),
        following=day + timedelta(days=1),
        crews=crews,
        stops=stops,
    )


def kind_names() -> dict[str, dict[str, str]]:
    """Return the names of all kinds by kind and language."""
    kinds = records(desk.kinds(), ["kind", "name_zh", "name_en"])
    return {row["kind"]: {"zh": row["name_zh"], "en": row["name_en"]} for row in kinds}


@blueprint.post("/board/assign")
@permission("assign")
def assign() -> ResponseReturnValue:
    """Propose what the form names for a crew's day."""
    form, what = request.form, request.form.get("what", "").strip()
    said: dict[str, Any] = _said() | {"crew_id": form.get("crew_id", "")}
    area_id = _area_of(what)
    said["area_id"] = area_id
    said["case_ids"] = [] if area_id else [one for one in _PARTED.split(what) if one]
    said["date"] = question.day("date", form.get("date", "")).isoformat()
    return _back(lambda: assignments.assign(flow_desk(), said) and None)


def _area_of(what: str) -> str | None:
    """Return the area that is called so, by its id or its name, None where none or several are."""
    if what in places().row:
        return what
    table = in_order()
    named = table.loc[table["name"] == what, "area_id"]
    return str(named.iloc[0]) if len(named) == 1 else None


@blueprint.post("/board/publish")
@permission("assign")
def publish() -> ResponseReturnValue:
    """Publish the proposals that the page showed, each as it was shown."""

    def each() -> str:
        done, refused = 0, []
        for stop in request.form.getlist("stop"):
            number, _, version = stop.partition(":")
            try:
                change = {"state": "published"}
                assignments.change(flow_desk(), _whole(number), _whole(version), change)
                done += 1
            except GeoServiceError as error:
                refused.append(error.say(language()))
        if refused:
            flash(" ".join(refused), "error")
        return say("board.published", language(), count=done)

    return _back(each)


@blueprint.post("/board/order")
@permission("assign")
def order() -> ResponseReturnValue:
    """Put a crew's stops in an order, each the nearest to the one before."""
    crew_id, day = request.form.get("crew_id", ""), request.form.get("date", "")
    return _back(lambda: stop_order.nearest_next(flow_desk(), crew_id, question.day("date", day)))


@blueprint.post("/assignments/<int:assignment_id>")
@permission("assign")
def change(assignment_id: int) -> ResponseReturnValue:
    """Move a stop up or down, to another crew or day, or hold it where it is."""
    form, version = request.form, _whole(request.form.get("version", ""))
    if form.get("by") in ("-1", "1"):
        by = int(form["by"])
        return _back(lambda: stop_order.step(flow_desk(), assignment_id, version, by))
    said = _said() if "note" in form else {}
    if form.get("crew_id"):
        said["crew_id"] = form["crew_id"]
    if form.get("date"):
        said["date"] = question.day("date", form["date"]).isoformat()
    if form.get("locked") in ("0", "1"):
        said["locked"] = form["locked"] == "1"
    return _back(lambda: assignments.change(flow_desk(), assignment_id, version, said) and None)


@blueprint.post("/assignments/<int:assignment_id>/undo")
@permission("assign")
def undo(assignment_id: int) -> ResponseReturnValue:
    """Take it off the list by the button of a page, and lead back to that page."""
    version = _whole(request.form.get("version", ""))

    def take() -> str:
        gone, left = assignments.remove(flow_desk(), assignment_id, version)
        if left:
            flash(say("board.still_with_crew", language(), cases=", ".join(left)), "error")
        return say("web.taken_back", language(), area=_name_of(gone.area_id, gone.case_ids))

    return _back(take)


def _name_of(area_id: str | None, case_ids: tuple[str, ...]) -> str:
    if area_id not in places().row:
        return ", ".join(case_ids) or str(area_id)
    name = places().one(area_id)["name"]
    return name if isinstance(name, str) else str(area_id)


def _said() -> dict[str, Any]:
    note = request.form.get("note", "").strip()[:NOTE_LENGTH]
    return {"note": note or None, "force": request.form.get("force") == "1"}


def _whole(text: str) -> int:
    return int(text[:9]) if text.isascii() and text.isdigit() else 0


def _back(do: Callable[[], str | None]) -> ResponseReturnValue:
    """Do it, say what came of it, and lead back to the page of the form."""
    try:
        if (done := do()) is not None:
            flash(done, "note")
    except GeoServiceError as error:
        flash(error.say(language()), "error")
    day = urlencode({"date": request.form["date"]}) if request.form.get("date") else ""
    return redirect(safe_address(request.form.get("next") or f"/board?{day}"), code=303)
