"""Opens a file from outside: what it is by its first bytes, never larger than is safe."""

import gzip
import re
import zipfile
import zlib
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

from geo_service.terms import BadInput

MOST_BYTES: Final = 2 * 1024**3
MOST_ZIP_BYTES: Final = 500 * 1024**2
MOST_JSON_BYTES: Final = 512 * 1024**2
"""A parsed JSON file takes five times its size in memory."""
MOST_RATIO: Final = 200
"""Tables pack to a twentieth, very dull ones to a hundredth; a bomb to a thousandth."""
MOST_COLUMNS: Final = 2_000
MOST_CELLS: Final = 250_000_000
_HARMLESS: Final = 32 * 1024**2
_STEP: Final = 1 << 22
_PROLOGUE: Final = 1 << 20

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XML: Final = re.compile(rb"<(\?xml|!doctype|!--|html|ogrvrtdatasource|vrtdataset)", re.IGNORECASE)
_VRT: Final = re.compile(rb"<(ogrvrtdatasource|vrtdataset)", re.IGNORECASE)
_FOREIGN: Final = (_OLD_OFFICE, b"%PDF", b"SQLite format 3\0", b"\x89PNG", b"\xff\xd8\xff", b"PAR1")


def bad_file(path: Path, key: str, /, **values: object) -> BadInput:
    """Return the error that says what is wrong with `path`."""
    return BadInput(f"intake.{key}", file=path.name, **values)


def check_path(path: Path) -> None:
    """Refuse what is no plain file: GDAL's virtual systems, folders, devices, empty files."""
    text = str(path).replace("\\", "/").lower()
    if "/vsi" in text or text.startswith("vsi") or path.suffix.lower() == ".vrt":
        raise bad_file(path, "file_refused")
    try:
        if not path.exists():
            raise bad_file(path, "file_missing")
        if not path.is_file():
            raise bad_file(path, "file_not_plain")
        size = path.stat().st_size
        if size == 0:
            raise bad_file(path, "file_empty")
        if size > MOST_BYTES:
            raise bad_file(path, "file_too_large", most=MOST_BYTES // 1024**2)
    except (OSError, ValueError) as error:
        raise bad_file(path, "file_missing") from error


def load(path: Path) -> tuple[bytes, str]:
    """Return the file's bytes, unpacked where it is gzip, and its name's last suffix.

    Raises
    ------
    BadInput
        If there is no such file, it is empty, damaged, too large or of a foreign kind.
    """
    check_path(path)
    suffixes = [suffix.lower() for suffix in path.suffixes]
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == _GZIP
            stream.seek(0)
            data = _gunzip(path) if packed else stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise bad_file(path, "file_unreadable", why=error.strerror or str(error)) from error
    if len(data) > MOST_BYTES:
        raise bad_file(path, "file_too_large", most=MOST_BYTES // 1024**2)
    if not data.strip(b" \t\r\n\0"):
        raise bad_file(path, "file_empty")
    if data.startswith(_FOREIGN):
        raise bad_file(path, "old_excel" if data.startswith(_OLD_OFFICE) else "file_foreign")
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if _XML.match(head):
        raise bad_file(path, "file_refused" if _VRT.search(head) else "file_foreign")
    if packed and suffixes and suffixes[-1] in {".gz", ".gzip"}:
        suffixes.pop()
    return data, suffixes[-1] if suffixes else ""


def _gunzip(path: Path) -> bytes:
    """Unpack; a bomb is noticed while it unpacks, not after."""
    packed = path.stat().st_size
    parts: list[bytes] = []
    size = 0
    try:
        with gzip.open(path, "rb") as stream:
            while part := stream.read(_STEP):
                parts.append(part)
                size += len(part)
                if size > _HARMLESS and size > MOST_RATIO * packed:
                    raise bad_file(path, "zip_bomb", most=_HARMLESS // 1024**2, ratio=MOST_RATIO)
                if size > MOST_BYTES:
                    break
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise bad_file(path, "gzip_damaged") from error
    return b"".join(parts)


def is_zip(data: bytes) -> bool:
    """Tell whether bytes are a zip archive (an xlsx is one)."""
    return data.startswith(_ZIP)


def check_zip(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse an archive that unpacks to more than is safe, or that holds what is not accepted."""
    members = archive.infolist()
    total = sum(member.file_size for member in members)
    if total > MOST_ZIP_BYTES or len(members) > 10_000:
        raise bad_file(path, "zip_bomb", most=MOST_ZIP_BYTES // 1024**2, ratio=MOST_RATIO)
    for member in members:
        # Sizes are as the archive says; what unpacks to more is cut there and found damaged.
        if member.file_size > _HARMLESS and member.file_size > MOST_RATIO * member.compress_size:
            raise bad_file(path, "zip_bomb", most=_HARMLESS // 1024**2, ratio=MOST_RATIO)
        if member.filename.lower().endswith(".vrt"):
            raise bad_file(path, "file_refused")
        with archive.open(member) as stream:
            if declares_entities(stream):
                raise bad_file(path, "xml_entities")


def check_width(path: Path, columns: int, rows: int = 1) -> None:
    """Refuse a table that is wide beyond reason, or would be once its rows are filled up."""
    if columns > MOST_COLUMNS or columns * rows > MOST_CELLS:
        raise bad_file(path, "too_wide", most=MOST_COLUMNS, cells=MOST_CELLS // 1_000_000)


def declares_entities(stream: IO[bytes]) -> bool:
    """Tell whether an XML file has a document type, where entities are declared; any encoding.

    What is no XML has none. A document type stands before the first element, so reading ends there.
    """
    found = [False]

    def document_type(*_: object) -> None:
        found[0] = True
        raise _EnoughError

    def element(*_: object) -> None:
        raise _EnoughError

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = document_type
    parser.StartElementHandler = element
    read = 0
    try:
        while part := stream.read(1 << 14):
            read += len(part)
            parser.Parse(part, False)
            if read > _PROLOGUE:
                return True  # so much before the first element is there to hide something
    except (_EnoughError, expat.ExpatError):
        pass
    return found[0]


class _EnoughError(Exception):
    """Ends reading."""
