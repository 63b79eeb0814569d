"""Downloads: the tables as GeoJSON and CSV, with the page's filters, in pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd
from flask import Blueprint, Response

from geo_service.publish import TABLES, Filter, csv_stream, feature_collection, placed, shaped
from geo_service.store import Filter as Where
from geo_service.store import Store
from geo_service.terms import NotFound
from geo_service.web import desk, question
from geo_service.web.answers import stream_answer
from geo_service.web.permissions import permission
from geo_service.web.places import places

blueprint = Blueprint("exports", __name__)

_READERS: dict[str, Callable[[Store], pd.DataFrame]] = {
    "areas": lambda store: store.areas.read(),
    "cases": lambda store: store.cases.read(),
    "rebounds": lambda store: store.cases.read(Where(links=("rebound",))),
    "assignments": lambda store: store.assignments.of(),
}
TABLE_NAMES = ("hotspots", *_READERS)
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
    parts = _weeks(asked) if table == "hotspots" else _whole(table, asked)
    pieces = csv_stream(parts) if ext == "csv" else feature_collection(parts, ids=TABLES[table].ids)
    return stream_answer(pieces, _TYPES[ext], f"{table}.{ext}")


def _whole(name: str, asked: Filter) -> Iterator[pd.DataFrame]:
    areas, rows = places().table, _READERS[name](desk.store())
    return iter([shaped(name, rows, areas, asked, desk.district().timezone)])


def _weeks(asked: Filter) -> Iterator[pd.DataFrame]:
    table, store, run = TABLES["hotspots"], desk.store(), desk.run()
    for week in asked.week:
        if week != "all":
            question.known_week(week)
    areas, timezone = places().table, desk.district().timezone
    weeks = asked.weeks(run.weeks)

    # A week at a time, after the request is over: nothing in here may ask the desk.
    def parts() -> Iterator[pd.DataFrame]:
        yield placed(table, table.frame.empty(), areas)
        for week in weeks:
            rows = store.runs.week_rows(week, run.run_id)
            yield shaped(table.name, rows, areas, asked, timezone)

    return parts()
