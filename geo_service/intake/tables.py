"""The tables an office keeps itself: crews, units, days, categories, kinds; each row checked."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pandas as pd

from geo_service.intake.options import AS_FOUND, IntakeWarning, Layout, TableIn
from geo_service.intake.readers.files import bad_file
from geo_service.intake.readers.sources import read_rows
from geo_service.intake.rows.columns import by_plain_name, strip
from geo_service.intake.rows.points import numbers
from geo_service.intake.rows.refusals import Refusals
from geo_service.intake.rows.texts import clean
from geo_service.terms import CLOCKS, FRAMES, PUBLIC, BadUse, ladder

TableName = Literal["crews", "units", "calendar", "categories", "kinds", "events"]
Check = Callable[[dict[str, pd.Series], Refusals], None]
"""Looks at a table's columns, changes them, and refuses rows."""

_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "crews": ("crew_id",),
    "units": ("unit_id",),
    "calendar": ("date",),
    "categories": ("scheme", "code"),
    "kinds": ("kind",),
    "events": ("case_id",),
}
_LOG: Final = "events"
"""Of one case there are many: who keeps them sees which came before."""
_DEGREES: Final = {"depot_lon": 180.0, "depot_lat": 90.0}
_CLOCK_TIMES: Final = ("shift_start", "shift_end", "from", "to")
_CLOCK_TIME: Final = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?|24:00(?::00)?"
_NEEDED: Final = {"kinds": ("fineness",)}


def read_table(
    path: Path, table: TableName, layout: Layout = AS_FOUND, check: Check | None = None
) -> TableIn:
    """Read a file of crews, units, categories or kinds: csv, xlsx or json with the fields' names.

    `check` asks besides what this table alone cannot know.

    Returns
    -------
    table_in
        Rows after ``FRAMES[table]``, the last of each key; what the file does not say is missing,
        so that it leaves what is known. Rejects with line, field and reason.

    Raises
    ------
    BadInput
        If the file cannot be read or has no column for the key.
    """
    if table not in _KEYS:
        raise BadUse("errors.bad_parameter", name="table", value=table, why=", ".join(_KEYS))
    frame = FRAMES[table]
    raw = read_rows(path, known=frame.names, layout=layout)
    have = by_plain_name(raw.cells.columns)
    key = _KEYS[table][-1]
    if key not in have:
        raise bad_file(path, "no_key_column", column=key, columns=", ".join(raw.cells.columns))

    warnings = list(raw.warnings)
    text = {c.name: strip(raw.cells[have[c.name]]) for c in frame.columns if c.name in have}
    refusals = Refusals.none(len(raw.cells))
    refusals.refuse(text[key].isna().to_numpy(), key, None, "missing_key")
    out = _checked(table, text, refusals, warnings)
    if check is not None:
        check(out, refusals)
    rejects = refusals.table(path.name, raw, None)
    rows = pd.DataFrame(out, index=raw.cells.index)[~refusals.refused]
    again = rows.reindex(columns=list(_KEYS[table])).duplicated(keep="last") & (table != _LOG)
    rows = frame.conform(rows[~again].reset_index(drop=True))
    # False would be a statement where the file has no such column
    unsaid = [c.name for c in frame.columns if c.type == "flag" and c.name not in out]
    rows = rows.drop(columns=unsaid)
    return TableIn(rows, rejects, raw.read, int(again.sum()), warnings)


def _checked(
    table: str, text: dict[str, pd.Series], refusals: Refusals, warnings: list[IntakeWarning]
) -> dict[str, pd.Series]:
    out: dict[str, pd.Series] = {}
    for column in FRAMES[table].columns:
        if column.name not in text:
            continue
        cells = text[column.name]
        if column.type in ("number", "integer"):
            out[column.name] = _numbers(column.name, cells, refusals)
            if column.type == "integer":
                broken = out[column.name].mod(1).fillna(0).ne(0).to_numpy()
                refusals.refuse(broken, column.name, cells, "bad_number")
                out[column.name] = out[column.name].mask(broken)
        elif column.type == "text":
            out[column.name] = clean(column.name, cells, warnings)
        elif column.type == "flag":
            out[column.name] = cells.fillna(str(column.name == "locates"))
        else:
            out[column.name] = cells
    for name in _NEEDED.get(table, ()):
        known = text.get(name)
        lacks = np.ones(len(refusals.reason), dtype=bool) if known is None else known.isna()
        refusals.refuse(np.asarray(lacks), name, None, "missing_number")
    _check_words(text, refusals)
    for name in _CLOCK_TIMES:
        if name in text:
            good = text[name].str.fullmatch(_CLOCK_TIME).fillna(False).astype(bool)
            refusals.refuse(
                (text[name].notna() & ~good).to_numpy(), name, text[name], "bad_clock_time"
            )
    _check_depots(out, text, refusals)
    return out


def _check_words(text: dict[str, pd.Series], refusals: Refusals) -> None:
    if "clock" in text:
        strange = (text["clock"].notna() & ~text["clock"].isin(CLOCKS)).to_numpy()
        refusals.refuse(strange, "clock", text["clock"], "unknown_clock")
    if "observed_by" in text:
        told = text["observed_by"]
        strange = (told.notna() & (told != PUBLIC)).to_numpy()
        refusals.refuse(strange, "observed_by", told, "unknown_observer")
    if "escalate" in text:
        strange = text["escalate"].map(ladder, na_action="ignore").isna() & text["escalate"].notna()
        refusals.refuse(strange.to_numpy(), "escalate", text["escalate"], "bad_escalation")


def _numbers(name: str, cells: pd.Series, refusals: Refusals) -> pd.Series:
    values, bad = numbers(cells)
    refusals.refuse(bad, name, cells, "bad_number")
    with np.errstate(invalid="ignore"):
        if name in _DEGREES:
            refusals.refuse(np.abs(values) > _DEGREES[name], name, cells, "out_of_range")
        else:
            refusals.refuse(values < 0, name, cells, "negative_number")
    return pd.Series(values, index=cells.index)


def _check_depots(
    out: dict[str, pd.Series], text: dict[str, pd.Series], refusals: Refusals
) -> None:
    lon, lat = _DEGREES
    if lon not in out and lat not in out:
        return
    nothing = pd.Series(np.nan, index=range(len(refusals.reason)))
    for one, other in ((lon, lat), (lat, lon)):
        lacks = out.get(one, nothing).isna() & out.get(other, nothing).notna()
        refusals.refuse(lacks.to_numpy(), one, text.get(other), "half_point")
