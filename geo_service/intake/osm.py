"""OpenStreetMap → table ``areas``: named streets, back alleys, markets and plazas as polygons.

A street is all ways of one name, those that are alleys too; an alley is one way; both are as wide
as their class usually is. Nothing of one kind overlaps: at a crossing the ground belongs to the
wider street.
"""

import re
import shutil
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_service.intake.options import AreasIn, IntakeWarning
from geo_service.intake.partition import cut_apart
from geo_service.intake.readers.files import bad_file, check_path
from geo_service.intake.readers.gdal import Ask, Layer, ReaderLimits, read_layers
from geo_service.intake.shapes import fit, oriented, zone_of
from geo_service.measure import geometries_to_degrees, geometries_to_metres
from geo_service.terms import FRAMES

_WGS84: Final = 4326
_HEADER: Final = b"\x0a\x09OSMHeader"
_ALLEY: Final = '"service"=>"alley"'
_ON_FOOT: Final = '"highway"=>"pedestrian"'
_WAYS: Final = Ask("lines", ("osm_id", "name", "highway", "other_tags"), "highway IS NOT NULL")
_GROUNDS: Final = Ask(
    "multipolygons",
    ("osm_id", "osm_way_id", "name", "amenity", "place", "leisure", "other_tags"),
    "amenity = 'marketplace' OR place = 'square' OR leisure = 'park'"
    ' OR other_tags LIKE \'%"highway"=>"pedestrian"%\'',
)


@dataclass(frozen=True)
class OsmParams:
    """How wide ways are and which count.

    Parameters
    ----------
    half_width_m
        Metres from the middle line to the back of the pavement, by class of way; what stands
        there by name only is `other_m`. Usual widths of streets between house fronts: 24 m for
        main roads, 12 m for residential ones, 5 m for alleys.
    alley_m
        The same for ``service=alley``.
    other_m
        For classes that are not named here.
    no_street
        Classes that are no street though they have a name: planned ones, platforms, insides.
    ruin_m
        An extract cuts off corners; of an outline of which two are left, so many metres to both
        sides of the line between them are taken for the building.
    least_m2
        What is left of a shape after cutting must be as large as a doorstep.
    """

    half_width_m: Mapping[str, float] = field(
        default_factory=lambda: {
            "motorway": 14.0, "trunk": 14.0, "primary": 12.0, "secondary": 10.0,
            "tertiary": 8.0, "residential": 6.0, "unclassified": 6.0, "living_street": 5.0,
            "pedestrian": 5.0, "service": 3.0, "footway": 2.0, "cycleway": 2.0,
            "path": 2.0, "steps": 2.0,
        }
    )  # fmt: skip
    alley_m: float = 2.5
    other_m: float = 4.0
    no_street: tuple[str, ...] = (
        *("proposed", "construction", "platform", "corridor", "elevator", "raceway"),
        *("abandoned", "razed"),
    )
    ruin_m: float = 10.0
    least_m2: float = 1.0


def read_osm(
    path: Path, params: OsmParams | None = None, limits: ReaderLimits | None = None
) -> AreasIn:
    """Read the streets, alleys, markets and plazas of an ``.osm.pbf`` file.

    Ids are the same each time: a street's holds its name, others' the number of their way
    (``w``) or relation (``r``). Shapes that others of their kind cover wholly are rejects.

    Raises
    ------
    BadInput
        If it is no such file, breaks its reader, or holds none of these.
    """
    params = params or OsmParams()
    check_path(path)
    with path.open("rb") as stream:
        head = stream.read(64)
    if path.suffix.lower() != ".pbf" or head[4:].find(_HEADER) != 0:
        raise bad_file(path, "not_osm")
    ways, grounds = read_layers(
        path,
        lambda folder: shutil.copyfile(path, folder / "map.osm.pbf"),
        "map.osm.pbf",
        "OSM",
        [_WAYS, _GROUNDS],
        limits,
        foreign="not_osm",
    )
    known = np.concatenate([ways.shapes, grounds.shapes])
    known = known[~(shapely.is_missing(known) | shapely.is_empty(known))]
    if not len(known):
        raise bad_file(path, "no_areas")
    epsg = zone_of(known)
    whole, ruined = _outlines(grounds.shapes, epsg, params)
    kinds = [
        _streets(ways, epsg, params),
        _alleys(ways, epsg, params),
        *_polygons(grounds.properties, whole, ruined),
    ]
    table = pd.concat([_cut(kind, params) for kind in kinds if len(kind)] or [_nothing()])
    table = table.reset_index(drop=True)
    if not len(table):
        raise bad_file(path, "no_areas")
    lost = shapely.is_missing(table["geometry"].to_numpy(dtype=object))
    warnings = []
    ruin = table["ruined"].astype(bool) & ~lost
    if ruin.any():
        first = str(table["area_id"][ruin].iloc[0])
        warnings.append(IntakeWarning("intake.osm_incomplete", int(ruin.sum()), first))
    rejects = _rejects(path, table[lost])
    return AreasIn(_finish(table[~lost], epsg), [], rejects, warnings)


