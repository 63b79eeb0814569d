"""Files of areas: GeoJSON in its odd forms, GeoPackage, Shapefile and KML, also zipped.

What is read is decided by suffix *and* first bytes, copied under a plain name into a folder of
its own and opened there; GDAL never sees a path from outside, a VRT or a ``/vsi`` system.
"""

import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_service.intake.options import IntakeWarning
from geo_service.intake.readers.charset import to_utf8
from geo_service.intake.readers.dbf import encoding_of_table
from geo_service.intake.readers.files import (
    bad_file,
    check_path,
    check_zip,
    declares_entities,
    is_zip,
    load,
)
from geo_service.intake.readers.gdal import EVERY_LAYER, Ask, read_layers
from geo_service.intake.readers.json_file import load_json
from geo_service.terms import BadInput

_SQLITE: Final = b"SQLite format 3\0"
_APPLICATION: Final = slice(68, 72)
_GEOPACKAGES: Final = (b"GPKG", b"GP10", b"GP11")
_SHAPE: Final = b"\x00\x00\x27\x0a"
_BYTES: Final = "iso-8859-1"
_KML: Final = re.compile(rb"<kml\b", re.IGNORECASE)
_XML_ENCODING: Final = re.compile(rb"(<\?xml[^>]*?)\s+encoding=[\"'][^\"']*[\"']")
_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NEEDED: Final = (".shx", ".dbf")


@dataclass(frozen=True)
class Features:
    """Shapes as they lie in the file.

    Parameters
    ----------
    properties
        One row a feature.
    ids
        The features' own ids, None where they have none.
    shapes
        Geometries, None where there is none.
    broken
        Where there was one that no geometry can be made of.
    crs
        What the file says; None: GeoJSON, which is WGS 84, or a shapefile without ``.prj``.
    needs_crs
        Whether a missing `crs` leaves a doubt.
    warnings
        What was guessed while reading.
    """

    properties: pd.DataFrame
    ids: list[str | None]
    shapes: NDArray[np.object_]
    broken: NDArray[np.bool_]
    crs: str | None
    needs_crs: bool = False
    warnings: list[IntakeWarning] = field(default_factory=list)


def read_features(path: Path, encoding: str | None = None) -> Features:
    """Read the features of a file, its text in `encoding` or the one found.

    Raises
    ------
    BadInput
        If it is of another kind, damaged or refused.
    """
    check_path(path)
    with path.open("rb") as stream:
        head = stream.read(1000)
    suffix = path.suffix.lower()
    if head.startswith(_SQLITE):
        if suffix != ".gpkg" or head[_APPLICATION] not in _GEOPACKAGES:
            raise bad_file(path, "areas_foreign")
        if encoding is not None:
            raise bad_file(path, "option_not_for", option="--encoding", kind="gpkg")
        return _read_copy(path, {"areas.gpkg": path}, "GPKG")
    if head.startswith(_SHAPE):
        if suffix != ".shp":
            raise bad_file(path, "areas_misnamed", ending=".shp")
        return _read_shapefile(path, _beside(path), encoding)
    if is_zip(head):
        return _read_zip(path, encoding)
    if suffix in {".gpkg", ".shp", ".zip", ".kmz"}:
        raise bad_file(path, "areas_foreign")
    if _KML.search(head.removeprefix(b"\xef\xbb\xbf")):
        return _read_kml(path, path.read_bytes(), encoding)
    if suffix in {".dbf", ".shx", ".prj", ".cpg"}:
        raise bad_file(path, "areas_misnamed", ending=".shp")
    return _read_geojson(path, encoding)


def _read_geojson(path: Path, encoding: str | None) -> Features:
    try:
        data, _ = load(path)
    except BadInput as error:
        if error.key == "intake.file_foreign":
            raise bad_file(path, "areas_foreign") from error
        raise
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        raise bad_file(path, "areas_foreign")
    told = load_json(path, data, encoding)
    crs: list[str] = []
    features = list(_walk(told, crs))
    if not features:
        raise bad_file(path, "no_areas")
    shapes = np.full(len(features), None, dtype=object)
    broken = np.zeros(len(features), dtype=bool)
    for i, feature in enumerate(features):
        geometry = feature.get("geometry")
        if geometry:
            shapes[i] = _shape(geometry)
            broken[i] = shapes[i] is None
    rows = [f["properties"] if isinstance(f.get("properties"), dict) else {} for f in features]
    ids = [None if f.get("id") is None else str(f["id"]) for f in features]
    properties = pd.DataFrame(rows, index=range(len(rows)), dtype=object)
    return Features(properties, ids, shapes, broken, crs[0] if crs else None)


