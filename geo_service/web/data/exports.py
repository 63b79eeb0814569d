"""Downloads: tables as GeoJSON, CSV and xlsx, the map as one file, with the page's filters."""

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

import geopandas as gpd
import pandas as pd
from flask import Blueprint, Response, request
from flask_login import current_user

from geo_service.flow.exports import export_parts
from geo_service.publish import TABLES, Filter, csv_stream, feature_collection, write_export
from geo_service.publish.heat import contours, steps_of
from geo_service.terms import HEAT, BadUse, NotAllowed, NotFound
from geo_service.web.base import audited, desk, question
from geo_service.web.base.answers import Body, body_answer, pack, stream_answer, takes_gzip
from geo_service.web.base.keep import Kept
from geo_service.web.base.language import language
from geo_service.web.base.permissions import may, permission
from geo_service.web.base.scope import sees_all
from geo_service.web.data import coverage
from geo_service.web.data.api import asked_heat, heat_frames, heat_of
from geo_service.web.data.case_list import narrowed
from geo_service.web.data.shapes import places

blueprint = Blueprint("exports", __name__)

TABLE_NAMES = (
    "hotspots",
    "forecast",
    "areas",
    "cases",
    "rebounds",
    "assignments",
    "events",
    "coverage",
)
"""Tables that can be downloaded."""

_OF_THE_RUN = ("hotspots", "forecast", "areas")
_OF_CASES = ("cases", "rebounds", "risks")
_NOT_FOR_VIEWERS = ("events",)
# A sheet takes a hundred times as long as CSV, and nobody reads so many rows.
_SHEET_ROWS = 100_000
# Compressed; larger ones are made for each who asks.
_KEPT_BYTES = 4_000_000
_FILES = Kept[bytes | None]("export", room=256)
_MAP = Kept[Body]("map file")
_making = Lock()
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES = {
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": _XLSX,
}


@blueprint.after_request
def with_head(response: Response) -> Response:
    """Tell with each download which sealed statement was the last then."""
    response.headers["X-Record-Head"] = desk.store().seals.head() or "-"
    return response


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
    if not sees_all() and table != "cases":
        raise NotAllowed("auth.other_table")
    if table in _NOT_FOR_VIEWERS and not may("read_words"):
        raise NotAllowed("auth.not_allowed", role=current_user.role)
    asked = question.asked()
    audited.note("exported", f"{table}.{ext}", after=request.args)
    name, ids = f"{table}.{ext}", TABLES[table].ids if table in TABLES else coverage.IDS

    def parts() -> Iterable[pd.DataFrame]:
        return _parts(table, asked, shapes=ext == "geojson")

    if ext == "xlsx":
        with _making:
            return stream_answer([_sheet(table, parts())], _XLSX, name)

    def pieces() -> Iterator[bytes]:
        return csv_stream(parts()) if ext == "csv" else feature_collection(parts(), ids=ids)

    def make() -> bytes | None:
        return _small(pack(pieces()))

    # what people change is never as it was: a download itself is written down
    if table not in _OF_THE_RUN:
        return stream_answer(_one_at_a_time(pieces()), _TYPES[ext], name)
    run = desk.run_or_none()
    kept = _FILES.of((run and run.run_id, desk.areas_version(), name, asked), make)
    if kept is not None and takes_gzip():
        return stream_answer([kept], _TYPES[ext], name, packed=True)
    if kept is not None:
        return stream_answer([gzip.decompress(kept)], _TYPES[ext], name)
    return stream_answer(_one_at_a_time(pieces()), _TYPES[ext], name)


def _parts(table: str, asked: Filter, *, shapes: bool) -> Iterable[pd.DataFrame]:
    """Return the rows that the address asks for, in parts."""
    if table == "coverage":
        week = question.last_week()
        observed, of = (request.args.get(one, "") for one in ("observed", "of"))
        return [coverage.placed_rows(asked, observed, week, of)]
    limit, crew = narrowed if table in _OF_CASES else None, request.args.get("crew")
    # The places are known here already; a stream goes on when the request is over.
    areas = places().table
    found = export_parts(
        desk.store(), table, asked, areas, shapes=shapes, limit=limit, now=desk.now()
    )
    if table == "assignments" and crew:
        return (rows[rows["crew_id"] == crew] for rows in found)
    return found


def _sheet(table: str, parts: Iterable[pd.DataFrame]) -> bytes:
    """Return a table as a spreadsheet.

    Raises
    ------
    BadUse
        If there are too many for one.
    """
    kept: list[pd.DataFrame] = []
    for part in parts:
        kept.append(part)
        rows = sum(map(len, kept))
        if rows > _SHEET_ROWS:
            raise BadUse("publish.too_many_rows", rows=rows, limit=_SHEET_ROWS)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{table}.xlsx"
        write_export(table, kept, path)
        return path.read_bytes()


@blueprint.get("/exports/heat.geojson")
@permission("view_map")
def heat() -> Response:
    """Give the heat map's classes as polygons; ``step`` counts the widths from the widest."""
    week, category = question.last_week(), question.one_category()
    (what, weeks), frames = asked_heat(), heat_frames()
    step = question.number("step", 1, len(HEAT)) - 1
    squares = heat_of(week, category, what, weeks)
    table = contours(squares, frames[step], steps_of(what)[step]) if frames else gpd.GeoDataFrame()
    told = table.assign(what=what, weeks=weeks, week=week, category=category)
    return stream_answer(feature_collection(told), _TYPES["geojson"], "heat.geojson")


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
    audited.note("exported", "map.html", after=request.args)
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
