"""The table as it lies in the file: text cells, each row with its line, torn rows apart."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from geo_service.intake.options import AS_FOUND, IntakeWarning, Layout

TORN_COLUMNS = ("line", "value", "reason", "row")


@dataclass(frozen=True)
class RawTable:
    """Cells as text, and what was guessed while reading.

    Parameters
    ----------
    cells
        One column a column of the file, dtype ``str``, empty cells missing, index 0, 1, 2 ...
    lines
        Line (row, feature) number of each row of `cells`.
    torn
        Rows that are none: columns :data:`TORN_COLUMNS`.
    crs
        Reference system the file itself names.
    layout
        Encoding, sheet and header row as they were found or told; None where there is none.
    sheets
        Names of all of a workbook's sheets.
    """

    cells: pd.DataFrame
    lines: NDArray[np.int64]
    torn: pd.DataFrame
    crs: str | None = None
    warnings: list[IntakeWarning] = field(default_factory=list)
    layout: Layout = AS_FOUND
    sheets: tuple[str, ...] = ()

    @property
    def read(self) -> int:
        """Rows in the file, torn ones included."""
        return len(self.cells) + len(self.torn)


def torn_rows(rows: Sequence[tuple[int, str, str, str]]) -> pd.DataFrame:
    """Return the table of torn rows: (line, value, reason, row)."""
    return pd.DataFrame(rows, columns=list(TORN_COLUMNS))


def torn_row(names: Sequence[str], values: Sequence[str]) -> str:
    """Return a row of another width than the header's as JSON; what is over is called ``+1`` ..."""
    over = [f"+{i}" for i in range(1, len(values) - len(names) + 1)]
    return json.dumps(dict(zip([*names, *over], values, strict=False)), ensure_ascii=False)


def unique_names(names: Iterable[object]) -> list[str]:
    """Return column names, stripped; an empty one gets its number, a repeated one a suffix.

    >>> unique_names([" a", "b", "", "a"])
    ['a', 'b', '3', 'a.2']
    """
    out: list[str] = []
    seen: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        text = " ".join(str(name).replace("\ufeff", "").split()) if name is not None else ""
        text = text or str(number)
        seen[text] = seen.get(text, 0) + 1
        out.append(text if seen[text] == 1 else f"{text}.{seen[text]}")
    return out


def text_column(values: Sequence[str | None]) -> pd.Series:
    """Return a ``str`` column; half characters (JSON can hold them) are replaced."""
    try:
        array = pa.array(values, type=pa.large_string())
    except (UnicodeEncodeError, pa.ArrowException):
        whole = [v if v is None else v.encode("utf-8", "replace").decode() for v in values]
        array = pa.array(whole, type=pa.large_string())
    return series(array)


def series(array: pa.Array | pa.ChunkedArray) -> pd.Series:
    """Return an Arrow array of text as a ``str`` column."""
    return pd.Series(array.to_pandas(), dtype="str")


def arrow(column: pd.Series) -> pa.ChunkedArray:
    """Return a ``str`` column as Arrow text, missing as null."""
    array = pa.array(column, from_pandas=True)
    chunks = array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
    return chunks.cast(pa.large_string())
