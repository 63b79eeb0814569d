"""What comes in is kept: reports, areas, words, crews, the demo; whole or not at all."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from geo_service import intake, locate
from geo_service.demo import Demo
from geo_service.flow.areas import told_of
from geo_service.flow.duties import settle_units
from geo_service.flow.fallback_points import doubted
from geo_service.flow.jobs import Cancelled
from geo_service.flow.locating import epsg_of, fix_district, settle_fallbacks
from geo_service.flow.reading import areas_in, reports_in, table_in, visits_in
from geo_service.flow.recorded import COUNTS, UNRECORDED, Imported, Record
from geo_service.measure import day_of, local_midnight
from geo_service.people import hash_password
from geo_service.store import Outcome, Store
from geo_service.terms import BadUse, NotReady

WordTable = intake.TableName
Tell = Callable[[str, int, int | None], None]
"""Told the name of a step, what is done of it, and how much there is (None: nobody knows)."""


def silent(step: str, done: int, total: int | None) -> None:
    """Tell nobody."""


class _DryRun(Exception):
    """Undoes a transaction that was only tried."""


def import_reports(
    store: Store,
    path: Path,
    options: intake.ImportOptions,
    *,
    now: datetime,
    name: str | None = None,
    dry_run: bool = False,
    tell: Tell = silent,
    record: Record = UNRECORDED,
) -> Imported:
    """Read a file of reports and keep it, whole or not at all; returns the counts.

    Parameters
    ----------
    options
        What is said of the file.
    dry_run
        Count, and keep nothing.

    Raises
    ------
    BadInput
        If the file cannot be read, or no column is an opening's time.
    Busy
        If another process writes for longer than the store waits.
    """
    came = reports_in(
        store, path, options, now=now, progress=lambda done, total: tell("read", done, total)
    )
    file = name or path.name
    with store.writer(f"import {file}"):
        if not dry_run:
            return _keep_reports(store, came, file, now, tell, record)
        try:
            with store.transaction():
                done = _keep_reports(store, came, file, now, tell, record)
                raise _DryRun  # noqa: TRY301 (leaving the transaction is the point)
        except _DryRun:
            return done


def _keep_reports(
    store: Store, came: intake.ReportsIn, file: str, now: datetime, tell: Tell, record: Record
) -> Imported:
    rows = came.reports
    rows["precision"] = locate.mark_known(rows, store.district.get().fallbacks)
    doubts, points = doubted(store, rows)
    # a code that an office has named already keeps its name
    new = came.categories[~came.categories["code"].isin(store.words.categories()["code"])]
    counts = rows["category"].value_counts()
    met = {str(code): int(counts.get(code, 0)) for code in new["code"]}
    came_in = Outcome(read=len(rows))
    done = imported(came_in, came.rejects, [*came.warnings, *doubts], came.repeated)
    unknown = {"status": dict(came.unknown), "category": met}
    done = replace(done, unknown=unknown, new_categories=list(met), points=points)
    number = record.import_id
    if number is None:
        number = store.imports.add("reports", file, None, now, {})
    store.import_steps.put_aside(number, rows)
    with store.transaction():
        fix_district(store, came.timezone, rows["lon"], rows["lat"])
        store.words.upsert_categories(new)
        store.rejects.replace(file, came.rejects.assign(file=file))
        store.imports.finish(number, "applying", done.counts(), done.told())

    def progress(kept: int) -> None:
        with suppress(Cancelled):  # too late: what lies aside is kept by whoever comes next
            tell("keep", kept, len(rows))

    store.import_steps.take_in(number, progress)
    kept = store.imports.get(number)
    return replace(done, **{name: getattr(kept, name) for name in COUNTS})


def import_areas(
    store: Store,
    path: Path,
    *,
    kind: str | None = None,
    id_field: str | None = None,
    name_field: str | None = None,
    crs: str | None = None,
    buffer: float | None = None,
    encoding: str | None = None,
    name: str | None = None,
    record: Record = UNRECORDED,
) -> tuple[Imported, list[tuple[str, str]]]:
    """Read a file of areas and keep it; returns the counts and what was repaired.

    Parameters
    ----------
    kind, id_field, name_field
        The kind of all its areas, and which properties are their id and name.
    crs
        As ``EPSG:4326``, ``gcj02`` or ``bd09``, where the file does not say it.
    buffer
        Half the width in metres that lines get.
    encoding
        Of the file's text, where detection must not decide.

    Raises
    ------
    BadInput
        If the file cannot be read, or its kind or coordinates are unknown.
    """
    how = {"kind": kind, "id_field": id_field, "name_field": name_field, "encoding": encoding}
    came = areas_in(store, path, **how, crs=crs, buffer=buffer)
    return _keep_areas(store, came, name or path.name, record), came.repaired


def import_osm(store: Store, path: Path, record: Record = UNRECORDED) -> Imported:
    """Read streets, alleys, markets and plazas of an ``.osm.pbf`` and keep them.

    Returns the counts.

    Raises
    ------
    BadInput
        If it is none, or is cut off.
    """
    return _keep_areas(store, intake.read_osm(path), path.name, record)


def _keep_areas(store: Store, came: intake.AreasIn, file: str, record: Record) -> Imported:
    with store.writer(f"import {file}"), store.transaction():
        middle = came.areas.geometry.representative_point() if len(came.areas) else None
        if middle is not None:
            fix_district(store, None, middle.x, middle.y)
        kept = store.areas.upsert(came.areas)
        settle_units(store)
        warnings = [*came.warnings, *told_of(store, came.areas, kept)]
        store.rejects.replace(file, came.rejects.assign(file=file))
        done = imported(kept, came.rejects, warnings, 0, "area_id")
        record(done)
    return done


def make_grid(store: Store, cell_m: float) -> Outcome:
    """Lay squares over the reports, as areas of kind ``grid``; returns the counts.

    Parameters
    ----------
    cell_m
        Length of an edge, 10 to 10,000 metres.

    Raises
    ------
    BadUse
        If `cell_m` makes no sense.
    NotReady
        If no report has a point.
    """
    if not 10 <= cell_m <= 10_000:
        raise BadUse("pipeline.bad_cell", value=cell_m)
    with store.writer("grid"), store.transaction():
        settle_fallbacks(store)
        reports = store.reports.read(["report_id", "lon", "lat", "precision"])
        reports = reports[~reports["precision"].isin(["fallback", "area", "none"])]
        if reports["lon"].notna().sum() == 0:
            raise NotReady("pipeline.no_reports")
        cells = locate.grid_cells(
            reports["lon"].to_numpy(), reports["lat"].to_numpy(), cell_m, epsg=epsg_of(store)
        )
        return store.areas.upsert(cells)


def import_table(
    store: Store,
    path: Path,
    table: WordTable,
    name: str | None = None,
    layout: intake.Layout = intake.AS_FOUND,
    record: Record = UNRECORDED,
) -> Imported:
    """Read a file of crews, units, categories or kinds and keep it; returns the counts.

    Parameters
    ----------
    table
        Which of them it is.
    layout
        What is said of how the file lies.

    Raises
    ------
    BadInput
        If the file cannot be read, or lacks the table's key.
    """
    came = table_in(store, path, table, layout)
    keepers = {
        "crews": store.crews.upsert,
        "units": store.units.upsert,
        "calendar": store.calendar.upsert,
        "categories": store.words.upsert_categories,
        "kinds": store.words.upsert_kinds,
    }
    keys = {"crews": "crew_id", "units": "unit_id", "calendar": "date"}
    keys |= {"categories": "code", "kinds": "kind"}
    return _keep_rows(store, came, keys[table], name or path.name, keepers[table], record)


def import_visits(
    store: Store,
    path: Path,
    *,
    now: datetime,
    name: str | None = None,
    layout: intake.Layout = intake.AS_FOUND,
    record: Record = UNRECORDED,
) -> Imported:
    """Read a file of visits and keep it, whole or not at all; returns the counts.

    Raises
    ------
    BadInput
        If the file cannot be read.
    """
    came = visits_in(store, path, now=now, layout=layout)
    return _keep_rows(store, came, "visit_id", name or path.name, store.visits.upsert, record)


def _keep_rows(
    store: Store,
    came: intake.TableIn,
    key: str,
    file: str,
    keep: Callable[[pd.DataFrame], Outcome],
    record: Record,
) -> Imported:
    with store.writer(f"import {file}"), store.transaction():
        kept = keep(came.rows)
        settle_units(store)
        store.rejects.replace(file, came.rejects.assign(file=file))
        done = imported(kept, came.rejects, came.warnings, came.repeated, key)
        record(done)
    return done


def load_demo(
    store: Store, demo: Demo, passwords: dict[str, str], *, now: datetime, tell: Tell = silent
) -> list[str]:
    """Keep the schematic district and its accounts; returns the names of new accounts.

    Parameters
    ----------
    demo
        The district, as :func:`~geo_service.demo.demo_district` makes it.
    passwords
        By account name, for accounts that do not exist yet.

    Raises
    ------
    BadUse
        If the store holds real reports, or a demo of another seed or day.
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
        fix_district(store, "Asia/Shanghai", demo.reports["lon"], demo.reports["lat"])
        store.areas.upsert(demo.areas)
        store.ground.replace(demo.ground)
        store.reports.upsert(demo.reports, "demo", lambda done, total: tell("keep", done, total))
        store.visits.upsert(demo.visits)
        store.crews.upsert(demo.crews)
        store.units.upsert(demo.units)
        for one in demo.truth.get("campaign", {}).get("assessments", [])[:1]:
            # more eyes and nothing mended: an effect that is none
            if not store.campaigns.list():
                day = day_of(one["date"])
                store.campaigns.add("迎检巡查（示意）", day, day, one["areas"], "demo", today)
        made = []
        for person in demo.people.itertuples(index=False):
            if store.accounts.get(person.name) is None:
                crew, unit = (
                    None if pd.isna(one) else str(one) for one in (person.crew_id, person.unit_id)
                )
                secret = hash_password(passwords[person.name], person.name)
                store.accounts.add(
                    person.name, person.role, secret, crew, now, unit_id=unit, demo=True
                )
                made.append(str(person.name))
        return made


def imported(
    kept: Outcome,
    rejects: pd.DataFrame,
    warnings: list[intake.IntakeWarning],
    repeated: int,
    key: str | None = None,
) -> Imported:
    """Return what became of rows that were kept, refused, and repeated in their file."""
    reasons = rejects["reason"].value_counts()
    return Imported(
        read=kept.read + repeated + len(rejects),
        accepted=kept.accepted,
        updated=kept.updated,
        unchanged=kept.unchanged + repeated,
        rejected=len(rejects),
        rejected_by_reason={str(key): int(count) for key, count in reasons.items()},
        warnings=warnings,
        before=None if key is None else kept.was(key),
    )
