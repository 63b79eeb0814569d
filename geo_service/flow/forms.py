"""One row of areas, categories or crews, typed into a form: checked as a file's is, and kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, cast

import pandas as pd
import shapely

from geo_service.flow.duties import settle_units
from geo_service.flow.reading import areas_in, table_in
from geo_service.store import Store
from geo_service.terms import FRAMES, BadInput

FormTable = Literal["areas", "categories", "crews"]
KEYS: dict[str, str] = {"areas": "area_id", "categories": "code", "crews": "crew_id"}
"""Tables whose rows a form can change, and which field names a row."""

_MADE = ("length_m", "area_m2", "geometry")
_KEPT = {"categories": ("scheme", "name_zh", "name_en"), "crews": ("name",), "areas": ("kind",)}
"""Fields that a row always has: an empty one stays as it was, or follows from others."""


@dataclass(frozen=True)
class Change:
    """How a row stood before a form was kept, None if it is new, and after."""

    key: str
    before: dict[str, Any] | None
    after: dict[str, Any]


def fields_of(table: FormTable) -> list[str]:
    """Return the fields that the form of a table has, in order."""
    return [one for one in FRAMES[table].given if one not in _MADE]


def change_row(store: Store, table: FormTable, values: Mapping[str, str]) -> Change:
    """Keep a row of `table` exactly as a form has it.

    Parameters
    ----------
    values
        Texts by field; of an area also ``geometry``, GeoJSON in degrees: empty leaves the shape.

    Returns
    -------
    change
        The row's fields before and after.

    Raises
    ------
    BadInput
        If the row cannot be kept; names field and value.
    """
    key = values.get(KEYS[table], "").strip()
    typed = {name: values.get(name, "").strip() for name in fields_of(table)}
    if not key:
        raise BadInput("admin.no_key", field=KEYS[table])
    with TemporaryDirectory() as folder, store.transaction():
        before = store.one_row.get(table, key)
        path = Path(folder) / "form.json"
        said = {name: text or None for name, text in typed.items()}
        if table == "areas":
            rows = _area(store, path, said, key, values.get("geometry", "").strip())
        else:
            path.write_text(json.dumps([said], ensure_ascii=False), "utf-8")
            came = table_in(store, path, table)
            _refuse(came.rejects)
            rows = came.rows
        keep = {
            "areas": store.areas.upsert,
            "categories": store.words.upsert_categories,
            "crews": store.crews.upsert,
        }
        keep[table](rows)
        kept = {KEYS[table], *_KEPT[table]}
        empty = [name for name, text in said.items() if text is None and name not in kept]
        store.one_row.clear(table, key, [name for name in empty if not _is_flag(name, table)])
        settle_units(store)
        after = store.one_row.get(table, key)
    return Change(key, before, cast("dict[str, Any]", after))


def _area(
    store: Store, path: Path, said: dict[str, str | None], key: str, drawn: str
) -> pd.DataFrame:
    """Read an area as a file of one; without a new shape it has the one it had."""
    known = store.areas.read(ids=[key])
    if drawn:
        try:
            shape = json.loads(drawn)
        except ValueError:
            raise BadInput("admin.bad_shape") from None
    else:
        if known.empty:
            raise BadInput("admin.no_shape")
        shape = json.loads(shapely.to_geojson(known.geometry.iloc[0]))
    properties = {name: value for name, value in said.items() if value is not None}
    feature = {"type": "Feature", "geometry": shape, "properties": properties}
    whole = {"type": "FeatureCollection", "features": [feature]}
    path = path.with_suffix(".geojson")
    path.write_text(json.dumps(whole, ensure_ascii=False), "utf-8")
    try:
        came = areas_in(store, path)
    except (AttributeError, TypeError):
        raise BadInput("admin.bad_shape") from None
    _refuse(came.rejects)
    if not drawn:
        # what was simplified or mended once more would be another shape
        return came.areas.set_geometry(known.geometry.to_numpy())
    return came.areas


def _refuse(rejects: pd.DataFrame) -> None:
    if len(rejects):
        first = rejects.iloc[0]
        fault = str(first["reason"]).removeprefix("intake.")
        value = "" if pd.isna(first["value"]) else first["value"]
        raise BadInput("admin.bad_field", field=first["field"], value=value, fault=fault)


def _is_flag(name: str, table: FormTable) -> bool:
    return any(one.name == name and one.type == "flag" for one in FRAMES[table].columns)
