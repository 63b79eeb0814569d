"""Who looked where as rows of areas: for the page, and for its file by the same filters."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_service.flow.exports import read_looked
from geo_service.publish import Filter, Looked, area_coverage
from geo_service.terms import ALL_CATEGORIES, OBSERVED, BadUse
from geo_service.web.base import desk
from geo_service.web.base.keep import Kept
from geo_service.web.data.shapes import places
from geo_service.web.data.week_rows import week_rows

IDS = ("area_id",)
"""What makes a feature's id."""

VISITED = "visited"
"""The word for areas with somebody there in the week."""

OF = ("hot", "first")
"""Words for some areas: called hot in the week; these and the first of its list."""

FIRST = 20
"""So many areas are the first of the list."""

_LOOKED = Kept[Looked]("looked at")
_ROWS = Kept[pd.DataFrame]("areas looked at", room=4)


def looked() -> Looked:
    """Return what the run keeps of who looked where; kept while the run is the last."""
    run = desk.run()
    return _LOOKED.of((run.run_id,), lambda: read_looked(desk.store(), run))


def rows_of(
    asked: Filter, observed: str = "", week: str | None = None, of: str = ""
) -> pd.DataFrame:
    """Return areas as `area_coverage` does, those asked for, of one word of OBSERVED if named.

    In the run's last week by default; ``visited`` are those with somebody there in that very week;
    `of` is a word of OF.

    Raises
    ------
    BadUse
        If there is no such word.
    """
    if of and of not in OF:
        raise BadUse("coverage.bad_of", value=of, known=" | ".join(OF))
    if observed and observed not in (VISITED, *OBSERVED):
        known = " | ".join((VISITED, *OBSERVED))
        raise BadUse("coverage.bad_observed", value=observed, known=known)
    run, table = desk.run(), places().table
    at = run.weeks.index(week or run.last_week)
    key = (run.run_id, desk.areas_version(), at)
    rows = _ROWS.of(key, lambda: area_coverage(looked(), table, at))
    where = Filter(kind=asked.kind, subdistrict=asked.subdistrict)
    if where != Filter():
        rows = rows[rows["area_id"].isin(set(table.loc[where.areas(table), "area_id"]))]
    if of:
        rows = rows[rows["area_id"].isin(_first(of, week or run.last_week))]
    if observed == VISITED:
        return rows[(rows["watched_days"] > 0).fillna(value=False)]
    return rows[rows["observed"] == observed] if observed else rows


def _first(of: str, week: str) -> set[str]:
    """Return the areas that are hot in a week, or stand first in its list too."""
    plain = week_rows(week, ALL_CATEGORIES).plain
    chosen = plain.columns["hot"] == 1
    if of == "first":
        chosen[:FIRST] = True
    return {row["area_id"] for row in plain.records(np.flatnonzero(chosen))}


def placed_rows(
    asked: Filter, observed: str = "", week: str | None = None, of: str = ""
) -> gpd.GeoDataFrame:
    """Return the same rows, each with the shape of its area."""
    rows = rows_of(asked, observed, week, of).reset_index(drop=True)
    shapes = places().beside(rows, ["geometry"])["geometry"]
    return gpd.GeoDataFrame(rows, geometry=shapes.to_numpy(), crs="EPSG:4326")
