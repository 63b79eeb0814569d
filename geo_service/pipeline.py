"""The flow on one page: what comes in is kept, and a refresh walks through the steps in order.

No arithmetic here: each step is a call, what it gives goes to the store. The clock is an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from geo_service import hotspots, intake, link, locate, rebound
from geo_service.demo import Demo
from geo_service.intake import preset_names as preset_names
from geo_service.link import SiteIndex as SiteIndex
from geo_service.live import Accepted as Accepted
from geo_service.live import NearSite as NearSite
from geo_service.live import accept as accept
from geo_service.live import keep_up
from geo_service.live import near as near
from geo_service.live import place as place
from geo_service.live import site_index as site_index
from geo_service.live import told as told
from geo_service.measure import (
    Pairs,
    local_midnight,
    microseconds_of,
    utm_epsg,
    week_edges,
    week_labels,
    week_of,
)
from geo_service.people import hash_password
from geo_service.store import District, Outcome, RunTables, Store
from geo_service.store import Filter as Where
from geo_service.terms import BadUse, NotReady

WordTable = Literal["crews", "categories", "kinds"]
Tell = Callable[[str, int, int | None], None]
"""Told the name of a step, what is done of it, and how much there is (None: nobody knows)."""

MOST_WEEKS = 260
"""Weekly figures reach back at most five years: older weeks are history, not a map's slider."""


def silent(step: str, done: int, total: int | None) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Imported:
    """What an import did. ``read = accepted + updated + unchanged + rejected``."""

    read: int
    accepted: int
    updated: int
    unchanged: int
    rejected: int
    rejected_by_reason: dict[str, int]
    warnings: list[intake.IntakeWarning]


class _DryRun(Exception):
    """Undoes a transaction that was only tried."""


# ---- what comes in -----------------------------------------------------------------------------


def import_reports(
    store: Store,
    path: Path,
    options: intake.ImportOptions,
    *,
    now: datetime,
    name: str | None = None,
    dry_run: bool = False,
    tell: Tell = silent,
) -> Imported:
    """Read a file of reports and keep it, whole or not at all."""
    district = store.district.get()
    options = replace(
        options, timezone_default=district.timezone, region=options.region or district.region
    )
    came = intake.read_reports(
        path, options, now=now, progress=lambda done, total: tell("read", done, total)
    )
    file = name or path.name
    with store.writer(f"import {file}"):
        try:
            with store.transaction():
                fallbacks = store.district.get().fallbacks
                came.reports["precision"] = locate.mark_known(came.reports, fallbacks)
                _fix_district(store, came.timezone, came.reports["lon"], came.reports["lat"])
                # a code that an office has named already keeps its name
                known = store.words.categories()["code"]
                store.words.upsert_categories(came.categories[~came.categories["code"].isin(known)])
                kept = store.reports.upsert(
                    came.reports, file, lambda done, total: tell("keep", done, total)
                )
                store.rejects.replace(file, came.rejects.assign(file=file))
                store.rejects.resolve(came.reports["report_id"], keep_file=file)
                if district.demo and kept.accepted + kept.updated:
                    # from now on the district lives today, and nobody looks without signing in
                    store.district.set(demo=False, today=None)
                if dry_run:
                    raise _DryRun  # noqa: TRY301 (leaving the transaction is the point)
        except _DryRun:
            pass
    return _imported(kept, came.rejects, came.warnings, came.repeated)


def import_areas(
    store: Store,
    path: Path,
    *,
    kind: str | None = None,
    id_field: str | None = None,
    name_field: str | None = None,
    crs: str | None = None,
    buffer: float | None = None,
    name: str | None = None,
) -> tuple[Imported, list[tuple[str, str]]]:
    """Read a file of areas and keep it; returns the counts and what was repaired."""
    known = store.words.kinds()["kind"].tolist()
    came = intake.read_areas(
        path,
        kind=kind,
        id_field=id_field,
        name_field=name_field,
        crs=crs,
        buffer=buffer,
        known_kinds=known,
    )
    return _keep_areas(store, came, name or path.name), came.repaired


def import_osm(store: Store, path: Path) -> Imported:
    """Read streets, alleys, markets and plazas of an OpenStreetMap file and keep them."""
    return _keep_areas(store, intake.read_osm(path), path.name)


def _keep_areas(store: Store, came: intake.AreasIn, file: str) -> Imported:
    with store.writer(f"import {file}"), store.transaction():
        middle = came.areas.geometry.representative_point() if len(came.areas) else None
        if middle is not None:
            _fix_district(store, None, middle.x, middle.y)
        kept = store.areas.upsert(came.areas)
        store.rejects.replace(file, came.rejects.assign(file=file))
    return _imported(kept, came.rejects, came.warnings, 0)


