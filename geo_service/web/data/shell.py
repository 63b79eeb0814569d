"""The empty map that folium renders; its script is a file of its own."""

from __future__ import annotations

from flask import Blueprint, Response

from geo_service.publish.maps import Shell, map_shell
from geo_service.web.base import desk
from geo_service.web.base.answers import Body, body_answer
from geo_service.web.base.permissions import permission
from geo_service.web.data.shapes import places

blueprint = Blueprint("shell", __name__)


def shell() -> Shell:
    """Return the map of the district."""
    settings = desk.desk().settings
    bounds = desk.district().region or places().bounds
    return desk.remember(
        ("shell", bounds),
        lambda: map_shell(bounds, settings.tile_url, settings.tile_attribution),
    )


@blueprint.get("/map/shell.js")
@permission("view_map")
def script() -> Response:
    """Serve the script that draws the empty map."""
    text = shell().script
    body = desk.remember(("shell script", text), lambda: Body.of(text.encode()))
    return body_answer(body, "text/javascript")
