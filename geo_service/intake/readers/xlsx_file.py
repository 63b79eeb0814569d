"""xlsx: the sheet that has the table, as a stream; dates as dates, whole numbers as such."""

import io
import warnings
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.utils.exceptions import InvalidFileException

from geo_service.intake.options import AS_FOUND, IntakeWarning, Layout
from geo_service.intake.readers.files import bad_file, check_width, check_zip
from geo_service.intake.readers.headers import (
    FIRST_ROWS,
    find_header,
    header_told,
    known_in,
    plain_name,
)
from geo_service.intake.readers.raw import RawTable, text_column, torn_row, torn_rows, unique_names

MOST_ROWS: Final = 1_048_576
"""As many as a sheet can have."""

_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, ArithmeticError),
    *(AttributeError, EOFError, LookupError, MemoryError, RuntimeError, TypeError, ValueError),
)
"""What the library raises on a file that is no workbook."""


def read_xlsx(
    path: Path,
    data: bytes,
    *,
    header: bool,
    known: Collection[str] = (),
    layout: Layout = AS_FOUND,
) -> RawTable:
    """Read one sheet; the line of a row is its number in the sheet, from 1.

    Sheet and header are those with most of the names `known`, else the first.

    Raises
    ------
    BadInput
        If it is no workbook, or unpacks to more than is safe; if it has no such sheet or row.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_zip(path, archive)
            if "[Content_Types].xml" not in archive.namelist():
                raise bad_file(path, "not_xlsx")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            for sheet in book.worksheets:
                # What size a sheet says it has is not to be believed: rows are padded to it.
                sheet.reset_dimensions()
            sheet, told = _sheet(path, book.worksheets, known, layout.sheet)
            rows = list(_rows(path, sheet.values))
            sheets = tuple(str(one.title) for one in book.worksheets)
            title = str(sheet.title)
            book.close()
    except _DAMAGED as error:
        raise bad_file(path, "not_xlsx") from error
    if not rows:
        raise bad_file(path, "file_empty")
    check_width(path, max(len(cells) for _, cells in rows), len(rows))
    at = 0
    if header and layout.header_row is not None:
        at = next((i for i, (line, _) in enumerate(rows) if line == layout.header_row), -1)
        if at < 0:
            raise bad_file(path, "no_header_row", row=layout.header_row)
    elif header:
        at = find_header(_texts(rows[:FIRST_ROWS]), known)
        told += header_told(rows[at][0], at)
    table = _table(rows[at:], told, header=header)
    found = Layout(None, title, rows[at][0] if header else None)
    return replace(table, layout=found, sheets=sheets)


def _sheet(
    path: Path, sheets: Sequence[Any], known: Collection[str], asked: str | None
) -> tuple[Any, list[IntakeWarning]]:
    """Return the sheet that is asked for, else the one that has the table; and what to tell."""
    titles = [str(sheet.title) for sheet in sheets]
    if asked is not None:
        plain = [plain_name(title) for title in titles]
        if plain_name(asked) in plain:
            return sheets[plain.index(plain_name(asked))], []
        if asked.strip().isdecimal() and 1 <= int(asked) <= len(sheets):
            return sheets[int(asked) - 1], []
        raise bad_file(path, "no_such_sheet", sheet=asked, known=", ".join(titles))
    if len(sheets) == 1:
        return sheets[0], []
    scores = []
    for sheet in sheets:
        first = _texts(list(islice(_rows(path, sheet.values), FIRST_ROWS)))
        names = max((known_in(row, known) for row in first), default=0)
        is_table = sum(len(row) > 1 for row in first) > 1
        scores.append((names if names > 1 else 0, is_table, names))
    at = scores.index(max(scores))
    told = [IntakeWarning("intake.sheet_found", len(sheets), titles[at])] if at else []
    same = [title for title, score in zip(titles, scores, strict=True) if score == scores[at]]
    if scores[at][0] and len(same) > 1:
        told.append(IntakeWarning("intake.sheets_left", len(same) - 1, ", ".join(same[1:])))
    return sheets[at], told


def _texts(rows: Sequence[tuple[int, list[object]]]) -> list[list[str]]:
    return [[_text(cell) or "" for cell in cells] for _, cells in rows]


def _rows(path: Path, values: Iterable[tuple[object, ...]]) -> Iterator[tuple[int, list[object]]]:
    """Yield the rows that hold something; a few bytes can claim any number of empty cells."""
    cells = 0
    for number, row in enumerate(values, start=1):
        if number > MOST_ROWS:
            raise bad_file(path, "too_many_rows", most=MOST_ROWS)
        known = _trim(row)
        if known:
            cells += len(known)
            check_width(path, len(known))
            check_width(path, 1, cells)
            yield number, known


def _table(
    rows: Sequence[tuple[int, list[object]]], told: list[IntakeWarning], *, header: bool
) -> RawTable:
    if header:
        names = unique_names(rows[0][1])
        rows = rows[1:]
    else:
        width = max(len(cells) for _, cells in rows)
        names = [str(number) for number in range(1, width + 1)]
    good, torn = [], []
    for number, known in rows:
        if len(known) <= len(names):
            good.append((number, [*known, *[None] * (len(names) - len(known))]))
        else:
            values = [_text(cell) or "" for cell in known]
            row = torn_row(names, values)
            torn.append((number, str(len(values)), "intake.too_many_fields", row))
    columns = {name: _column([cells[i] for _, cells in good]) for i, name in enumerate(names)}
    lines = np.array([number for number, _ in good], dtype=np.int64)
    cells = pd.DataFrame(columns, index=range(len(good)))
    return RawTable(cells, lines, torn_rows(torn), warnings=told)


def _trim(cells: Sequence[object]) -> list[object]:
    end = len(cells)
    while end and (cells[end - 1] is None or cells[end - 1] == ""):
        end -= 1
    return list(cells[:end])


def _column(cells: list[object]) -> pd.Series:
    return text_column([_text(cell) for cell in cells])


def _text(cell: object) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if not np.isfinite(cell):
            return None
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        # A sheet counts days as fractions: seconds come out a few microseconds off.
        return str(pd.Timestamp(cell).round("ms").isoformat())
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
