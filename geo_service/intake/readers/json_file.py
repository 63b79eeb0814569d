"""json and geojson: a list of objects, also within an envelope, or Point features."""

import json
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from geo_service.intake.options import IntakeWarning
from geo_service.intake.readers.charset import to_utf8
from geo_service.intake.readers.files import MOST_JSON_BYTES, bad_file, check_width
from geo_service.intake.readers.headers import known_in
from geo_service.intake.readers.raw import RawTable, text_column, torn_rows, unique_names

MOST_DEPTH: Final = 100
_TEXT: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_LISTS: Final = ("records", "features", "data", "rows")


def load_json(path: Path, data: bytes, encoding: str | None = None) -> object:
    """Return what JSON bytes say.

    Raises
    ------
    BadInput
        If they are no JSON, or nested deeper than :data:`MOST_DEPTH`.
    """
    if len(data) > MOST_JSON_BYTES:
        raise bad_file(path, "file_too_large", most=MOST_JSON_BYTES // 1024**2)
    data, _ = to_utf8(path, data, encoding)
    if _depth(data) > MOST_DEPTH:
        raise bad_file(path, "json_deep", most=MOST_DEPTH)
    try:
        told: object = json.loads(data)
    except RecursionError as error:
        raise bad_file(path, "json_deep", most=MOST_DEPTH) from error
    except ValueError as error:
        raise bad_file(path, "json_broken", why=str(error)) from error
    return told


def _depth(data: bytes) -> int:
    """Return the deepest nesting of brackets outside texts."""
    depth = _brackets(data)
    # Only a file that may be too deep is worth taking its texts away first.
    return depth if depth <= MOST_DEPTH else _brackets(_TEXT.sub(b"", data))


def _brackets(data: bytes) -> int:
    array = np.frombuffer(data, dtype=np.uint8)
    opens = np.isin(array, np.frombuffer(b"[{", dtype=np.uint8))
    closes = np.isin(array, np.frombuffer(b"]}", dtype=np.uint8))
    steps = opens[opens | closes].astype(np.int8) * 2 - 1
    return int(np.cumsum(steps, dtype=np.int64).max(initial=0))


def read_json(
    path: Path,
    data: bytes,
    *,
    shapes: str | None = None,
    encoding: str | None = None,
    known: Collection[str] = (),
) -> RawTable:
    """Read JSON rows; the line of a row is its number in the list, from 1.

    Of several lists in an envelope the one whose objects have most of the names `known` is read.
    With `shapes` features keep their geometry as a cell, and their id is the field of that name.
    """
    told = load_json(path, data, encoding)
    crs, warnings = None, []
    if isinstance(told, dict):
        crs = _named_crs(told)
        if told.get("type") == "Feature":
            told = [told]
        else:
            name, told = _list_within(path, told, known)
            if name not in _LISTS:
                warnings.append(IntakeWarning("intake.list_found", len(told), name))
    if not isinstance(told, list):
        raise bad_file(path, "json_no_rows")
    if not told:
        raise bad_file(path, "file_empty")
    rows = [_feature(row, shapes) if is_feature(row) else row for row in told]
    good, torn = [], []
    for number, row in enumerate(rows, start=1):
        if isinstance(row, dict):
            good.append((number, row))
        else:
            reason = row if isinstance(row, str) and row.startswith("intake.") else None
            shown = json.dumps(told[number - 1], ensure_ascii=False, default=str)[:500]
            torn.append((number, shown, reason or "intake.not_an_object", "{}"))
    if not good:
        why = "not_points" if any(is_feature(row) for row in told) else "json_no_rows"
        raise bad_file(path, why)
    lines = np.array([number for number, _ in good], dtype=np.int64)
    cells = _columns(path, [row for _, row in good])
    return RawTable(cells, lines, torn_rows(torn), crs=crs, warnings=warnings)


def _list_within(
    path: Path, envelope: dict[str, Any], known: Collection[str]
) -> tuple[str, list[Any]]:
    """Return the rows in an envelope and where they are: by a usual name, else the only list.

    Of several the one with most names that are known, more than any other has.
    """
    for key in _LISTS:
        if isinstance(envelope.get(key), list):
            return key, envelope[key]
    found = dict(_lists(envelope, ""))
    if not found:
        raise bad_file(path, "json_no_rows")
    usual = [name for name in found if name.rpartition(".")[2] in _LISTS]
    if len(usual) == 1:
        return usual[0], found[usual[0]]
    scores = {
        name: known_in(list(next(row for row in rows if isinstance(row, dict))), known)
        for name, rows in found.items()
    }
    best = max(scores, key=scores.__getitem__)
    if list(scores.values()).count(scores[best]) > 1:
        raise bad_file(path, "json_many_lists", lists=", ".join(found))
    return best, found[best]


def _lists(envelope: dict[str, Any], within: str) -> Iterator[tuple[str, list[Any]]]:
    """Yield the lists of objects in objects, by their path."""
    for key, value in envelope.items():
        if isinstance(value, dict):
            yield from _lists(value, f"{within}{key}.")
        elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
            yield f"{within}{key}", value


def is_feature(row: object) -> bool:
    """Tell whether a JSON value is a GeoJSON feature."""
    return isinstance(row, dict) and row.get("type") == "Feature" and "properties" in row


def _named_crs(told: dict[str, Any]) -> str | None:
    crs = told.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None


def _feature(feature: dict[str, Any], shapes: str | None) -> dict[str, Any] | str:
    """Return a feature's properties with its id and point; a phrase key where it is no point.

    With `shapes` its geometry as GeoJSON, and the id under that name.
    """
    properties = feature.get("properties")
    row = dict(properties) if isinstance(properties, dict) else {}
    if feature.get("id") is not None:
        row.setdefault(shapes or "report_id", feature["id"])
    geometry = feature.get("geometry")
    if geometry is None:
        return row
    if shapes is not None:
        return row | {"geometry": json.dumps(geometry)}
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return "intake.not_a_point"
    place = geometry.get("coordinates")
    if not isinstance(place, list) or len(place) == 1:
        return "intake.not_a_point"
    if place:
        row["lon"], row["lat"] = place[0], place[1]
    return row


def _columns(path: Path, rows: list[dict[str, Any]]) -> pd.DataFrame:
    keys: dict[str, None] = {}
    for row in rows:
        keys.update(dict.fromkeys(row))
    check_width(path, len(keys), len(rows))
    names = unique_names(keys)
    columns = (text_column([_text(row.get(key)) for row in rows]) for key in keys)
    return pd.DataFrame(dict(zip(names, columns, strict=True)), index=range(len(rows)))


def _text(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value != value:
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dict):
        return _pair(value) or json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _pair(value: dict[str, Any]) -> str | None:
    """Return Socrata's and GeoJSON's point objects as text that is a point."""
    place = value.get("coordinates")
    if value.get("type") == "Point" and isinstance(place, list) and len(place) >= 2:
        return f"POINT ({place[0]} {place[1]})"
    if value.get("latitude") is not None and value.get("longitude") is not None:
        return f"({value['latitude']}, {value['longitude']})"
    return None
