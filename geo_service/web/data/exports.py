"""Downloads: tables as GeoJSON and CSV, the map as one file, with the page's filters."""

import gzip
from collections.abc import Iterable, Iterator
from threading import Lock

from flask import Blueprint, Response, request

from geo_service.flow.exports import export_parts
from geo_service.publish import TABLES, csv_stream, feature_collection
from geo_service.terms import NotAllowed, NotFound
from geo_service.web.base import desk, question
from geo_service.web.base.answers import Body, body_answer, pack, stream_answer, takes_gzip
from geo_service.web.base.keep import Kept
from geo_service.web.base.language import language
from geo_service.web.base.permissions import permission
from geo_service.web.base.scope import limited, own_areas
from geo_service.web.data.shapes import places

blueprint = Blueprint("exports", __name__)

TABLE_NAMES = ("hotspots", "areas", "cases", "rebounds", "assignments")
"""Tables that can be downloaded."""

_OF_THE_RUN = ("hotspots", "areas")
# Compressed; larger ones are made for each who asks.
_KEPT_BYTES = 4_000_000
_FILES = Kept[bytes | None]("export", room=256)
_MAP = Kept[Body]("map file")
_making = Lock()
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
    own = own_areas()
    if own is not None and table != "cases":
        raise NotAllowed("auth.other_table")
    asked = question.asked()
    # The places are known here already; a stream goes on when the request is over.
    areas = places().table

    def pieces() -> Iterator[bytes]:
        parts = export_parts(desk.store(), table, asked, areas, shapes=ext != "csv", limit=limit)
        if ext == "csv":
            return csv_stream(parts)
        return feature_collection(parts, ids=TABLES[table].ids)

    name = f"{table}.{ext}"
    limit = limited if own is not None else None

    def make() -> bytes | None:
        return _small(pack(pieces()))

    if table in _OF_THE_RUN:
        run = desk.run_or_none()
        key = (run and run.run_id, desk.areas_version(), name, asked)
        kept = _FILES.of(key, make)
    else:  # until anything is written
        kept = _FILES.lately((name, asked, own), make)
    if kept is not None and takes_gzip():
        return stream_answer([kept], _TYPES[ext], name, packed=True)
    if kept is not None:
        return stream_answer([gzip.decompress(kept)], _TYPES[ext], name)
    return stream_answer(_one_at_a_time(pieces()), _TYPES[ext], name)


@blueprint.get("/exports/map.html")
@permission("export_all")
def map_page() -> Response:
    """Give the map that the page shows as one file; ``layer`` is shown first."""
    asked, reads = question.asked(), language()
    layer, areas = request.args.get("layer") or None, places().table
    # no run has so many weeks
    weeks = question.number("weeks", 0, 10_000) or None

    def make() -> Body:
        # folium takes half a second to load
        from geo_service.flow.map_file import map_file

        with _making:
            page, _ = map_file(desk.store(), asked, reads, weeks=weeks, layer=layer, areas=areas)
        return Body.of(page.encode())

    run = desk.run()
    key = (run.run_id, desk.areas_version(), asked, reads, layer, weeks)
    response = body_answer(_MAP.of(key, make), "text/html")
    response.headers.set("Content-Disposition", "attachment", filename=f"map-{run.last_week}.html")
    return response


def _small(pieces: Iterable[bytes]) -> bytes | None:
    """Return `pieces` as one if they are small enough to be kept."""
    found = bytearray()
    for piece in _one_at_a_time(pieces):
        found += piece
        if len(found) > _KEPT_BYTES:
            return None
    return bytes(found)


def _one_at_a_time(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Give `pieces`, making one while no other is made, so that pages get their turn.

    Nobody holds the place while a reader takes a piece, however slowly.
    """
    steps = iter(pieces)
    while True:
        with _making:
            piece = next(steps, None)
        if piece is None:
            return
        yield piece
