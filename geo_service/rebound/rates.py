"""RATES: how likely and how often problems return, by district, category, area, kind and more."""

import numpy as np
import pandas as pd

from geo_service.measure import by_length, risks_and_medians, risks_by_group
from geo_service.rebound.crews import crew_of
from geo_service.rebound.estimates import days_of, drawn, figure_columns
from geo_service.rebound.groups import ASKED, Grouping, Keys
from geo_service.rebound.params import ReboundParams
from geo_service.rebound.returns import Columns, Histories, SecondFigure
from geo_service.terms import FRAMES


def rates(
    spells: pd.DataFrame,
    areas: pd.DataFrame,
    params: ReboundParams | None = None,
    told: Histories | None = None,
    assignments: pd.DataFrame | None = None,
    timezone: str = "UTC",
) -> pd.DataFrame:
    """Return the rates of every group that has a closure or a fix, one row a group.

    Parameters
    ----------
    spells
        SPELLS, and `source`, the opening report's; `opened_at` and `fixed_at` of the case where
        crews are asked for, and `unit_id`, who answers for it, where units are. Categorical
        columns are welcome.
    areas
        `area_id kind subdistrict_id` of all areas, and `community` where known.
    told
        What became of fixes, cases and sites; without it the columns of that are null.
    assignments
        `crew_id area_id date`: which crew had which area on its list.
    timezone
        The district's: days of `assignments` are its.

    Returns
    -------
    rates
        RATES. Every level is given over all categories (``*``), and area, kind and subdistrict by
        category as well; `key` names the group. Areas are drawn towards all areas of their
        category, the other groups speak for themselves. Areas by category have the figure of the
        shown horizon alone.
    """
    params = params or ReboundParams()
    tables = {"spells": spells}
    if told is not None:
        tables |= {"fixes": told.fixes, "cases": told.cases, "sites": told.sites}
    if assignments is not None and len(assignments):
        for name, fixed in (("spells", "fixed_at"), ("fixes", "started_at")):
            if name in tables and fixed in tables[name]:
                crews = crew_of(tables[name], assignments, fixed, timezone)
                tables[name] = tables[name].assign(crew_id=crews)
    keys = Keys(tables, areas)
    first = FirstFigure(spells, params)
    second = None if told is None else SecondFigure(told, keys, params)
    parts = []
    for level, by_category in ASKED:
        grouping = keys.grouping(level, by_category=by_category)
        columns = first.columns(grouping)
        # areas by category are many and small: verified closures alone speak for them
        if second is not None and not (level == "area" and by_category):
            columns |= second.columns(grouping)
        occurs = columns["closures"].astype(np.bool_)
        if "fixes" in columns:
            occurs |= columns["fixes"].astype(np.bool_)
        rows = np.flatnonzero(occurs)
        if len(rows):
            counted = {name: values[rows] for name, values in columns.items()}
            parts.append(pd.DataFrame(grouping.named(rows) | counted))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return FRAMES["rates"].conform(table)


class FirstFigure:
    """Makes the columns that rest on verified closures: P(rebound ≤ h | verified)."""

    def __init__(self, spells: pd.DataFrame, params: ReboundParams) -> None:
        event = spells["returned"].to_numpy(dtype=np.bool_)
        self._params = params
        self._spells = by_length(days_of(spells), event, params.horizons, params.recurrent_days)
        self._unverified = spells[["unverified"]].to_numpy(dtype=np.int32)

    def columns(self, grouping: Grouping) -> Columns:
        """Return them for every number of a grouping."""
        code, params = grouping.codes["spells"], self._params
        out: Columns = {}
        if grouping.over_all:
            risks, until = risks_and_medians(self._spells, code, grouping.size)
        else:
            risks, until = risks_by_group(self._spells, code, grouping.size), None
        shown = sorted(params.horizons).index(params.shown_horizon)
        n_eff = risks[shown].n_eff
        enough = n_eff >= params.least_n_eff
        figures = [np.stack([one.probability, one.low, one.high]) for one in risks]
        if grouping.level == "area":
            asked = range(len(risks)) if grouping.over_all else [shown]
            figures, worse = drawn(risks, grouping.category, shown, asked)
            out["p_worse"] = np.where(enough, worse, np.nan)
        elif until is not None:
            # an area's median would be a raw figure
            out["median_days"] = np.where(enough, until.median, np.nan)
            out["followed_days"] = np.where(enough, until.followed, np.nan)
        out |= {"closures": risks[0].spells, "n_eff": n_eff, "enough_data": enough}
        out |= figure_columns("rebound", params.horizons, risks, figures, enough)
        out["unverified"] = grouping.sums("spells", self._unverified)[:, 0]
        return out
