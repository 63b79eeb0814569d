"""Bytes → text: which encoding a file is in, found out or told."""

import codecs
from pathlib import Path
from typing import Final

from geo_service.intake.options import IntakeWarning
from geo_service.intake.readers.files import bad_file
from geo_service.terms import BadInput

_SAMPLE: Final = 1 << 18
_MOST_DAMAGED: Final = 0.05
"""Of the characters beyond ASCII; where more cannot be read the encoding is not the file's."""
_WIDER: Final = {"gb2312": "gb18030", "gbk": "gb18030", "utf-8": "utf-8-sig", "iso8859-1": "cp1252"}
"""What holds all of an encoding and is what files called so are often written in."""


def encoding_of(name: str) -> str:
    """Return the encoding that people call `name`.

    Raises
    ------
    BadInput
        If there is none.

    >>> encoding_of("GB2312"), encoding_of("utf8")
    ('gb18030', 'utf-8-sig')
    """
    try:
        found = codecs.lookup(name.strip())
        # refuses codecs that do not encode text, or none that is damaged
        b"a\xff".decode(found.name, errors="replace").encode(found.name, errors="replace")
    except (LookupError, ValueError) as error:
        raise BadInput("intake.no_such_encoding", encoding=name) from error
    return _WIDER.get(found.name, found.name)


def to_utf8(
    path: Path, data: bytes, encoding: str | None = None
) -> tuple[bytes, list[IntakeWarning]]:
    """Return `data`, in `encoding` or the one found, in UTF-8 without BOM and with plain line ends.

    Raises
    ------
    BadInput
        If `encoding` is none, or not the file's; if `data` is no text.
    """
    warnings: list[IntakeWarning] = []
    known = encoding_of(encoding) if encoding is not None else find_encoding(data)
    if known == "utf-8":
        data = data.removeprefix(b"\xef\xbb\xbf")
    else:
        text = data.decode(known, errors="replace")
        damaged = text.count("\ufffd")
        beyond = len(text) - len(text.encode("ascii", "ignore")) if damaged else 0
        if encoding is not None and damaged > _MOST_DAMAGED * beyond:
            raise bad_file(path, "encoding_wrong", encoding=encoding, found=find_encoding(data))
        if damaged:
            warnings.append(IntakeWarning("intake.encoding_damaged", damaged, known))
        if encoding is None and known == "cp1252":
            warnings.append(IntakeWarning("intake.encoding_guessed", 1, known))
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
