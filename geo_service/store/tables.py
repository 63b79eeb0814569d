"""Between rows of the database and frames of the flow, a column at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Select, Table, select

from geo_service.store import postgres_rows
from geo_service.terms import FRAMES

ROWS = 50_000
"""How many rows are held as Python objects at a time."""

_FETCHED = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    """Write an aware moment as the store does.

    >>> micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return (moment.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)


def moment(number: int | None) -> datetime | None:
    """Read a moment that the store wrote."""
    return None if number is None else _EPOCH + timedelta(microseconds=number)


def types_of(frame: str) -> dict[str, str]:
    """Return name and type of each column of a frame, in order."""
    return {column.name: column.type for column in FRAMES[frame].columns}


def chosen(table: Table, *names: str) -> tuple[Select[Any], dict[str, str]]:
    """Return a query for columns of a table, its frame's if none are named, and their types."""
    types = {name: table.c[name].info["type"] for name in names or FRAMES[table.name].names}
    return select(*[table.c[name] for name in types]), types


def read_frame(
    connection: Connection, query: Select[Any], types: Mapping[str, str]
) -> pd.DataFrame:
    """Run `query`, which selects the columns of `types` in order, and return a frame."""
    if connection.dialect.name == "postgresql":
        columns = postgres_rows.read_arrow(connection, query, types)
        named = zip(columns, types.items(), strict=True)
        return pd.DataFrame({name: _series(column, type_) for column, (name, type_) in named})
    chunks: list[list[pa.Array]] = [[] for _ in types]
    # The driver's own tuples, few at a time: they are gone before the collector counts them.
    with connection.execute(query) as result:
        while result.cursor is not None and (rows := result.cursor.fetchmany(_FETCHED)):
            found = zip(*rows, strict=True)
            for chunk, values, type_ in zip(chunks, found, types.values(), strict=True):
                chunk.append(_array(values, type_))
    return pd.DataFrame(
        {
            name: _series(pa.chunked_array(chunk, postgres_rows.ARROW[type_]), type_)
            for chunk, (name, type_) in zip(chunks, types.items(), strict=True)
        }
    )


def _array(values: tuple[Any, ...], type_: str) -> pa.Array:
    if type_ == "flag":  # 0 and 1 in SQLite, False and True elsewhere
        return pa.array(values).cast(pa.bool_())
    return pa.array(values, postgres_rows.ARROW[type_])


def _series(column: pa.ChunkedArray, type_: str) -> pd.Series:
    if type_ == "text":
        return pd.Series(pd.array(column, dtype="str"))
    if type_ == "time":
        stamps = column.cast(pa.timestamp("us", tz="UTC"))
        return stamps.to_pandas().astype("datetime64[us, UTC]")
    if type_ == "integer":
        valid = ~np.asarray(column.is_null())
        return pd.Series(
            pd.arrays.IntegerArray(np.asarray(column.fill_null(0), dtype="int64"), ~valid)
        )
    if type_ == "flag":
        return pd.Series(np.asarray(column.fill_null(False)).astype(bool))
    if type_ in {"geometry", "bytes"}:
        return pd.Series(column.to_numpy(), dtype=object)
    return pd.Series(np.array(column.to_numpy(), dtype="float64"))


def to_rows(table: pd.DataFrame, types: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """Return the columns of `types` as rows for the driver; missing is None."""
    columns = [_values(table[name], type_) for name, type_ in types.items()]
    return list(zip(*columns, strict=True))


def _values(column: pd.Series, type_: str) -> list[Any]:
    if type_ == "flag":
        return column.to_numpy(dtype=bool).tolist()
    if type_ in {"text", "integer", "geometry", "bytes"}:
        return column.astype(object).where(column.notna(), None).tolist()
    missing = column.isna().to_numpy()
    if type_ == "time":
        numbers = column.astype("datetime64[us, UTC]").array.asi8
    else:
        numbers = column.to_numpy(dtype="float64")
    if not missing.any():
        return numbers.tolist()
    values = numbers.astype(object)
    values[missing] = None
    return values.tolist()


def texts(values: Iterable[Any]) -> list[str]:
    """Return ids as plain strings."""
    return pd.Series(list(values), dtype=object).astype("str").tolist()
