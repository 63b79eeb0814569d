"""Tables as CSV, spreadsheet, GeoPackage and Parquet.

What people open in a spreadsheet (CSV, xlsx) has text made harmless; what programs read
(GeoPackage, Parquet) keeps it as it is.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.compute as pc
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from geo_service.publish import column_texts
from geo_service.publish.column_texts import Texts, columns_of, sort_of, written
from geo_service.publish.safety import spreadsheet_safe
from geo_service.terms import BadUse

_BATCH = 20_000
# begins with a letter or a figure and needs no quotes, as nearly all do
_PLAIN = r'^[\pL\pN][^",\r\n]*$'
_SHEET_ROWS = 1_048_576
_CELL_CHARACTERS = 32_767


def csv_stream(table: pd.DataFrame | Iterable[pd.DataFrame]) -> Iterator[bytes]:
    """Write a table, or several of the same columns, as CSV in pieces.

    UTF-8, a header always, empty for null.

    Geometry is left out; coordinates that are columns of their own have 7 decimals.
    """
    names: list[str] = []
    for piece in column_texts.pieces_of(table, _BATCH):
        if not names:
            names = columns_of(piece)
            yield (",".join(names) + "\n").encode()
        if piece.empty:
            continue
        yield column_texts.joined(
            *(_csv_cells(piece[name]) for name in names), between=",", end="\n"
        )


def _csv_cells(values: pd.Series) -> Texts:
    cells = written(values)
    return column_texts.each_once(cells, _quoted) if sort_of(values) == "text" else cells


def _quoted(words: Texts) -> Texts:
    odd = pc.invert(pc.match_substring_regex(words, _PLAIN))
    if not pc.any(odd).as_py():
        return words
    text = spreadsheet_safe(pd.Series(pd.array(words.filter(odd), dtype="str")))
    quoted = '"' + text.str.replace('"', '""', regex=False) + '"'
    text = text.mask(text.str.contains(r'[",\r\n]').astype(bool), quoted)
    return pc.replace_with_mask(words, odd, column_texts.as_texts(text))


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
        numbers = (
            values.round(column_texts.DIGITS) if values.name in column_texts.COORDINATES else values
        )
        return numbers.astype(object).where(numbers.notna(), None).tolist()
    cells = pd.Series(pd.array(written(values), dtype="str"))
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
