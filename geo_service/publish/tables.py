"""Tables as CSV, spreadsheet, GeoPackage and Parquet.

What people open in a spreadsheet (CSV, xlsx) has text made harmless; what programs read
(GeoPackage, Parquet) keeps it as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from geo_service.publish.column_texts import (
    COORDINATES,
    DIGITS,
    Texts,
    columns_of,
    pieces_of,
    sort_of,
    written,
)
from geo_service.publish.safety import spreadsheet_safe
from geo_service.terms import BadUse

_BATCH = 5000
_SHEET_ROWS = 1_048_576
_CELL_CHARACTERS = 32_767


def csv_stream(table: pd.DataFrame | Iterable[pd.DataFrame]) -> Iterator[bytes]:
    """Write a table, or several of the same columns, as CSV in pieces.

    UTF-8, a header always, empty for null.

    Geometry is left out; coordinates that are columns of their own have 7 decimals.
    """
    names: list[str] = []
    for piece in pieces_of(table, _BATCH):
        if not names:
            names = columns_of(piece)
            yield (",".join(names) + "\n").encode()
        if piece.empty:
            continue
        line: Texts = np.full(len(piece), "", dtype=object)
        for number, name in enumerate(names):
            line = line + ("," if number else "") + _csv_cells(piece[name])
        yield ("\n".join(line.tolist()) + "\n").encode()


def _csv_cells(values: pd.Series) -> Texts:
    cells = written(values)
    if sort_of(values) == "text":
        text = spreadsheet_safe(pd.Series(cells, dtype="str"))
        quoted = '"' + text.str.replace('"', '""', regex=False) + '"'
        needs = text.str.contains(r'[",\r\n]').fillna(False).astype(bool)
        cells = text.mask(needs, quoted).to_numpy(dtype=object, na_value=None)
    cells[cells == None] = ""  # noqa: E711 - element by element
    return cells


def write_csv(table: pd.DataFrame | Iterable[pd.DataFrame], path: Path) -> None:
    """Write `table` as CSV to `path`."""
    with path.open("wb") as stream:
        stream.writelines(csv_stream(table))


def write_xlsx(table: pd.DataFrame, path: Path) -> None:
    """Write `table` as a spreadsheet of one sheet to `path`.

    Raises
    ------
    BadUse
        If there are more rows than a sheet can hold.
    """
    if len(table) >= _SHEET_ROWS:
        raise BadUse("publish.too_many_rows", rows=len(table), limit=_SHEET_ROWS - 1)
    names = columns_of(table)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(names)
    for row in zip(*(_sheet_cells(table[name], sheet) for name in names), strict=True):
        sheet.append(row)
    book.save(path)


def _sheet_cells(values: pd.Series, sheet: WriteOnlyWorksheet) -> list[object]:
    sort = sort_of(values)
    if sort == "flag":
        return values.astype(object).where(values.notna(), None).tolist()
    if sort == "number":
        numbers = values.round(DIGITS) if values.name in COORDINATES else values
        return numbers.astype(object).where(numbers.notna(), None).tolist()
    cells = pd.Series(written(values), dtype="str")
    if sort == "text":
        cells = cells.str.replace(ILLEGAL_CHARACTERS_RE, "", regex=True)
        cells = spreadsheet_safe(cells).str.slice(0, _CELL_CHARACTERS)
    out = cells.to_numpy(dtype=object, na_value=None)
    # openpyxl takes a text like #N/A for an error value unless it is told.
    for place in np.flatnonzero(cells.isin(ERROR_CODES).to_numpy()):
        cell = WriteOnlyCell(sheet, out[place])
        cell.data_type = "s"
        out[place] = cell
    return out.tolist()


def write_gpkg(table: pd.DataFrame, path: Path, layer: str) -> None:
    """Write `table` as a GeoPackage with one layer to `path`."""
    gpd.GeoDataFrame(table).to_file(
        path, layer=layer, driver="GPKG", engine="pyogrio", use_arrow=True
    )


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write `table` as Parquet (GeoParquet where it has places) to `path`."""
    table.to_parquet(path, index=False, compression="zstd")
