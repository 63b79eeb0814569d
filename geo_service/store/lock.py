"""Locks between processes, released when their holder dies: by the kernel, or by the server."""

from __future__ import annotations

import fcntl
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from geo_service.store.postgres import SPACE, is_lost, make_engine, unreachable
from geo_service.terms import Busy

_POLL_SECONDS = 0.02
_MARK = "-- "


class ProcessLock:
    """One holder among all processes, re-entrant in the holder's thread; how is a subclass's."""

    def __init__(self) -> None:
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
            with self._taken(who, until):
                self._depth = 1
                try:
                    yield
                finally:
                    self._depth = 0
        finally:
            self._thread.release()

    def holder(self) -> str:
        """Return what the holder called itself, or a question mark."""
        raise NotImplementedError

    def _taken(self, who: str, until: float) -> AbstractContextManager[None]:
        raise NotImplementedError


class FileLock(ProcessLock):
    """A lock on a file, which is made, and stays."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def holder(self) -> str:
        """Return what the holder called itself, or a question mark."""
        try:
            return self.path.read_text(encoding="utf-8") or "?"
        except OSError:
            return "?"

    @contextmanager
    def _taken(self, who: str, until: float) -> Iterator[None]:
        descriptor = self._lock(until)
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, who.encode(), 0)
            yield
        finally:
            os.ftruncate(descriptor, 0)
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            os.close(descriptor)

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


class SessionLock(ProcessLock):
    """An advisory lock of PostgreSQL, on a session of its own that ends with its process."""

    def __init__(self, engine: Engine, number: int) -> None:
        super().__init__()
        # Sessions of its own: one from the pool would be a parent's after a fork.
        self._engine = make_engine(engine.url, 0.0, pooled=False)
        self._number = number

    def holder(self) -> str:
        """Return what the holder called itself, or a question mark."""
        with self._session() as session:
            row = session.execute(
                "SELECT query FROM pg_locks JOIN pg_stat_activity USING (pid)"  # noqa: S608
                " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
                f" AND classid = {SPACE}::bigint::bit(32)::bigint::oid AND objid = {self._number}"
            ).fetchone()
        return (row[0].partition(_MARK)[2] if row else "") or "?"

    @contextmanager
    def _taken(self, who: str, until: float) -> Iterator[None]:
        with self._session() as session:
            self._lock(session, who, until)
            try:
                yield
            finally:
                # A session that was lost has lost its lock.
                with suppress(psycopg.OperationalError):
                    session.execute(f"SELECT pg_advisory_unlock({SPACE}, {self._number})")

    def _lock(self, session: psycopg.Connection[Any], who: str, until: float) -> None:
        # The server shows others a session's last statement, and so who holds the lock.
        name = "".join(letter if letter.isprintable() else " " for letter in who)
        statement = f"SELECT pg_try_advisory_lock({SPACE}, {self._number}) {_MARK}{name}"
        while True:
            row = session.execute(statement).fetchone()
            if row is not None and row[0]:
                return
            if time.monotonic() >= until:
                raise Busy("errors.busy", who=self.holder())
            time.sleep(_POLL_SECONDS)

    @contextmanager
    def _session(self) -> Iterator[psycopg.Connection[Any]]:
        try:
            pooled = self._engine.raw_connection()
        except OperationalError as error:
            raise unreachable(self._engine.url, error) from error
        session: Any = pooled.driver_connection
        try:
            session.autocommit = True
            yield session
        except psycopg.OperationalError as error:
            if is_lost(error):
                raise unreachable(self._engine.url, error) from error
            raise
        finally:
            pooled.close()


def process_name() -> str:
    """Return this process's name, by which a later one of the same number is told apart."""
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
