"""The areas as vector tiles, for a city of more areas than a page should be given at once."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from flask import Blueprint, Response, request
from numpy.typing import NDArray

from geo_service.publish import TILE_TYPE, TileSet
from geo_service.terms import BadUse, NotFound
from geo_service.web.base import desk
from geo_service.web.base.answers import Body, as_json, body_answer
from geo_service.web.base.keep import Kept
from geo_service.web.base.permissions import permission
from geo_service.web.data.shapes import (
    SCREEN_DIGITS,
    areas_text,
    in_order,
    locating,
    places,
    run_order,
)

blueprint = Blueprint("tiles", __name__)

LAYER = "areas"
_MICRO = 1e6
_WORLD = (-170.0, -60.0, 170.0, 75.0)
_MOST_SHAPES = 500
_WARM_TILES = 24
_TILE = Kept[Body]("tile", room=256)
_TOLD = Kept[dict[str, object] | None]("area tiles")
_INDEX = Kept[Body]("areas index")


@dataclass(frozen=True)
class Marked:
    """Tiles and the mark that changes when any of them would."""

    tiles: TileSet
    mark: str


@blueprint.get("/tiles/<layer>/<int:zoom>/<int:column>/<int:row>.mvt")
@permission("view_map")
def tile(layer: str, zoom: int, column: int, row: int) -> Response:
    """One tile; a feature's id is its place in ``/api/values``."""
    found = tile_set()
    if layer != LAYER or not found.tiles.exists(zoom, column, row):
        raise NotFound("problems.no_such_tile", layer=layer, tile=f"{zoom}/{column}/{row}")
    mark = _mark(found, zoom, column, row)
    if any(request.if_none_match.contains(known) for known in (mark, f"{mark}-gz")):
        # What a browser has needs not be made to be known as unchanged.
        return _unchanged(mark)
    return body_answer(_body(found, zoom, column, row), TILE_TYPE)


def _unchanged(mark: str) -> Response:
    packed = request.if_none_match.contains(f"{mark}-gz")
    response = Response(status=304)
    response.set_etag(f"{mark}-gz" if packed else mark)
    response.vary.update(("Accept-Encoding", "Cookie"))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _mark(found: Marked, zoom: int, column: int, row: int) -> str:
    return f"{found.mark}-{zoom}-{column}-{row}"


def _body(found: Marked, zoom: int, column: int, row: int) -> Body:
    mark = _mark(found, zoom, column, row)

    def make() -> Body:
        return replace(Body.of(found.tiles.tile(LAYER, zoom, column, row)), mark=mark)

    return _TILE.of((mark,), make)


@blueprint.get("/api/areas/index.json")
@permission("view_map")
def index() -> Response:
    """Names, kinds and places of all areas as columns, in the order of ``/api/values``."""
    return body_answer(_indexed(), "application/json")


@blueprint.get("/api/areas/shapes.geojson")
@permission("view_map")
def shapes() -> Response:
    """Answer the polygons of the areas named by ``id=``, for a page that shows no others."""
    asked = request.args.getlist("id")
    if len(asked) > _MOST_SHAPES:
        raise BadUse("problems.too_many_shapes", count=len(asked), most=_MOST_SHAPES)
    row = places().row
    table = places().table.iloc[[row[area_id] for area_id in asked if area_id in row]]
    text = areas_text(table, table.geometry.to_numpy(), SCREEN_DIGITS)
    return body_answer(Body.of(text), "application/geo+json")


@blueprint.app_context_processor
def _told() -> dict[str, Any]:
    return {"area_tiles": area_tiles, "map_frame": map_frame}


def map_frame() -> dict[str, object]:
    """Return what a page's map shows at first, and the operator's own tiles below it."""
    settings = desk.desk().settings
    return {
        "bounds": desk.district().region or places().bounds or _WORLD,
        "tile_url": settings.tile_url,
        "attribution": settings.tile_attribution,
    }


def area_tiles() -> dict[str, object] | None:
    """Return what a page must know to show areas by tiles, ``None`` where it gets all at once."""
    least = desk.desk().settings.tiles_from

    def told() -> dict[str, object] | None:
        table = locating(places().table)
        if len(table) <= least:
            return None
        kinds = sorted(table["kind"].unique())
        return {"count": len(table), "kinds": kinds, "bounds": table.total_bounds.tolist()}

    return _TOLD.of((desk.areas_version(),), told)


_TILE_SET = Kept[Marked]("tile set")


def tile_set() -> Marked:
    """Return the areas as tiles."""
    return _TILE_SET.of(_version(), _tile_set)


def warm() -> None:
    """Make the tiles that a look at the whole city asks for, and the index."""
    found = tile_set()
    zooms = range(found.tiles.params.deepest + 1)
    few = [zoom for zoom in zooms if 1 < len(found.tiles.covering(zoom)) <= _WARM_TILES]
    # The closest first: it is the one that fills a screen.
    for zoom in reversed(few):
        for column, row in found.tiles.covering(zoom):
            _body(found, zoom, column, row)
    _indexed()


def _version() -> tuple[int, str]:
    return desk.areas_version(), run_order().mark


def _tile_set() -> Marked:
    table = in_order()
    kinds = list(desk.kinds()["kind"])
    # Kinds come finest first; what is finer is painted last, and lies on top.
    fineness = table["kind"].map({kind: n for n, kind in enumerate(kinds)}).to_numpy()
    order = np.argsort(-fineness, kind="stable")
    shapes = table.geometry.to_numpy()[order]
    tiles = TileSet.of(shapes, order, table["kind"].to_numpy(dtype=object)[order])
    digest = hashlib.blake2b(repr((tiles.params, tiles.kinds)).encode(), digest_size=12)
    for part in (order.astype(np.int64), tiles.codes, shapely.get_coordinates(tiles.shapes)):
        digest.update(part.tobytes())
    return Marked(tiles, digest.hexdigest())


def _indexed() -> Body:
    return _INDEX.of(_version(), _index)


def _index() -> Body:
    table = in_order()
    kind, kinds = pd.factorize(table["kind"])
    subdistrict, subdistricts = pd.factorize(table["subdistrict_id"])
    names = table.drop_duplicates("subdistrict_id").set_index("subdistrict_id")["subdistrict_name"]
    bounds = table.geometry.bounds.to_numpy().reshape(-1, 4)
    origin = np.floor(bounds[:, :2].min(axis=0)) if len(table) else np.zeros(2)
    inner = table[["inner_lon", "inner_lat"]].to_numpy()
    return Body.of(
        as_json(
            {
                "ids": table["area_id"].tolist(),
                "names": _texts(table["name"]),
                "kinds": kinds.tolist(),
                "kind": kind.tolist(),
                "subdistricts": subdistricts.tolist(),
                "subdistrict_names": _texts(names.reindex(subdistricts)),
                "subdistrict": subdistrict.tolist(),
                "origin": origin.tolist(),
                "unit": 1 / _MICRO,
                "boxes": _micro(bounds - np.tile(origin, 2)),
                "inner": _micro(inner - origin),
            }
        )
    )


def _texts(values: pd.Series) -> list[str | None]:
    return values.astype(object).where(values.notna(), None).tolist()


def _micro(degrees: NDArray[np.float64]) -> list[int]:
    return np.rint(degrees * _MICRO).astype(int).ravel().tolist()