def _nothing() -> pd.DataFrame:
    columns = ["area_id", "name", "kind", "geometry", "length_m", "rank", "ruined", "why"]
    return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})


def _flat(lines: NDArray[np.object_], epsg: int) -> NDArray[np.object_]:
    return geometries_to_metres(shapely.force_2d(lines), epsg)


def _half_width(classes: pd.Series, params: OsmParams) -> NDArray[np.float64]:
    plain = classes.str.removesuffix("_link")
    width = plain.map(dict(params.half_width_m)).fillna(params.other_m)
    return np.asarray(width, dtype=np.float64)


def _streets(ways: Layer, epsg: int, params: OsmParams) -> pd.DataFrame:
    """Return all ways of a name as one street, as wide as the widest class of a tenth of it."""
    rows = ways.properties.assign(shape=ways.shapes)
    rows = rows[rows["name"].notna() & ~rows["highway"].isin(params.no_street)]
    rows = rows.assign(slug=[_slug(str(name)) for name in rows["name"]])
    rows = rows[rows["slug"] != ""].sort_values(["slug", "osm_id"]).reset_index(drop=True)
    if rows.empty:
        return _nothing()
    lines = _flat(rows["shape"].to_numpy(dtype=object), epsg)
    rows["length"] = shapely.length(lines)
    code, slugs = pd.factorize(rows["slug"])
    total = np.bincount(code, weights=rows["length"])

    classes = rows.assign(code=code, width=_half_width(rows["highway"], params))
    by_width = classes.groupby(["code", "width"], sort=True)["length"].sum().reset_index()
    by_width = by_width[by_width["length"] >= 0.1 * total[by_width["code"]]]
    width = by_width.groupby("code")["width"].max().to_numpy()

    names = rows.assign(code=code).groupby(["code", "name"])["length"].sum().reset_index()
    names = names.sort_values(["code", "length", "name"], ascending=[True, False, True])
    whole = shapely.buffer(shapely.multilinestrings(lines, indices=code), width, quad_segs=2)
    return pd.DataFrame(
        {
            "area_id": _ids("street", slugs),
            "name": names.drop_duplicates("code")["name"].to_numpy(),
            "kind": "street",
            "geometry": whole,
            "length_m": total,
            "ruined": False,
            "rank": np.lexsort((np.arange(len(slugs)), -total, -width)).argsort(),
        }
    )


def _alleys(ways: Layer, epsg: int, params: OsmParams) -> pd.DataFrame:
    tags = ways.properties["other_tags"].fillna("").astype("str")
    is_alley = tags.str.contains(_ALLEY, regex=False).to_numpy()
    rows = ways.properties[is_alley].reset_index(drop=True)
    if rows.empty:
        return _nothing()
    lines = _flat(ways.shapes[is_alley], epsg)
    length = shapely.length(lines)
    ids = "alley-w" + rows["osm_id"].astype("str")
    table = pd.DataFrame(
        {
            "area_id": ids,
            "name": rows["name"],
            "kind": "alley",
            "geometry": shapely.buffer(lines, params.alley_m, quad_segs=2),
            "length_m": length,
            "ruined": False,
        }
    )
    return _once(table).assign(rank=lambda t: _order(-t["length_m"], t["area_id"]))


