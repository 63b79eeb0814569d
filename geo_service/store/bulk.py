"""Many rows at once: insert, update, delete, look up, and the two ways to take a whole table.

`upsert` adds to what is known (an empty field leaves a known value); `replace` makes the contents
those of a table, by difference. What moves rows (`insert_frame`, `insert_rows`, `update_frame`,
`delete_rows`, `staged`) takes the driver's shortest road: tuples on SQLite, COPY on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, Table, bindparam, select

from geo_service.store import postgres_rows
from geo_service.store.tables import ROWS, read_frame, to_rows
from geo_service.terms import FRAMES, BadInput

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _no_ids() -> NDArray[np.object_]:
    return np.empty(0, dtype=object)


@dataclass(frozen=True)
class Outcome:
    """What became of the rows of a table that was taken in: counts, ids of shape (n,).

    `before` has the rows that were updated as they were; None where nobody asks.
    """

    read: int = 0
    accepted: int = 0
    updated: int = 0
    unchanged: int = 0
    ids_accepted: NDArray[np.object_] = field(default_factory=_no_ids, repr=False, compare=False)
    ids_updated: NDArray[np.object_] = field(default_factory=_no_ids, repr=False, compare=False)
    before: pd.DataFrame | None = field(default=None, repr=False, compare=False)

    @property
    def changed(self) -> int:
        """How many rows were accepted or updated."""
        return self.accepted + self.updated

    def was(self, key: str) -> pd.DataFrame:
        """Return the rows that were updated as they were, and the `key` of those `added`."""
        added = pd.DataFrame({key: self.ids_accepted}, dtype="str").assign(added=True)
        was = pd.DataFrame({key: []}, dtype="str") if self.before is None else self.before
        return pd.concat([was.assign(added=False), added], ignore_index=True)


def on_server(connection: Connection) -> bool:
    """Tell whether the store is on PostgreSQL."""
    return connection.dialect.name == "postgresql"


def insert_frame(
    connection: Connection, table: Table, frame: pd.DataFrame, types: Mapping[str, str]
) -> None:
    """Insert the rows of `frame`, columns as `types`."""
    if frame.empty:
        return
    if on_server(connection):
        postgres_rows.insert_frame(connection, table, frame, types)
        return
    for start in range(0, len(frame), ROWS):
        rows = to_rows(frame.iloc[start : start + ROWS], types)
        insert_rows(connection, table, list(types), rows)


def insert_rows(
    connection: Connection, table: Table, names: Sequence[str], rows: list[tuple[Any, ...]]
) -> None:
    """Insert `rows`, tuples in the order of `names`."""
    if not rows:
        return
    if on_server(connection):
        postgres_rows.insert_tuples(connection, table, names, rows)
        return
    statement = sa.insert(table).values({name: bindparam(name) for name in names})
    _execute_many(connection, statement, names, rows)


def update_frame(
    connection: Connection, table: Table, key: str, frame: pd.DataFrame, types: Mapping[str, str]
) -> None:
    """Update by key the columns of `types`, which holds the key too."""
    if frame.empty:
        return
    if on_server(connection):
        postgres_rows.update_frame(connection, table, key, frame, types)
        return
    names = [name for name in types if name != key]
    statement = (
        sa.update(table)
        .where(table.c[key] == bindparam("key_"))
        .values({name: bindparam(name) for name in names})
    )
    ordered = {name: types[name] for name in [*names, key]}
    for start in range(0, len(frame), ROWS):
        rows = to_rows(frame.iloc[start : start + ROWS], ordered)
        _execute_many(connection, statement, [*names, "key_"], rows)


def delete_rows(connection: Connection, table: Table, key: str, ids: Sequence[Any]) -> None:
    """Delete the rows whose `key` is one of `ids`."""
    if len(ids) and on_server(connection):
        postgres_rows.delete_keys(connection, table, key, ids)
    elif len(ids):
        statement = sa.delete(table).where(table.c[key] == bindparam("key_"))
        _execute_many(connection, statement, ["key_"], [(one,) for one in ids])


def _execute_many(
    connection: Connection,
    statement: sa.UpdateBase,
    names: Sequence[str],
    rows: list[tuple[Any, ...]],
) -> None:
    compiled = statement.compile(dialect=connection.dialect)
    order = [names.index(name) for name in compiled.positiontup or ()]
    if order != list(range(len(names))):
        rows = list(map(itemgetter(*order), rows))
    connection.exec_driver_sql(str(compiled), rows)


@contextmanager
def staged(connection: Connection, ids: Sequence[str]) -> Iterator[sa.Column[Any]]:
    """Put `ids` (each once) where a statement can join with them, and give their column."""
    if on_server(connection):
        yield postgres_rows.unnested(ids)
        return
    key = sa.Column("id", sa.Text, primary_key=True)
    table = Table("staged_ids", sa.MetaData(), key, prefixes=["TEMPORARY"])
    table.create(connection, checkfirst=False)
    try:
        insert_rows(connection, table, ["id"], [(one,) for one in ids])
        yield table.c.id
    finally:
        table.drop(connection, checkfirst=False)


def stored(
    connection: Connection, table: Table, key: str, ids: Sequence[str], types: Mapping[str, str]
) -> pd.DataFrame:
    """Return the rows with these ids, columns as `types`; ids that are not there are left out."""
    query = select(*[table.c[name] for name in types])
    with staged(connection, ids) as column:
        # not as a join: SQLite would go through the whole table
        return read_frame(connection, query.where(table.c[key].in_(select(column))), types)


def merge(
    known: pd.DataFrame, incoming: pd.DataFrame, given: Mapping[str, NDArray[np.bool_]]
) -> tuple[pd.DataFrame, dict[str, NDArray[np.bool_]]]:
    """Lay `incoming` over `known`, rows of the same ids in the same order, where it says otherwise.

    For each column that may change `given` tells where the incoming value counts. Returns the rows
    as they are now, and where each column changed.
    """
    merged = known.copy()
    changed = {}
    for name, counts in given.items():
        differs = counts & ~same(known[name], incoming[name])
        changed[name] = differs
        if differs.any():
            merged[name] = known[name].mask(differs, incoming[name])
    return merged, changed


def same(left: pd.Series, right: pd.Series) -> NDArray[np.bool_]:
    """Tell where two columns in the same order are equal; missing equals missing."""
    equal = (left == right).fillna(False).to_numpy(dtype=bool)
    return equal | (left.isna().to_numpy() & right.isna().to_numpy())


def conforming(table: Table, rows: pd.DataFrame) -> pd.DataFrame:
    """Return `rows` after the frame of `table`, each with its key.

    Raises
    ------
    BadInput
        If a row has none.
    """
    (key,) = table.primary_key.columns.keys()
    incoming = FRAMES[table.name].conform(pd.DataFrame(rows)).reset_index(drop=True)
    if incoming[key].isna().any():
        raise BadInput("store.no_key", table=table.name, column=key)
    return incoming


def upsert(
    connection: Connection, table: Table, incoming: pd.DataFrame, said: Collection[str]
) -> Outcome:
    """Take a small table in: new keys are added, known ones changed where `incoming` says so.

    `incoming` are conforming rows, maybe with further columns of the table; `said` those columns
    that the source has at all: the flags of others are no statement.
    """
    (key,) = table.primary_key.columns.keys()
    types = {name: table.c[name].info["type"] for name in incoming.columns}
    read = len(incoming)
    incoming = incoming.drop_duplicates(key, keep="last").reset_index(drop=True)
    known = stored(connection, table, key, incoming[key].tolist(), types)
    is_known = incoming[key].isin(known[key]).to_numpy()
    fresh = incoming[~is_known]
    old = incoming[is_known].reset_index(drop=True)
    known = known.set_index(key).loc[old[key]].reset_index()[list(types)]
    masks = {name: old[name].notna().to_numpy() for name in types if name in said and name != key}
    merged, changed = merge(known, old, masks)
    touched = np.logical_or.reduce([*changed.values(), np.zeros(len(old), dtype=bool)])
    insert_frame(connection, table, fresh, types)
    update_frame(connection, table, key, merged[touched], types)
    return Outcome(
        read=read,
        accepted=len(fresh),
        updated=int(touched.sum()),
        unchanged=read - len(fresh) - int(touched.sum()),
        ids_accepted=fresh[key].to_numpy(dtype=object),
        ids_updated=old[key].to_numpy(dtype=object)[touched],
        before=known[touched],
    )


@contextmanager
def indexed_later(connection: Connection, table: Table, many: bool) -> Iterator[None]:
    """Make the indexes of an empty table after its rows: sorted at once they cost half.

    On a server it would lock readers out meanwhile.
    """
    indexes = sorted(table.indexes, key=lambda one: str(one.name))
    if not many or on_server(connection):
        yield
        return
    for one in indexes:
        one.drop(connection)
    yield
    for one in indexes:
        one.create(connection)


def replace(
    connection: Connection,
    table: Table,
    key: str,
    contents: pd.DataFrame,
    types: Mapping[str, str],
    ids: Sequence[str] | None = None,
) -> None:
    """Make the table's rows those of `contents`; rows that are equal are not touched.

    With `ids`, each named once, only the rows of these; others stay.
    """
    if ids is None:
        known = read_frame(connection, select(*[table.c[name] for name in types]), types)
    else:
        known = stored(connection, table, key, ids, types)
    contents = contents[list(types)].reset_index(drop=True)
    place = pd.Index(known[key]).get_indexer(pd.Index(contents[key]))
    stays = place >= 0
    new, old = contents[stays], known.take(place[stays])
    new, old = new.reset_index(drop=True), old.reset_index(drop=True)
    names = [name for name in types if name != key]
    differs = ~np.logical_and.reduce(
        [*(same(old[name], new[name]) for name in names), np.ones(len(new), dtype=bool)]
    )
    gone = np.ones(len(known), dtype=bool)
    gone[place[stays]] = False
    delete_rows(connection, table, key, known[key].to_numpy(dtype=object)[gone].tolist())
    update_frame(connection, table, key, new[differs], types)
    fresh = contents[~stays]
    with indexed_later(connection, table, many=known.empty and len(fresh) > ROWS):
        insert_frame(connection, table, fresh, types)
