"""A table into a file, in the format its name asks for; whole or not at all."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from geo_service.publish import tables
from geo_service.publish.catalogue import TABLES, placed
from geo_service.publish.filters import Filter
from geo_service.publish.geojson import feature_collection
from geo_service.terms import BadUse, masked_texts

Rows: TypeAlias = pd.DataFrame | Iterable[pd.DataFrame]
"""A table, or several of the same columns that follow one another."""


def _geojson(name: str, table: Rows, path: Path) -> None:
    known = TABLES.get(name)
    with path.open("wb") as stream:
        stream.writelines(feature_collection(table, ids=known.ids if known else None))


_WRITERS: dict[str, Callable[[str, Rows, Path], None]] = {
    ".geojson": _geojson,
    ".csv": lambda _, table, path: tables.write_csv(table, path),
    ".xlsx": lambda _, table, path: tables.write_xlsx(one_table(table), path),
    ".gpkg": lambda name, table, path: tables.write_gpkg(one_table(table), path, name),
    ".parquet": lambda _, table, path: tables.write_parquet(one_table(table), path),
}

SUFFIXES = tuple(_WRITERS)
"""Endings of file names that can be written."""


def shaped(
    name: str,
    rows: pd.DataFrame,
    areas: pd.DataFrame,
    asked: Filter,
    timezone: str,
    *,
    shapes: bool = True,
) -> pd.DataFrame:
    """Return those of `rows` that were asked for, in the fields of the table `name`, placed.

    Telephones and identity numbers in their words are masked.

    `areas` is a GeoDataFrame of all, the subdistricts among them; days and weeks are meant in
    `timezone`. Without `shapes` rows have no place, for formats that hold none.

    Raises
    ------
    BadUse
        If there is no such table.
    """
    if name not in TABLES:
        raise BadUse("publish.unknown_export", table=name, known=" ".join(TABLES))
    table = TABLES[name]
    wanted = asked.rows(table, rows, areas, timezone)
    rows = rows if wanted.all() else rows[wanted]
    if shapes:
        return placed(table, rows, areas)
    return masked_texts(table.frame.conform(rows)[table.properties])


def write_export(name: str, table: Rows, path: str | Path) -> None:
    """Write `table` to `path` in the format of its suffix, one of :data:`SUFFIXES`.

    The rows are as :func:`geo_service.publish.placed` gives them, or parts of them in order;
    GeoJSON and CSV are written part by part. `name` names the layer and the features' ids.

    Raises
    ------
    BadUse
        If the suffix is another, or the folder does not exist.
    """
    target = Path(path)
    writer = _WRITERS.get(target.suffix.lower())
    if writer is None:
        raise BadUse("publish.unknown_format", file=target.name, known=" ".join(SUFFIXES))
    with whole(target) as beside:
        writer(name, table, beside)


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """Give a file to write that becomes `target` when all is written.

    Raises
    ------
    BadUse
        If the folder does not exist.
    """
    if not target.parent.is_dir():
        raise BadUse("publish.no_folder", folder=str(target.parent))
    # Beside the target and with its suffix: drivers look at it, and a rename stays on one disk.
    beside = target.with_name(f".{target.stem}.{os.getpid()}.part{target.suffix.lower()}")
    try:
        yield beside
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def one_table(table: Rows) -> pd.DataFrame:
    """Return parts that follow one another as one table."""
    if isinstance(table, pd.DataFrame):
        return table
    parts: list[pd.DataFrame] = list(table)
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled, ignore_index=True)
