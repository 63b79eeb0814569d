"""The list to re-inspect: sites closed lately and not back, the likeliest to be back first."""

from zoneinfo import ZoneInfo

from flask import Blueprint, render_template

from geo_service.flow.risks import risk_rows
from geo_service.web.base import desk
from geo_service.web.base.language import language
from geo_service.web.base.permissions import permission
from geo_service.web.data.shapes import places

blueprint = Blueprint("risks", __name__)

_SHOWN = 50


@blueprint.get("/patrol/risks")
@permission("patrol")
def index() -> str:
    """Show the first of the list, and how many of those that came back such ones held before."""
    run = desk.run_or_none()
    rows = None if run is None else risk_rows(desk.store(), language=language())
    names = places().table.set_index("area_id")["name"]
    shown = [] if rows is None else rows.head(_SHOWN).to_dict("records")
    return render_template(
        "risks/index.html",
        page="risks",
        rows=[row | {"place": names.get(row["area_id"]) or row["area_id"]} for row in shown],
        total=0 if rows is None else len(rows),
        record={} if run is None else run.params.get("ranking", {}).get("list", {}),
        zone=ZoneInfo(desk.district().timezone),
    )
