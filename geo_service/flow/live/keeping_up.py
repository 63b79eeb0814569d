"""What came while a refresh was computing is linked to what that found."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd

from geo_service.flow.live.relinking import Seed, relink
from geo_service.flow.live.turning import closing, relink_sources
from geo_service.link import OWN_POINT
from geo_service.measure import microseconds_of
from geo_service.store import Store


def keep_up(
    store: Store, seen: pd.DataFrame, placed: pd.DataFrame, *, epsg: int, as_of: datetime
) -> None:
    """Link the reports that came or were placed while a refresh was computing.

    Parameters
    ----------
    seen, placed
        The reports that it saw, and who had placed which before it read them.
    """
    with store.transaction():
        moved = _placed_since(store, placed)
        missed = sorted({*store.live.ids_beyond(seen["report_id"]), *moved})
        if not missed:
            return
        columns = ["category", "lon", "lat", "precision", "reported_at", "received_at", "source"]
        rows = store.reports.read(columns, ids=missed)
        latest = max(
            rows["reported_at"].max(), rows["received_at"].fillna(pd.Timestamp(0, tz="UTC")).max()
        )
        # What was placed anew leaves the cases that it was in where the refresh saw it.
        both = pd.concat([rows[columns[:4]], seen.loc[seen["report_id"].isin(moved), columns[:4]]])
        own = both[both["precision"].isin(OWN_POINT)]
        seeds = [Seed(*one) for one in own[["category", "lon", "lat"]].itertuples(index=False)]
        end = max(as_of, latest.to_pydatetime() + timedelta(microseconds=1))
        relink(store, seeds, missed, epsg=epsg, as_of=end)
        sources = {None if pd.isna(source) else str(source) for source in rows["source"].unique()}
        before = closing(store, sources, microseconds_of(as_of), besides=frozenset(missed))
        now = closing(store, sources, microseconds_of(end))
        turned = [source for source in sources if now[source] != before[source]]
        relink_sources(store, turned, [], epsg=epsg, as_of=end)


def _placed_since(store: Store, before: pd.DataFrame) -> list[str]:
    """Return ids of the reports that were placed since `before` was read."""
    now = store.placements.read()
    known = pd.MultiIndex.from_frame(before[["report_id", "placed_at"]])
    fresh = ~pd.MultiIndex.from_frame(now[["report_id", "placed_at"]]).isin(known)
    return now.loc[fresh, "report_id"].tolist()
