"""xlsx: the first sheet, read as a stream, dates as dates and whole numbers as such."""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.utils.exceptions import InvalidFileException

from geo_service.intake.readers.files import bad_file, check_width, check_zip
from geo_service.intake.readers.raw import RawTable, text_column, torn_row, torn_rows, unique_names

MOST_ROWS: Final = 1_048_576
"""As many as a sheet can have."""

_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, ArithmeticError),
    *(AttributeError, EOFError, LookupError, MemoryError, RuntimeError, TypeError, ValueError),
)
"""What the library raises on a file that is no workbook."""


def read_xlsx(path: Path, data: bytes, *, header: bool) -> RawTable:
    """Read the active sheet; the line of a row is its number in the sheet, from 1.

    Raises
    ------
    BadInput
        If it is no workbook, or unpacks to more than is safe.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_zip(path, archive)
            if "[Content_Types].xml" not in archive.namelist():
                raise bad_file(path, "not_xlsx")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            # What size the sheet says it has is not to be believed: rows are padded to it.
            sheet.reset_dimensions()
            rows = list(_rows(path, sheet.values))
            book.close()
    except _DAMAGED as error:
        raise bad_file(path, "not_xlsx") from error
    if not rows:
        raise bad_file(path, "file_empty")
    check_width(path, max(len(cells) for _, cells in rows), len(rows))
    return _table(rows, header=header)


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


def _table(rows: Sequence[tuple[int, list[object]]], *, header: bool) -> RawTable:
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
    return RawTable(pd.DataFrame(columns, index=range(len(good))), lines, torn_rows(torn))


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
