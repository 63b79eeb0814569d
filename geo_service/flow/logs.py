"""Log files that several processes write and none lets grow without end."""

import fcntl
import logging
import os
from contextlib import suppress
from logging.handlers import WatchedFileHandler
from pathlib import Path

MOST_BYTES = 5_000_000
"""Size from which a log is put aside."""

KEPT = 4
"""How many put aside are kept: ``x.log.1`` is the latest."""


def rotate(path: Path, most_bytes: int = MOST_BYTES) -> None:
    """Put a log that has grown aside, and forget the oldest; of several processes one does it."""
    if not _is_large(path, most_bytes):
        return
    with path.with_name(f".{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_large(path, most_bytes):
            return
        aside = [path, *(path.with_name(f"{path.name}.{n}") for n in range(1, KEPT + 1))]
        for older, newer in zip(aside[:0:-1], aside[-2::-1], strict=True):
            with suppress(FileNotFoundError):
                newer.replace(older)


def _is_large(path: Path, most_bytes: int) -> bool:
    try:
        return path.stat().st_size > most_bytes
    except FileNotFoundError:
        return False


class RotatedFile(WatchedFileHandler):
    """A log file that its owner alone may read, put aside when it has grown."""

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES) -> None:
        self._path, self._most = path, most_bytes
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        super().__init__(path, encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        rotate(self._path, self._most)
        super().emit(record)
