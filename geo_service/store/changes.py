"""Whether anything was committed since one last looked, for next to nothing."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from threading import Lock
from typing import Any

from sqlalchemy import Engine, select, text

from geo_service.store.engine import Connections
from geo_service.store.schema import metadata

_SNAPSHOT = text("SELECT pg_current_snapshot()::text")


class Changes:
    """Tells marks of a store: while the mark is the same, nothing was committed, by anybody.

    A file tells it in microseconds, by a connection of its own that never writes; a server by its
    list of transactions, which one question asks for.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._engine: Engine = connections.engine
        self._raw: Any = None
        self._opened = 0
        self._pid = os.getpid()
        self._lock = Lock()

    def mark(self) -> str:
        """Return the mark of this moment; to be compared only within one process.

        What is read after the mark was taken, and kept under it, is at least as new as the mark.
        """
        if self._engine.dialect.name == "postgresql":
            with self._connections.reading() as connection:
                return str(connection.execute(_SNAPSHOT).scalar_one())
        with self._lock:
            if self._raw is None or self._pid != os.getpid():
                self._open()
            # Counts the commits of all other connections that this one has noticed.
            (version,) = self._raw.execute("PRAGMA data_version").fetchone()
        return f"{self._opened}.{version}"

    def digest(self, *tables: str) -> str:
        """Return a hash of the rows of some small tables, many times faster than reading them."""
        found = hashlib.blake2b(digest_size=12)
        with self._connections.reading() as connection:
            for name in tables:
                rows = connection.execute(select(metadata.tables[name])).all()
                found.update(repr(sorted(map(repr, rows))).encode())
        return found.hexdigest()

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._raw is not None and self._pid == os.getpid():
                self._raw.close()
            self._raw = None

    def _open(self) -> None:
        # A pooled one would be counted among those that a thread may write with.
        self._raw = sqlite3.connect(
            str(self._engine.url.database), isolation_level=None, check_same_thread=False
        )
        self._raw.execute("PRAGMA busy_timeout = 15000")
        self._pid = os.getpid()
        self._opened += 1
