"""Opening a store: made where there is none, brought up to date where it is older."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from geo_service.store import migrations, postgres, sqlite
from geo_service.store.engine import BUSY_SECONDS, Connections, make_engine
from geo_service.store.keepers.words import seed
from geo_service.store.lock import FileLock, SessionLock
from geo_service.store.store import Store
from geo_service.terms import BadInput, Busy, Conflict, NotReady

HEAD = "0007"
"""The newest step in ``migrations/versions``."""

_PATIENCE = 60.0


def open_store(url: str, create: bool = True, busy_seconds: float = BUSY_SECONDS) -> Store:
    """Open the store at `url`.

    Parameters
    ----------
    url
        ``sqlite:///path/to/file`` or ``postgresql://user@host:port/database``.
    create
        Whether a new one may be made; a database on a server is never made, only its tables.
    busy_seconds
        How long a transaction waits for another process's.

    Raises
    ------
    BadUse
        If `url` is no address of a store, or the server refuses the password.
    NotReady
        If there is none and none may be made; if the server cannot be reached or has no PostGIS.
    Conflict
        If a newer version of this program made it.
    BadInput
        If the file or database is something else.
    """
    engine = make_engine(url, busy_seconds)
    if engine.dialect.name == "postgresql":
        return _open_on_server(url, engine, create)
    return _open_file(url, engine, create)


def _open_file(url: str, engine: Engine, create: bool) -> Store:
    path = Path(str(engine.url.database)).absolute()
    if not path.exists():
        if not create:
            raise NotReady("store.no_store", url=url)
        path.parent.mkdir(parents=True, exist_ok=True)
        # people's words and password hashes: for the service's own user alone
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    locks = [FileLock(path.with_name(f"{path.name}.{name}.lock")) for name in ("writer", "worker")]
    store = Store(url, engine, *locks)
    try:
        if _version(store) != HEAD:
            with store.writer("open", wait=_PATIENCE):
                _upgrade(store, Connections(engine))
    except DatabaseError as error:
        store.close()
        if sqlite.is_locked(error):
            raise Busy("errors.busy", who="SQLite") from error
        raise BadInput("store.not_a_store", path=path) from error
    except BaseException:
        store.close()
        raise
    return store


def _open_on_server(url: str, engine: Engine, create: bool) -> Store:
    locks = [SessionLock(engine, number) for number in (postgres.WRITER, postgres.WORKER)]
    store = Store(url, engine, *locks)
    try:
        found = _version(store)
        if found != HEAD and (found is not None or create):
            with store.writer("open", wait=_PATIENCE):
                _upgrade(store, Connections(engine))
    except DatabaseError as error:
        store.close()
        raise postgres.refused(engine.url, error) from error
    except BaseException:
        store.close()
        raise
    if found is None and not create:
        store.close()
        raise NotReady("store.no_store", url=postgres.shown(engine.url))
    return store


def _version(store: Store) -> str | None:
    with store.reading() as connection:
        found = _version_of(connection)
    if found is not None and found > HEAD:
        raise Conflict("store.newer", stored=found, known=HEAD)
    return found


def _version_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    value: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return value


def _upgrade(store: Store, connections: Connections) -> None:
    if _version(store) == HEAD:  # another process was first
        return
    # Alembic takes a fifth of a second to load, and is needed only here.
    from alembic import command
    from alembic.config import Config

    on_server = connections.engine.dialect.name == "postgresql"
    if not on_server:
        sqlite.keep_journal(connections.engine)
    config = Config()
    folder = str(Path(migrations.__file__).parent)
    config.set_main_option("script_location", folder.replace("%", "%%"))
    with connections.transaction() as connection:
        if on_server:
            postgres.prepare(connection)
        new = _version_of(connection) is None
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if new:
            seed(connection)
