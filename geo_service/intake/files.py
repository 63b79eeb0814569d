"""Opens a file from outside: what it is by its first bytes, never larger than is safe."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from pathlib import Path
from typing import Final

from geo_service.terms import BadInput

MOST_BYTES: Final = 2 * 1024**3
MOST_ZIP_BYTES: Final = 500 * 1024**2

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
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
    if packed and suffixes and suffixes[-1] in {".gz", ".gzip"}:
        suffixes.pop()
    return data, suffixes[-1] if suffixes else ""


def _gunzip(path: Path) -> bytes:
    try:
        with gzip.open(path, "rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise bad_file(path, "gzip_damaged") from error


def is_zip(data: bytes) -> bool:
    """Tell whether bytes are a zip archive (an xlsx is one)."""
    return data.startswith(_ZIP)


def check_zip(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse an archive that unpacks to more than is safe, or whose XML declares entities."""
    members = archive.infolist()
    if sum(member.file_size for member in members) > MOST_ZIP_BYTES or len(members) > 10_000:
        raise bad_file(path, "zip_bomb", most=MOST_ZIP_BYTES // 1024**2)
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            with archive.open(member) as stream:
                head = stream.read(4096)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise bad_file(path, "file_refused")
