"""A file that somebody hands in by a page: looked at first, and kept as it was shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, cast

import geopandas as gpd
import pandas as pd
import shapely

from geo_service import intake
from geo_service.flow.fallback_points import doubted
from geo_service.flow.imports import (
    Tell,
    WordTable,
    import_areas,
    import_reports,
    import_table,
    import_visits,
    silent,
)
from geo_service.flow.presets import own_presets
from geo_service.flow.reading import areas_in, reports_in, table_in, visits_in
from geo_service.flow.recorded import UNRECORDED, Imported, Record
from geo_service.intake import Found
from geo_service.store import Store
from geo_service.terms import BadInput, BadUse, GeoServiceError

HANDED: Final = ("reports", "areas", "visits", "crews", "units", "calendar", "categories", "kinds")
"""Tables that a file can be of."""

HOW: Final = {
    "reports": ("preset", "crs", "encoding", "sheet", "header_row", "time_format", "map"),
    "areas": ("kind", "crs", "encoding", "id_field", "name_field", "buffer"),
} | dict.fromkeys(HANDED[2:], ("encoding", "sheet", "header_row"))
"""What may be said of a file of each table; ``map`` is field → column, all others are texts."""

_SHOWN: Final = 20
_OUTLINED: Final = 500
"""So many areas are drawn at most."""


@dataclass(frozen=True)
class Preview:
    """What a file would become; nothing is kept.

    Parameters
    ----------
    read, kept, rejected
        Rows of the file, and what would become of them.
    rows, rejects
        The first of each.
    preset
        Of a file of reports: the one named, else the one guessed.
    places
        Where the first of each lie, and areas whole: `state` (``kept``, ``doubted``,
        ``rejected``), `told`, what it is called, `reason` of a rejected one, and the geometry.
    error
        Why it cannot be read so; else None.
    """

    read: int = 0
    kept: int = 0
    rejected: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    warnings: list[intake.IntakeWarning] = field(default_factory=list)
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    rejects: pd.DataFrame = field(default_factory=pd.DataFrame)
    found: Found = field(default_factory=Found)
    preset: str | None = None
    places: gpd.GeoDataFrame = field(default_factory=gpd.GeoDataFrame)
    error: GeoServiceError | None = None


def preview(
    store: Store, path: Path, table: str, how: Mapping[str, Any], *, now: datetime
) -> Preview:
    """Read a file as `how` says, see :data:`HOW`, and return what it would become.

    Where no preset is named (``None``) one is guessed; an empty name means none.

    Raises
    ------
    BadUse
        If there is no such table.
    """
    if table not in HANDED:
        raise BadUse("pipeline.no_such_table", table=table, known=", ".join(HANDED))
    try:
        return (
            _looked(store, path, how, now)
            if table == "reports"
            else _read(store, path, table, how, now)
        )
    except (BadInput, BadUse) as error:
        return Preview(error=error)


def _looked(store: Store, path: Path, how: Mapping[str, Any], now: datetime) -> Preview:
    """Read a file of reports; that its rows cannot be read hides not what was found of it."""
    named = how.get("preset") or None
    found, guessed, told = intake.look(path, _layout(how), own_presets(store), named)
    preset = guessed if how.get("preset") is None else how["preset"] or None
    options = replace(options_of({**how, "preset": preset}), layout=found.layout)
    try:
        came = reports_in(store, path, options, now=now)
    except (BadInput, BadUse) as error:
        return Preview(found=found, preset=preset, error=error, warnings=told)
    doubts, points = doubted(store, came.reports)
    warnings = [*told, *(one for one in came.warnings if one not in told), *doubts]
    places = _places(came, {(one["lon"], one["lat"]) for one in points})
    more = {"found": came.found, "preset": preset, "places": places}
    return _shown(came.reports, came.rejects, warnings, came.read, **more)


def _places(came: intake.ReportsIn, doubts: set[tuple[object, object]]) -> gpd.GeoDataFrame:
    """Return where the first rows lie, and the first of those that are rejected."""
    rows = came.reports.head(_SHOWN)
    at = list(zip(rows["lon"], rows["lat"], strict=True))
    kept = pd.DataFrame(
        {
            "state": ["doubted" if point in doubts else "kept" for point in at],
            "told": rows["report_id"],
            "reason": None,
            "lon": rows["lon"],
            "lat": rows["lat"],
        }
    )
    lost = came.rejects.head(_SHOWN)[["line", "reason"]].astype({"line": "str"})
    lost = lost.rename(columns={"line": "told"}).assign(state="rejected")
    lost[["lon", "lat"]] = came.rejected_at.head(_SHOWN)[["lon", "lat"]]
    both = pd.concat([kept, lost], ignore_index=True).dropna(subset=["lon", "lat"])
    points = gpd.points_from_xy(both.pop("lon"), both.pop("lat"))
    return gpd.GeoDataFrame(both, geometry=points, crs=4326)


def _outlines(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the first areas as a small map shows them."""
    few = areas.head(_OUTLINED)
    west, south, east, north = few.total_bounds
    fine = max(east - west, north - south) / 2000
    shapes = shapely.simplify(few.geometry.to_numpy(), fine)
    told = {"state": "kept", "told": few["name"].to_numpy(), "reason": None}
    return gpd.GeoDataFrame(told, geometry=shapes, crs=4326)


