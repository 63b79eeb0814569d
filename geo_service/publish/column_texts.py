"""A column of a table as written text: times in UTC, numbers short and exact, null as None."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Texts = NDArray[np.object_]
Sort = Literal["time", "flag", "number", "text"]

COORDINATES = frozenset({"lon", "lat", "depot_lon", "depot_lat"})
DIGITS = 7
"""Decimals of a degree that are written: a centimetre."""


def sort_of(values: pd.Series) -> Sort:
    """Return what a column holds."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return "time"
    if pd.api.types.is_bool_dtype(values.dtype):
        return "flag"
    if pd.api.types.is_numeric_dtype(values.dtype):
        return "number"
    return "text"


def columns_of(table: pd.DataFrame) -> list[str]:
    """Return the names of all columns but the geometry."""
    geometry = getattr(table, "_geometry_column_name", None) or "geometry"
    return [str(name) for name in table.columns if name != geometry]


def pieces_of(tables: pd.DataFrame | Iterable[pd.DataFrame], batch: int) -> Iterator[pd.DataFrame]:
    """Cut one table, or several of the same columns, into pieces of at most `batch` rows.

    Each table gives at least one piece, an empty one if need be.
    """
    for table in [tables] if isinstance(tables, pd.DataFrame) else tables:
        for start in range(0, max(len(table), 1), batch):
            yield table.iloc[start : start + batch]


def times(values: pd.Series) -> Texts:
    """Write moments in ISO 8601 UTC, ``None`` where missing.

    >>> times(pd.to_datetime(pd.Series(["2026-06-29T00:00+08:00", None]), utc=True)).tolist()
    ['2026-06-28T16:00:00Z', None]
    """
    moments = values.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    known = ~np.isnat(moments)
    whole = bool((moments[known].astype(np.int64) % 1_000_000 == 0).all())
    out = np.full(len(moments), None, dtype=object)
    out[known] = np.datetime_as_string(
        moments[known], unit="s" if whole else "us", timezone="UTC"
    ).astype(object)
    return out


def numbers(values: pd.Series, digits: int | None = None) -> Texts:
    """Write numbers in their shortest exact form, ``None`` where missing or not finite.

    >>> numbers(pd.Series([0.1, float("nan"), 1e-7])).tolist()
    ['0.1', None, '1e-07']
    """
    out = np.full(len(values), None, dtype=object)
    if pd.api.types.is_integer_dtype(values.dtype):
        known = values.notna().to_numpy()
        out[known] = values[known].to_numpy(dtype=np.int64).astype(str).astype(object)
        return out
    plain = values.to_numpy(dtype=np.float64, na_value=np.nan)
    if digits is not None:
        plain = np.round(plain, digits)
    known = np.isfinite(plain)
    out[known] = plain[known].astype(str).astype(object)
    return out


def flags(values: pd.Series) -> Texts:
    """Write flags as ``true`` and ``false``, ``None`` where missing."""
    out = np.full(len(values), None, dtype=object)
    known = values.notna().to_numpy()
    out[known] = np.where(values[known].to_numpy(dtype=bool), "true", "false")
    return out


def texts(values: pd.Series) -> Texts:
    """Return text as it is, ``None`` where missing or empty."""
    text = values.astype("str")
    out = text.to_numpy(dtype=object, na_value=None)
    out[values.isna().to_numpy() | (out == "")] = None
    return out


def written(values: pd.Series) -> Texts:
    """Write a column of any sort; coordinates to 7 decimals."""
    sort = sort_of(values)
    if sort == "time":
        return times(values)
    if sort == "flag":
        return flags(values)
    if sort == "number":
        return numbers(values, DIGITS if values.name in COORDINATES else None)
    return texts(values)


def as_json(values: pd.Series) -> Texts:
    r"""Write a column as JSON values, null for what is missing.

    >>> as_json(pd.Series(['a"b', None], dtype="str")).tolist()
    ['"a\\"b"', 'null']
    """
    out = written(values)
    if sort_of(values) in ("number", "flag"):
        out[out == None] = "null"  # noqa: E711 - element by element
        return out
    codes, unique = pd.factorize(out)
    encoded = [json.dumps(value, ensure_ascii=False) for value in unique]
    return np.asarray([*encoded, "null"], dtype=object)[codes]
