"""What leaves the house: which rows a table's export holds, for the web and the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from geo_service.publish import TABLES, Filter, placed, shaped
from geo_service.store import Filter as Where
from geo_service.store import Store
from geo_service.terms import NotFound, NotReady

_READERS: dict[str, Callable[[Store], pd.DataFrame]] = {
    "areas": lambda store: store.areas.read(),
    "cases": lambda store: store.cases.read(),
    "reports": lambda store: store.reports.read(),
    "rebounds": lambda store: store.cases.read(Where(links=("rebound",))),
    "assignments": lambda store: store.assignments.of(),
    "crews": lambda store: store.crews.read(),
}
EXPORTS = ("hotspots", *_READERS)
"""Tables that can be exported."""


def export_parts(
    store: Store, name: str, asked: Filter, areas: pd.DataFrame | None = None
) -> Iterator[pd.DataFrame]:
    """Yield the rows that are asked for, each with its place; hotspots a week at a time.

    The first part may be empty: it says which columns there are.

    Parameters
    ----------
    areas
        GeoDataFrame of all areas, where the caller has it at hand.

    Raises
    ------
    NotFound
        If there is no such table or no such week.
    NotReady
        If hotspots are asked for before the first run.
    """
    if name not in EXPORTS:
        raise NotFound("pipeline.no_such_table", table=name, known=", ".join(EXPORTS))
    shapes = store.areas.read() if areas is None else areas
    timezone = store.district.get().timezone
    if name != "hotspots":
        return iter([shaped(name, _READERS[name](store), shapes, asked, timezone)])
    run = store.runs.latest()
    if run is None:
        raise NotReady("errors.no_run")
    for week in asked.week:
        if week not in ("all", *run.weeks):
            raise NotFound(
                "errors.no_such_week", week=week, first=run.first_week, last=run.last_week
            )
    table = TABLES[name]

    # a week at a time: all weeks of a big city do not fit into memory
    def parts() -> Iterator[pd.DataFrame]:
        yield placed(table, table.frame.empty(), shapes)
        for week in asked.weeks(run.weeks):
            rows = store.runs.week_rows(week, run.run_id)
            yield shaped(name, rows, shapes, asked, timezone)

    return parts()
