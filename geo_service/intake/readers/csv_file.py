"""csv: header, delimiter and the physical line of each row found out, in whole columns."""

import csv
import io
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from geo_service.intake.options import AS_FOUND, IntakeWarning, Layout
from geo_service.intake.readers.charset import find_encoding, to_utf8
from geo_service.intake.readers.files import bad_file, check_width
from geo_service.intake.readers.headers import FIRST_ROWS, find_header, header_told
from geo_service.intake.readers.raw import (
    RawTable,
    series,
    text_column,
    torn_row,
    torn_rows,
    unique_names,
)

DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE: Final = 1 << 18
_CHUNK: Final = 1 << 24
_FIRST: Final = 30
_SEPARATOR: Final = re.compile(rb'"?sep=([^\n"])"?[;,\t ]*(?:\n|\Z)', re.IGNORECASE)
"""A spreadsheet's own word for the delimiter, in line 1."""


def read_csv(
    path: Path,
    data: bytes,
    *,
    header: bool,
    known: Collection[str] = (),
    layout: Layout = AS_FOUND,
) -> RawTable:
    """Return csv bytes, unpacked, as a table; without `header` columns are called 1, 2, 3 ...

    A row's line is the physical one it begins on, from 1; blank lines count, and so do the lines
    inside quotes. The header is looked for by the names `known`; rows above it, and ``sep=;`` in
    line 1, are none. `path` is for messages only.
    """
    encoding = layout.encoding or find_encoding(data)
    data, warnings = to_utf8(path, data, layout.encoding)
    if not data.strip():
        raise bad_file(path, "file_empty")
    separator = _SEPARATOR.match(data)
    delimiter = separator[1].decode() if separator else find_delimiter(data)
    above, over, line = int(bool(separator)), 0, None
    if separator:
        data = data[separator.end() :] or b"\n"
    if header:
        data, skipped, over, line, told = _at_header(path, data, delimiter, known, layout, above)
        above += skipped
        warnings += told
    elif begin := _first_rows(data[:_SAMPLE], delimiter):
        check_width(path, len(begin[0][2]))
    check_width(path, 1, data.count(delimiter.encode()))
    parts = _read_fast(data, delimiter)
    if parts is None:
        parts = _read_slow(path, data, delimiter)
    columns, lines, torn = parts
    if not columns or not len(columns[0]):
        raise bad_file(path, "file_empty")
    check_width(path, len(columns), len(columns[0]))
    if header:
        names = unique_names(column.iloc[0] if column.notna().iloc[0] else "" for column in columns)
        columns = [column.iloc[1:].reset_index(drop=True) for column in columns]
        lines = lines[1:]
    else:
        names = [str(number) for number in range(1, len(columns) + 1)]
    cells = pd.DataFrame(dict(zip(names, columns, strict=True)))
    cells, lines, torn, mended = _without_empty(cells, lines, torn, len(names) - over)
    if mended:
        warnings.append(IntakeWarning("intake.empty_fields", mended, str(len(names) - over)))
    names = list(cells.columns)
    rows = [
        (
            line + above,
            str(len(values)),
            "intake.too_many_fields" if len(values) > len(names) else "intake.too_few_fields",
            torn_row(names, values),
        )
        for line, values in torn
        if any(value.strip() for value in values)
    ]
    found = Layout(encoding, None, line)
    return RawTable(cells, lines + above, torn_rows(rows), warnings=warnings, layout=found)


