"""Whose fix it was: the crew that had the area on its list when the case was open."""

import numpy as np
import pandas as pd


def crew_of(
    cases: pd.DataFrame, assignments: pd.DataFrame, fixed: str, timezone: str
) -> pd.Categorical:
    """Return the crew of each row, missing where no list says one.

    Of the crews on whose list the area was on a day from the case's opening to its fix it is the
    one that had it last; of two on the same day the one whose id is smaller. Rows have `area_id
    opened_at`, and the moment of the fix in the column `fixed`; assignments `crew_id area_id date`,
    whose days are those of `timezone`.
    """
    crews = pd.Index(sorted(assignments["crew_id"].unique()), dtype="str")
    code = np.full(len(cases), -1, dtype=np.int64)
    asked = cases["area_id"].isin(assignments["area_id"].unique()) & cases[fixed].notna()
    rows = np.flatnonzero(asked.to_numpy())
    if len(rows):
        some = cases.iloc[rows]
        lists = pd.DataFrame(
            {
                "area_id": assignments["area_id"].astype("str"),
                "day": pd.to_datetime(assignments["date"]).astype("datetime64[us]"),
                "crew": crews.get_indexer(assignments["crew_id"]),
            }
        )
        lists = lists.assign(listed=lists["day"]).sort_values(
            ["day", "crew"], ascending=[True, False], kind="stable"
        )
        mine = pd.DataFrame({"area_id": some["area_id"].astype("str"), "row": rows})
        mine["day"] = _local_day(some[fixed], timezone)
        mine["opened"] = _local_day(some["opened_at"], timezone)
        found = pd.merge_asof(mine.sort_values("day", kind="stable"), lists, on="day", by="area_id")
        found = found[found["listed"] >= found["opened"]]
        code[found["row"].to_numpy()] = found["crew"].to_numpy(dtype=np.int64)
    return pd.Categorical.from_codes(code, categories=crews)


def _local_day(moments: pd.Series, timezone: str) -> pd.Series:
    local = moments.dt.tz_convert(timezone).dt.tz_localize(None)
    return local.dt.normalize().astype("datetime64[us]")
