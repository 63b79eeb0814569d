"""A whole store into an empty one, on whichever databases the two are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, Table, delete, func, select

from geo_service.store import postgres_rows
from geo_service.store.bulk import insert_frame, on_server
from geo_service.store.fingerprint import fingerprint
from geo_service.store.keepers.jobs import ENDED
from geo_service.store.schema import blobs, categories, import_parts, jobs, kinds, metadata
from geo_service.store.store import Store
from geo_service.store.tables import read_frame
from geo_service.terms import BadUse, Conflict, packaged_categories, packaged_kinds

_PIECE = 100_000
_PIECE_OF_BLOBS = 2_000


def copy_store(
    source: Store, target: Store, progress: Callable[[int, int], None] | None = None
) -> int:
    """Copy all that `source` knows into `target`, whole or not at all; returns how many rows.

    Jobs that wait or run stay behind. Both stores are open, `target` empty, and have no other
    writer meanwhile; what is written at the end is read again and compared. `progress` is called
    with rows done and rows in all.

    Raises
    ------
    BadUse
        If both are one store.
    Conflict
        If `target` holds anything already, or did not keep what was written.
    """
    if _place(source) == _place(target):
        raise BadUse("store.copy_same", url=source.shown)
    with source.writer("copy"), target.writer("copy"):
        return copy_rows(source, target, progress)


def copy_rows(
    source: Store, target: Store, progress: Callable[[int, int], None] | None = None
) -> int:
    """Do so while others go on writing `source`, as it is at one moment.

    Raises
    ------
    Conflict
        If `target` holds anything already, or did not keep what was written.
    """
    with source.reading() as old, target.transaction() as new:
        if not _is_new(target, new):
            raise Conflict("store.copy_not_empty", url=target.shown)
        for words in (kinds, categories):
            new.execute(delete(words))
        queries = {table: _rows(table) for table in metadata.sorted_tables}
        total = sum(_count(old, query) for query in queries.values())
        done = 0
        for table, query in queries.items():
            types = {column.name: column.info["type"] for column in table.columns}
            for part in _parts(old, table, query, types):
                insert_frame(new, table, part, types)
                done += len(part)
                if progress is not None:
                    progress(done, total)
        if on_server(new):
            postgres_rows.settle(new, metadata.sorted_tables)
        if fingerprint(old) != fingerprint(new):
            raise Conflict("store.copy_differs", url=target.shown)
    return total


def _place(store: Store) -> tuple[Any, ...]:
    url = store.engine.url
    if url.get_backend_name() == "sqlite":
        return (Path(str(url.database)).resolve(),)
    return (url.host, url.port or 5432, url.database, url.query)


def _is_new(store: Store, connection: Connection) -> bool:
    """Tell whether nothing came in but the words that every store begins with."""
    for table in metadata.sorted_tables:
        first = select(*table.primary_key.columns).limit(1)
        if table not in {kinds, categories} and connection.execute(first).first() is not None:
            return False
    known = [store.words.categories()["code"], store.words.kinds()["kind"]]
    packaged = [packaged_categories()["code"], packaged_kinds()["kind"]]
    return all(set(one) == set(other) for one, other in zip(known, packaged, strict=True))


def _rows(table: Table) -> Select[Any]:
    query = select(*table.columns)
    return query.where(jobs.c.state.in_(ENDED)) if table is jobs else query


def _count(connection: Connection, query: Select[Any]) -> int:
    counted = select(func.count()).select_from(query.subquery())
    return int(connection.execute(counted).scalar_one())


def _parts(
    connection: Connection, table: Table, query: Select[Any], types: dict[str, str]
) -> Iterator[pd.DataFrame]:
    keys = list(table.primary_key.columns)
    query = query.order_by(*keys)
    if len(keys) > 1:
        yield read_frame(connection, query, types)
        return
    most = _PIECE_OF_BLOBS if table in {blobs, import_parts} else _PIECE
    rest = query
    while True:
        part = read_frame(connection, rest.limit(most), types)
        if len(part):
            yield part
        if len(part) < most:
            return
        last = part[keys[0].name].iloc[-1]
        rest = query.where(keys[0] > (last if isinstance(last, str | bytes) else int(last)))
