"""What reports said before a moment: people's later words about them are not known then.

The store holds reports as people say now; beside them what their sources gave, and the log.
"""

from datetime import datetime

import numpy as np
import pandas as pd

from geo_service import link, locate
from geo_service.flow.locating import epsg_of
from geo_service.store import Store

_SAYS = {"recategorised": ["category"], "moved": ["lon", "lat"]}


def spoken_since(store: Store, events: pd.DataFrame, as_of: datetime) -> list[str]:
    """Return ids of the reports of which people said since a moment where, or what, they are.

    Parameters
    ----------
    events
        EVENTS, all.
    as_of
        First moment not seen.
    """
    placed = store.placements.read()
    late = ~_known(events, as_of)
    says = events["event_id"].where(events["kind"].isin(_SAYS), events["takes_back"])[late]
    told = events[events["event_id"].isin(says.dropna()) & events["kind"].isin(_SAYS)]
    named = told["report_ids"].str.split(";").explode().dropna()
    by_hand = placed.loc[placed["placed_at"] >= as_of, "report_id"]
    return sorted({*named, *by_hand})


def as_known(
    store: Store, reports: pd.DataFrame, events: pd.DataFrame, ids: list[str], as_of: datetime
) -> pd.DataFrame:
    """Return reports, those of `ids` as they were known before a moment.

    Their sources' points and categories count, and what the log held by then; where a person had
    put a report by hand before is not known any more once it was put elsewhere.

    Parameters
    ----------
    reports
        Some columns of REPORTS.
    events
        EVENTS, all.
    as_of
        First moment not seen.
    """
    rows, _ = store.placements.as_given(store.reports.read(ids=ids))
    log = events[_known(events, as_of)].sort_values(["at", "event_id"], kind="stable")
    log = log[link.stands(log)]
    place = pd.Series(np.arange(len(rows)), index=rows["report_id"])
    for kind, names in _SAYS.items():
        pairs = log[log["kind"] == kind]
        pairs = pairs.assign(report_id=pairs["report_ids"].str.split(";"))
        pairs = pairs.explode("report_id").drop_duplicates("report_id", keep="last")
        pairs = pairs[pairs["report_id"].isin(place.index)]
        at = place[pairs["report_id"]].to_numpy()
        for name in names:
            rows.loc[rows.index[at], name] = pairs[name].to_numpy()
        if kind == "moved":
            rows.loc[rows.index[at], "precision"] = "point"
    areas, kinds = pd.DataFrame(store.areas.read()), store.words.kinds()
    located = locate.locate(rows, areas, kinds, epsg=epsg_of(store))
    rows = rows.assign(area_id=located["area_id"])
    here = reports["report_id"].isin(rows["report_id"])
    same = rows.set_index("report_id").loc[reports.loc[here, "report_id"]]
    out = reports.copy()
    for name in ("category", "lon", "lat", "precision", "area_id"):
        out.loc[here, name] = same[name].to_numpy()
    return out


def _known(events: pd.DataFrame, as_of: datetime) -> pd.Series:
    return (events["at"] < as_of) & (events["received_at"] < as_of)
