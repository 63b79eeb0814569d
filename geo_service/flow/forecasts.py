"""What is to be expected, from what was known at a week's beginning; and the back-test of it."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_service import link
from geo_service.flow.basis import Basis
from geo_service.flow.hindsight import as_known, spoken_since
from geo_service.flow.imports import Tell, silent
from geo_service.flow.last_run import LastRun
from geo_service.flow.linked import coded_cases
from geo_service.flow.live import LINKED
from geo_service.flow.locating import epsg_of
from geo_service.flow.weeks import MOST_WEEKS
from geo_service.forecast import (
    Actual,
    CaseHistory,
    Forecast,
    ForecastParams,
    bounds,
    forecast,
    learn,
    learned_at,
    retold,
    rings_of,
    scores,
)
from geo_service.measure import (
    Floats,
    Ints,
    Pairs,
    Shorts,
    geometries_to_metres,
    inner_points,
    moment_at,
    to_metres,
    week_edges,
    week_labels,
    week_number,
    week_of,
)
from geo_service.store import FORECAST, RunTables, SomeWeeks, Store
from geo_service.terms import FRAMES, NotReady

DEFAULT_WEEKS = 26
COLUMNS = ["area_id", "category", "week", "mean", "low80", "high80", "low95", "high95"]


class Knower:
    """Tells what was known of a district at the beginning of a week, and nothing of later.

    Parameters
    ----------
    memory
        What linking found of all reports; those of which people said something since a week's
        beginning are read anew, as they were known then.
    events
        EVENTS, all.
    """

    def __init__(
        self, store: Store, basis: Basis, memory: link.Memory, events: pd.DataFrame
    ) -> None:
        self.store, self.basis, self.memory, self.events = store, basis, memory, events
        areas = pd.DataFrame(store.areas.read(ids=basis.area_ids)).set_index("area_id")
        areas = areas.loc[basis.area_ids]
        lon, lat = inner_points(areas["geometry"])
        shapes = geometries_to_metres(areas["geometry"].to_numpy(dtype=object), basis.epsg)
        self.size: Floats = np.maximum(shapely.area(shapes), 1.0)
        self.groups: Ints = pd.factorize(areas["subdistrict_id"].fillna(""))[0].astype(np.int64)
        self.rings = rings_of(*to_metres(lon, lat, basis.epsg))

    def __call__(self, number: int) -> CaseHistory:
        """Return what was known at the beginning of week `number`."""
        timezone = self.basis.timezone
        end = int(week_edges(range(number, number), timezone)[0])
        memory = self._linked(end)
        begin = memory.rows.reported[memory.known].min(initial=end)
        first = max(week_of(moment_at(int(begin)), timezone), number - MOST_WEEKS)
        numbers = range(first, number)
        pairs, cases = counted(memory, self.basis.area_ids, week_edges(numbers, timezone))
        return CaseHistory(pairs, cases, numbers, self.rings)

    def _linked(self, end: int) -> link.Memory:
        moment, rows, words = moment_at(end), self.memory.rows, self.memory.words
        since = spoken_since(self.store, self.events, moment)
        if since:
            told = self.store.reports.read(LINKED, ids=since)
            told = as_known(self.store, told, self.events, since, moment)
            came, words = link.rows_of(told, words)
            rows = link.renewed_rows(rows, came)
        return link.link_rows(rows, words, self.events, self.basis.linking, end)


def counted(memory: link.Memory, area_ids: list[str], edges: Ints) -> tuple[Pairs, Shorts]:
    """Return the pairs that have a case, and their cases by week, shape (pairs, weeks)."""
    cases = coded_cases(memory)
    cases = cases[cases["state"].ne("cancelled").to_numpy()]
    pairs, weeks = Pairs.of(area_ids, cases), len(edges) - 1
    at = pd.DatetimeIndex(cases["opened_at"]).as_unit("us").asi8
    week = np.searchsorted(edges, at, side="right") - 1
    grid = np.zeros(len(pairs) * weeks, dtype=np.int64)
    for pair in (pairs.number(cases), pairs.whole_area(cases)):
        known = (pair >= 0) & (week >= 0) & (week < weeks)
        grid += np.bincount(pair[known] * weeks + week[known], minlength=len(grid))
    return pairs, grid.reshape(len(pairs), weeks).astype(np.int32)


def rows_of_week(past: CaseHistory, said: Forecast) -> pd.DataFrame:
    """Return what is expected of each area and category, one that had no case left out."""
    pairs = past.pairs
    table = pd.DataFrame(bounds(said.mean, said.over["area"]))
    table["area_id"] = np.array(pairs.area_ids, dtype=object)[pairs.area]
    table["category"] = np.array(pairs.categories, dtype=object)[pairs.category]
    table["week"] = week_labels(range(said.number, said.number + 1))[0]
    return table.loc[said.mean > 0, COLUMNS]


def back_test(
    store: Store, weeks: int, *, tell: Tell = silent, params: ForecastParams | None = None
) -> tuple[dict[str, Any], Iterator[pd.DataFrame]]:
    """Say the last complete weeks as if they were to come, and compare with what came.

    Returns
    -------
    scores
        As ``backtest --format json`` prints them.
    said
        What was shown of each week, :data:`COLUMNS`.

    Raises
    ------
    NotReady
        Before the first run, or where so many weeks are not known.
    """
    last = LastRun.of(store)
    if last is None or not last.run.weeks:
        raise NotReady("errors.no_run")
    if weeks >= len(last.run.weeks):
        raise NotReady("errors.too_few_weeks", weeks=len(last.run.weeks) - 1)
    basis = Basis.of(store, store.district.get().timezone, epsg_of(store), last)
    if not basis.area_ids:
        raise NotReady("errors.too_few_weeks", weeks=0)
    knows = Knower(store, basis, last.memory, store.events.read())
    stop = week_number(last.run.last_week) + 1
    numbers = range(stop - weeks, stop)
    told, shown = retold(
        knows,
        numbers,
        knows.groups,
        params or ForecastParams(),
        lambda done: tell("backtest", done, weeks),
    )
    edges = week_edges(numbers, basis.timezone)
    pairs, cases = counted(last.memory, basis.area_ids, edges)
    came = CaseHistory(pairs, cases, numbers, {}).total
    everywhere = coded_cases(last.memory)
    opened = pd.DatetimeIndex(everywhere["opened_at"]).as_unit("us").asi8
    outside = (everywhere["area_id"].isna() & everywhere["state"].ne("cancelled")).to_numpy()
    missed = np.histogram(opened[outside], edges)[0].astype(np.float64)
    found = scores(told, Actual(came, missed, knows.size), shown[-1][1].model)
    return found, (rows_of_week(past, said) for past, said in shown)


def with_forecast(
    store: Store,
    tables: RunTables,
    basis: Basis,
    memory: link.Memory,
    events: pd.DataFrame,
    earlier: LastRun | None,
) -> RunTables:
    """Return a run's tables with what is expected of the week after its last.

    It is computed when a week has closed; until the next one it stays what it was.
    """
    if not tables.weeks or not basis.area_ids:
        return tables
    last = tables.weeks[-1]
    told = {} if earlier is None else earlier.run.params.get("forecast", {})
    if earlier is not None and told and earlier.run.last_week == last:
        run_id = earlier.run.run_id
        kept = ((c, store.runs.series(FORECAST, c, run_id)) for c in told["categories"])
        arrays = {category: array for category, array in kept if array is not None}
    else:
        told, arrays = _next_week(Knower(store, basis, memory, events), week_number(last) + 1)
    values = [((FORECAST, category, last), _hundredths(one)) for category, one in arrays.items()]
    fresh = tables.earlier is None or tables.earlier.weeks < len(tables.weeks)
    return replace(
        tables,
        params={**tables.params, "forecast": told},
        series=chain(tables.series, ((FORECAST, name, one) for name, one in arrays.items())),
        # what is taken over from the last run holds the map's layer already
        weekly=chain(tables.weekly, [SomeWeeks((), values)]) if fresh else tables.weekly,
    )


def _next_week(knows: Knower, number: int) -> tuple[dict[str, Any], dict[str, Floats]]:
    """Return what is told of a forecast, and by category its columns, shape (areas, 5)."""
    params, past = ForecastParams(), knows(number)
    at = learned_at(past, params)
    learned = learn(past if at == number else knows(at), knows.groups, params)
    said = forecast(past, learned)
    pairs, columns = past.pairs, np.stack(list(bounds(said.mean, said.over["area"]).values()), 1)
    arrays = {}
    for category, mine, place in pairs.by_category():
        arrays[category] = np.full((len(pairs.area_ids), columns.shape[1]), np.nan)
        some = said.mean[mine] > 0
        arrays[category][place[some]] = columns[mine[some]]
    told = {"model": said.model, "over": dict(said.over), "categories": list(arrays)}
    return told | {"week": week_labels(range(number, number + 1))[0]}, arrays


def _hundredths(columns: Floats) -> NDArray[np.uint16]:
    """Return the means as the map's layer keeps them, the greatest number where there is none."""
    return np.nan_to_num(np.round(columns[:, 0] * 100).clip(0, 65534), nan=65535).astype(np.uint16)


