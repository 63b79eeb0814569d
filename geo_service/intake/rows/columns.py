"""Which column of the file is which field: what the user says, the preset, equal names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo_service.intake.options import ImportOptions, IntakeWarning
from geo_service.intake.presets import Preset
from geo_service.intake.readers.files import bad_file
from geo_service.intake.readers.headers import plain_name
from geo_service.intake.readers.raw import arrow, series
from geo_service.terms import FRAMES, BadInput

PLACE_FIELDS: Final = ("lon", "lat", "point", "x", "y")
PERSONAL: Final = [column.name for column in FRAMES["reports"].columns if column.personal]
FIELDS: Final = (*FRAMES["reports"].given, "point", "x", "y")

_ALSO: Final = {
    "latitude": "lat",
    "longitude": "lon",
    "lng": "lon",
    "long": "lon",
    "x_coordinate": "x",
    "y_coordinate": "y",
}
_NULLS: Final = ("", "NULL", "null", "\\N", "NaN", "nan", "#N/A", "N/A", "<NA>")


NUMBER: Final = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
PAIR: Final = rf"^[\(\[]?\s*(?P<a>{NUMBER})\s*[,;\s]\s*(?P<b>{NUMBER})\s*[\)\]]?$"
WKT: Final = (
    rf"^(?i:(?:SRID=\d+;)?\s*POINT\s*Z?M?)\s*\(\s*(?P<a>{NUMBER})\s+(?P<b>{NUMBER})"
    rf"(?:\s+{NUMBER})*\s*\)$"
)
"""How a number, a pair (latitude first) and well-known text (longitude first) are written."""

_TRIED: Final = 1_000
"""So many rows say whether a column can be read."""


@dataclass(frozen=True)
class Fields:
    """Raw text of each field that has a column or a value, and which way the place is given.

    Parameters
    ----------
    text
        Field → its text, stripped, missing where empty.
    place
        ``("lon", "lat")``, ``("point",)``, ``("x", "y")`` or ``()``.
    personal
        The file's columns that name somebody.
    warnings
        What the preset names and the file has not.
    columns
        Field → the columns that it is read from.
    """

    text: dict[str, pd.Series]
    place: tuple[str, ...]
    personal: list[str] = field(default_factory=list)
    warnings: list[IntakeWarning] = field(default_factory=list)
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)


def by_plain_name(columns: Iterable[str]) -> dict[str, str]:
    """Return a file's columns by their plain names; of several of one name the first."""
    found: dict[str, str] = {}
    for column in columns:
        found.setdefault(plain_name(str(column)), column)
    return found


def known_names(options: ImportOptions, preset: Preset | None) -> set[str]:
    """Return the plain names of all columns that a file of reports may have."""
    of_preset = [name for names in (preset.columns if preset else {}).values() for name in names]
    names = (*FIELDS, *_ALSO, *of_preset, *options.mapping.values())
    return {plain_name(name) for name in names if name}


def find_fields(
    path: Path,
    cells: pd.DataFrame,
    options: ImportOptions,
    preset: Preset | None,
    *,
    projected: bool = False,
) -> Fields:
    """Return the text of each field; x and y go before lon and lat where a projection is told.

    Raises
    ------
    BadInput
        If a field or a column is named that does not exist, or nothing is ``reported_at``.
    """
    told, warnings = _told(path, cells, options, preset)
    equal = {} if not options.header else _equal(cells)
    # an empty name says that the file has no such column
    said = {**(preset.columns if preset else {}), **options.mapping}
    for name in [name for name, columns in said.items() if columns in ("", ("",))]:
        told.pop(name, None)
        equal.pop(name, None)
    values = {**(dict(preset.values) if preset else {}), **options.set_values}
    for name in values:
        _check_field(name)

    given = {**told, **dict.fromkeys(options.set_values, ())}
    place = _place(given, equal, cells, projected=projected)
    chosen = {**equal, **told}
    text: dict[str, pd.Series] = {}
    for name in FIELDS:
        if name in PLACE_FIELDS and name not in place:
            continue
        if name in options.set_values or (name in values and name not in chosen):
            text[name] = _constant(values[name], cells.index)
        elif name in chosen:
            text[name] = _first_known([strip(cells[column]) for column in chosen[name]])
    if "reported_at" not in text:
        raise bad_file(path, "no_reported_at", columns=_listed(cells))
    personal = [column for name in PERSONAL for column in chosen.get(name, ())]
    columns = {name: tuple(chosen[name]) for name in text if name in chosen}
    return Fields(text, place, personal, warnings, columns)


