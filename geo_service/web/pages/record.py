"""What was said before it could be known, and what came: failures stand beside the rest."""

from zoneinfo import ZoneInfo

from flask import Blueprint, render_template

from geo_service.web.base import desk
from geo_service.web.base.permissions import permission

blueprint = Blueprint("record", __name__)

_SHOWN = 200


@blueprint.get("/record")
@permission("view_map")
def index() -> str:
    """Show the lifetime record, and the sealed statements, latest first."""
    store = desk.store()
    seals = store.seals.all()
    return render_template(
        "record/index.html",
        page="record",
        record=store.seals.record(),
        head=store.seals.head(),
        seals=seals[::-1][:_SHOWN],
        total=len(seals),
        zone=ZoneInfo(desk.district().timezone),
    )
