"""Areas as the web needs them: names and kinds beside the rows, simplified shapes for the screen.

Read once for each version of the areas and kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_service.measure import geometries_to_metres, to_degrees, utm_epsg
from geo_service.publish import SUBDISTRICT, feature_collection
from geo_service.terms import NotFound
from geo_service.web import desk
from geo_service.web.answers import Body

SCREEN_DIGITS = 6
SCREEN_TOLERANCE_M = 0.5

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Places:
    """All areas of the store, the subdistricts among them.

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


def places() -> Places:
    """Return all areas."""
    version = desk.store().areas.version()
    return desk.remember(("places", version), _read)


def _read() -> Places:
    table = desk.store().areas.read().reset_index(drop=True)
    subdistricts = table[table["kind"] == SUBDISTRICT].set_index("area_id")["name"]
    table["subdistrict_name"] = table["subdistrict_id"].map(subdistricts).astype("str")
    shapes = table.geometry.to_numpy()
    inner = shapely.point_on_surface(shapes)
    table["inner_lon"], table["inner_lat"] = shapely.get_x(inner), shapely.get_y(inner)
    bounds: Bounds | None = None
    if len(table):
        west, south, east, north = (float(edge) for edge in shapely.total_bounds(shapes))
        bounds = (west, south, east, north)
    polygons = table[table["kind"] == SUBDISTRICT]
    called = [*polygons["area_id"], *polygons["name"].dropna(), *table["subdistrict_id"].dropna()]
    row = {str(area_id): number for number, area_id in enumerate(table["area_id"])}
    return Places(table, row, bounds, frozenset(called))


def locating(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the areas that reports fall on: all whose kind locates."""
    kinds = desk.store().words.kinds()
    return table[table["kind"].isin(kinds.loc[kinds["locates"], "kind"])]


def screen_areas() -> Body:
    """Return the areas for the screen as GeoJSON, in the order of the run's arrays."""
    run = desk.run_or_none()
    version = desk.store().areas.version()
    return desk.remember(("areas", version, run and run.run_id), _screen_areas)


def in_order() -> gpd.GeoDataFrame:
    """Return the areas that reports fall on, in the order of the run's arrays."""
    table = locating(places().table)
    if desk.run_or_none() is not None:
        order = {area_id: n for n, area_id in enumerate(desk.store().runs.area_ids())}
        # Areas younger than the run come last: its arrays do not reach them.
        place = table["area_id"].map(order).fillna(len(order))
        table = table.assign(place=place).sort_values(["place", "area_id"], kind="stable")
    return table


def _screen_areas() -> Body:
    table = in_order()
    shown = gpd.GeoDataFrame(
        {
            "area_id": table["area_id"],
            "name": table["name"],
            "kind": table["kind"],
            "subdistrict": table["subdistrict_id"],
            "subdistrict_name": table["subdistrict_name"],
        },
        geometry=_simplified(table.geometry.to_numpy()),
        crs=table.crs,
    )
    names = ["name", "kind", "subdistrict", "subdistrict_name"]
    return Body.of(b"".join(feature_collection(shown, names, "area_id", digits=SCREEN_DIGITS)))


def screen_ground() -> Body:
    """Return what lies under everything: subdistricts, river, whatever the store keeps of it."""
    return desk.remember(("ground", desk.store().areas.version()), _screen_ground)


def _screen_ground() -> Body:
    table = places().table
    subdistricts = table[table["kind"] == SUBDISTRICT]
    ground = desk.store().ground.read()
    shapes = np.concatenate(
        [np.asarray(part.geometry, dtype=object) for part in (subdistricts, ground)]
    )
    shown = gpd.GeoDataFrame(
        {
            "id": [
                *subdistricts["area_id"],
                *(f"ground-{number}" for number in range(len(ground))),
            ],
            "name": [*subdistricts["name"], *ground["name"]],
            "kind": [*subdistricts["kind"], *ground["kind"]],
        },
        geometry=_simplified(shapes),
        crs="EPSG:4326",
    ).astype({"name": "str", "kind": "str"})
    pieces = feature_collection(shown, ["name", "kind"], "id", digits=SCREEN_DIGITS)
    return Body.of(b"".join(pieces))


def _simplified(shapes: np.ndarray) -> np.ndarray:
    if not len(shapes):
        return shapes
    epsg = zone()
    flat = shapely.simplify(
        geometries_to_metres(shapes, epsg), SCREEN_TOLERANCE_M, preserve_topology=True
    )
    return shapely.transform(flat, lambda xy: np.column_stack(to_degrees(xy[:, 0], xy[:, 1], epsg)))


def zone() -> int:
    """Return the UTM zone that metres are measured in."""
    kept = desk.district().utm_epsg
    if kept is not None:
        return kept
    west, south, east, north = places().bounds or (0.0, 0.0, 0.0, 0.0)
    return utm_epsg((west + east) / 2, (south + north) / 2)
