"""What is SQLite's own: how its connections are set up, and how a transaction begins."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, RootTransaction, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError

from geo_service.terms import BadInput, Busy, GeoServiceError, NotReady

_PRIMARY = 0xFF
_AGAIN_SECONDS = 0.005
_BROKEN = {
    sqlite3.SQLITE_FULL: "store.disk_full",
    sqlite3.SQLITE_CORRUPT: "store.damaged",
    sqlite3.SQLITE_IOERR: "store.disk_fails",
    sqlite3.SQLITE_READONLY: "store.read_only",
}


def make_engine(url: URL, busy_seconds: float) -> Engine:
    """Return the engine of a file; nothing is opened yet."""
    engine = create_engine(url, hide_parameters=True, pool_size=16, max_overflow=32)

    @event.listens_for(engine, "connect")
    def _connect(raw: DBAPIConnection, _record: object) -> None:
        # The driver must not open transactions by itself: we say when, and of which kind.
        raw.isolation_level = None
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")
        cursor.execute("PRAGMA foreign_keys = ON")
        # What a person was told is kept is on the disk, also where the power fails a moment later.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.execute("PRAGMA cache_size = -65536")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("writes", False):
            connection.exec_driver_sql("BEGIN")
            return
        # SQLite itself would try again ever more rarely, and miss the moments between two steps
        # of an import.
        until = time.monotonic() + busy_seconds
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        try:
            if not _begun(connection, last=busy_seconds <= 0):
                with _waiting(url, fcntl.LOCK_SH):
                    while not _begun(connection, last=time.monotonic() >= until):
                        time.sleep(_AGAIN_SECONDS)
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")

    return engine


def _begun(connection: Connection, *, last: bool) -> bool:
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if last or not is_locked(error):
            raise
        return False
    return True


@contextmanager
def _waiting(url: URL, how: int) -> Iterator[None]:
    """Hold the mark beside the file that tells who waits to write; with a process it is gone."""
    mark = os.open(f"{url.database}.waits", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(mark, how)
        yield
    finally:
        os.close(mark)


def going_first(url: URL) -> AbstractContextManager[None]:
    """Keep an import from its next step until the block is left, as far as that is patient."""
    return _waiting(url, fcntl.LOCK_SH)


def let_through(url: URL, seconds: float) -> bool:
    """Let those who wait to write go first, for so many seconds; returns whether anybody did."""
    until, waited = time.monotonic() + seconds, False
    while time.monotonic() < until:
        try:
            with _waiting(url, fcntl.LOCK_EX | fcntl.LOCK_NB):
                return waited
        except BlockingIOError:
            waited = True
            time.sleep(_AGAIN_SECONDS)
    return waited


def begin(connection: Connection, *, writes: bool) -> RootTransaction:
    """Begin: a snapshot for reading, or the one write transaction.

    Raises
    ------
    Busy
        If another writes for longer than the connection waits.
    """
    # The option is that of this use of a pooled connection, and ends with it.
    connection.execution_options(writes=writes)
    try:
        return connection.begin()
    except OperationalError as error:
        if is_locked(error):
            raise Busy("errors.busy", who="SQLite") from error
        raise


def unreachable(url: URL, error: Exception) -> GeoServiceError:
    """Return what to say where a file cannot be opened."""
    if is_locked(error):
        return Busy("errors.busy", who="SQLite")
    return BadInput("store.not_a_store", path=Path(str(url.database)).absolute())


refused = unreachable


def is_locked(error: Exception) -> bool:
    """Tell whether the file is another's for the moment."""
    return "locked" in str(getattr(error, "orig", error))


def broken(url: URL, error: Exception) -> GeoServiceError | None:
    """Return what to say where the disk or the file fails in the midst of work; else None."""
    code = getattr(getattr(error, "orig", error), "sqlite_errorcode", 0) & _PRIMARY
    key = _BROKEN.get(code)
    return None if key is None else NotReady(key, path=Path(str(url.database)).absolute())


def check_pages(connection: Connection) -> None:
    """Look at every page and index.

    Raises
    ------
    NotReady
        If one is damaged.
    """
    found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    if found != "ok":
        path = Path(str(connection.engine.url.database)).absolute()
        raise NotReady("store.damaged", path=path)


def set_aside(url: URL, name: str) -> None:
    """Copy what was committed last into a file beside, for its owner alone."""
    path = Path(f"{url.database}.{name}")
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    source, target = sqlite3.connect(str(url.database)), sqlite3.connect(path)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()


def keep_journal(engine: Engine) -> None:
    """Turn the write-ahead log on: kept in the file for good, not possible in a transaction."""
    raw = engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()
