"""The crew leader's day: the areas of one crew on a map and as a list."""

from typing import Any

import numpy as np
from flask import Blueprint, render_template, request
from flask_login import current_user

from geo_service.terms import ALL_CATEGORIES, NotAllowed, NotFound
from geo_service.web.base import desk, question
from geo_service.web.base.permissions import may, permission
from geo_service.web.base.records import records
from geo_service.web.data.shapes import places
from geo_service.web.data.week_rows import week_rows
from geo_service.web.pages.board import STOP, kind_names, stops_of

blueprint = Blueprint("crew", __name__)


@blueprint.get("/crew")
@permission("crew_page")
def index() -> str:
    """Show a crew's day; a leader sees the own crew's and no other."""
    crew_id = _crew_id()
    day = question.day()
    crews = desk.store().crews.read()
    if crew_id is None and may("assign") and len(crews):
        crew_id = str(crews["crew_id"].iloc[0])
    own = crews[crews["crew_id"] == crew_id]
    if crew_id is not None and own.empty:
        raise NotFound("problems.no_such_crew", crew_id=crew_id)
    assigned = desk.store().assignments.of(date=day, crew_id=crew_id or "")
    columns = ["crew_id", "name", "leader", "phone", "shift_start", "shift_end"]
    return render_template(
        "crew/index.html",
        page="crew",
        date=day,
        crew=next(iter(records(own, columns)), None),
        crews=records(crews, columns) if may("assign") else [],
        stops=records(stops_of(assigned), [*STOP, "lon", "lat"]),
        kind_names=kind_names(),
        facts=_facts([str(area_id) for area_id in assigned["area_id"]]),
    )


def _facts(area_ids: list[str]) -> dict[str, dict[str, Any]]:
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
