"""Locks between processes, which the kernel releases when their holder dies."""

from __future__ import annotations

import fcntl
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geo_service.terms import Busy

_POLL_SECONDS = 0.02


class FileLock:
    """A lock on a file: one holder among all processes, re-entrant in the holder's thread.

    Parameters
    ----------
    path
        The file; it is made, and stays.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread = threading.RLock()
        self._depth = 0

    @contextmanager
    def held(self, who: str, wait: float = 0.0) -> Iterator[None]:
        """Hold the lock; `who` is what others are told meanwhile.

        Raises
        ------
        Busy
            If another holds it for longer than `wait` seconds.
        """
        until = time.monotonic() + wait
        # A thread of this process that waits is as patient as another process.
        if not self._thread.acquire(timeout=max(wait, 0.0)):
            raise Busy("errors.busy", who=self.holder())
        try:
            if self._depth:
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1
                return
            descriptor = self._lock(until)
            self._depth = 1
            try:
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, who.encode(), 0)
                yield
            finally:
                self._depth = 0
                os.ftruncate(descriptor, 0)
                fcntl.flock(descriptor, fcntl.LOCK_UN)
                os.close(descriptor)
        finally:
            self._thread.release()

    def holder(self) -> str:
        """Return what the holder called itself, or a question mark."""
        try:
            return self.path.read_text(encoding="utf-8") or "?"
        except OSError:
            return "?"

    def _lock(self, until: float) -> int:
        # Made beforehand and never deleted: two holders of two files of one name cannot arise.
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    os.close(descriptor)
                    raise Busy("errors.busy", who=self.holder()) from None
                time.sleep(_POLL_SECONDS)
            else:
                return descriptor


def process_name() -> str:
    """Name this process so that a later one of the same number is told apart."""
    pid = os.getpid()
    return f"{socket.gethostname()}:{pid}:{_started(pid)}"


def is_gone(name: str) -> bool:
    """Tell whether the process called `name` has surely ended; one elsewhere never surely has."""
    host, _, rest = name.rpartition(":")[0].partition(":")
    if host != socket.gethostname() or not rest.isdigit():
        return False
    return _started(int(rest)) != name.rpartition(":")[2]


def _started(pid: int) -> str:
    """Return the kernel's start time of `pid`; empty if there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]
