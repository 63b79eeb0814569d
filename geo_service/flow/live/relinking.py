"""The slow way: whatever a late fact can change is linked anew, and nothing else.

Every choice of the rule looks no farther than the link distance. So a fact can change the cases
of the reports reachable from it by steps of at most that distance, and of no others.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo_service import link
from geo_service.flow.live.boxes import Box, box_around, holds, widened
from geo_service.link import CANCELLED_STATUS, OWN_POINT
from geo_service.measure import microseconds_of, to_metres
from geo_service.store import Filter, Store

_STEP_SLACK_M = 1e-3


class Seed(NamedTuple):
    """A place where a fact came or went, and the category it concerns."""

    category: str
    lon: float
    lat: float


def relink(
    store: Store, seeds: Iterable[Seed], own_ids: Iterable[str], *, epsg: int, as_of: datetime
) -> None:
    """Link anew what is reachable from `seeds`; belongs into the caller's transaction.

    Parameters
    ----------
    own_ids
        Reports whose facts changed: those that are reachable from nothing lose their case.
    as_of
        First moment not seen.
    """
    tables = [store.reports.read(ids=[])]
    met: set[Seed] = set()
    for seed in seeds:
        if seed not in met:
            tables.append(reachable(store, seed, _distance(store, seed.category), epsg))
            found = tables[-1][["category", "lon", "lat"]]
            met.update(map(Seed._make, found.itertuples(index=False)), [seed])
    reports = pd.concat(tables, ignore_index=True)
    reports = reports.drop_duplicates("report_id", ignore_index=True)
    link_anew(store, reports, own_ids, epsg=epsg, as_of=as_of)


def link_anew(
    store: Store, reports: pd.DataFrame, own_ids: Iterable[str], *, epsg: int, as_of: datetime
) -> None:
    """Link reports that no other one is reachable from; `own_ids` as of :func:`relink`."""
    before = microseconds_of(as_of)
    closing = [
        source
        for source in reports["source"].fillna("").unique()
        if store.live.closes(source, before, CANCELLED_STATUS)
    ]
    linked = link.link(
        reports,
        link.closures_of_rows(reports),
        store.words.categories(),
        epsg=epsg,
        as_of=as_of,
        closing_sources=closing,
    )
    store.live.replace(
        sorted({*reports["report_id"], *own_ids}),
        {"cases": linked.cases, "sites": linked.sites, "spells": linked.spells},
        linked.links,
    )


def reachable(store: Store, seed: Seed, distance: float, epsg: int) -> pd.DataFrame:
    """Return the reports of the seed's category reachable from it by steps of at most `distance`.

    The box that is read grows until the reports found lie a step away from its edges.
    """
    box = box_around(seed.lon, seed.lat, 4 * distance)
    step = distance + _STEP_SLACK_M
    while True:
        table = store.reports.read(where=Filter(categories=(seed.category,), bbox=box))
        table = table[table["precision"].isin(OWN_POINT)].reset_index(drop=True)
        found = table[_of_seed(table, seed, step, epsg)]
        if found.empty:
            return found
        extent: Box = (
            float(found["lon"].min()),
            float(found["lat"].min()),
            float(found["lon"].max()),
            float(found["lat"].max()),
        )
        if holds(box, widened(extent, 1.01 * step)):
            return found
        wide = max(box[3] - box[1], 1e-4) * 100_000
        box = widened(extent, max(wide, 4 * distance))


def _of_seed(table: pd.DataFrame, seed: Seed, step: float, epsg: int) -> np.ndarray:
    # The seed is the last row: where a report went away, it joins what was joined by that.
    lon, lat = np.append(table["lon"], seed.lon), np.append(table["lat"], seed.lat)
    x, y = to_metres(lon, lat, epsg)
    one = np.zeros(len(x), dtype=np.int64)
    label = link.components_of(one, x, y, np.full(len(x), step))
    return np.asarray(label[:-1] == label[-1])


def _distance(store: Store, category: str) -> float:
    return link.LinkTerms.of(*(store.live.terms(category) or ())).reach
