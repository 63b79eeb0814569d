"""Opening a store: made where there is none, refused where its tables are others."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from geo_service.store import migrations, postgres, sqlite
from geo_service.store.engine import BUSY_SECONDS, Connections, make_engine
from geo_service.store.keepers.district import is_demo
from geo_service.store.keepers.words import seed
from geo_service.store.lock import FileLock, ProcessLock, SessionLock
from geo_service.store.schema import VERSION, for_dialect, metadata
from geo_service.store.store import Store
from geo_service.terms import Conflict, GeoServiceError, NotReady

_PATIENCE = 60.0


def open_store(
    url: str, create: bool = True, busy_seconds: float = BUSY_SECONDS, *, renew_demo: bool = False
) -> Store:
    """Return the store at `url`, opened.

    Parameters
    ----------
    url
        ``sqlite:///path/to/file`` or ``postgresql://user@host:port/database``.
    create
        Whether a new one may be made; a database on a server is never made, only its tables.
    busy_seconds
        How many seconds a transaction waits for another process's.
    renew_demo
        Whether a demo's store with the tables of another version is emptied and made anew.

    Raises
    ------
    BadUse
        If `url` is no address of a store, or the server refuses the password.
    NotReady
        If there is none and none may be made; if the server cannot be reached or has no PostGIS.
    Conflict
        If another version of this program made it.
    BadInput
        If the file or database is something else.
    """
    engine = make_engine(url, busy_seconds)
    for_dialect(engine.dialect.name)
    on_server = engine.dialect.name == "postgresql"
    store = Store(url, engine, *(_server_locks(engine) if on_server else _file(engine, create)))
    try:
        with store.reading() as connection:
            stands = _stands(store, connection, renew_demo, create)
        if not stands:
            with store.opening(_PATIENCE):
                _make(store, renew_demo)
        elif store.import_steps.left():
            # another who writes may be at it; who cannot write now can still read
            with suppress(GeoServiceError), store.writer("open"):
                pass
    except DatabaseError as error:
        store.close()
        raise (postgres if on_server else sqlite).refused(engine.url, error) from error
    except BaseException:
        store.close()
        raise
    return store


def _server_locks(engine: Engine) -> list[ProcessLock]:
    return [SessionLock(engine, number) for number in (postgres.WRITER, postgres.WORKER)]


def _file(engine: Engine, create: bool) -> list[ProcessLock]:
    path = Path(str(engine.url.database)).absolute()
    if not path.exists() and create:
        path.parent.mkdir(parents=True, exist_ok=True)
        # people's words and password hashes: for the service's own user alone
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    elif not path.exists():
        raise NotReady("store.no_store", url=str(engine.url))
    return [FileLock(path.with_name(f"{path.name}.{name}.lock")) for name in ("writer", "worker")]


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _stands(store: Store, connection: Connection, renew_demo: bool, create: bool = True) -> bool:
    """Tell whether the tables are there; False where they are to be made."""
    found = _version(connection)
    if found is None and not create:
        raise NotReady("store.no_store", url=store.shown)
    if found not in (None, VERSION) and not (renew_demo and is_demo(connection)):
        raise Conflict("store.other_version", url=store.shown, stored=found, known=VERSION)
    return found == VERSION


def _set_aside(store: Store, connection: Connection) -> None:
    """Keep the tables as they were, before they are made anew: beside the file, or in a schema."""
    if store.engine.dialect.name == "sqlite":
        sqlite.set_aside(store.engine.url, f"before-{VERSION}")
        return
    there = inspect(connection).get_table_names()
    ours = [name for name in (*metadata.tables, "alembic_version") if name in there]
    postgres.set_aside(connection, ours, f"before_{VERSION}")


def _make(store: Store, renew_demo: bool) -> None:
    # Alembic takes a fifth of a second to load, and is needed only here.
    from alembic import command
    from alembic.config import Config

    on_server = store.engine.dialect.name == "postgresql"
    if not on_server:
        sqlite.keep_journal(store.engine)
    config = Config()
    folder = str(Path(migrations.__file__).parent)
    config.set_main_option("script_location", folder.replace("%", "%%"))
    with Connections(store.engine).transaction() as connection:
        if on_server:
            postgres.prepare(connection)
        if _stands(store, connection, renew_demo):  # another process was first
            return
        if _version(connection) is not None:
            _set_aside(store, connection)
            metadata.drop_all(connection)
            connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        seed(connection)
