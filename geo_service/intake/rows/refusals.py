"""Rows that are not accepted: the first thing wrong with each, and how they are handed back."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TextIO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.intake.readers.raw import REJECT_COLUMNS, RawTable
from geo_service.terms import FRAMES, say

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass
class Refusals:
    """Collects what is wrong with rows; of several faults of a row the first told stays."""

    reason: NDArray[np.object_]
    field: NDArray[np.object_]
    value: NDArray[np.object_]

    @classmethod
    def none(cls, n: int) -> Refusals:
        """Return no refusal for `n` rows."""
        return cls(*(np.full(n, None, dtype=object) for _ in range(3)))

    @property
    def refused(self) -> NDArray[np.bool_]:
        """Where a row is refused."""
        return np.asarray(pd.notna(self.reason), dtype=bool)

    def refuse(
        self, where: NDArray[np.bool_], field: str, value: pd.Series | None, reason: str
    ) -> None:
        """Refuse rows `where` nothing else is wrong yet."""
        rows = np.flatnonzero(where & ~self.refused)
        if len(rows):
            self.reason[rows] = f"intake.{reason}"
            self.field[rows] = field
            self.value[rows] = None if value is None else value.iloc[rows].to_numpy(dtype=object)

    def table(self, file: str, raw: RawTable, ids: pd.Series | None) -> pd.DataFrame:
        """Return table ``rejects``: refused rows and torn ones, in the order of their lines."""
        rows = np.flatnonzero(self.refused)
        refused = pd.DataFrame(
            {
                "line": raw.lines[rows],
                "report_id": ids.iloc[rows].to_numpy(dtype=object) if ids is not None else None,
                "field": self.field[rows],
                "value": self.value[rows],
                "reason": self.reason[rows],
                "row": rows_as_json(raw.cells.iloc[rows]),
            }
        )
        parts = [part for part in (refused, raw.torn) if len(part)]
        if not parts:
            return FRAMES["rejects"].empty()
        both = pd.concat(parts, ignore_index=True).sort_values("line", kind="stable")
        both["file"] = file
        return FRAMES["rejects"].conform(both.reset_index(drop=True))


def rows_as_json(cells: pd.DataFrame) -> list[str]:
    """Return each row as a JSON object; an empty cell is null, for it may be the one to mend."""
    records = cells.astype(object).where(cells.notna(), None).to_dict("records")
    return [json.dumps(record, ensure_ascii=False) for record in records]


def write_rejects(
    rejects: pd.DataFrame,
    stream: TextIO,
    format: str,  # noqa: A002
    *,
    language: str = "en",
) -> None:
    """Write rejects so that they can be mended and imported again.

    Parameters
    ----------
    rejects
        Table ``rejects``.
    stream
        Open for text; for csv with ``newline=""``.
    format
        ``csv``: file, line, field, value, reason, then the original columns. ``json``: a list of
        objects, the original row under ``row``.
    language
        Of the reasons in csv; in JSON they are keys beside a sentence.
    """
    records = [_told(record, language) for record in rejects.to_dict("records")]
    if format == "json":
        json.dump(records, stream, ensure_ascii=False, indent=1)
        stream.write("\n")
        return
    columns: dict[str, None] = {}
    for record in records:
        columns.update(dict.fromkeys(record["row"]))
    # An original column called "line" keeps its name, or it could not be imported again.
    head = [f"reject_{name}" if name in columns else name for name in REJECT_COLUMNS]
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([_safe(name) for name in (*head, *columns)])
    for record in records:
        told = [record["file"], record["line"], record["field"], record["value"], record["say"]]
        row = [record["row"].get(name) for name in columns]
        writer.writerow([_safe(cell) for cell in (*told, *row)])


def _told(record: Mapping[Any, Any], language: str) -> dict[str, Any]:
    out = {key: None if pd.isna(value) else value for key, value in record.items()}
    out["line"] = None if out["line"] is None else int(out["line"])
    out["row"] = json.loads(out["row"] or "{}")
    reason = out["reason"]
    out["say"] = say(reason, language) if reason else None
    return out


def _safe(cell: object) -> object:
    """Keep a spreadsheet from running a text as a formula; numbers stay numbers."""
    if isinstance(cell, str) and cell.lstrip().startswith(_FORMULA):
        try:
            float(cell)
        except ValueError:
            return "'" + cell
    return cell