def _read(store: Store, path: Path, table: str, how: Mapping[str, Any], now: datetime) -> Preview:
    if table == "areas":
        areas = areas_in(store, path, **_of_areas(how))
        read = len(areas.areas) + len(areas.rejects)
        rows, places = pd.DataFrame(areas.areas), _outlines(areas.areas)
        return _shown(rows, areas.rejects, areas.warnings, read, places=places)
    if table == "visits":
        few = visits_in(store, path, now=now, layout=_layout(how))
    else:
        few = table_in(store, path, cast("WordTable", table), _layout(how))
    return _shown(few.rows, few.rejects, few.warnings, few.read)


def import_handed(
    store: Store,
    path: Path,
    table: str,
    how: Mapping[str, Any],
    *,
    now: datetime,
    name: str,
    region: intake.Bounds | None = None,
    tell: Tell = silent,
    record: Record = UNRECORDED,
) -> Imported:
    """Keep a file and return what it did; `region` is where points of reports may lie.

    Raises
    ------
    BadInput
        If the file cannot be read so.
    BadUse
        If there is no such table.
    """
    said: dict[str, Any] = {"name": name, "record": record}
    if table == "reports":
        return import_reports(store, path, options_of(how, region), now=now, tell=tell, **said)
    if table == "areas":
        return import_areas(store, path, **_of_areas(how) | said)[0]
    if table == "visits":
        return import_visits(store, path, now=now, layout=_layout(how), **said)
    if table in HANDED:
        return import_table(store, path, cast("WordTable", table), layout=_layout(how), **said)
    raise BadUse("pipeline.no_such_table", table=table, known=", ".join(HANDED))


def options_of(how: Mapping[str, Any], region: intake.Bounds | None = None) -> intake.ImportOptions:
    """Return how a file of reports is read, of which `how` is said.

    Points may lie in `region` alone.
    """
    return intake.ImportOptions(
        preset=how.get("preset") or None,
        mapping=how.get("map") or {},
        layout=_layout(how),
        crs=how.get("crs") or None,
        time_format=how.get("time_format") or None,
        region=region,
    )


def _of_areas(how: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {name: how.get(name) or None for name in HOW["areas"]}
    try:
        return told | {"buffer": float(told["buffer"]) if told["buffer"] else None}
    except ValueError as error:
        raise BadInput("intake.bad_buffer", buffer=told["buffer"]) from error


def _layout(how: Mapping[str, Any]) -> intake.Layout:
    row = how.get("header_row")
    return intake.Layout(
        how.get("encoding") or None, how.get("sheet") or None, int(row) if row else None
    )


def _shown(
    rows: pd.DataFrame,
    rejects: pd.DataFrame,
    warnings: list[intake.IntakeWarning],
    read: int,
    **more: Any,  # noqa: ANN401
) -> Preview:
    first = rows.head(_SHOWN).dropna(axis="columns", how="all")
    # what no row says, and what people do not read
    silent_flags = [name for name in first if name.startswith("is_") and not first[name].any()]
    return Preview(
        read=read,
        kept=len(rows),
        rejected=len(rejects),
        reasons={str(key): int(n) for key, n in rejects["reason"].value_counts().items()},
        warnings=warnings,
        rows=first.drop(columns=["geometry", "reopened", *silent_flags], errors="ignore"),
        rejects=rejects.head(_SHOWN),
        **more,
    )
