"""A file of areas → table ``areas``: ids, kinds, names, valid polygons in WGS 84."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_service.intake.dates.times import TimeRules, parse_times
from geo_service.intake.options import AreasIn, IntakeWarning
from geo_service.intake.readers.area_files import Features, read_features
from geo_service.intake.readers.files import bad_file
from geo_service.intake.readers.headers import plain_name
from geo_service.intake.rows.columns import by_plain_name
from geo_service.intake.rows.plausible import warn_mend
from geo_service.intake.rows.points import Reference, degrees_in_use, reference
from geo_service.intake.shapes import fit, is_line, joined, lengths, measures, widen, zone_of
from geo_service.terms import FRAMES, BadInput

_WGS84: Final = 4326
_MADE: Final = {"area_id", "length_m", "area_m2", "geometry"}
_KEPT: Final = [name for name in FRAMES["areas"].names if name not in _MADE]
_ALSO: Final = {
    "area_id": ("编号",),
    "name": ("名称",),
    "aliases": ("alias", "别名"),
    "kind": ("类型",),
    "subdistrict_id": ("subdistrict", "街道", "乡镇"),
    "community": ("社区",),
    "code": ("代码",),
    "accountable_unit": ("责任单位",),
    "responsible_person": ("责任人",),
}
"""What files call a field that no property of theirs is named after."""
_SPAN: Final = r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d"
_OFFSET: Final = r":\d\d.*(?:[Zz]|[+-]\d\d:?\d\d)$"
_HOURS: Final = rf"{_SPAN}(;{_SPAN})*"


def read_areas(
    path: Path,
    *,
    kind: str | None = None,
    id_field: str | None = None,
    name_field: str | None = None,
    crs: str | None = None,
    buffer: float | None = None,
    encoding: str | None = None,
    known_kinds: Sequence[str] = (),
    kind_names: Mapping[str, str] | None = None,
    timezone: str = "UTC",
) -> AreasIn:
    """Read a file of areas; the table has one row an id, in the order of ids.

    Parameters
    ----------
    path
        GeoJSON (also a list of features or of collections, also gzip), GeoPackage, Shapefile and
        KML (also zipped).
    kind
        Of areas that do not tell one of `known_kinds`.
    id_field, name_field
        Properties that are ``area_id`` and ``name``; where none is told and no property has the
        field's name, one of its usual Chinese names is.
    crs
        Goes before what the file says.
    buffer
        Metres to each side of lines.
    encoding
        Of the file's text, where detection must not decide.
    kind_names
        Kinds by what people call them.
    timezone
        Of `valid_from` and `valid_to` without an offset; the last day of an area is within.

    Raises
    ------
    BadInput
        If the file cannot be read, a kind is unknown or missing, or lines come without `buffer`.
    """
    if buffer is not None and not 0 < buffer <= 1000:
        raise BadInput("intake.bad_buffer", buffer=buffer)
    refer = reference(crs)
    features = read_features(path, encoding)
    warnings = list(features.warnings)
    shapes = _to_wgs84(path, features, refer, crs, warnings)

    table = _properties(path, features, id_field, name_field)
    names = dict(kind_names or {})
    kind = names.get(kind, kind) if kind is not None else None
    table["kind"] = _kinds(path, table["kind"].replace(names), kind, known_kinds)
    table["hours"] = _hours(table["hours"], warnings)
    _days(table, timezone, warnings)
    reason = np.where(features.broken, "intake.bad_geometry", "intake.no_geometry").astype(object)
    reason[shapely.is_missing(shapes) & ~shapely.is_missing(features.shapes)] = "intake.outside_use"
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    shapes[missing] = None
    if missing.all():
        why = np.full(len(shapes), "", dtype=object)
        return AreasIn(_empty(), [], _rejects(path, features, table, reason, missing), warnings)

    epsg = zone_of(shapes[~missing])
    lines = ~missing & is_line(shapes)
    length = np.full(len(shapes), np.nan)
    if lines.any():
        if buffer is None:
            raise bad_file(path, "buffer_needed")
        length[lines] = lengths(shapes[lines], epsg)
        shapes[lines] = widen(shapes[lines], buffer, epsg)
    fitted = fit(shapes)
    lost = shapely.is_missing(fitted.shapes) | shapely.is_empty(fitted.shapes)
    reason[lost & ~missing] = "intake.bad_geometry"
    if fitted.stripped.any():
        example = str(table["name"].iloc[int(np.argmax(fitted.stripped))])
        warnings.append(
            IntakeWarning("intake.areas_not_polygons", int(fitted.stripped.sum()), example)
        )
    why = fitted.why
    table["geometry"] = fitted.shapes
    table["length_m"] = length
    table["why"] = why
    rejects = _rejects(path, features, table, reason, lost)
    table = table[~lost].reset_index(drop=True)
    if not len(table):
        return AreasIn(_empty(), [], rejects, warnings)
    table["area_id"] = _ids(table)
    table = _one_each(table, warnings)
    repaired = [(str(a), str(w)) for a, w in zip(table["area_id"], table["why"], strict=True) if w]
    return AreasIn(_finish(table, epsg), repaired, rejects, warnings)


def _to_wgs84(
    path: Path, features: Features, refer: Reference, crs: str | None, warnings: list[IntakeWarning]
) -> NDArray[np.object_]:
    shapes = features.shapes.copy()
    if crs is None and features.crs is not None:
        refer = reference(features.crs) if "[" not in features.crs else Reference.of(features.crs)
    box = shapely.total_bounds(shapes)
    beyond = bool(np.any(np.abs(box[[0, 2]]) > 360.01) or np.any(np.abs(box[[1, 3]]) > 90.01))
    if refer.crs is None:
        if beyond:
            raise bad_file(path, "crs_needed")
        if crs is None and features.crs is None and features.needs_crs:
            warnings.append(IntakeWarning("intake.crs_assumed", 1, path.name))
        if refer.datum == "wgs84":
            return shapes
    middles = shapely.centroid(shapes)
    known = np.flatnonzero(~(shapely.is_missing(middles) | shapely.is_empty(middles)))
    x, y = (one(middles[known]) for one in (shapely.get_x, shapely.get_y))
    lon, lat, swapped = degrees_in_use(refer, x, y, None)
    turned = known[swapped]
    shapes[turned] = shapely.transform(shapes[turned], lambda xy: xy[:, ::-1])
    shown = pd.Series(x).map("{:.10g}".format) + ", " + pd.Series(y).map("{:.10g}".format)
    warn_mend("axes_swapped", swapped, shown, known + 1, lon, lat, warnings)
    moved = shapely.transform(shapes, lambda xy: np.column_stack(refer.degrees(xy[:, 0], xy[:, 1])))
    moved[known[~refer.holds(lon, lat)]] = None
    return np.asarray(moved, dtype=object)


def _properties(
    path: Path, features: Features, id_field: str | None, name_field: str | None
) -> pd.DataFrame:
    have = by_plain_name(features.properties.columns)
    out = pd.DataFrame(index=features.properties.index)
    told = {"area_id": id_field, "name": name_field}
    for name in ("area_id", *_KEPT):
        column, asked = None, told.get(name)
        if asked is None:
            names = (name, *_ALSO.get(name, ()))
            column = next((have[each] for each in names if each in have), None)
        else:
            exact = asked in features.properties.columns
            column = asked if exact else have.get(plain_name(asked))
        if asked is not None and column is None:
            columns = ", ".join(map(str, features.properties.columns))
            raise bad_file(path, "no_such_property", column=asked, columns=columns)
        cells = [None] * len(out) if column is None else features.properties[column]
        out[name] = pd.Series([_text(cell) for cell in cells], dtype="str")
    if id_field is None:
        out["area_id"] = out["area_id"].fillna(pd.Series(features.ids, dtype="str"))
    return out


def _text(cell: object) -> str | None:
    if cell is None or (isinstance(cell, float) and not np.isfinite(cell)) or cell is pd.NaT:
        return None
    if isinstance(cell, list | tuple):
        return ";".join(text for text in map(_text, cell) if text) or None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = "".join(c for c in str(cell) if unicodedata.category(c)[0] != "C" or c in "\t\n")
    return " ".join(text.split())[:500] or None


def _kinds(path: Path, told: pd.Series, kind: str | None, known_kinds: Sequence[str]) -> pd.Series:
    known = list(known_kinds)
    if kind is not None and kind not in known:
        raise BadInput("errors.unknown_kind", kind=kind, known=", ".join(known))
    strange = told.notna() & ~told.isin(known)
    if kind is None:
        if strange.any():
            first = told[strange].iloc[0]
            raise BadInput("errors.unknown_kind", kind=first, known=", ".join(known))
        if told.isna().any():
            raise bad_file(path, "kind_needed", known=", ".join(known))
        return told
    return told.mask(strange).fillna(kind)


def _hours(told: pd.Series, warnings: list[IntakeWarning]) -> pd.Series:
    hours = told.str.replace(" ", "")
    strange = hours.notna() & ~hours.str.fullmatch(_HOURS).fillna(True).astype(bool)
    if strange.any():
        warnings.append(
            IntakeWarning(
                "intake.value_dropped", int(strange.sum()), f"hours {hours[strange].iloc[0]}"
            )
        )
    return hours.mask(strange)


def _days(table: pd.DataFrame, timezone: str, warnings: list[IntakeWarning]) -> None:
    """Read in `table` from when until when areas are valid."""
    for name in ("valid_from", "valid_to"):
        told = table[name]
        read = parse_times(told, TimeRules(timezone))
        at = read.utc
        if name == "valid_to":
            # only a moment with an offset may be a midnight that is meant as one
            exact = told.str.contains(_OFFSET).fillna(True).astype(bool)
            at = at.where(exact, parse_times(told, TimeRules(timezone), closing=True).utc)
        # what lasts until a year that nobody can reckon with has no end
        endless = told.str.startswith("9999").fillna(False).to_numpy(dtype=bool)
        table[name] = at.mask(endless)
        strange = read.bad & ~endless
        if strange.any():
            example = f"{name} {told[strange].iloc[0]}"
            warnings.append(IntakeWarning("intake.value_dropped", int(strange.sum()), example))


def _ids(table: pd.DataFrame) -> pd.Series:
    """Return ids; those made up hold the kind and name, and the shape where names repeat."""
    ids = table["area_id"].copy()
    nameless = ids.isna().to_numpy()
    if not nameless.any():
        return ids
    rows = table[nameless]
    slugs = pd.Series([_slug(name) for name in rows["name"]], index=rows.index, dtype="str")
    plain = rows["kind"] + "-" + slugs
    shape = pd.Series([_fingerprint(g) for g in rows["geometry"]], index=rows.index, dtype="str")
    taken = set(ids[~nameless])
    clash = plain.duplicated(keep=False) | plain.isin(taken)
    made = plain.mask(clash, plain + "-" + shape.str[:8])
    made = made.mask(slugs.isna(), rows["kind"] + "-" + shape)
    return ids.fillna(made)


def _slug(name: object) -> str | None:
    """Return a name as part of an id: letters and digits of any script, lower case.

    >>> _slug("Hyde Park / East"), _slug("西湖后街")
    ('hyde-park-east', '西湖后街')
    """
    if not isinstance(name, str):
        return None
    text = unicodedata.normalize("NFKC", name).lower()
    return re.sub(r"[\W_]+", "-", text).strip("-")[:60] or None


def _fingerprint(shape: shapely.Geometry) -> str:
    flat = shapely.normalize(shapely.set_precision(shape, 1e-7, mode="pointwise"))
    return blake2b(shapely.to_wkb(flat, byte_order=1), digest_size=6).hexdigest()


def _one_each(table: pd.DataFrame, warnings: list[IntakeWarning]) -> pd.DataFrame:
    """Join the shapes of one id; its first properties that are known stay."""
    again = table["area_id"].duplicated(keep=False)
    if not again.any():
        return table
    parts = table[again]
    groups = parts.groupby("area_id", sort=True)
    both = groups.first().reset_index()
    both["geometry"] = [joined(group.to_numpy()) for _, group in groups["geometry"]]
    both["length_m"] = groups["length_m"].sum(min_count=1).to_numpy()
    both["why"] = groups["why"].agg(lambda texts: "; ".join(t for t in texts if t)).to_numpy()
    over = len(parts) - len(both)
    warnings.append(IntakeWarning("intake.areas_joined", over, str(both["area_id"].iloc[0])))
    return pd.concat([table[~again], both[table.columns]], ignore_index=True)


def _finish(table: pd.DataFrame, epsg: int) -> gpd.GeoDataFrame:
    table = table.sort_values("area_id").reset_index(drop=True)
    shapes = np.asarray(table["geometry"], dtype=object)
    length, area = measures(shapes, epsg)
    table["length_m"] = np.where(np.isnan(table["length_m"]), length, table["length_m"])
    table["area_m2"] = area
    table["name"] = table["name"].fillna(table["area_id"])
    return gpd.GeoDataFrame(FRAMES["areas"].conform(table), geometry="geometry", crs=_WGS84)


def _empty() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(FRAMES["areas"].empty(), geometry="geometry", crs=_WGS84)


def _rejects(
    path: Path,
    features: Features,
    table: pd.DataFrame,
    reason: NDArray[np.object_],
    where: NDArray[np.bool_],
) -> pd.DataFrame:
    rows = np.flatnonzero(where)
    records: list[dict[Any, Any]] = features.properties.iloc[rows].to_dict("records")
    rejects = pd.DataFrame(
        {
            "file": path.name,
            "line": rows + 1,
            "field": "geometry",
            "value": table["area_id"].fillna(table["name"]).iloc[rows].to_numpy(dtype=object),
            "reason": reason[rows],
            "row": [json.dumps(r, ensure_ascii=False, default=str) for r in records],
        }
    )
    return FRAMES["rejects"].conform(rejects)
