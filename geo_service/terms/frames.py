"""The tables of the flow: their columns, in order, with the type each column has.

A table travels between steps as a :class:`pandas.DataFrame` whose columns are named as here.
Types are the same everywhere: text is ``str``, a time is ``datetime64[us, UTC]``, a number is
``float64``, an integer is nullable ``Int64``, a flag is ``bool``; missing text is NaN, a missing
time NaT, never an empty string.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

Type = Literal["text", "time", "number", "integer", "flag", "geometry"]

DTYPES: dict[str, str] = {
    "text": "str",
    "time": "datetime64[us, UTC]",
    "number": "float64",
    "integer": "Int64",
    "flag": "bool",
}


@dataclass(frozen=True)
class Column:
    """One column: its name, its type, whether the service computes it, whether it names somebody.

    What is personal comes in and is kept, and leaves by no export and no page.
    """

    name: str
    type: Type
    computed: bool = False
    personal: bool = False


@dataclass(frozen=True)
class Frame:
    """A table: its name and its columns in order."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Names of all columns, in order."""
        return [column.name for column in self.columns]

    @property
    def given(self) -> list[str]:
        """Names of the columns that come from outside."""
        return [column.name for column in self.columns if not column.computed]

    @property
    def shown(self) -> list[str]:
        """Names of the columns that may leave the house."""
        return [column.name for column in self.columns if not column.personal]

    def empty(self) -> pd.DataFrame:
        """Return the table without rows."""
        return self.conform(pd.DataFrame())

    def conform(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return `table` with exactly this frame's columns, each in its type.

        Missing columns are added as missing values (flags as False); others are left out.

        >>> FRAMES["crews"].conform(pd.DataFrame({"crew_id": ["C1"]}))["kind"].isna().tolist()
        [True]
        """
        out = {}
        for column in self.columns:
            if column.name in table.columns:
                out[column.name] = _cast(table[column.name], column.type)
            else:
                out[column.name] = _missing(table.index, column.type)
        return pd.DataFrame(out, index=table.index)


def _missing(index: pd.Index, type_: Type) -> pd.Series:
    if type_ == "flag":
        return pd.Series(False, index=index, dtype=bool)
    if type_ == "geometry":
        return pd.Series(None, index=index, dtype=object)
    return pd.Series(np.nan, index=index, dtype=object).astype(DTYPES[type_])


_TRUE = {"1", "true", "yes", "y", "t", "是"}


def _cast(values: pd.Series, type_: Type) -> pd.Series:
    if type_ == "geometry":
        return values
    if type_ == "flag":
        if values.dtype == bool:
            return values
        filled = values.astype("str").str.strip().str.lower()
        return filled.isin(_TRUE)
    if type_ == "time":
        if values.dtype == DTYPES["time"]:
            return values
        return pd.to_datetime(values, utc=True, format="ISO8601").astype(DTYPES["time"])
    if type_ == "text":
        text = values if values.dtype == "str" else values.astype("str")
        blank = text == ""
        return text.mask(blank) if blank.any() else text
    if values.dtype == DTYPES[type_]:
        return values
    numbers = pd.to_numeric(values)
    return numbers.astype(DTYPES[type_])


def _frame(name: str, columns: str, personal: str = "", computed: str = "") -> Frame:
    """Read ``name:type`` words; the type is text where none is given."""
    found = []
    for word in f"{columns} {personal} {computed}".split():
        column, _, type_ = word.partition(":")
        flags = word in computed.split(), word in personal.split()
        found.append(Column(column, type_ or "text", *flags))  # type: ignore[arg-type]
    return Frame(name, tuple(found))


_TOLD = tomllib.loads(Path(__file__).with_name("frames.toml").read_text("utf-8"))
FRAMES: dict[str, Frame] = {name: _frame(name, **told) for name, told in _TOLD.items()}
"""All tables by name, as `frames.toml` has them."""
