"""The text of a Shapefile's table: in which encoding it really is, whatever the file says."""

import codecs
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from geo_service.intake.options import IntakeWarning
from geo_service.intake.readers.charset import encoding_of
from geo_service.intake.readers.files import bad_file
from geo_service.terms import BadInput

_LANGUAGES: Final = {0x03: "cp1252", 0x57: "cp1252", 0x4D: "gb18030", 0x4F: "big5"} | {
    **dict.fromkeys((0x64, 0xC8), "cp1250"),
    **dict.fromkeys((0x65, 0xC9), "cp1251"),
}
"""What the table's language byte says."""
_USUAL, _LEAST = 0.8, 0.3
"""So much of Chinese text is in GB 2312, and of traditional text; of what is Chinese by chance
less."""
_FIELD: Final = 32

Value = tuple[bytes, bool]
"""Bytes of a cell, and whether it is full: text that was cut may end within a character."""


def encoding_of_table(
    path: Path, data: bytes, declared: bytes | None, asked: str | None = None
) -> tuple[str, list[IntakeWarning]]:
    """Return how the texts of the dbf `data` are encoded, and what is to be told.

    What is `asked` holds. Else text that is UTF-8 is; else it is GB 18030 where that gives usual
    Chinese, else what the file declares (`declared`, its ``.cpg``, or its language byte) where it
    can be, else Windows-1252. `path` is for messages only.

    Raises
    ------
    BadInput
        If the table is cut off, or its texts are not in the encoding asked for.
    """
    begin, width = int.from_bytes(data[8:10], "little"), int.from_bytes(data[10:12], "little")
    if len(data) <= _FIELD or len(data) < begin + width * int.from_bytes(data[4:8], "little"):
        raise bad_file(path, "areas_damaged")
    values = _texts(data, begin, width)
    said = _declared(data, declared)
    ways = (("utf-8", 0.0), ("gb18030", _USUAL), (said, 0.0), ("gb18030", _LEAST))
    fit = (name for name, han in ways if name is not None and _fits(values, name, han))
    found = next(fit, "cp1252")
    if asked is not None:
        encoding = encoding_of(asked)
        if not _fits(values, encoding):
            raise bad_file(path, "encoding_wrong", encoding=asked, found=found)
        return encoding, []
    # a declared encoding that reads all texts alike is no lie
    agrees = not values or (said is not None and _read(values, said) == _read(values, found))
    told = [] if agrees else [IntakeWarning("intake.table_encoding", len(values), found)]
    return found, told


def _declared(data: bytes, cpg: bytes | None) -> str | None:
    if cpg is None:
        return _LANGUAGES.get(data[29])
    name = cpg.decode("ascii", "replace").strip().removeprefix("ANSI ")
    try:
        return encoding_of(f"cp{name}" if name.isdecimal() else name)
    except BadInput:
        return None


def _texts(data: bytes, begin: int, width: int) -> list[Value]:
    """Return each text of the table that is not ASCII once, names of fields among them."""
    values: list[Value] = []
    columns: list[tuple[int, int]] = []
    at = 1
    for place in range(_FIELD, begin - _FIELD + 1, _FIELD):
        field = data[place : place + _FIELD]
        if len(field) < _FIELD or field[0] == 0x0D:
            break
        name = field[:11].partition(b"\0")[0]
        values.append((name, len(name) >= 10))
        if field[11:12] == b"C":
            columns.append((at, field[16]))
        at += field[16]
    body = np.frombuffer(data, dtype=np.uint8)[begin:]
    if width:
        rows = body[: len(body) // width * width].reshape(-1, width)
        for start, size in columns:
            cells = np.ascontiguousarray(rows[:, start : start + size])
            cells = cells[(cells > 0x7F).any(axis=1)]
            values += [
                (cell.rstrip(b" \0"), not cell.endswith((b" ", b"\0")))
                for cell in set(map(bytes, cells))
            ]
    return [(text, full) for text, full in values if not text.isascii()]


def _read(values: Sequence[Value], name: str) -> list[str] | None:
    """Return the texts in an encoding; None where one is not in it."""
    try:
        return [
            codecs.getincrementaldecoder(name)().decode(text, not full) for text, full in values
        ]
    except UnicodeDecodeError:
        return None


def _fits(values: Sequence[Value], name: str, han: float = 0.0) -> bool:
    """Tell whether the texts are in an encoding, and a share of them in GB 2312."""
    texts = _read(values, name)
    if texts is None or not han:
        return texts is not None
    beyond = "".join(character for text in texts for character in text if ord(character) > 0x7F)
    return len(beyond.encode("gb2312", "ignore")) >= 2 * han * len(beyond)