def _outlines(
    shapes: NDArray[np.object_], epsg: int, params: OsmParams
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Return outlines as polygons in metres, and which of them are made of what is left."""
    flat = _flat(shapes, epsg)
    fitted = fit(flat).shapes
    lacks = shapely.is_missing(fitted) | shapely.is_empty(fitted)
    line = shapely.boundary(flat)
    ruined = lacks & (shapely.length(line) > 0)
    fitted[ruined] = shapely.buffer(line[ruined], params.ruin_m, quad_segs=2)
    fitted[lacks & ~ruined] = None
    return fitted, ruined


def _polygons(
    told: pd.DataFrame, shapes: NDArray[np.object_], ruined: NDArray[np.bool_]
) -> list[pd.DataFrame]:
    """Return markets and plazas; squares go before parks, small ones before large ones."""
    on_foot = told["other_tags"].fillna("").astype("str").str.contains(_ON_FOOT, regex=False)
    on_foot &= told["name"].notna()
    market = told["amenity"] == "marketplace"
    grade = np.select([told["place"] == "square", on_foot, told["leisure"] == "park"], [0, 1, 2], 3)
    way = told["osm_way_id"].astype("str")
    number = np.where(way.notna(), "w" + way.fillna(""), "r" + told["osm_id"].astype("str"))
    out = []
    for kind, which in (("market", market), ("plaza", ~market & (grade < 3))):
        here = which.to_numpy(dtype=bool)
        table = pd.DataFrame(
            {
                "area_id": [f"{kind}-{one}" for one in number[here]],
                "name": told["name"][here].to_numpy(),
                "kind": kind,
                "geometry": shapes[here],
                "length_m": np.nan,
                "ruined": ruined[here],
                "grade": grade[here],
                "size": shapely.area(shapes[here]),
            }
        )
        table = _once(table)
        table["rank"] = _order(table["grade"], table["size"], table["area_id"])
        out.append(table.drop(columns=["grade", "size"]))
    return out


def _once(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop_duplicates("area_id").reset_index(drop=True)


def _order(*keys: pd.Series) -> NDArray[np.int64]:
    """Return the rank of each row by the keys, the first counting most."""
    return np.asarray(np.lexsort([key.to_numpy() for key in reversed(keys)]).argsort())


def _cut(table: pd.DataFrame, params: OsmParams) -> pd.DataFrame:
    """Cut the shapes of one kind apart; of what is lost `why` tells the reason."""
    shapes = table["geometry"].to_numpy(dtype=object)
    why = np.where(shapely.is_missing(shapes), "intake.bad_geometry", "intake.covered")
    cut = cut_apart(shapes, table["rank"].to_numpy(dtype=np.int64))
    cut[shapely.area(cut) < params.least_m2] = None
    return table.assign(geometry=cut, why=why)


def _finish(table: pd.DataFrame, epsg: int) -> gpd.GeoDataFrame:
    table = table.sort_values("area_id").reset_index(drop=True)
    flat = table["geometry"].to_numpy(dtype=object)
    table["area_m2"] = shapely.area(flat)
    half = pd.Series(shapely.length(flat) / 2)
    table["length_m"] = table["length_m"].astype("float64").fillna(half)
    table["geometry"] = oriented(geometries_to_degrees(flat, epsg))
    table["name"] = table["name"].fillna(table["area_id"])
    return gpd.GeoDataFrame(FRAMES["areas"].conform(table), geometry="geometry", crs=_WGS84)


def _rejects(path: Path, lost: pd.DataFrame) -> pd.DataFrame:
    return FRAMES["rejects"].conform(
        pd.DataFrame(
            {
                "file": path.name,
                "field": "geometry",
                "value": lost["area_id"],
                "reason": lost["why"],
                "row": "{}",
            }
        ).reset_index(drop=True)
    )


def _ids(kind: str, slugs: pd.Index) -> list[str]:
    """Return ids of slugs; one too long is cut and gets a hash of the whole."""
    return [
        f"{kind}-{slug}"
        if len(slug) <= 60
        else f"{kind}-{slug[:50]}-{blake2b(slug.encode(), digest_size=4).hexdigest()}"
        for slug in slugs
    ]


def _slug(name: str) -> str:
    """Return a name as part of an id.

    >>> _slug("Rua São José  "), _slug("—")
    ('rua-são-josé', '')
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "-", text).strip("-")
