"""Areas as the web needs them: names and kinds beside the rows, simplified shapes for the screen.

Read once for each version of the areas and kept.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_service import measure
from geo_service.measure import Validity, inner_points, to_metres, utm_epsg
from geo_service.publish import SUBDISTRICT, feature_collection
from geo_service.terms import NotFound
from geo_service.web.base import desk
from geo_service.web.base.answers import Body
from geo_service.web.base.keep import Kept
from geo_service.web.base.records import Plain

SCREEN_DIGITS = 6
SCREEN_TOLERANCE_M = 0.5

SHOWN = ["area_id", "name", "kind", "subdistrict_id", "subdistrict_name", "area_m2"]
"""Fields of an area on its page."""

AREAS_BYTES = 200_000
"""All areas are simplified further while they are larger than this when compressed."""
_STEPS = ((SCREEN_TOLERANCE_M, SCREEN_DIGITS), (0.5, 5), (1.0, 5), (2.0, 5), (4.0, 5))
_FULL_DIGITS = 7
_BEST = 9

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Places:
    """All areas of the store, the subdistricts among them, and what pages write of each.

    Attributes
    ----------
    table
        GeoDataFrame, a row an area, with ``subdistrict_name`` and a point inside
        (``inner_lon``, ``inner_lat``).
    row
        Row number by area id.
    bounds
        West, south, east, north of all; none without areas.
    subdistricts
        Ids and names by which subdistricts are asked for.
    """

    table: gpd.GeoDataFrame
    row: dict[str, int]
    shown: Plain
    bounds: Bounds | None
    subdistricts: frozenset[str]

    def one(self, area_id: str) -> pd.Series:
        """Return the area called `area_id`.

        Raises
        ------
        NotFound
            If there is none.
        """
        if area_id not in self.row:
            raise NotFound("errors.no_such_area", area_id=area_id)
        return self.table.iloc[self.row[area_id]]

    def beside(self, rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
        """Return `columns` of the areas that `rows` name, a row each, missing where unknown."""
        known = self.table[columns].set_axis(pd.Index(self.table["area_id"]))
        return known.reindex(rows["area_id"]).set_axis(rows.index)


INNER = ("inner_lon", "inner_lat")
_PLACES = Kept[Places]("places")
_INNER = Kept[tuple[NDArray[np.float64], NDArray[np.float64]]]("inner metres")
_AREAS, _FULL_AREAS = Kept[Body]("areas"), Kept[Body]("areas full")
_GROUND = Kept[Body]("ground")


def places() -> Places:
    """Return all areas."""
    return _PLACES.of((desk.areas_version(),), _read)


def _read() -> Places:
    table = desk.store().areas.read().reset_index(drop=True)
    subdistricts = table[table["kind"] == SUBDISTRICT].set_index("area_id")["name"]
    table["subdistrict_name"] = table["subdistrict_id"].map(subdistricts).astype("str")
    shapes = table.geometry.to_numpy()
    table["inner_lon"], table["inner_lat"] = inner_points(shapes)
    bounds: Bounds | None = None
    if len(table):
        west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
        bounds = (west, south, east, north)
    polygons = table[table["kind"] == SUBDISTRICT]
    called = [*polygons["area_id"], *polygons["name"].dropna(), *table["subdistrict_id"].dropna()]
    row = {str(area_id): number for number, area_id in enumerate(table["area_id"])}
    shown = Plain.of(table, SHOWN)
    return Places(table, row, shown, bounds, frozenset(called))


def inner_metres() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x and y of a point inside each of `places`."""

    def project() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        table = places().table
        return to_metres(table["inner_lon"], table["inner_lat"], zone())

    return _INNER.of((desk.areas_version(), zone()), project)


