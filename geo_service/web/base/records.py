"""Rows of a table as plain values for JSON and templates."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.publish import written
from geo_service.web.base import desk

_FEW = 256

TIME = "%Y-%m-%d %H:%M"
"""How a page writes a moment."""


def records(table: pd.DataFrame, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Return the rows of `table`: null for what is missing, times in ISO 8601 UTC.

    >>> records(pd.DataFrame({"a": [1.5, None]}))
    [{'a': 1.5}, {'a': None}]
    """
    names = list(table.columns) if columns is None else list(columns)
    values = [_values(table[name]) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def local(table: pd.DataFrame) -> pd.DataFrame:
    """Return `table` with its times as texts of the district's clock, to the minute."""
    zone = desk.district().timezone
    columns = [name for name in table if isinstance(table[name].dtype, pd.DatetimeTZDtype)]
    written = {name: table[name].dt.tz_convert(zone).dt.strftime(TIME) for name in columns}
    return table.assign(**written)


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
    words
        Of fields with few different values: these, whose places `columns` then holds.
    """

    columns: dict[str, NDArray[Any]]
    words: dict[str, NDArray[np.object_]] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        """How many bytes it holds beside the texts themselves."""
        return sum(array.nbytes for array in self.columns.values())

    @classmethod
    def of(cls, table: pd.DataFrame, names: Sequence[str]) -> Self:
        """Keep the columns `names` of `table`."""
        columns = {name: _array(table[name]) for name in names}
        words = {}
        for name, array in columns.items():
            if array.dtype == object:
                codes, known = pd.factorize(array, use_na_sentinel=True)
                if len(known) < _FEW:
                    # Behind the last word stands what -1 finds: nothing.
                    words[name] = np.append(known.astype(object), np.array([None], dtype=object))
                    columns[name] = codes.astype(np.int16)
        return cls(columns, words)

    def records(self, rows: NDArray[np.intp]) -> list[dict[str, Any]]:
        """Return the rows numbered `rows`.

        >>> Plain.of(pd.DataFrame({"a": [1.5, None]}), ["a"]).records(np.array([1, 0]))
        [{'a': None}, {'a': 1.5}]
        """
        values = [self._values(name, array[rows]) for name, array in self.columns.items()]
        return [dict(zip(self.columns, row, strict=True)) for row in zip(*values, strict=True)]

    def _values(self, name: str, array: NDArray[Any]) -> list[Any]:
        if name in self.words:
            return self.words[name][array].tolist()
        # Only what is missing differs from itself.
        return [None if value != value else value for value in array.tolist()]


def _array(column: pd.Series) -> NDArray[Any]:
    if pd.api.types.is_integer_dtype(column.dtype) and not column.hasnans:
        whole = column.to_numpy(dtype=np.int64)
        small = whole.astype(np.int32)
        return small if (small == whole).all() else whole
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "bf":
        return column.to_numpy()
    out = np.empty(len(column), dtype=object)
    out[:] = _values(column)
    return out
