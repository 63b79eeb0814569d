"""Whatever a late fact can change is linked anew, and nothing else.

Every choice of the rule looks no farther than the link distance. So a fact can change the cases
of the reports reachable from it by steps of at most that distance, and of no others; but the first
closing of a source changes how long all of its cases wait, wherever they are.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geo_service import link
from geo_service.flow.deadlines import with_deadlines
from geo_service.flow.duties import with_duties
from geo_service.flow.linked import seen_reports
from geo_service.link import OWN_POINT
from geo_service.measure import (
    Flags,
    Floats,
    box_around,
    microseconds_of,
    to_metres,
    widened_box,
)
from geo_service.store import Filter, Store
from geo_service.terms import FRAMES

MOST = 2_000
"""So many reports are linked anew while somebody waits; more wait for the next refresh."""

_STEP_SLACK_M = 1e-3

LINKED = [
    *("report_id", "source", "category", "reported_at", "received_at", "lon", "lat", "precision"),
    *("area_id", "is_duplicate", "fixed_at", "verified_at", "closed_at", "is_cancelled"),
]
"""What linking reads of REPORTS."""

PLACED = ["category", "lon", "lat", "precision"]
"""What :func:`places_in` reads of REPORTS."""


class Seed(NamedTuple):
    """A place where a fact came or went, and the category it concerns; degrees."""

    category: str
    lon: float
    lat: float


def relink(
    store: Store,
    seeds: Iterable[Seed],
    own_ids: Iterable[str],
    *,
    epsg: int,
    as_of: datetime,
    most: int | None = MOST,
) -> bool:
    """Link anew what is reachable from `seeds`; belongs into the caller's transaction.

    Parameters
    ----------
    own_ids
        Reports whose facts changed: those that are reachable from nothing lose their case.
    as_of
        First moment not seen.
    most
        How many reports at most; None for any number.

    Returns
    -------
    done
        False where it were more: then everything stands as it was, until the next refresh.
    """
    tables, met, count = [store.reports.read(LINKED, ids=[])], set[Seed](), 0
    waiting, events = list(seeds), FRAMES["events"].empty()
    known = set(own_ids)
    while waiting:
        seed = waiting.pop()
        if seed not in met:
            found = _reachable(store, seed, epsg, most)
            if found is None or (most is not None and (count := count + len(found)) > most):
                return False
            tables.append(found)
            known.update(found["report_id"])
            met.update(places_in(found), [seed])
        if not waiting:
            events = store.events.read(about=known)
            apart = named_by(events) - known
            known |= apart
            # an event may bind reports that lie apart, as that of a merge does
            waiting = places_in(store.reports.read(PLACED, ids=apart)) if apart else []
    reports = pd.concat(tables, ignore_index=True)
    reports = reports.drop_duplicates("report_id", ignore_index=True)
    _link_anew(store, reports, events, own_ids, epsg=epsg, as_of=as_of)
    return True


def named_by(events: pd.DataFrame) -> set[str]:
    """Return ids of the reports that EVENTS name."""
    names = pd.concat(
        [events["case_id"], events["target_case_id"], events["report_ids"].str.split(";").explode()]
    )
    return set(names.dropna().str.strip()) - {""}


def places_in(reports: pd.DataFrame) -> list[Seed]:
    """Return where those reports lie that have a point of their own."""
    own = reports.loc[reports["precision"].isin(OWN_POINT), ["category", "lon", "lat"]]
    return [Seed(*one) for one in own.itertuples(index=False)]


def relink_sources(
    store: Store,
    sources: Iterable[str | None],
    also: Iterable[Seed],
    *,
    epsg: int,
    as_of: datetime,
    most: int | None = MOST,
) -> bool:
    """Link anew whatever cases of `sources` may reach, and places `also`; see :func:`relink`."""
    openings = [Seed(*place) for source in sources for place in store.live.openings_of(source)]
    seeds = dict.fromkeys([*also, *openings])
    if not seeds:
        return True
    if most is not None:
        return len(seeds) <= most and relink(store, seeds, [], epsg=epsg, as_of=as_of, most=most)
    # no report of one category matters to another's, so whole ones need no looking around
    codes = tuple(sorted({seed.category for seed in seeds}))
    reports = store.reports.read(LINKED, where=Filter(categories=codes))
    reports = reports[reports["precision"].isin(OWN_POINT)].reset_index(drop=True)
    events = store.events.read(about=set(reports["report_id"]))
    _link_anew(store, reports, events, [], epsg=epsg, as_of=as_of)
    return True


def closing(
    store: Store, sources: Iterable[str | None], before: int, besides: Collection[str] = ()
) -> dict[str | None, bool]:
    """Tell which sources close anything at all, as known before a moment, microseconds.

    Reports `besides` do not count.
    """
    return {source: store.live.closes(source, before, besides) for source in sources}


def keep_up(
    store: Store,
    memory: link.Memory,
    placed: pd.DataFrame,
    acted: int,
    *,
    epsg: int,
    as_of: datetime,
) -> None:
    """Link what linking did not know: what came, was placed, or was done since a refresh read.

    `memory` is what linking knew, and made of it; `placed` who had placed which report before it
    read them, and `acted` how many events there were.
    """
    with store.transaction():
        moved = _placed_since(store, placed)
        events = store.events.since(acted)
        beyond = store.live.ids_beyond(memory.rows.report_id[memory.known])
        missed = sorted({*beyond, *moved, *named_by(events)})
        if not missed:
            return
        known = seen_reports(memory)
        columns = ["category", "lon", "lat", "precision", "reported_at", "received_at", "source"]
        rows = store.reports.read(columns, ids=missed)
        latest = max(
            one.fillna(pd.Timestamp(0, tz="UTC")).max()
            for one in (rows["reported_at"], rows["received_at"], events["received_at"])
            if len(one)
        )
        # what was placed anew leaves the cases that it was in where the refresh saw it
        both = pd.concat(
            [rows[columns[:4]], known.loc[known["report_id"].isin(moved), columns[:4]]]
        )
        seeds = places_in(both)
        end = max(as_of, latest.to_pydatetime() + timedelta(microseconds=1))
        relink(store, seeds, missed, epsg=epsg, as_of=end, most=None)
        sources = {None if pd.isna(source) else str(source) for source in rows["source"].unique()}
        closed = closing(store, sources, microseconds_of(as_of), besides=frozenset(missed))
        now = closing(store, sources, microseconds_of(end))
        turned = [source for source in sources if now[source] != closed[source]]
        relink_sources(store, turned, [], epsg=epsg, as_of=end, most=None)


def _placed_since(store: Store, before: pd.DataFrame) -> list[str]:
    """Return ids of the reports that were placed since `before` was read."""
    now = store.placements.read()
    known = pd.MultiIndex.from_frame(before[["report_id", "placed_at"]])
    fresh = ~pd.MultiIndex.from_frame(now[["report_id", "placed_at"]]).isin(known)
    return now.loc[fresh, "report_id"].tolist()


def _link_anew(
    store: Store,
    reports: pd.DataFrame,
    events: pd.DataFrame,
    own_ids: Iterable[str],
    *,
    epsg: int,
    as_of: datetime,
) -> None:
    """Link reports that no other one is reachable from; `own_ids` as of :func:`relink`.

    What is kept is known: who read the clock later may have been the first to write.
    """
    came = pd.concat([reports["received_at"], events["received_at"]]).max()
    if not pd.isna(came):
        as_of = max(as_of, came.to_pydatetime() + timedelta(microseconds=1))
    sources = reports["source"].fillna("").unique()
    closes = closing(store, sources, microseconds_of(as_of))
    linked = link.link(
        reports,
        events,
        store.words.categories(),
        epsg=epsg,
        as_of=as_of,
        closing_sources=[source for source in sources if closes[source]],
    )
    cases = with_deadlines(store, linked.cases, linked.links, events)
    cases = with_duties(store, cases, linked.links, events)
    store.live.replace(
        sorted({*reports["report_id"], *own_ids}),
        {"cases": cases, "sites": linked.sites, "spells": linked.spells},
        linked.links,
    )


def _reachable(store: Store, seed: Seed, epsg: int, most: int | None) -> pd.DataFrame | None:
    """Return the reports of the seed's category reachable by steps of at most the link distance.

    The box that is read grows until the reports found lie a step away from its edges. None where
    they are more than `most`.
    """
    own = store.live.terms(seed.category) or ()
    step = link.LinkParams().of_category(*own).distance_m + _STEP_SLACK_M
    box = box_around(seed.lon, seed.lat, 4 * step)
    while True:
        where = Filter(categories=(seed.category,), bbox=box)
        table = store.reports.read(["report_id", "lon", "lat", "precision"], where=where)
        table = table[table["precision"].isin(OWN_POINT)].reset_index(drop=True)
        # the seed is the last row: where a report went away, it joins what was joined by that
        lon, lat = np.append(table["lon"], seed.lon), np.append(table["lat"], seed.lat)
        within = _joined(np.column_stack(to_metres(lon, lat, epsg)), step, most)
        if within is None:
            return None
        found = table[within[:-1]]
        if found.empty:
            return store.reports.read(LINKED, ids=[])
        west, east = float(found["lon"].min()), float(found["lon"].max())
        south, north = float(found["lat"].min()), float(found["lat"].max())
        edge = widened_box((west, south, east, north), 1.01 * step)
        if box[0] <= edge[0] and box[1] <= edge[1] and box[2] >= edge[2] and box[3] >= edge[3]:
            return store.reports.read(LINKED, ids=found["report_id"].tolist())
        box = widened_box(box, max((box[3] - box[1]) * 100_000, 4 * step))


def _joined(points: Floats, step: float, most: int | None) -> Flags | None:
    """Tell which points are joined to the last by steps; None where more than `most` are."""
    tree = cKDTree(points)
    within = np.zeros(len(points), dtype=np.bool_)
    within[-1] = True
    new = [len(points) - 1]
    while new:
        near = np.unique(np.concatenate(tree.query_ball_point(points[new], step))).astype(np.int64)
        new = near[~within[near]].tolist()
        within[new] = True
        if most is not None and within.sum() > most + 1:
            return None
    return within