def locating(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the areas that reports fall on: all whose kind locates."""
    kinds = desk.kinds()
    return table[table["kind"].isin(kinds.loc[kinds["locates"], "kind"])]


@dataclass(frozen=True)
class Order:
    """The areas in whose order a run's arrays are: their places by id.

    The mark is the same for the same ids in the same order, whichever the run.
    """

    row: dict[str, int]
    mark: str

    @classmethod
    def of(cls, area_ids: Sequence[str]) -> Self:
        """Give each of `area_ids` its number."""
        text = "\x1f".join(area_ids).encode()
        row = {area_id: number for number, area_id in enumerate(area_ids)}
        return cls(row, hashlib.blake2b(text, digest_size=12).hexdigest())


_ORDER = Kept[Order]("order")


def run_order() -> Order:
    """Return the order of the last run's arrays; of nothing before the first run."""
    run = desk.run_or_none()
    if run is None:
        return Order.of([])
    run_id = run.run_id
    return _ORDER.of((run_id,), lambda: Order.of(desk.store().runs.area_ids(run_id)))


def absent(week: str) -> list[int]:
    """Return the places in the run's order of areas that are not valid on any day of a week."""
    table, row = places().table, run_order().row
    gone = table["area_id"][~Validity.of(table).in_week(week, desk.district().timezone)]
    return sorted(row[area_id] for area_id in gone if area_id in row)


def screen_areas(*, full: bool = False) -> Body:
    """Return the areas for the screen as GeoJSON, in the order of the run's arrays.

    Simplified so far that they come quickly; `full` gives them as they are. A new run of the same
    areas does not change them.
    """
    key = (desk.areas_version(), run_order().mark)
    return _FULL_AREAS.of(key, _full_areas) if full else _AREAS.of(key, _screen_areas)


def in_order() -> gpd.GeoDataFrame:
    """Return the areas that reports fall on, in the order of the run's arrays."""
    table = locating(places().table)
    order = run_order().row
    # Areas younger than the run come last: its arrays do not reach them.
    place = table["area_id"].map(order).fillna(len(order))
    return table.assign(place=place).sort_values(["place", "area_id"], kind="stable")


def _screen_areas() -> Body:
    for tolerance, digits in _STEPS:
        body = simplified_areas(tolerance, digits)
        if len(body.packed) <= AREAS_BYTES:
            break
    return body


def simplified_areas(tolerance_m: float, digits: int, level: int = _BEST) -> Body:
    """Make the areas anew, their edges at most so far from the true ones."""
    table = in_order()
    shapes = simplified(table.geometry.to_numpy(), tolerance_m)
    return Body.of(areas_text(table, shapes, digits), level)


def _full_areas() -> Body:
    table = in_order()
    return Body.of(areas_text(table, table.geometry.to_numpy(), _FULL_DIGITS))


def areas_text(table: gpd.GeoDataFrame, shapes: np.ndarray, digits: int) -> bytes:
    """Write areas as GeoJSON."""
    shown = table.rename(columns={"subdistrict_id": "subdistrict"}).set_geometry(shapes)
    names = ["name", "kind", "subdistrict", "subdistrict_name", *INNER]
    return b"".join(feature_collection(shown, names, "area_id", digits=digits))


def screen_ground() -> Body:
    """Return what lies under everything: subdistricts, river, whatever the store keeps of it."""
    return _GROUND.of((desk.areas_version(),), _screen_ground)


def _screen_ground() -> Body:
    table = places().table
    subdistricts = table[table["kind"] == SUBDISTRICT]
    ground = desk.store().ground.read()
    numbered = ground.assign(area_id=[f"ground-{number}" for number in range(len(ground))])
    numbered["inner_lon"], numbered["inner_lat"] = inner_points(ground.geometry)
    columns = ["area_id", "name", "kind", "geometry", *INNER]
    parts = [pd.DataFrame(part[columns]) for part in (subdistricts, numbered)]
    both = pd.concat(parts, ignore_index=True)
    shapes = simplified(both["geometry"].to_numpy(dtype=object), SCREEN_TOLERANCE_M)
    shown = gpd.GeoDataFrame(both, geometry=shapes).astype({"name": "str", "kind": "str"})
    pieces = feature_collection(shown, ["name", "kind", *INNER], "area_id", digits=SCREEN_DIGITS)
    return Body.of(b"".join(pieces))


def simplified(shapes: np.ndarray, tolerance_m: float) -> np.ndarray:
    """Return shapes in WGS 84 whose edges are at most so far from the true ones."""
    if not len(shapes):
        return shapes
    return measure.simplified(shapes, tolerance_m, zone())


def zone() -> int:
    """Return the UTM zone that metres are measured in."""
    kept = desk.district().utm_epsg
    if kept is not None:
        return kept
    west, south, east, north = places().bounds or (0.0, 0.0, 0.0, 0.0)
    return utm_epsg((west + east) / 2, (south + north) / 2)
