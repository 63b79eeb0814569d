"""Rejected rows on stdout, so that they can be mended and imported again."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, TextIO

from geo_service.terms import REJECT_COLUMNS, say

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_rejects(
    rejects: Iterable[Mapping[str, Any]],
    stream: TextIO,
    format: str,  # noqa: A002
    *,
    language: str = "en",
) -> None:
    """Write rejects so that they can be mended and imported again.

    Parameters
    ----------
    rejects
        Rows of table ``rejects``; missing is None.
    stream
        Open for text; for csv with ``newline=""``.
    format
        ``csv``: file, line, field, value, reason, then the original columns. ``json``: a list of
        objects, the original row under ``row``.
    language
        Of the reasons in csv; in JSON they are keys beside a sentence.
    """
    records = [_told(record, language) for record in rejects]
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


def _told(record: Mapping[str, Any], language: str) -> dict[str, Any]:
    reason = record["reason"]
    told = say(reason, language) if reason else None
    return {**record, "row": json.loads(record["row"] or "{}"), "say": told}


def _safe(cell: object) -> object:
    """Keep a spreadsheet from running a text as a formula; numbers stay numbers."""
    if isinstance(cell, str) and cell.lstrip().startswith(_FORMULA):
        try:
            float(cell)
        except ValueError:
            return "'" + cell
    return cell
