"""Many rows to and from PostgreSQL: COPY, and one statement for many keys.

Text goes over the wire as csv that Arrow writes and reads: no Python object is made for a value.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import psycopg
import pyarrow as pa
from sqlalchemy import ARRAY, Column, Connection, Integer, Select, Table, Text, bindparam, func

_PIECE = 200_000
_BYTES = 64_000_000
_STAGED = "staged_rows"
ARROW = {
    "text": "large_string",
    "time": "int64",
    "number": "float64",
    "integer": "int64",
    "flag": "bool",
    "geometry": "large_binary",
    "bytes": "large_binary",
}
"""What Arrow holds a column of each type as."""

_CSV = ARROW | dict.fromkeys(["geometry", "bytes"], "large_string")


def insert_tuples(
    connection: Connection, table: Table, names: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Insert `rows`, tuples in the order of `names`."""
    target = f"{_quoted(connection, table.name)} ({_list(connection, names)})"
    with _cursor(connection) as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def insert_frame(
    connection: Connection, table: Table, frame: pd.DataFrame, types: Mapping[str, str]
) -> None:
    """Insert the rows of `frame`."""
    with _cursor(connection) as cursor:
        _copy_in(connection, cursor, table.name, frame, types)


def update_frame(
    connection: Connection, table: Table, key: str, frame: pd.DataFrame, types: Mapping[str, str]
) -> None:
    """Update by key: the rows are put aside by COPY, then one statement takes them over."""
    name, mark = _quoted(connection, table.name), _quoted(connection, key)
    changes = ", ".join(
        f"{column} = {_STAGED}.{column}"
        for column in (_quoted(connection, one) for one in types if one != key)
    )
    with _cursor(connection) as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {_STAGED} ON COMMIT DROP AS"  # noqa: S608 (names are ours)
            f" SELECT {_list(connection, types)} FROM {name} WITH NO DATA"
        )
        _copy_in(connection, cursor, _STAGED, frame, types)
        cursor.execute(
            f"UPDATE {name} SET {changes} FROM {_STAGED}"  # noqa: S608
            f" WHERE {name}.{mark} = {_STAGED}.{mark}"
        )
        cursor.execute(f"DROP TABLE {_STAGED}")


def delete_keys(connection: Connection, table: Table, key: str, ids: Sequence[Any]) -> None:
    """Delete the rows whose `key` is one of `ids`."""
    name, mark = _quoted(connection, table.name), _quoted(connection, key)
    with _cursor(connection) as cursor:
        cursor.execute(f"DELETE FROM {name} WHERE {mark} = ANY(%s)", (list(ids),))  # noqa: S608


def settle(connection: Connection, tables: Sequence[Table]) -> None:
    """After rows that brought their own numbers: count on from these, and know the sizes."""
    with _cursor(connection) as cursor:
        for table in tables:
            column = table.autoincrement_column
            if column is not None and isinstance(column.type, Integer):
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'),"  # noqa: S608
                    f" coalesce(max({column.name}), 0) + 1, false) FROM {table.name}"
                )
            cursor.execute(f"ANALYZE {_quoted(connection, table.name)}")


def unnested(ids: Sequence[str]) -> Column[Any]:
    """Give `ids` as a column to join with; they travel with the statement."""
    sent = bindparam("staged_ids", list(ids), type_=ARRAY(Text))
    column: Any = func.unnest(sent).table_valued("id", name="staged_ids").render_derived().c.id
    return column


def read_arrow(
    connection: Connection, query: Select[Any], types: Mapping[str, str]
) -> list[pa.ChunkedArray]:
    """Run `query`, which selects the columns of `types` in order; a column each."""
    compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
    statement = f"COPY ({compiled}) TO STDOUT (FORMAT csv)"
    with _cursor(connection) as cursor, cursor.copy(statement, compiled.params) as copy:
        tables = [_parsed(piece, types) for piece in _pieces(copy)] or [_parsed(b"", types)]
    whole = pa.concat_tables(tables)
    return [
        _unhexed(column) if type_ in {"geometry", "bytes"} else column
        for column, type_ in zip(whole.columns, types.values(), strict=True)
    ]


def _pieces(copy: psycopg.Copy) -> Iterator[bytes]:
    rows: list[bytes] = []
    size = 0
    for row in copy:
        rows.append(bytes(row))
        size += len(row)
        if size > _BYTES:
            yield b"".join(rows)
            rows, size = [], 0
    if rows:
        yield b"".join(rows)


def _parsed(piece: bytes, types: Mapping[str, str]) -> pa.Table:
    from pyarrow import csv

    names = [str(place) for place in range(len(types))]
    wanted = dict(zip(names, (_CSV[type_] for type_ in types.values()), strict=True))
    if not piece:
        return pa.table({name: pa.array([], type_) for name, type_ in wanted.items()})
    return csv.read_csv(
        io.BytesIO(piece),
        csv.ReadOptions(use_threads=False, column_names=names, block_size=max(len(piece), 1 << 20)),
        csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        # nothing at all is NULL, quoted nothing is an empty text
        csv.ConvertOptions(
            column_types=wanted,
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _unhexed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    values = [None if one is None else bytes.fromhex(one[2:]) for one in column.to_pylist()]
    return pa.chunked_array([pa.array(values, pa.large_binary())])


def _copy_in(
    connection: Connection,
    cursor: psycopg.Cursor[Any],
    target: str,
    frame: pd.DataFrame,
    types: Mapping[str, str],
) -> None:
    from pyarrow import csv

    names = _list(connection, types)
    statement = f"COPY {_quoted(connection, target)} ({names}) FROM STDIN (FORMAT csv)"
    with cursor.copy(statement) as copy:
        for start in range(0, len(frame), _PIECE):
            piece = frame.iloc[start : start + _PIECE]
            table = pa.table([_sent(piece[name], type_) for name, type_ in types.items()], [*types])
            buffer = io.BytesIO()
            csv.write_csv(table, buffer, csv.WriteOptions(include_header=False))
            copy.write(buffer.getbuffer())


def _sent(column: pd.Series, type_: str) -> pa.Array:
    from pyarrow import compute

    missing = column.isna().to_numpy()
    if type_ == "flag":
        return pa.array(column.to_numpy(dtype=bool))
    if type_ == "time":
        return pa.array(column.astype("datetime64[us, UTC]").array.asi8, mask=missing)
    if type_ == "number":
        # + 0.0 turns a negative zero, which SQLite does not keep, into zero
        return pa.array(column.to_numpy(dtype="float64") + 0.0, mask=missing)
    if type_ == "integer":
        return pa.array(column.astype("Int64").fillna(0).to_numpy(dtype=np.int64), mask=missing)
    if type_ in {"geometry", "bytes"}:
        lead = "" if type_ == "geometry" else "\\x"
        return pa.array([None if one is None else lead + one.hex() for one in column])
    texts = pa.array(column.astype("str"), pa.large_string(), from_pandas=True)
    # the one letter that PostgreSQL's text does not hold
    return compute.replace_substring(texts, "\0", "\N{REPLACEMENT CHARACTER}")


def _cursor(connection: Connection) -> psycopg.Cursor[Any]:
    raw: Any = connection.connection.driver_connection
    return raw.cursor()


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)


def _list(connection: Connection, names: Iterable[str]) -> str:
    return ", ".join(_quoted(connection, name) for name in names)
