"""A file is read as its district's: in its zone, near its points, with its kinds and areas."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from geo_service import intake
from geo_service.flow.locating import expected_box
from geo_service.flow.own_words import own_words
from geo_service.flow.presets import own_presets
from geo_service.intake import Layout, Progress
from geo_service.store import Store


def reports_in(
    store: Store,
    path: Path,
    options: intake.ImportOptions,
    *,
    now: datetime,
    progress: Progress | None = None,
) -> intake.ReportsIn:
    """Read a file of reports, keeping nothing.

    Raises
    ------
    BadInput
        If the file cannot be read, or no column is an opening's time.
    """
    district = store.district.get()
    options = replace(
        options,
        timezone_default=district.timezone,
        region=options.region or district.region,
        near=expected_box(store),
        presets=own_presets(store),
        words=own_words(store),
    )
    return intake.read_reports(path, options, now=now, progress=progress)


def areas_in(store: Store, path: Path, **how: Any) -> intake.AreasIn:  # noqa: ANN401
    """Read a file of areas, told `how` as :func:`~geo_service.flow.import_areas`; keep nothing.

    Raises
    ------
    BadInput
        If the file cannot be read, or its kind or coordinates are unknown.
    """
    kinds = store.words.kinds().set_index("kind", drop=False)
    return intake.read_areas(
        path,
        **how,
        known_kinds=kinds["kind"].tolist(),
        kind_names={name: kind for kind, name in kinds["name_zh"].dropna().items()},
        timezone=store.district.get().timezone,
    )


def table_in(
    store: Store, path: Path, table: intake.TableName, layout: Layout = intake.AS_FOUND
) -> intake.TableIn:
    """Read a file of crews, units, categories or kinds, keeping nothing.

    Raises
    ------
    BadInput
        If the file cannot be read, or lacks the table's key.
    """
    if table == "calendar":
        return intake.read_table(path, table, layout, intake.calendar_check)
    if table != "units":
        return intake.read_table(path, table, layout)
    known, areas = store.units.read(), store.areas.read(geometry=False)
    above = {one.unit_id: one.parent_id for one in known.itertuples()}
    towns = areas["kind"] == "subdistrict"
    ids = frozenset(areas.loc[~towns, "area_id"]), frozenset(areas.loc[towns, "area_id"])
    return intake.read_table(path, table, layout, intake.units_check(above, *ids))


def visits_in(store: Store, path: Path, *, now: datetime, layout: Layout) -> intake.TableIn:
    """Read a file of visits, keeping nothing.

    Raises
    ------
    BadInput
        If the file cannot be read.
    """
    holds = store.words.kinds().query("locates")["kind"]
    known = store.areas.read(kinds=holds, geometry=False)["area_id"]
    zone = store.district.get().timezone
    return intake.read_visits(
        path, timezone=zone, known_areas=frozenset(known), now=now, layout=layout
    )