def make_grid(store: Store, cell_m: float) -> Outcome:
    """Lay squares over the reports, as areas of kind ``grid``."""
    if not 10 <= cell_m <= 10_000:
        raise BadUse("pipeline.bad_cell", value=cell_m)
    with store.writer("grid"), store.transaction():
        _settle_fallbacks(store)
        reports = store.reports.read(["report_id", "lon", "lat", "precision"])
        reports = reports[~reports["precision"].isin(["fallback", "area", "none"])]
        if reports["lon"].notna().sum() == 0:
            raise NotReady("pipeline.no_reports")
        cells = locate.grid_cells(
            reports["lon"].to_numpy(), reports["lat"].to_numpy(), cell_m, epsg=_epsg(store)
        )
        return store.areas.upsert(cells)


def import_table(store: Store, path: Path, table: WordTable, name: str | None = None) -> Imported:
    """Read a file of crews, categories or kinds and keep it."""
    came = intake.read_table(path, table)
    file = name or path.name
    keepers = {
        "crews": store.crews.upsert,
        "categories": store.words.upsert_categories,
        "kinds": store.words.upsert_kinds,
    }
    with store.writer(f"import {file}"), store.transaction():
        kept = keepers[table](came.rows)
        store.rejects.replace(file, came.rejects.assign(file=file))
    return _imported(kept, came.rejects, [], came.repeated)


def load_demo(
    store: Store, demo: Demo, passwords: dict[str, str], *, now: datetime, tell: Tell = silent
) -> list[str]:
    """Keep the schematic district and its accounts; returns the names of new accounts.

    Parameters
    ----------
    passwords
        By account name, for accounts that do not exist yet.
    """
    with store.writer("demo"), store.transaction():
        district = store.district.get()
        today, seed = local_midnight(demo.end, "Asia/Shanghai"), int(demo.truth["seed"])
        if store.reports.count():
            if not district.demo:
                raise BadUse("pipeline.demo_over_real")
            if (district.demo_seed, district.today) != (seed, today):
                raise BadUse("pipeline.demo_over_demo", seed=district.demo_seed)
        store.district.set(
            name_zh="七里河区", name_en="Qilihe", demo=True, demo_seed=seed, today=today
        )
        _fix_district(store, "Asia/Shanghai", demo.reports["lon"], demo.reports["lat"])
        store.areas.upsert(demo.areas)
        store.ground.replace(demo.ground)
        store.reports.upsert(demo.reports, "demo", lambda done, total: tell("keep", done, total))
        store.crews.upsert(demo.crews)
        made = []
        for person in demo.people.itertuples(index=False):
            if store.accounts.get(person.name) is None:
                crew = None if pd.isna(person.crew_id) else str(person.crew_id)
                secret = hash_password(passwords[person.name])
                store.accounts.add(person.name, person.role, secret, crew, now, demo=True)
                made.append(str(person.name))
        return made


# ---- a refresh ---------------------------------------------------------------------------------


def refresh(
    store: Store, *, now: datetime, as_of: datetime | None = None, tell: Tell = silent
) -> str:
    """Link, then every figure; kept as one run, whole or not at all. Returns the run's id."""
    with store.writer("refresh"):
        if not store.reports.count():
            raise NotReady("pipeline.no_reports")
        district, epsg = store.district.get(), _epsg(store)
        moment = as_of or default_as_of(store, now)
        tell("locate", 0, None)
        settle_places(store)

        tell("link", 0, None)
        areas = store.areas.read(geometry=False)
        placed = store.placements.read()
        reports = store.reports.read()
        seen = reports[["report_id", "category", "lon", "lat", "precision"]]
        linked = link.link(
            reports,
            link.closures_of_rows(reports),
            store.words.categories(),
            epsg=epsg,
            as_of=moment,
        )
        reports = reports[linked.known]
        if reports.empty:
            local = moment.astimezone(ZoneInfo(district.timezone))
            raise NotReady("pipeline.nothing_before", as_of=local.date().isoformat())

        tell("rebound", 0, None)
        sources = linked.spells["case_id"].map(reports.set_index("report_id")["source"])
        rates = rebound.rates(linked.spells.assign(source=sources.astype("str")), areas)

        tell("hotspots", 0, None)
        holds = areas["kind"].isin(store.words.kinds().query("locates")["kind"])
        area_ids = areas.loc[holds, "area_id"].tolist()
        first = min(reports["reported_at"])
        numbers = range(week_of(first, district.timezone), week_of(moment, district.timezone))
        numbers = numbers[-MOST_WEEKS:]
        edges = week_edges(numbers, district.timezone)
        weeks = week_labels(numbers)
        pairs = Pairs.of(area_ids, reports, linked.cases)
        counts = hotspots.weekly_counts(reports, linked.cases, pairs, edges)
        params, rebound_params = hotspots.HotspotParams(), rebound.ReboundParams()
        weekly = hotspots.Weekly(
            pairs=pairs,
            weeks=weeks,
            counts=counts,
            risks=rebound.rolling_risk(linked.spells, pairs, edges[1:], rebound_params),
            verdict=hotspots.verdict(counts.cases, pairs, params),
            least_n_eff=rebound_params.least_n_eff,
            params=params,
        )
        exposure = hotspots.exposure_days(edges, microseconds_of(first), params)
        rows = hotspots.weekly_rows(weekly, areas, exposure, as_of=moment, run_id="")
        cells = hotspots.density_cells(linked.cases, edges[1:], epsg=epsg, params=params)
        values: Iterator[tuple[tuple[str, str, str], np.ndarray[Any, Any]]] = chain(
            (((layer, name, weeks[week]), array) for layer, name, week, array in weekly.layers()),
            ((("density", name, weeks[week]), array) for (name, week), array in cells.items()),
        )

        tell("keep", 0, None)
        run_id = store.runs.save(
            RunTables(
                as_of=moment,
                cases=linked.cases,
                sites=linked.sites,
                spells=linked.spells,
                links=linked.links,
                rates=rates,
                weeks=weeks,
                week_rows=rows,
                values=values,
                area_ids=area_ids,
                series={(name, category): array for name, category, array in weekly.series()},
                summary=link.state_of(reports, linked.cases, moment),
            ),
            now,
        )
        if as_of is None:
            keep_up(store, seen, placed, epsg=epsg, as_of=moment)
        return run_id


