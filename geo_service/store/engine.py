"""Connections: snapshots for readers, one transaction at a time for a writer."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from geo_service.store import postgres, sqlite
from geo_service.terms import BadUse

BUSY_SECONDS = 15.0


def make_engine(url: str, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """Return the engine of `url`; nothing is opened yet.

    Raises
    ------
    BadUse
        If `url` is no database address, or not one of a kind that is known.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise BadUse("store.bad_url", url=url) from error
    kind = parsed.get_backend_name()
    # A store is shared by processes; one in memory would be another one for each connection.
    if kind == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return sqlite.make_engine(parsed, busy_seconds)
    if kind == "postgresql" and parsed.database and parsed.drivername in postgres.DRIVERS:
        return postgres.make_engine(parsed, busy_seconds)
    raise BadUse("store.bad_url", url=parsed.render_as_string(hide_password=True))


class Connections:
    """Hands out the connection of the moment; nested calls in one thread join the outer one."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._rules = postgres if engine.dialect.name == "postgresql" else sqlite
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

    def let_through(self, seconds: float) -> bool:
        """Let others who wait to write go first, so many seconds at most; tell whether any did."""
        return self._rules.let_through(self.engine.url, seconds)

    def going_first(self) -> AbstractContextManager[None]:
        """Write several times, and wait for an import's step once at most.

        To be used where something slow lies between two short transactions: the import lets the
        second through in the same pause as the first.
        """
        return self._rules.going_first(self.engine.url)

    @contextmanager
    def _open(self, *, writes: bool) -> Iterator[Connection]:
        if os.getpid() != self._pid:  # a forked child must not touch its parent's connections
            self.engine.dispose(close=False)
            self._pid = os.getpid()
            self._local = threading.local()
        try:
            opened = self.engine.connect()
        except DatabaseError as error:
            told = self._rules.broken(self.engine.url, error)
            raise told or self._rules.unreachable(self.engine.url, error) from error
        with opened as connection:
            try:
                begun = self._rules.begin(connection, writes=writes)
                self._local.connection, self._local.writes = connection, writes
                with begun:
                    yield connection
            except Exception as error:
                told = self._rules.broken(self.engine.url, error)
                if told is None:
                    raise
                raise told from error
            finally:
                self._local.connection, self._local.writes = None, False


class Keeper:
    """Base of the keepers of one subject each."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self.reading = connections.reading
        self.transaction = connections.transaction
