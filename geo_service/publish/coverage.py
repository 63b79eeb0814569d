"""Who looked where, as rows: an area each, and a subdistrict and week each."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.measure import Flags
from geo_service.terms import OBSERVED

WHOLE = "*"
"""The subdistrict of the whole district's rows."""

_EPOCH = np.datetime64("1970-01-01", "D")


class Looked(NamedTuple):
    """What a run keeps of coverage.

    Parameters
    ----------
    area_ids
        In the order of the arrays.
    weeks
        Words of the weeks.
    until
        The last local day that was seen.
    watched
        Days of each week on which somebody looked, -1 where nobody knows; (areas, weeks). None
        without any log, as the others.
    state
        Whether anybody looked in the trailing weeks, by the number of its word; same shape.
    last
        Day of the last visit, counted from 1970-01-01, -1 if never; (areas,).
    valid
        Whether there is the area on any day of a week; (areas, weeks).
    """

    area_ids: list[str]
    weeks: list[str]
    until: np.datetime64
    watched: NDArray[Any] | None
    state: NDArray[Any] | None
    last: NDArray[Any] | None
    valid: Flags


def area_coverage(looked: Looked, areas: pd.DataFrame, week: int) -> pd.DataFrame:
    """Return when somebody was last at each area, and whether in the four weeks up to a week.

    Of `areas` are read ``area_id name kind subdistrict_id``; `week` is a place among the weeks, and
    only areas that are valid in it are told.

    Returns
    -------
    rows
        ``area_id name kind subdistrict week observed watched_days last_visit days_since``: days of
        that week, and whole days from the last visit to the last day seen, whatever the week;
        null where nobody ever looked. Those never visited first, then the longest unvisited.
    """
    known = areas.drop_duplicates("area_id").set_index("area_id")
    count = len(looked.area_ids)
    rows = known.reindex(looked.area_ids)[["name", "kind", "subdistrict_id"]].reset_index()
    rows.columns = ["area_id", "name", "kind", "subdistrict"]
    rows["week"] = looked.weeks[week] if looked.weeks else None
    words = np.array(OBSERVED, dtype=object)
    valid = looked.valid[:, week] if looked.weeks else np.ones(count, dtype=bool)
    if looked.watched is None or looked.state is None or looked.last is None:
        missing = pd.array([pd.NA] * count, dtype="Int64")
        rows = rows.assign(
            observed=OBSERVED[0], watched_days=missing, last_visit=None, days_since=missing
        )
        return rows[valid].reset_index(drop=True)
    days = looked.watched[:, week].astype(np.int64)
    since = (looked.until - _EPOCH).astype(np.int64) - looked.last.astype(np.int64)
    never = looked.last < 0
    dates = (_EPOCH + np.maximum(looked.last, 0).astype("timedelta64[D]")).astype(str)
    rows = rows.assign(
        observed=words[looked.state[:, week]],
        watched_days=pd.array(days, dtype="Int64"),
        last_visit=np.where(never, None, dates.astype(object)),
        days_since=pd.array(since, dtype="Int64"),
    )
    rows.loc[days < 0, "watched_days"] = pd.NA
    rows.loc[never, "days_since"] = pd.NA
    order = np.lexsort((rows["area_id"].to_numpy(), -np.where(never, np.inf, since)))
    return rows.iloc[order[valid[order]]].reset_index(drop=True)


def subdistrict_coverage(
    looked: Looked, areas: pd.DataFrame, keep: Flags | None = None
) -> pd.DataFrame:
    """Return at how many areas somebody looked, by subdistrict and week.

    Of `areas` are read ``area_id subdistrict_id``; `keep` tells which of the run's areas count, all
    by default.

    Returns
    -------
    rows
        ``subdistrict week observed_areas areas share``, the whole district (``*``) first; areas
        without a subdistrict count there alone. Null where nobody knows.
    """
    known = areas.drop_duplicates("area_id").set_index("area_id")["subdistrict_id"]
    of = known.reindex(looked.area_ids).reset_index(drop=True)
    chosen = np.ones(len(of), dtype=bool) if keep is None else keep
    names = sorted(of[chosen].dropna().unique())
    member = np.vstack([chosen, *[chosen & (of == name).to_numpy() for name in names]])
    total = member.astype(np.int64) @ looked.valid.astype(np.int64)
    shape = (len(member), len(looked.weeks))
    seen = np.full(shape, -1, dtype=np.int64)
    if looked.watched is not None and looked.watched.size:
        there = ((looked.watched > 0) & looked.valid).astype(np.int64)
        seen = np.where((looked.watched < 0).all(axis=0), -1, member.astype(np.int64) @ there)
    rows = pd.DataFrame(
        {
            "subdistrict": np.repeat([WHOLE, *names], shape[1]),
            "week": list(looked.weeks) * shape[0],
            "observed_areas": pd.array(seen.ravel(), dtype="Int64"),
            "areas": total.ravel(),
        }
    )
    rows.loc[(seen < 0).ravel(), "observed_areas"] = pd.NA
    share = rows["observed_areas"] / rows["areas"].where(rows["areas"] > 0)
    return rows.assign(share=share.astype("Float64").round(6))
