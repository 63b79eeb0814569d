"""A column of a table as written text: times in UTC, numbers short and exact, null as null.

In Arrow's arrays, which make no Python object for a value.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Texts: TypeAlias = pa.LargeStringArray
Sort = Literal["time", "flag", "number", "text"]

COORDINATES = frozenset({"lon", "lat", "depot_lon", "depot_lat"})
DIGITS = 7
"""Decimals of a degree that are written: a centimetre."""


# Between these Arrow writes a number as Python does, but for the ".0" of a whole one.
_PLAIN_FROM, _PLAIN_TO = 1e-4, 1e9


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
    """Write moments in ISO 8601 UTC, null where missing.

    >>> times(pd.to_datetime(pd.Series(["2026-06-29T00:00+08:00", None]), utc=True)).to_pylist()
    ['2026-06-28T16:00:00Z', None]
    """
    code, known = pd.factorize(values.astype("datetime64[us, UTC]").array.asi8)
    moments = known.view("datetime64[us]")
    there = ~np.isnat(moments)
    whole = bool((known[there] % 1_000_000 == 0).all())
    out = np.full(len(moments), None, dtype=object)
    out[there] = np.datetime_as_string(
        moments[there], unit="s" if whole else "us", timezone="UTC"
    ).astype(object)
    return as_texts(out).take(pa.array(code))


def numbers(values: pd.Series, digits: int | None = None) -> Texts:
    """Write numbers in their shortest exact form, null where missing or not finite.

    >>> numbers(pd.Series([0.1, float("nan"), 1e-7, 2.0])).to_pylist()
    ['0.1', None, '1e-07', '2.0']
    """
    missing = values.isna().to_numpy()
    if pd.api.types.is_integer_dtype(values.dtype):
        whole = values.to_numpy(dtype=np.int64, na_value=0) if missing.any() else values.to_numpy()
        return pc.cast(pa.array(whole.astype(np.int64), mask=missing), pa.large_string())
    plain = values.to_numpy(dtype=np.float64, na_value=np.nan)
    if digits is not None:
        plain = np.round(plain, digits)
    known = np.isfinite(plain)
    size = np.abs(plain, where=known, out=np.zeros(len(plain)))
    out = pc.cast(pa.array(plain, mask=~known), pa.large_string())
    whole = pa.array(known & (size == np.trunc(size)))
    out = pc.if_else(whole, pc.binary_join_element_wise(out, _text(".0"), _text("")), out)
    odd = (size >= _PLAIN_TO) | ((size > 0) & (size < _PLAIN_FROM))
    if odd.any():
        out = pc.replace_with_mask(out, pa.array(odd), as_texts(plain[odd].astype(str)))
    return out


def flags(values: pd.Series) -> Texts:
    """Write flags as ``true`` and ``false``, null where missing."""
    return pc.if_else(pa.array(values, pa.bool_(), from_pandas=True), _text("true"), _text("false"))


def texts(values: pd.Series) -> Texts:
    """Return text as it is, null where missing or empty."""
    text = as_texts(values.astype("str"))
    return pc.if_else(pc.equal(text, _text("")), pa.scalar(None, pa.large_string()), text)


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

    >>> as_json(pd.Series(['a"b', None], dtype="str")).to_pylist()
    ['"a\\"b"', 'null']
    """
    out = written(values)
    if sort_of(values) not in ("number", "flag"):
        out = each_once(
            out, lambda words: [json.dumps(one, ensure_ascii=False) for one in words.to_pylist()]
        )
    return pc.fill_null(out, "null")


def each_once(texts: Texts, write: Callable[[Texts], Any]) -> Texts:
    """Write each different text once; null stays null."""
    coded = texts.dictionary_encode()
    return as_texts(write(coded.dictionary)).take(coded.indices)


def joined(*parts: Texts | str, end: str, between: str = "") -> bytes:
    """Return row after row what stands in `parts`, one beside the other, in UTF-8."""
    rows = [_text(part) if isinstance(part, str) else part for part in parts]
    line = pc.binary_join_element_wise(
        *rows, _text(between), null_handling="replace", null_replacement=""
    )
    lines = pc.binary_join_element_wise(line, _text(end), _text(""))
    # the texts of an array follow one another in memory
    _, places, letters = lines.buffers()
    place = np.frombuffer(places, dtype=np.int64)[lines.offset : lines.offset + len(lines) + 1]
    return letters.slice(place[0], place[-1] - place[0]).to_pybytes()


def as_texts(values: Any) -> Texts:  # noqa: ANN401 (all that Arrow takes)
    """Return texts of any kind as Arrow's."""
    found = pa.array(values, pa.large_string(), from_pandas=True)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _text(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())
