"""A week's HOTSPOTS as bytes: bare columns, areas as numbers; what a run knows is put in again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from geo_service.terms import FRAMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

AREA_WORDS = ("area_id", "name", "kind", "subdistrict")
"""What a run keeps of its areas once, not with each week's rows."""

FORECAST = "forecast"
"""Of the week after a run's last one: this series, a category each, the map's layer and params."""

Columns = Mapping[str, "NDArray[Any] | pd.Categorical"]
"""A week's columns by name, shape (rows,) each: numbers, flags, words as categoricals.

`area` and `zone` are places in the run's areas, -1 is none.
"""


def write_week(columns: Columns) -> bytes:
    """Return a week's columns as an Arrow stream, compressed by zstd."""
    table = pa.table({name: pa.array(values) for name, values in columns.items()})
    buffer = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(buffer, table.schema, options=options) as stream:
        stream.write_table(table)
    return buffer.getvalue().to_pybytes()


def read_week(
    data: bytes, areas: pd.DataFrame, told: Mapping[str, Any], category: str | None = None
) -> pd.DataFrame:
    """Return ``FRAMES["hotspots"]`` of what `write_week` wrote, of one category where it is named.

    `areas` are :data:`AREA_WORDS` in the run's order, `told` what is the same in all rows: week,
    as-of, run.
    """
    table = pa.ipc.open_stream(data).read_all()
    if category is not None:
        table = table.filter(pa.array(np.asarray(table["category"]) == category))
    found: dict[str, Any] = {"zone": _taken(areas["area_id"], table["zone"])}
    found |= {name: _taken(areas[name], table["area"]) for name in AREA_WORDS}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if name not in ("area", "zone"):
            found[name] = _column(column)
    frame = pd.DataFrame(found | dict(told), index=pd.RangeIndex(len(table)))
    return FRAMES["hotspots"].conform(frame)


def with_forecast(
    table: pd.DataFrame, area_ids: list[str], read: Callable[[str], NDArray[Any] | None]
) -> pd.DataFrame:
    """Return a week's rows with what is expected of the next; `read` gives it by category.

    Its columns are mean, low80, high80, low95, high95; shape (areas, 5), areas as `area_ids`.
    """
    columns = np.full((len(table), 3), np.nan)
    place = pd.Index(area_ids).get_indexer(pd.Index(table["area_id"]))
    for category in table["category"].unique():
        if (array := read(category)) is not None:
            mine = (table["category"] == category).to_numpy() & (place >= 0)
            columns[mine] = array[place[mine], :3]
    names = ("forecast", "forecast_low", "forecast_high")
    return table.assign(**dict(zip(names, columns.T, strict=True)))


def read_columns(data: bytes) -> pd.DataFrame:
    """Return the bare columns that `write_week` wrote."""
    frame: pd.DataFrame = pa.ipc.open_stream(data).read_all().to_pandas()
    return frame


def _taken(words: pd.Series, place: pa.ChunkedArray) -> pd.api.extensions.ExtensionArray:
    return words.array.take(place.to_numpy(), allow_fill=True)


def _column(column: pa.ChunkedArray) -> pd.api.extensions.ExtensionArray | NDArray[Any]:
    if pa.types.is_dictionary(column.type):
        return pd.array(column.cast(pa.large_string()), dtype="str")
    values = column.to_numpy()
    if values.dtype.kind == "i":
        whole = values.astype(np.int64)
        return pd.arrays.IntegerArray(whole, np.zeros(len(whole), dtype=bool))
    return values