def settle_places(store: Store) -> None:
    """Give areas their subdistrict, and locate the reports that are not located against them."""
    epsg = _epsg(store)
    with store.transaction():
        areas = pd.DataFrame(store.areas.read())
        lies_in = locate.subdistrict_of_areas(areas, epsg=epsg)
        differs = lies_in.notna() & (lies_in != areas["subdistrict_id"])
        if differs.any():
            areas["subdistrict_id"] = lies_in
            store.areas.upsert(areas[differs])
        version = store.areas.version()
        if len(store.reports.unplaced(version)):
            _settle_fallbacks(store)
            reports = store.reports.read(where=Where(unplaced=version))
            located = locate.locate(reports, areas, store.words.kinds(), epsg=epsg)
            store.reports.set_places(located, version)


def _settle_fallbacks(store: Store) -> None:
    """Find the points on which sources put what they could not place; their rows wait anew."""
    known = store.district.get().fallbacks
    reports = store.reports.read(["report_id", "lon", "lat", "precision", "address"])
    # What a person placed goes on to prove, by the point that its source gave, what that point is.
    reports, placed = store.placements.as_given(reports)
    precision, fallbacks = locate.settle_fallbacks(reports, known)
    if fallbacks != known:
        store.district.set(fallbacks=fallbacks)
    changed = precision != reports["precision"]
    if changed.any():
        rows = pd.DataFrame({"report_id": reports["report_id"], "precision": precision})
        store.placements.set_given(rows[changed & placed])
        rows = rows[changed & ~placed].assign(area_id=None, subdistrict_id=None, distance_m=np.nan)
        store.reports.set_places(rows, areas_version=0)


def default_as_of(store: Store, now: datetime) -> datetime:
    """Return the local midnight after the last fact; now where facts still come in."""
    district = store.district.get()
    if district.demo and district.today is not None:
        return district.today
    last = store.reports.last_fact()
    if last is None:
        raise NotReady("pipeline.no_reports")
    if now - timedelta(days=7) <= last <= now:
        return now
    # a closing on a date without a time ends with its day, at the very midnight: it must be seen
    day = last.astimezone(ZoneInfo(district.timezone)).date()
    return local_midnight(day + timedelta(days=1), district.timezone)


def as_of_day(day: date, store: Store) -> datetime:
    """Return the first moment not seen of ``--as-of`` `day`."""
    return local_midnight(day, store.district.get().timezone)


# ---- helpers -----------------------------------------------------------------------------------


def _fix_district(store: Store, timezone: str | None, lon: pd.Series, lat: pd.Series) -> None:
    """Fix the zone of time by the first reports, the zone of metres by the first points."""
    district: District = store.district.get()
    if timezone is not None and not district.timezone_fixed:
        store.district.set(timezone=timezone, timezone_fixed=True)
    if district.utm_epsg is None and lon.notna().any():
        store.district.set(utm_epsg=utm_epsg(float(lon.median()), float(lat.median())))


def _epsg(store: Store) -> int:
    epsg = store.district.get().utm_epsg
    if epsg is None:
        raise NotReady("pipeline.no_points")
    return epsg


def _imported(
    kept: Outcome, rejects: pd.DataFrame, warnings: list[intake.IntakeWarning], repeated: int
) -> Imported:
    reasons = rejects["reason"].value_counts()
    return Imported(
        read=kept.read + repeated + len(rejects),
        accepted=kept.accepted,
        updated=kept.updated,
        unchanged=kept.unchanged + repeated,
        rejected=len(rejects),
        rejected_by_reason={str(key): int(count) for key, count in reasons.items()},
        warnings=warnings,
    )
