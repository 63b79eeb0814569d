"""Any file of rows, read as text: csv, xlsx, json or geojson by suffix and first bytes."""

from pathlib import Path
from typing import Final

from geo_service.intake.readers.csv_file import read_csv
from geo_service.intake.readers.files import bad_file, is_zip, load
from geo_service.intake.readers.json_file import read_json
from geo_service.intake.readers.raw import RawTable
from geo_service.intake.readers.xlsx_file import read_xlsx

_JSON: Final = {".json", ".geojson"}
_EXCEL: Final = {".xlsx", ".xlsm"}


def read_rows(path: Path, *, header: bool = True, shapes: str | None = None) -> RawTable:
    """Read the file at `path` as text cells; its first line names the columns if it is a `header`.

    Where features may be more than points, `shapes` is the field for their id. Each feature's
    geometry is then a cell ``geometry``, as GeoJSON.

    Raises
    ------
    BadInput
        If it cannot be read: the message has the file's name and what is wrong.
    """
    data, suffix = load(path)
    if is_zip(data):
        return read_xlsx(path, data, header=header)
    if suffix in _EXCEL:
        raise bad_file(path, "not_xlsx")
    if suffix in _JSON or (suffix not in {".csv", ".txt", ".tsv"} and data.lstrip()[:1] in b"{["):
        return read_json(path, data, shapes=shapes)
    return read_csv(path, data, header=header)