def _at_header(
    path: Path, data: bytes, delimiter: str, known: Collection[str], layout: Layout, above: int
) -> tuple[bytes, int, int, int | None, list[IntakeWarning]]:
    """Return the data from the header on, in one line that is as wide as the rows below it.

    Then how many lines that leaves out, how many empty names it got, the line on which it was,
    and what is to be told.
    """
    told: list[IntakeWarning] = []
    asked = layout.header_row
    start = 0 if asked is None else _start_of(path, data, asked, above)
    rows = _first_rows(data[start : start + _SAMPLE], delimiter)
    if not rows:
        return data, 0, 0, None, told
    at = 0 if asked is not None else find_header([values for _, _, values in rows], known)
    first, last, names = rows[at]
    skipped = data.count(b"\n", 0, start) + last - 1
    line = first + skipped - last + 1 + above
    if asked is None:
        told = header_told(first + above, at)
    check_width(path, len(names))
    body = [values for _, _, values in rows[at + 1 :]]
    named = len(names)
    while not names[-1].strip() and sum(len(values) < len(names) for values in body) * 2 > len(
        body
    ):
        names = names[:-1]
    wider = [
        len(values) - len(names)
        for values in body
        if len(values) > len(names) and not any(value.strip() for value in values[len(names) :])
    ]
    over = min(wider) if len(wider) * 2 > len(body) else 0
    if skipped or over or len(names) < named:
        one_line = [*(" ".join(name.split()) for name in names), *[""] * over]
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, lineterminator="\n").writerow(one_line)
        rest = io.BytesIO(data)
        rest.seek(start)
        for _ in range(last):
            rest.readline()
        data = out.getvalue().encode() + data[rest.tell() :]
    return data, skipped, over, line, told


def _start_of(path: Path, data: bytes, line: int, above: int) -> int:
    """Return where a line begins; `above` lines were before these data."""
    start = 0 if line > above else -1
    for _ in range(line - above - 1):
        start = data.find(b"\n", start) + 1 or -1
        if start < 0:
            break
    if start < 0 or not data[start : start + _SAMPLE].partition(b"\n")[0].strip():
        raise bad_file(path, "no_header_row", row=line)
    return start


def _first_rows(sample: bytes, delimiter: str) -> list[tuple[int, int, list[str]]]:
    """Return the first rows that hold something, each with its first and last line."""
    text = sample.decode("utf-8", errors="replace")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, int, list[str]]] = []
    before = 0
    with suppress(csv.Error):
        for row in reader:
            line, before = before + 1, reader.line_num
            if any(cell.strip() for cell in row):
                rows.append((line, before, row))
            if len(rows) == FIRST_ROWS:
                break
    return rows


def _without_empty(
    cells: pd.DataFrame, lines: NDArray[np.int64], torn: list[tuple[int, list[str]]], named: int
) -> tuple[pd.DataFrame, NDArray[np.int64], list[tuple[int, list[str]]], int]:
    """Leave out what is empty beyond the `named` columns; tell in how many rows something was."""
    left: list[tuple[int, list[str]]] = []
    fit: list[tuple[int, list[str]]] = []
    for line, values in torn:
        empty = len(values) >= named and not any(value.strip() for value in values[named:])
        (fit if empty else left).append((line, values))
    mended = sum(len(values) > named for _, values in fit)
    extra = list(cells.columns[named:])
    if not fit and not extra:
        return cells, lines, left, 0
    if extra:
        full = cells[extra].notna().any(axis=1).to_numpy()
        fuller = cells[full].astype(object).where(cells[full].notna(), "")
        left += list(zip(lines[full].tolist(), fuller.to_numpy().tolist(), strict=True))
        left.sort(key=lambda row: row[0])
        cells, lines = cells.loc[~full, list(cells.columns[:named])], lines[~full]
        mended += len(cells)
    if fit:
        columns = zip(*(values[:named] for _, values in fit), strict=True)
        more = {
            name: text_column([cell or None for cell in column])
            for name, column in zip(cells.columns, columns, strict=True)
        }
        lines = np.concatenate([lines, np.array([line for line, _ in fit], dtype=np.int64)])
        order = np.argsort(lines, kind="stable")
        lines, cells = lines[order], pd.concat([cells, pd.DataFrame(more)]).iloc[order]
    return cells.reset_index(drop=True), lines, left, mended


def find_delimiter(data: bytes) -> str:
    r"""Return the delimiter that gives most columns in most of the first records.

    >>> find_delimiter(b"a;b;c\n1,5;2;3\n")
    ';'
    """
    text = data[:_SAMPLE].decode("utf-8", errors="replace")
    # one by which quotes stand where they should goes before any other
    for strict in (True, False):
        best, most = ",", 0.0
        for delimiter in DELIMITERS:
            widths = _widths(text, delimiter, strict=strict)
            # a title above the table has another width than most
            score = max((n * widths.count(n) / len(widths) for n in {*widths} if n > 1), default=0)
            if score > most:
                best, most = delimiter, score
        if most:
            break
    return best