def strip(column: pd.Series) -> pd.Series:
    """Return text without blanks around; what says "nothing" becomes missing."""
    text = pc.utf8_trim_whitespace(arrow(column))
    nothing = pc.is_in(text, value_set=pa.array(_NULLS, type=pa.large_string()))
    if pc.any(nothing).as_py():
        text = pc.if_else(nothing, None, text)
    return series(text).set_axis(column.index)


def _told(
    path: Path, cells: pd.DataFrame, options: ImportOptions, preset: Preset | None
) -> tuple[dict[str, tuple[str, ...]], list[IntakeWarning]]:
    told: dict[str, tuple[str, ...]] = {}
    warnings: list[IntakeWarning] = []
    have = by_plain_name(cells.columns)
    for name, columns in (preset.columns if preset else {}).items():
        _check_field(name)
        found = tuple(have[c] for c in map(plain_name, columns) if c in have)
        if found:
            told[name] = found
        elif name not in options.mapping and columns != ("",):
            warnings.append(IntakeWarning("intake.preset_column_missing", 1, columns[0]))
    if preset and preset.columns and not told and not options.mapping:
        raise bad_file(path, "preset_does_not_fit", preset=preset.name, columns=_listed(cells))
    for name, column in options.mapping.items():
        _check_field(name)
        if not column:
            continue
        exact = column if column in cells.columns else have.get(plain_name(column))
        if exact is None:
            raise bad_file(path, "no_such_column", column=column, columns=_listed(cells))
        told[name] = (exact,)
    return told, warnings


def _equal(cells: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for column in cells.columns:
        plain = plain_name(column)
        if plain in FIELDS:
            found.setdefault(plain, (column,))
    for column in cells.columns:
        also = _ALSO.get(plain_name(column))
        if also is not None:
            found.setdefault(also, (column,))
    return found


def _place(
    told: Mapping[str, object],
    equal: Mapping[str, Sequence[str]],
    cells: pd.DataFrame,
    *,
    projected: bool,
) -> tuple[str, ...]:
    """Return the one way the place is given.

    Told before equal names, whole pairs before half, what can be read before what cannot.
    """
    ways = (("lon", "lat"), ("point",), ("x", "y"))
    ways = ways[::-1] if projected else ways
    for names, enough in ((told, any), (equal, all), (equal, any)):
        found = [way for way in ways if enough(name in names for name in way)]
        if found and enough is all:
            return next((way for way in found if _readable(way, equal, cells)), found[0])
        if found:
            return found[0]
    return ()


def _readable(
    way: tuple[str, ...], equal: Mapping[str, Sequence[str]], cells: pd.DataFrame
) -> bool:
    """Tell whether any of the first rows that say something can be read, in each column."""
    patterns = (PAIR, WKT) if way == ("point",) else (rf"^{NUMBER}$", r"^[+-]?\d+,\d+$")
    texts = [arrow(strip(cells[equal[name][0]]).dropna().head(_TRIED)) for name in way]
    return all(
        any(pc.any(pc.match_substring_regex(text, pattern)).as_py() for pattern in patterns)
        for text in texts
    )


def _first_known(columns: list[pd.Series]) -> pd.Series:
    first = columns[0]
    for other in columns[1:]:
        first = first.where(first.notna(), other)
    return first


def _constant(value: str, index: pd.Index) -> pd.Series:
    text = value.strip()
    return pd.Series(text if text not in _NULLS else np.nan, index=index, dtype="str")


def _check_field(name: str) -> None:
    if name not in FIELDS:
        raise BadInput("intake.no_such_field", field=name, known=", ".join(FIELDS))


def _listed(cells: pd.DataFrame) -> str:
    columns = [str(column) for column in cells.columns]
    return ", ".join(columns[:60]) + (" ..." if len(columns) > 60 else "")
