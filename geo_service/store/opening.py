"""Opening a store: made where there is none, brought up to date where it is older."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError

from geo_service.store import migrations
from geo_service.store.engine import BUSY_SECONDS, Connections, make_engine
from geo_service.store.store import Store
from geo_service.store.words import seed
from geo_service.terms import BadInput, Busy, Conflict, NotReady

HEAD = "0001"
"""The newest step in ``migrations/versions``."""

_PATIENCE = 60.0


def open_store(url: str, create: bool = True, busy_seconds: float = BUSY_SECONDS) -> Store:
    """Open the store at `url`.

    Parameters
    ----------
    url
        ``sqlite:///path/to/file``.
    create
        Whether a new one may be made.
    busy_seconds
        How long a transaction waits for another process's.

    Raises
    ------
    BadUse
        If `url` is no address of a store.
    NotReady
        If there is none and none may be made.
    Conflict
        If a newer version of this program made it.
    BadInput
        If the file is something else.
    """
    engine = make_engine(url, busy_seconds)
    path = Path(str(engine.url.database)).absolute()
    if not path.exists():
        if not create:
            raise NotReady("store.no_store", url=url)
        path.parent.mkdir(parents=True, exist_ok=True)
    store = Store(url, engine, path)
    try:
        if not path.exists() or _version(store) != HEAD:
            with store.writer("open", wait=_PATIENCE):
                _upgrade(store, Connections(engine))
    except DatabaseError as error:
        store.close()
        if "locked" in str(error.orig):
            raise Busy("errors.busy", who="SQLite") from error
        raise BadInput("store.not_a_store", path=path) from error
    except BaseException:
        store.close()
        raise
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

    # Kept in the file for good; not possible inside a transaction, which SQLAlchemy would open.
    raw = connections.engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()
    config = Config()
    folder = str(Path(migrations.__file__).parent)
    config.set_main_option("script_location", folder.replace("%", "%%"))
    with connections.transaction() as connection:
        new = _version_of(connection) is None
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if new:
            seed(connection)
