"""Files that people hand in: kept under a name of ours until they were read in or forgotten."""

import gzip
import re
import secrets
import time
import zlib
from pathlib import Path

from werkzeug.datastructures import FileStorage

from geo_service.terms import BadUse, NotFound
from geo_service.web.base import desk

ENDINGS = (".csv", ".csv.gz", ".xlsx", ".json", ".geojson", ".gpkg", ".zip", ".kml", ".kmz")
"""What the name of a file that is taken ends with."""

_LOOKED = 4_000_000
"""So many bytes of a long file are looked at."""
_WIDE = 16
"""So many times more where its rows are very long."""
_FEW_LINES = 40
_LINE_ENDS = {b"\xff\xfe": b"\n\0", b"\xfe\xff": b"\0\n"}
"""By the first two bytes of a text of two bytes a letter: others hold a line's end by chance."""
_FORGOTTEN_SECONDS = 86_400
_OURS = re.compile(r"[0-9a-f]{24}(\.[a-z]+)+", re.ASCII)


def kept(file: FileStorage) -> Path:
    """Keep what somebody sent, and return where; what was looked at and never kept goes."""
    name = str(file.filename).lower()
    ending = next((end for end in sorted(ENDINGS, key=len)[::-1] if name.endswith(end)), None)
    if ending is None:
        raise BadUse("publish.unknown_format", file=file.filename, known=" ".join(ENDINGS))
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - _FORGOTTEN_SECONDS:
            old.unlink(missing_ok=True)
    # Never under the name somebody chose.
    path = folder / f"{secrets.token_hex(12)}{ending}"
    file.save(path)
    return path


def path_of(name: str) -> Path:
    """Return the file that was handed in under a name of ours."""
    path = _folder() / name
    if not _OURS.fullmatch(name) or not path.is_file():
        raise NotFound("admin.upload_gone")
    return path


def head(path: Path) -> Path:
    """Return a file of rows, or the beginning of a long one: a look must not take minutes."""
    packed = path.name.endswith(".gz")
    if path.suffix not in (".csv", ".gz") or (path.stat().st_size <= _LOOKED and not packed):
        return path
    beginning = path.with_name(f"head-{path.name.removesuffix('.gz')}")
    if not beginning.is_file():
        try:
            with gzip.open(path) if packed else path.open("rb") as stream:
                data = stream.read(_LOOKED)
                if data.count(b"\n") < _FEW_LINES:
                    data += stream.read(_WIDE * _LOOKED)
                more = bool(stream.read(1))
        except (OSError, EOFError, zlib.error):
            return path
        if not more:
            return path
        end = _LINE_ENDS.get(data[:2], b"\n")
        whole = data.rfind(end) + len(end) if end in data else len(data)
        beginning.write_bytes(data[:whole])
    return beginning


def _folder() -> Path:
    return desk.desk().settings.var / "uploads"
