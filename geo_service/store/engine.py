"""Connections: snapshots for readers, one immediate transaction for a writer."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, OperationalError

from geo_service.terms import BadUse, Busy

BUSY_SECONDS = 15.0


def make_engine(url: str, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """Return the engine of `url`; nothing is opened yet.

    Raises
    ------
    BadUse
        If `url` is no database address, or not one of a file.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise BadUse("store.bad_url", url=url) from error
    # A store is shared by processes; one in memory would be another one for each connection.
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        raise BadUse("store.bad_url", url=parsed.render_as_string(hide_password=True))
    engine = create_engine(parsed, pool_size=16, max_overflow=32)

    @event.listens_for(engine, "connect")
    def _connect(raw: DBAPIConnection, _record: object) -> None:
        # The driver must not open transactions by itself: we say when, and of which kind.
        raw.isolation_level = None
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}")
        cursor.execute("PRAGMA foreign_keys = ON")
        # In WAL mode NORMAL loses nothing when a process dies, and never damages the file.
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.execute("PRAGMA cache_size = -65536")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


class Connections:
    """Hands out the connection of the moment; nested calls in one thread join the outer one.

    Parameters
    ----------
    engine
        The engine.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._local = threading.local()
        self._pid = os.getpid()

    @property
    def writing(self) -> bool:
        """Whether this thread is inside a write transaction."""
        return bool(getattr(self._local, "writes", False))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the store until it is left."""
        current: Connection | None = getattr(self._local, "connection", None)
        if current is not None:
            yield current
            return
        with self._open(writes=False) as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give the connection to write with; all of it is kept, or nothing.

        Raises
        ------
        Busy
            If another process kept writing for longer than the engine waits.
        """
        current: Connection | None = getattr(self._local, "connection", None)
        if current is not None and self.writing:
            yield current
            return
        if current is not None:
            raise RuntimeError("a transaction cannot begin inside a reading")
        with self._open(writes=True) as connection:
            yield connection

    @contextmanager
    def _open(self, *, writes: bool) -> Iterator[Connection]:
        if os.getpid() != self._pid:  # a forked child must not touch its parent's connections
            self.engine.dispose(close=False)
            self._pid = os.getpid()
            self._local = threading.local()
        with self.engine.connect() as connection:
            # The option is that of this use of a pooled connection, and ends with it.
            connection.execution_options(writes=writes)
            try:
                begun = connection.begin()
            except OperationalError as error:
                if "locked" in str(error.orig):
                    raise Busy("errors.busy", who="SQLite") from error
                raise
            self._local.connection, self._local.writes = connection, writes
            try:
                with begun:
                    yield connection
            finally:
                self._local.connection, self._local.writes = None, False


class Keeper:
    """Base of the keepers of one subject each.

    Parameters
    ----------
    connections
        Where their connections come from.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self.reading = connections.reading
        self.transaction = connections.transaction
