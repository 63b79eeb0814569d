"""What is PostgreSQL's own: its sessions, how a transaction begins, what its refusals mean."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, NullPool, RootTransaction, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError

from geo_service.terms import BadInput, BadUse, Busy, GeoServiceError, NotReady

DRIVERS = ("postgresql", "postgresql+psycopg")
WRITES, WRITER, WORKER = 1, 2, 3
"""Numbers of the advisory locks: one transaction that writes, the writer, the worker."""

# Advisory locks hold for a database; a store is a schema of it.
SPACE = "hashtext('geo_service.' || coalesce(current_schema(), ''))"

_CONNECT_SECONDS = 10
_EXTENSION = "postgis"
_BROKEN = {"53100": "store.disk_full", "XX001": "store.damaged", "XX002": "store.damaged"}
_GONE = {None, "57P01", "57P02", "57P03"}


def make_engine(url: URL, busy_seconds: float, *, pooled: bool = True) -> Engine:
    """Return the engine of a database; nothing is opened yet.

    Its sessions are kept for the next use where they are `pooled`, else each ends when it is given
    back.
    """
    patience = {} if "connect_timeout" in url.query else {"connect_timeout": _CONNECT_SECONDS}
    # A server that was restarted is no reason to fail the next request.
    pool: dict[str, Any] = {"pool_size": 8, "max_overflow": 24, "pool_pre_ping": True}
    if not pooled:
        pool = {"poolclass": NullPool, "pool_reset_on_return": None}
    url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, connect_args=patience, hide_parameters=True, **pool)

    @event.listens_for(engine, "connect")
    def _connect(raw: DBAPIConnection, _record: object) -> None:
        cursor = raw.cursor()
        # A machine that vanished must not keep its locks for hours.
        cursor.execute(
            f"SET lock_timeout = {int(busy_seconds * 1000)}; SET tcp_keepalives_idle = 15;"
            "SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;"
            "SET client_encoding = 'UTF8'; SET application_name = 'geo-service'"
        )
        cursor.close()
        raw.commit()

    return engine


def begin(connection: Connection, *, writes: bool) -> RootTransaction:
    """Begin: a snapshot for reading, or the one write transaction.

    Raises
    ------
    Busy
        If another writes for longer than the session waits.
    """
    if not writes:
        # The options are those of this use of a pooled connection, and end with it.
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return connection.begin()
    begun = connection.begin()
    try:
        # Each statement sees what is kept by then; as nobody else writes, that is one moment.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({SPACE}, {WRITES})")
    except OperationalError as error:
        begun.rollback()
        if isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise Busy("errors.busy", who="PostgreSQL") from error
        raise
    return begun


def let_through(url: URL, seconds: float) -> bool:  # noqa: ARG001 (as for files)
    """Do nothing: writers of other rows do not wait for each other on a server."""
    return False


def going_first(url: URL) -> AbstractContextManager[None]:  # noqa: ARG001 (as for files)
    """Do nothing, as nobody waits."""
    return nullcontext()


def unreachable(url: URL, error: Exception) -> GeoServiceError:
    """Return what to say where no connection comes about, or one was lost."""
    said = str(getattr(error, "orig", error)).strip()
    values = {"host": _host(url), "database": url.database, "user": url.username or "?"}
    if "password authentication failed" in said or "no password supplied" in said:
        return BadUse("store.wrong_password", **values)
    if f'database "{url.database}" does not exist' in said:
        return NotReady("store.no_database", **values)
    return NotReady("store.unreachable", why=said.partition("\n")[0], **values)


def is_lost(error: Exception) -> bool:
    """Tell whether the server, or the way to it, is gone."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated
    return isinstance(error, psycopg.OperationalError) and error.sqlstate in _GONE


def broken(url: URL, error: Exception) -> GeoServiceError | None:
    """Return what to say where server or disk fail in the midst of work; else None."""
    if is_lost(error):
        return unreachable(url, error)
    key = _BROKEN.get(getattr(getattr(error, "orig", error), "sqlstate", None) or "")
    return None if key is None else NotReady(key, path=shown(url))


def refused(url: URL, error: DBAPIError) -> GeoServiceError:
    """Return what to say where the server will not make the store's tables."""
    values = {"host": _host(url), "database": url.database, "user": url.username or "?"}
    if is_lost(error):
        return unreachable(url, error)
    if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
        return NotReady("store.no_rights", **values)
    if isinstance(error.orig, psycopg.errors.LockNotAvailable):
        return Busy("errors.busy", who="PostgreSQL")
    if isinstance(error.orig, psycopg.errors.DuplicateTable | psycopg.errors.DuplicateObject):
        return BadInput("store.not_a_store", path=shown(url))
    why = str(error.orig).strip().partition("\n")[0]
    return NotReady("store.unreachable", why=why, **values)


def set_aside(connection: Connection, tables: list[str], name: str) -> None:
    """Move tables into a schema beside the store's own; one of that name goes before."""
    own = connection.exec_driver_sql("SELECT current_schema()").scalar()
    other = f'"{own}_{name}"'
    connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {other} CASCADE")
    connection.exec_driver_sql(f"CREATE SCHEMA {other}")
    for table in tables:
        connection.exec_driver_sql(f'ALTER TABLE "{table}" SET SCHEMA {other}')


def prepare(connection: Connection) -> None:
    """See to it that the database has PostGIS.

    Raises
    ------
    NotReady
        If it has not, and the server or its rights do not give it.
    """
    url = connection.engine.url
    values = {"host": _host(url), "database": url.database, "user": url.username or "?"}
    if _one(connection, "SELECT 1 FROM pg_extension WHERE extname = %s"):
        return
    if not _one(connection, "SELECT 1 FROM pg_available_extensions WHERE name = %s"):
        raise NotReady("store.no_postgis", **values)
    try:
        connection.exec_driver_sql(f"CREATE EXTENSION {_EXTENSION}")
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
            raise NotReady("store.postgis_not_allowed", **values) from error
        raise


def shown(url: URL) -> str:
    """Return an address without its password."""
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


def _one(connection: Connection, query: str) -> bool:
    return connection.exec_driver_sql(query, (_EXTENSION,)).first() is not None


def _host(url: URL) -> str:
    host = url.host or str(url.query.get("host", "localhost"))
    return f"{host}:{url.port or 5432}"
