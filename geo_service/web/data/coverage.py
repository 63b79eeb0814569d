"""Who looked where as rows of areas: for the page, and for its file by the same filters."""

import geopandas as gpd
import pandas as pd

from geo_service.flow.exports import read_looked
from geo_service.publish import Filter, Looked, area_coverage
from geo_service.terms import OBSERVED, BadUse
from geo_service.web.base import desk
from geo_service.web.base.keep import Kept
from geo_service.web.data.shapes import places

IDS = ("area_id",)
"""What makes a feature's id."""

VISITED = "visited"
"""The word for areas with somebody there in the week."""

_LOOKED = Kept[Looked]("looked at")
_ROWS = Kept[pd.DataFrame]("areas looked at", room=4)


def looked() -> Looked:
    """Return what the run keeps of who looked where; kept while the run is the last."""
    run = desk.run()
    return _LOOKED.of((run.run_id,), lambda: read_looked(desk.store(), run))


def rows_of(asked: Filter, observed: str = "", week: str | None = None) -> pd.DataFrame:
    """Return areas as `area_coverage` does, those asked for, of one word of OBSERVED if named.

    In the run's last week by default; ``visited`` are those with somebody there in that very week.

    Raises
    ------
    BadUse
        If there is no such word.
    """
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
    if observed == VISITED:
        return rows[(rows["watched_days"] > 0).fillna(value=False)]
    return rows[rows["observed"] == observed] if observed else rows


def placed_rows(asked: Filter, observed: str = "", week: str | None = None) -> gpd.GeoDataFrame:
    """Return the same rows, each with the shape of its area."""
    rows = rows_of(asked, observed, week).reset_index(drop=True)
    shapes = places().beside(rows, ["geometry"])["geometry"]
    return gpd.GeoDataFrame(rows, geometry=shapes.to_numpy(), crs="EPSG:4326")
