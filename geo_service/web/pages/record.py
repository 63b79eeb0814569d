"""What was said before it could be known, and what came: failures stand beside the rest."""

from zoneinfo import ZoneInfo

from flask import Blueprint, render_template

from geo_service.flow import order_said
from geo_service.web.base import desk
from geo_service.web.base.language import language
from geo_service.web.base.permissions import permission

blueprint = Blueprint("record", __name__)

_SHOWN = 200


@blueprint.get("/record")
@permission("view_map")
def index() -> str:
    """Show the lifetime record, and the sealed statements, latest first."""
    store, run = desk.store(), desk.run_or_none()
    tested = run.params.get("ranking") if run else None
    seals = store.seals.all()
    return render_template(
        "record/index.html",
        page="record",
        tested=tested,
        said=order_said(tested, language()) if tested else None,
        record=store.seals.record(),
        head=store.seals.head(),
        seals=seals[::-1][:_SHOWN],
        total=len(seals),
        zone=ZoneInfo(desk.district().timezone),
    )
