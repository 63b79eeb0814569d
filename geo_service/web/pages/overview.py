"""The overview: one map, one list, one slider; its data comes by address."""

from flask import Blueprint, render_template

from geo_service.web.base.permissions import permission

blueprint = Blueprint("overview", __name__)


@blueprint.get("/")
@permission("view_map")
def index() -> str:
    """Show the overview."""
    return render_template("overview/index.html", page="overview")
