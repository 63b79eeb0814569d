"""csv: encoding, delimiter and the physical line of each row found out, in whole columns."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from geo_service.intake.options import IntakeWarning
from geo_service.intake.readers.files import bad_file, check_width
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


def read_csv(path: Path, data: bytes, *, header: bool) -> RawTable:
    """Return csv bytes, unpacked, as a table; without `header` columns are called 1, 2, 3 ...

    The record on the header's physical line is line 1; blank lines count, and so do the lines
    inside quotes. `path` is for messages only.
    """
    data, warnings = to_utf8(path, data)
    if not data.strip():
        raise bad_file(path, "file_empty")
    delimiter = find_delimiter(data)
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
    rows = [
        (
            line,
            str(len(values)),
            "intake.too_many_fields" if len(values) > len(names) else "intake.too_few_fields",
            torn_row(names, values),
        )
        for line, values in torn
        if any(value.strip() for value in values)
    ]
    return RawTable(cells, lines, torn_rows(rows), warnings=warnings)


def to_utf8(path: Path, data: bytes) -> tuple[bytes, list[IntakeWarning]]:
    """Return `data` in UTF-8 without BOM and with plain line ends."""
    warnings: list[IntakeWarning] = []
    encoding = find_encoding(data)
    if encoding == "utf-8":
        data = data.removeprefix(b"\xef\xbb\xbf")
    else:
        text = data.decode(encoding, errors="replace")
        damaged = text.count("\ufffd")
        if damaged:
            warnings.append(IntakeWarning("intake.encoding_damaged", damaged, encoding))
        if encoding == "cp1252":
            warnings.append(IntakeWarning("intake.encoding_guessed", 1, encoding))
        data = text.removeprefix("\ufeff").encode("utf-8")
    sample = data[:_SAMPLE]
    if sample.count(0) > len(sample) // 100 + 1:
        raise bad_file(path, "file_foreign")
    data = data.replace(b"\0", b"")
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
        # A lone CR ends a line only where nothing else does; within a line it is dirt.
        data = data.replace(b"\r", b" " if b"\n" in data else b"\n")
    return data, warnings


def find_encoding(data: bytes) -> str:
    """Return the encoding of `data`.

    >>> find_encoding("七里河".encode("gb18030")), find_encoding("七里河".encode())
    ('gb18030', 'utf-8')
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = data[: 1 << 12]
    if len(head) > 1 and head.count(0) > len(head) // 5:
        return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    loose = data.decode("utf-8", errors="replace")
    damaged = loose.count("\ufffd")
    whole = len(loose.encode("utf-8")) - len(loose) - 2 * damaged
    if whole > 20 * damaged:
        return "utf-8-sig"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "cp1252"
    return "gb18030"


def find_delimiter(data: bytes) -> str:
    r"""Return the delimiter that gives most columns in most of the first records.

    >>> find_delimiter(b"a;b;c\n1,5;2;3\n")
    ';'
    """
    text = data[:_SAMPLE].decode("utf-8", errors="replace")
    best, most = ",", 0.0
    for delimiter in DELIMITERS:
        widths = []
        try:
            for row in csv.reader(io.StringIO(text), delimiter=delimiter):
                if row:
                    widths.append(len(row))
                if len(widths) == 30:
                    break
        except csv.Error:
            continue
        if widths and widths[0] > 1:
            score = widths[0] * widths.count(widths[0]) / len(widths)
            if score > most:
                best, most = delimiter, score
    return best


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