def _walk(told: object, crs: list[str]) -> Iterator[dict[str, Any]]:
    """Yield features of a collection, of a list of features or of a list of collections."""
    if isinstance(told, list):
        for part in told:
            yield from _walk(part, crs)
    elif isinstance(told, dict):
        named = told.get("crs")
        if isinstance(named, dict) and isinstance(named.get("properties"), dict):
            crs.append(str(named["properties"].get("name")))
        if told.get("type") == "Feature":
            yield told
        elif isinstance(told.get("features"), list):
            yield from _walk(told["features"], crs)


def _shape(geometry: object) -> shapely.Geometry | None:
    shape = shapely.from_geojson(json.dumps(geometry), on_invalid="ignore")
    if shape is not None or not isinstance(geometry, dict):
        return shape
    # GEOS wants closed rings of four points and more; an open ring is a slip, not a loss.
    closed = {**geometry, "coordinates": _close(geometry.get("coordinates"))}
    return shapely.from_geojson(json.dumps(closed), on_invalid="ignore")


def _close(part: object) -> object:
    if not isinstance(part, list) or not part:
        return part
    if isinstance(part[0], list) and part[0] and isinstance(part[0][0], int | float):
        return part if part[0] == part[-1] else [*part, part[0]]
    return [_close(inner) for inner in part]


def _beside(path: Path) -> dict[str, bytes]:
    found = {}
    for file in path.parent.iterdir():
        suffix = file.suffix.lower()
        alike = file.stem.casefold() == path.stem.casefold()
        if alike and suffix in _PARTS and file.is_file():
            found[f"areas{suffix}"] = file.read_bytes()
    return _complete(path, found)


def _read_zip(path: Path, encoding: str | None) -> Features:
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            check_zip(path, archive)
            names = [n for n in archive.namelist() if not n.startswith("__MACOSX")]
            shapes = [n for n in names if n.lower().endswith(".shp")]
            pages = [n for n in names if n.lower().endswith(".kml")]
            if len(shapes) > 1:
                raise bad_file(path, "areas_several", names=", ".join(shapes))
            if pages and not shapes:
                return _read_kml(path, archive.read(pages[0]), encoding)
            if not shapes:
                raise bad_file(path, "areas_foreign")
            stem = shapes[0][:-4]
            found = {
                f"areas{name[len(stem) :].lower()}": archive.read(name)
                for name in names
                if name.casefold().startswith(stem.casefold())
                and name[len(stem) :].lower() in _PARTS
            }
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise bad_file(path, "areas_damaged") from error
    return _read_shapefile(path, _complete(path, found), encoding)


def _complete(path: Path, found: dict[str, bytes]) -> dict[str, bytes]:
    if not found.get("areas.shp", b"").startswith(_SHAPE):
        raise bad_file(path, "areas_damaged")
    missing = [suffix for suffix in _NEEDED if f"areas{suffix}" not in found]
    if missing:
        raise bad_file(path, "shapefile_incomplete", missing=" ".join(missing))
    return found


def _read_shapefile(path: Path, parts: dict[str, bytes], encoding: str | None) -> Features:
    told = parts.get("areas.cpg")
    found, warnings = encoding_of_table(path, parts["areas.dbf"], told, encoding)
    # The reader is told what gives each byte a character of its own, so that no text can stop it.
    parts["areas.cpg"] = _BYTES.encode()
    features = _read_copy(path, parts, "ESRI Shapefile")

    def text(cell: object) -> object:
        return cell.encode(_BYTES).decode(found, "ignore") if isinstance(cell, str) else cell

    properties = features.properties.map(text).rename(columns=text)
    return replace(features, properties=properties, warnings=warnings)


def _read_kml(path: Path, data: bytes, encoding: str | None) -> Features:
    data, warnings = to_utf8(path, data, encoding)
    data = _XML_ENCODING.sub(rb"\1", data, count=1)
    if declares_entities(io.BytesIO(data)):
        raise bad_file(path, "xml_entities")
    return replace(_read_copy(path, {"areas.kml": data}, "LIBKML"), warnings=warnings)


def _read_copy(path: Path, parts: Mapping[str, bytes | Path], driver: str) -> Features:
    def fill(folder: Path) -> None:
        for name, data in parts.items():
            if isinstance(data, Path):
                shutil.copyfile(data, folder / name)
            else:
                (folder / name).write_bytes(data)

    main = next(name for name in parts if name.endswith((".gpkg", ".shp", ".kml")))
    every = Ask(layer=EVERY_LAYER if driver == "LIBKML" else None)
    layers = read_layers(path, fill, main, driver, [every], foreign="areas_damaged")
    properties = pd.concat([layer.properties for layer in layers], ignore_index=True)
    shapes = np.concatenate([layer.shapes for layer in layers])
    n = len(properties)
    if not n:
        raise bad_file(path, "no_areas")
    none: list[str | None] = [None] * n
    return Features(
        properties, none, shapes, np.zeros(n, dtype=bool), layers[0].crs, needs_crs=True
    )
