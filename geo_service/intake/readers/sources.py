"""Any file of rows, read as text: csv, xlsx, json or geojson by suffix and first bytes."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from geo_service.intake.options import AS_FOUND, Layout
from geo_service.intake.readers.csv_file import read_csv
from geo_service.intake.readers.files import bad_file, is_zip, load
from geo_service.intake.readers.json_file import read_json
from geo_service.intake.readers.raw import RawTable
from geo_service.intake.readers.xlsx_file import read_xlsx
from geo_service.terms import BadUse

_JSON: Final = {".json", ".geojson"}
_EXCEL: Final = {".xlsx", ".xlsm"}


def read_rows(
    path: Path,
    *,
    known: Collection[str],
    header: bool = True,
    layout: Layout = AS_FOUND,
    shapes: str | None = None,
) -> RawTable:
    """Read the file at `path` as text cells; a line names the columns if it has a `header`.

    Parameters
    ----------
    known
        Plain names of the columns one hopes for, by which header and sheet are found.
    layout
        What is said of encoding, sheet and header row.
    shapes
        Where features may be more than points, the field for their id. Each feature's geometry is
        then a cell ``geometry``, as GeoJSON.

    Raises
    ------
    BadInput
        If it cannot be read: the message has the file's name and what is wrong; or if `layout`
        says what such a file has not.
    """
    if layout.header_row is not None and (layout.header_row < 1 or not header):
        raise BadUse("intake.bad_header_row", row=layout.header_row)
    data, suffix = load(path)
    if is_zip(data):
        _refuse(path, "xlsx", encoding=layout.encoding)
        return read_xlsx(path, data, header=header, known=known, layout=layout)
    if suffix in _EXCEL:
        raise bad_file(path, "not_xlsx")
    if suffix in _JSON or (suffix not in {".csv", ".txt", ".tsv"} and data.lstrip()[:1] in b"{["):
        _refuse(path, "json", sheet=layout.sheet, header_row=layout.header_row)
        return read_json(path, data, shapes=shapes, encoding=layout.encoding, known=known)
    _refuse(path, "csv", sheet=layout.sheet)
    return read_csv(path, data, header=header, known=known, layout=layout)


def _refuse(path: Path, kind: str, **options: object) -> None:
    for name, value in options.items():
        if value is not None:
            option = "--" + name.replace("_", "-")
            raise bad_file(path, "option_not_for", option=option, kind=kind)
