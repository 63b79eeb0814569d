"""What leaves the house: which rows a table's export holds, for the web and the command line."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from geo_service.flow.deadlines import with_marks
from geo_service.flow.forecasts import forecast_rows
from geo_service.flow.locating import present
from geo_service.flow.risks import risk_rows
from geo_service.measure import Validity, local_midnight, week_edges, week_number
from geo_service.publish import ALL_WEEKS, TABLES, Filter, Looked, placed, shaped
from geo_service.store import Filter as Where
from geo_service.store import Run, Store
from geo_service.terms import ALL_CATEGORIES, NotFound, NotReady


def _visits(store: Store) -> pd.DataFrame:
    """Return all visits; one without a track is where its area is."""
    rows = store.visits.read()
    areas = store.areas.read()
    own = rows["geometry"].to_numpy(dtype=object)
    shapes = np.concatenate([areas["geometry"].to_numpy(dtype=object), np.array([None])])
    found = shapes[pd.Index(areas["area_id"]).get_indexer(pd.Index(rows["area_id"]))]
    return rows.assign(geometry=np.where(rows["geometry"].notna(), own, found))


def _events(store: Store) -> pd.DataFrame:
    """Return the log; what is said of people and their words stay in the house."""
    rows = store.events.read()
    held = store.reports.read(["report_id", "case_id"], ids=rows["case_id"].unique())
    held = held.rename(columns={"report_id": "case_id", "case_id": "current_case_id"})
    return rows.merge(held, on="case_id", how="left")


_READERS: dict[str, Callable[[Store, Where], pd.DataFrame]] = {
    "areas": lambda store, _: store.areas.read(),
    "cases": lambda store, where: store.cases.read(where),
    "reports": lambda store, where: store.reports.read(where=where),
    "rebounds": lambda store, where: store.cases.read(replace(where, links=("rebound",))),
    "forecast": lambda store, _: forecast_rows(store),
    "events": lambda store, _: _events(store),
    "visits": lambda store, _: _visits(store),
    "assignments": lambda store, _: store.assignments.of(),
    "crews": lambda store, _: store.crews.read(),
    "units": lambda store, _: store.units.read(),
}
_OF_CASES = ("cases", "rebounds")
_WEEK = 7
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EXPORTS = ("hotspots", "risks", *_READERS)
"""Tables that can be exported."""


def export_parts(
    store: Store,
    name: str,
    asked: Filter,
    areas: pd.DataFrame | None = None,
    *,
    shapes: bool = True,
    limit: Callable[[Where], Where] | None = None,
    now: datetime | None = None,
) -> Iterator[pd.DataFrame]:
    """Yield the rows that are asked for, each with its place; hotspots a week at a time.

    The first part may be empty: it says which columns there are. `areas` is a GeoDataFrame of all,
    where the caller has it at hand; `limit` narrows what the store is asked for. Without `shapes`
    rows bring no place, for formats that hold none. Cases are marked as they stand `now`; without
    it none is overdue.

    Raises
    ------
    NotFound
        If there is no such table or no such week.
    NotReady
        If hotspots are asked for before the first run.
    """
    if name not in EXPORTS:
        raise NotFound("pipeline.no_such_table", table=name, known=", ".join(EXPORTS))
    areas = store.areas.read() if areas is None else areas
    timezone = store.district.get().timezone
    if name == "risks":
        rows = risk_rows(store, asked.date_from, asked.date_to, limit=limit)
        return iter([shaped(name, rows, areas, asked, timezone, shapes=shapes)])
    if name != "hotspots":
        where = rows_where(asked, timezone)
        rows = _READERS[name](store, where if limit is None else limit(where))
        if name in _OF_CASES and now is not None:
            rows = with_marks(store, rows, present(store, now))
        if name == "areas" and where.spans:
            validity = Validity.of(rows)
            weeks = [validity.in_week(week, timezone) for week in asked.week]
            rows = rows[np.logical_or.reduce(weeks)]
        return iter([shaped(name, rows, areas, asked, timezone, shapes=shapes)])
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
        yield placed(table, table.frame.empty(), areas)
        for week in asked.weeks(run.weeks):
            rows = store.runs.week_rows(week, run.run_id)
            yield shaped(name, rows, areas, asked, timezone, shapes=shapes)

    return parts()


def rows_where(asked: Filter, timezone: str) -> Where:
    """Return a condition that lets through at least what is asked for: the rest is not read.

    For cases it is all that is asked for, but for subdistricts.
    """
    spans = () if ALL_WEEKS in asked.week else tuple(span_of(week, timezone) for week in asked.week)
    every = ALL_CATEGORIES in asked.category
    first, last = asked.date_from, asked.date_to
    return Where(
        categories=() if every else asked.category,
        kinds=asked.kind,
        spans=spans,
        start=local_midnight(first, timezone) if first else None,
        end=local_midnight(last + timedelta(days=1), timezone) if last else None,
        bbox=asked.bbox,
    )


def span_of(week: str, timezone: str) -> tuple[datetime, datetime]:
    """Return when a week begins and ends, half-open; `week` as ``2026-W26``."""
    number = week_number(week)
    start, end = (int(edge) for edge in week_edges(range(number, number + 1), timezone))
    return _EPOCH + timedelta(microseconds=start), _EPOCH + timedelta(microseconds=end)


def read_looked(store: Store, run: Run, category: str = ALL_CATEGORIES) -> Looked:
    """Return who looked where as of `run`, for pages and commands alike.

    What public channels observe, a `category`, is looked at everywhere and each day.
    """
    zone = ZoneInfo(store.district.get().timezone)
    until = (run.as_of - timedelta(microseconds=1)).astimezone(zone).date()
    watched, state, last = (
        store.runs.series(name, ALL_CATEGORIES, run.run_id)
        for name in ("watched", "observed", "last_watched")
    )
    day = np.datetime64(until, "D")
    public = store.runs.series("observed", category, run.run_id)
    if category != ALL_CATEGORIES and public is not None and watched is not None:
        watched, state = np.full_like(watched, _WEEK), public
        last = np.full((len(watched), 1), day.astype(np.int64))
    ids = store.runs.area_ids(run.run_id)
    areas = store.areas.read(geometry=False).set_index("area_id").reindex(ids)
    validity = Validity.of(areas)
    valid = [validity.in_week(week, zone.key) for week in run.weeks]
    return Looked(
        ids,
        list(run.weeks),
        day,
        watched,
        state,
        None if last is None else last[:, 0],
        np.array(valid, dtype=bool).reshape(-1, len(ids)).T,
    )
