"""A copy of a store in one file, made while others read and write."""

import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from geo_service.store.store import Store
from geo_service.terms import BadUse, Conflict


def back_up(store: Store, path: Path) -> int:
    """Write the store as it is at one moment; returns the size in bytes.

    The file is readable by its owner alone: it holds residents' words. It is there whole or not at
    all.

    Parameters
    ----------
    store
        In SQLite; others may read and write meanwhile.
    path
        A new file.

    Raises
    ------
    BadUse
        If the store is on a server, whose own program makes backups.
    Conflict
        If the file is there already.
    """
    if store.engine.dialect.name != "sqlite":
        raise BadUse("store.backup_on_server")
    if path.exists():
        raise Conflict("store.backup_exists", file=path.name)
    # made with mode 600, beside its place, so that the last step is a change of name
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        with (
            closing(sqlite3.connect(str(make_url(store.url).database))) as source,
            closing(sqlite3.connect(made)) as target,
        ):
            source.backup(target)
        os.link(made, path)
    finally:
        Path(made).unlink()
    return path.stat().st_size
