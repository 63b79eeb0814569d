"""Rows of a table as plain values for JSON and templates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from geo_service.publish import written


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
