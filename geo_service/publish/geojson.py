"""GeoJSON after RFC 7946, written in pieces so that a large answer never stands whole in memory."""

from collections.abc import Iterable, Iterator, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_service.publish import column_texts
from geo_service.publish.column_texts import DIGITS, Texts, as_json

_BATCH = 2000
_NULL = "null"
_BETWEEN = b",\n"


def feature_collection(
    table: pd.DataFrame | Iterable[pd.DataFrame],
    properties: Sequence[str] | None = None,
    ids: str | Sequence[str] | None = None,
    *,
    digits: int = DIGITS,
) -> Iterator[bytes]:
    """Yield `table` as a FeatureCollection, a feature a row, in pieces of UTF-8 text.

    Parameters
    ----------
    table
        A GeoDataFrame in WGS 84, or a table without places, whose geometries are null; or
        several of the same columns, one after the other.
    properties
        Columns written as properties, in this order; all by default. Missing values are null,
        times ISO 8601 UTC, flags JSON booleans.
    ids
        Column, or columns joined by ``|``, that make the feature's id; none by default.
    digits
        Decimals of a degree.
    """
    yield b'{"type":"FeatureCollection","features":['
    between = b"\n"
    for piece in column_texts.pieces_of(table, _BATCH):
        if piece.empty:
            continue
        names = column_texts.columns_of(piece) if properties is None else list(properties)
        yield between + _features(piece, names, ids, digits)[: -len(_BETWEEN)]
        between = _BETWEEN
    yield b"\n]}\n"


def geometries_as_json(geometries: Sequence[object], digits: int = DIGITS) -> NDArray[np.object_]:
    """Write geometries as JSON: rounded, counter-clockwise, null where there is none.

    >>> geometries_as_json([shapely.Point(103.123456789, 36), None]).tolist()
    ['{"type":"Point","coordinates":[103.1234568,36.0]}', 'null']
    """
    array = np.asarray(geometries, dtype=object)
    # Many rows share an area: each distinct geometry is written once.
    same = np.fromiter(map(id, array), dtype=np.int64, count=len(array))
    _, where, inverse = np.unique(same, return_index=True, return_inverse=True)
    distinct = array[where]
    known = ~(shapely.is_missing(distinct) | shapely.is_empty(distinct))
    shapes = shapely.transform(shapely.force_2d(distinct[known]), lambda xy: np.round(xy, digits))
    out = np.full(len(distinct), _NULL, dtype=object)
    out[known] = shapely.to_geojson(shapely.orient_polygons(shapes))
    return out[inverse]


def _features(
    piece: pd.DataFrame, names: list[str], ids: str | Sequence[str] | None, digits: int
) -> bytes:
    parts: list[Texts | str] = ['{"type":"Feature"']
    if ids is not None:
        keys = [ids] if isinstance(ids, str) else list(ids)
        key = piece[keys[0]].astype("str")
        for name in keys[1:]:
            key = key + "|" + piece[name].astype("str")
        parts += [',"id":', as_json(key)]
    if isinstance(piece, gpd.GeoDataFrame):
        shapes = geometries_as_json(piece.geometry.to_numpy(), digits)
    else:
        shapes = np.full(len(piece), _NULL, dtype=object)
    parts += [',"geometry":', column_texts.as_texts(shapes), ',"properties":{']
    for number, name in enumerate(names):
        parts += ["," * bool(number) + f'"{name}":', as_json(piece[name])]
    return column_texts.joined(*parts, end="}}" + _BETWEEN.decode())