def _widths(text: str, delimiter: str, *, strict: bool) -> list[int]:
    """Return how many fields the first records have; none where they cannot be parsed."""
    try:
        rows = csv.reader(io.StringIO(text), delimiter=delimiter, strict=strict)
        return [len(row) for row in islice(filter(None, rows), _FIRST)]
    except csv.Error:
        return []


Parts = tuple[list[pd.Series], NDArray[np.int64], list[tuple[int, list[str]]]]


def _read_fast(data: bytes, delimiter: str) -> Parts | None:
    """Parse by Arrow; None where its records and the counted lines do not agree."""
    starts, quoted = _record_lines(data)
    torn: list[tuple[int, str]] = []

    def keep(row: arrow_csv.InvalidRow) -> str:
        torn.append((row.number, row.text))
        return "skip"

    try:
        width = len(next(csv.reader(_lines_of(data), delimiter=delimiter)))
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, autogenerate_column_names=True, block_size=_CHUNK
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=quoted, invalid_row_handler=keep
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={f"f{i}": pa.large_string() for i in range(width)},
                strings_can_be_null=True,
                null_values=[""],
                check_utf8=False,
            ),
        )
    except (pa.ArrowException, csv.Error, StopIteration):
        return None
    if table.num_columns != width or table.num_rows + len(torn) != len(starts):
        return None
    numbers = np.array([number - 1 for number, _ in torn], dtype=np.int64)
    lines = np.delete(starts, numbers)
    columns = [series(column) for column in table.columns]
    rows = [
        (int(starts[number]), next(csv.reader([text], delimiter=delimiter), []))
        for number, (_, text) in zip(numbers, torn, strict=True)
    ]
    return columns, lines, rows


def _lines_of(data: bytes) -> Iterator[str]:
    return (line.decode("utf-8") for line in io.BytesIO(data) if line.strip(b"\n"))


def _record_lines(data: bytes) -> tuple[NDArray[np.int64], bool]:
    """Return the line on which each record that is not blank begins, and if any spans lines."""
    line, quotes, spans = 1, 0, False
    begins: list[NDArray[np.int64]] = []
    array = np.frombuffer(data, dtype=np.uint8)
    last_end = -1  # where the record before ended
    next_line = 1  # line on which the record being read began
    for offset in range(0, len(array), _CHUNK):
        chunk = array[offset : offset + _CHUNK]
        newlines = np.flatnonzero(chunk == 10)
        marks = np.flatnonzero(chunk == 34)
        parity = (quotes + np.searchsorted(marks, newlines)) % 2
        outside = np.flatnonzero(parity == 0)
        spans = spans or len(outside) < len(newlines)
        ends = newlines[outside] + offset
        after = line + outside + 1
        starts = np.concatenate([[next_line], after[:-1]]) if len(ends) else after
        lengths = np.diff(np.concatenate([[last_end], ends])) if len(ends) else ends
        begins.append(starts[lengths > 1])
        if len(ends):
            last_end, next_line = int(ends[-1]), int(after[-1])
        line += len(newlines)
        quotes += len(marks)
    if last_end < len(array) - 1:
        begins.append(np.array([next_line], dtype=np.int64))
    return np.concatenate(begins).astype(np.int64), spans


def _read_slow(path: Path, data: bytes, delimiter: str) -> Parts:
    """Parse row by row: for files whose quotes are not where they belong."""
    reader = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    lines: list[int] = []
    torn: list[tuple[int, list[str]]] = []
    width = 0
    before = 0
    try:
        for row in reader:
            line, before = before + 1, reader.line_num
            if not row:
                continue
            width = width or len(row)
            if len(row) == width:
                rows.append(row)
                lines.append(line)
            else:
                torn.append((line, row))
    except csv.Error as error:
        raise bad_file(path, "csv_broken", line=before + 1, why=str(error)) from error
    columns = [text_column([cell or None for cell in column]) for column in zip(*rows, strict=True)]
    return columns, np.array(lines, dtype=np.int64), torn
