"""A table into a file, in the format its name asks for; whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo_service.publish import tables
from geo_service.publish.catalogue import TABLES, placed
from geo_service.publish.filters import Filter
from geo_service.publish.geojson import feature_collection
from geo_service.terms import BadUse


def _geojson(name: str, table: pd.DataFrame, path: Path) -> None:
    known = TABLES.get(name)
    with path.open("wb") as stream:
        stream.writelines(feature_collection(table, ids=known.ids if known else None))


_WRITERS: dict[str, Callable[[str, pd.DataFrame, Path], None]] = {
    ".geojson": _geojson,
    ".csv": lambda _, table, path: tables.write_csv(table, path),
    ".xlsx": lambda _, table, path: tables.write_xlsx(table, path),
    ".gpkg": lambda name, table, path: tables.write_gpkg(table, path, name),
    ".parquet": lambda _, table, path: tables.write_parquet(table, path),
}

SUFFIXES = tuple(_WRITERS)
"""Endings of file names that can be written."""


def shaped(
    name: str, rows: pd.DataFrame, areas: pd.DataFrame, asked: Filter, timezone: str
) -> gpd.GeoDataFrame:
    """Return those of `rows` that were asked for, in the fields of the table `name`, placed.

    Parameters
    ----------
    name
        One of :data:`TABLES`.
    rows
        Its rows.
    areas
        GeoDataFrame of all areas, the subdistricts among them.
    asked
        The question.
    timezone
        The district's, in which days and weeks are meant.

    Raises
    ------
    BadUse
        If there is no such table.
    """
    if name not in TABLES:
        raise BadUse("publish.unknown_export", table=name, known=" ".join(TABLES))
    table = TABLES[name]
    return placed(table, rows[asked.rows(table, rows, areas, timezone)], areas)


def write_export(name: str, table: pd.DataFrame, path: str | Path) -> None:
    """Write `table` to `path` in the format of its suffix.

    Parameters
    ----------
    name
        Which table it is; names the layer and the features' ids.
    table
        Rows as :func:`geo_service.publish.placed` gives them.
    path
        Ends with one of :data:`SUFFIXES`.

    Raises
    ------
    BadUse
        If the suffix is another, or the folder does not exist.
    """
    target = Path(path)
    writer = _WRITERS.get(target.suffix.lower())
    if writer is None:
        raise BadUse("publish.unknown_format", file=target.name, known=" ".join(SUFFIXES))
    if not target.parent.is_dir():
        raise BadUse("publish.no_folder", folder=str(target.parent))
    # Beside the target and with its suffix: drivers look at it, and a rename stays on one disk.
    beside = target.with_name(f".{target.stem}.{os.getpid()}.part{target.suffix.lower()}")
    try:
        writer(name, table, beside)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