def forecast_rows(store: Store, by: str = "area") -> pd.DataFrame:
    """Return ``FRAMES["forecast"]`` of the last run: by area, or summed by subdistrict or district.

    Raises
    ------
    NotReady
        Before the first run.
    """
    run = store.runs.latest()
    if run is None:
        raise NotReady("errors.no_run")
    told: dict[str, Any] = run.params.get(FORECAST) or {"categories": []}
    parts = [FRAMES["forecast"].empty()]
    areas = store.areas.read(geometry=False).set_index("area_id")
    areas = areas.reindex(store.runs.area_ids(run.run_id)).reset_index()
    areas = areas.rename(columns={"subdistrict_id": "subdistrict"})
    for category in told["categories"]:
        columns = store.runs.series(FORECAST, category, run.run_id)
        if columns is None:
            continue
        table = areas[["area_id", "name", "kind", "subdistrict"]].copy()
        table[COLUMNS[3:]] = columns
        known = ~np.isnan(columns[:, 0])
        if by != "area":
            # a sum's mean is that of its parts; how far it scatters was measured of sums
            of = table["subdistrict"].fillna("") if by == "subdistrict" else [""] * len(table)
            mean = table["mean"].groupby(np.asarray(of, dtype=object)).sum()
            table = pd.DataFrame(bounds(mean.to_numpy(), told["over"][by]))
            table["subdistrict"], known = mean.index.to_numpy(), mean.to_numpy() > 0
        parts.append(table[known].assign(category=category))
    said = {name: told.get(name) for name in ("week", "model")}
    said |= {"as_of": pd.Timestamp(run.as_of), "run_id": run.run_id}
    return FRAMES["forecast"].conform(pd.concat(parts, ignore_index=True).assign(**said))
