"""Rows of a table as plain values for JSON and templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.publish import written

_TEXT_BYTES = 50


def records(table: pd.DataFrame, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Return the rows of `table`: null for what is missing, times in ISO 8601 UTC.

    >>> records(pd.DataFrame({"a": [1.5, None]}))
    [{'a': 1.5}, {'a': None}]
    """
    names = list(table.columns) if columns is None else list(columns)
    values = [_values(table[name]) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def _values(column: pd.Series) -> list[Any]:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return written(column).tolist()
    plain = column.astype(object)
    return plain.where(column.notna(), None).tolist()


@dataclass(frozen=True)
class Plain:
    """A table kept so that some of its rows are quickly written, as `records` would.

    Attributes
    ----------
    columns
        An array a field; missing are NaN among numbers, ``None`` elsewhere.
    """

    columns: dict[str, NDArray[Any]]

    @property
    def nbytes(self) -> int:
        """How many bytes it holds, texts at a guess."""
        return sum(
            array.nbytes + (_TEXT_BYTES * len(array) if array.dtype == object else 0)
            for array in self.columns.values()
        )

    @classmethod
    def of(cls, table: pd.DataFrame, names: Sequence[str]) -> Plain:
        """Keep the columns `names` of `table`."""
        return cls({name: _array(table[name]) for name in names})

    def records(self, rows: NDArray[np.intp]) -> list[dict[str, Any]]:
        """Return the rows numbered `rows`.

        >>> Plain.of(pd.DataFrame({"a": [1.5, None]}), ["a"]).records(np.array([1, 0]))
        [{'a': None}, {'a': 1.5}]
        """
        values = [
            # Only what is missing differs from itself.
            [None if value != value else value for value in array[rows].tolist()]
            for array in self.columns.values()
        ]
        return [dict(zip(self.columns, row, strict=True)) for row in zip(*values, strict=True)]


def _array(column: pd.Series) -> NDArray[Any]:
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "bfiu":
        return column.to_numpy()
    if pd.api.types.is_integer_dtype(column.dtype) and not column.hasnans:
        return column.to_numpy(dtype=np.int64)
    out = np.empty(len(column), dtype=object)
    out[:] = _values(column)
    return out
