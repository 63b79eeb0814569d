"""The tables that leave the house: what each is called, its fields, id, place and time."""

from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_service.terms import FRAMES, Column, Frame, masked_texts

Place = Literal["own", "area", "point", "none"]
CRS = "EPSG:4326"


@dataclass(frozen=True)
class Table:
    """One table of the exports, called as in the address and on the command line.

    Attributes
    ----------
    ids
        Columns that make a feature's id.
    place
        Where its geometry comes from: its own, its area's, or a point in two columns.
    at
        Column that ``from`` and ``to`` ask about; none where a row has no time.
    """

    name: str
    frame: Frame
    ids: tuple[str, ...]
    place: Place
    at: str | None = None
    point: tuple[str, str] = ("lon", "lat")

    @property
    def properties(self) -> list[str]:
        """Names of all fields that may leave the house, but the geometry."""
        return [name for name in self.frame.shown if name != "geometry"]


_CASES = FRAMES["cases"]
_MARKS = (Column("overdue", "flag"), Column("due_soon", "flag"), Column("calendar", "text"))
CASES = Frame("cases", (*_CASES.columns, *_MARKS))
"""CASES with what stands beside their state at the moment of the export."""

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("areas", FRAMES["areas"], ("area_id",), "own"),
        Table("cases", CASES, ("case_id",), "point", "opened_at"),
        Table("reports", FRAMES["reports"], ("report_id",), "point", "reported_at"),
        Table("rebounds", CASES, ("case_id",), "point", "opened_at"),
        Table("hotspots", FRAMES["hotspots"], ("area_id", "category", "week"), "area"),
        Table("risks", FRAMES["risks"], ("case_id",), "point"),
        Table("forecast", FRAMES["forecast"], ("area_id", "category", "week"), "area"),
        Table("events", FRAMES["log"], ("event_id",), "point", "at"),
        Table("visits", FRAMES["visits"], ("visit_id",), "own", "started_at"),
        Table("assignments", FRAMES["assignments"], ("assignment_id",), "area", "date"),
        Table("units", FRAMES["units"], ("unit_id",), "none"),
        Table("crews", FRAMES["crews"], ("crew_id",), "point", point=("depot_lon", "depot_lat")),
    )
}
"""All tables that can be exported, by name."""


def placed(table: Table, rows: pd.DataFrame, areas: pd.DataFrame | None = None) -> gpd.GeoDataFrame:
    """Return `rows` in the fields of `table` and in their order, each with its place, null without.

    Further columns are left out, telephones in words masked. `areas`, a GeoDataFrame with
    ``area_id`` and geometry, is asked for tables whose place is their area's.
    """
    shaped = table.frame.conform(rows)
    if table.place == "own":
        geometry = np.asarray(rows["geometry"], dtype=object)
    elif table.place == "point":
        geometry = _points(shaped, *table.point)
    elif table.place == "area" and areas is not None:
        # The very objects of the areas: the writers know them again and write each once.
        shapes = np.concatenate(
            [np.asarray(areas["geometry"], dtype=object), np.asarray([None], dtype=object)]
        )
        found = pd.Index(areas["area_id"]).get_indexer(pd.Index(shaped["area_id"]))
        geometry = shapes[found]
    else:
        geometry = np.full(len(shaped), None, dtype=object)
    return gpd.GeoDataFrame(masked_texts(shaped[table.properties]), geometry=geometry, crs=CRS)


def _points(rows: pd.DataFrame, x: str, y: str) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    lon = rows[x].to_numpy(dtype=np.float64)
    lat = rows[y].to_numpy(dtype=np.float64)
    known = np.isfinite(lon) & np.isfinite(lat)
    out = np.full(len(rows), None, dtype=object)
    out[known] = shapely.points(lon[known], lat[known])
    return out
