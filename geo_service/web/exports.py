"""Downloads: the tables as GeoJSON and CSV, with the page's filters, in pieces."""

from __future__ import annotations

from flask import Blueprint, Response

from geo_service.exports import export_parts
from geo_service.publish import TABLES, csv_stream, feature_collection
from geo_service.terms import NotFound
from geo_service.web import desk, question
from geo_service.web.answers import stream_answer
from geo_service.web.permissions import permission
from geo_service.web.places import places

blueprint = Blueprint("exports", __name__)

TABLE_NAMES = ("hotspots", "areas", "cases", "rebounds", "assignments")
"""Tables that can be downloaded."""

_TYPES = {"geojson": "application/geo+json", "csv": "text/csv; charset=utf-8"}


@blueprint.get("/exports/<table>.<ext>")
@permission("export")
def download(table: str, ext: str) -> Response:
    """Give a table as a file."""
    if table not in TABLE_NAMES or ext not in _TYPES:
        raise NotFound(
            "problems.no_such_export",
            file=f"{table}.{ext}",
            tables=", ".join(TABLE_NAMES),
            formats=", ".join(_TYPES),
        )
    asked = question.asked()
    # The places are known here already; a stream goes on when the request is over.
    parts = export_parts(desk.store(), table, asked, places().table)
    pieces = csv_stream(parts) if ext == "csv" else feature_collection(parts, ids=TABLES[table].ids)
    return stream_answer(pieces, _TYPES[ext], f"{table}.{ext}")
