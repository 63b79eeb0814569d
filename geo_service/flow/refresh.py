"""The flow on one page: what comes in is kept, and a refresh walks through the steps in order.

No arithmetic here: each step is a call, what it gives goes to the store. The clock is an argument.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from geo_service import link
from geo_service.flow.basis import Basis
from geo_service.flow.imports import Tell, silent
from geo_service.flow.labels import WeekLabels
from geo_service.flow.last_run import Recalled
from geo_service.flow.live import keep_up
from geo_service.flow.locating import epsg_of, settle_places, watched
from geo_service.flow.run import run_tables
from geo_service.measure import local_midnight
from geo_service.store import Store
from geo_service.terms import NotReady

READ = [
    "report_id",
    "source",
    "category",
    "reported_at",
    "received_at",
    "lon",
    "lat",
    "precision",
    "area_id",
    "is_duplicate",
    "fixed_at",
    "verified_at",
    "closed_at",
    "status",
]
"""What a refresh reads of REPORTS."""

MANY = 0.05
"""Where more than this share of all reports says something new, it is all computed anew."""


def refresh(
    store: Store, *, now: datetime, as_of: datetime | None = None, tell: Tell = silent
) -> str:
    """Link, then every figure; kept as one run, whole or not at all. Returns the run's id.

    Only what facts that came since the last run can have changed is computed anew.

    Parameters
    ----------
    as_of
        The first moment not seen; by itself :func:`default_as_of`.

    Raises
    ------
    NotReady
        If there is no report, none with a point, or none before `as_of`.
    Busy
        If another process writes for longer than the store waits.
    """
    with store.writer("refresh"):
        if not store.reports.count():
            raise NotReady("pipeline.no_reports")
        epsg, timezone = epsg_of(store), store.district.get().timezone
        moment = as_of or default_as_of(store, now)
        tell("locate", 0, None)
        last = store.runs.latest()
        earlier = Recalled.of(store, moment)
        known = None if earlier is None else (earlier.about.settled, earlier.memory.rows)
        settled = settle_places(store, *known or ())
        turned = Basis.of(store, timezone, epsg, earlier)
        if earlier is not None and earlier.about.key != turned.key:
            earlier = None

        tell("link", 0, None)
        pending, placed = store.pending.read(), store.placements.read()
        ids = pending["report_id"].unique()
        renewed = None
        if earlier is None or len(ids) > MANY * len(earlier.memory.case):
            memory = link.remember(store.reports.read(READ), turned.linking, moment)
        else:
            changed = store.reports.read(READ, ids=ids)
            renewed = link.renew(earlier.memory, changed, turned.linking, moment)
            memory = renewed.memory
        if not memory.known.any():
            local = moment.astimezone(ZoneInfo(timezone))
            raise NotReady("pipeline.nothing_before", as_of=local.date().isoformat())

        tell("hotspots", 0, None)
        tables = run_tables(
            turned,
            memory,
            moment,
            settled=settled,
            earlier=earlier,
            renewed=renewed,
            seen=watched(store, turned.area_ids, timezone=timezone, as_of=moment),
            labels=WeekLabels(store.runs.labels(), freezes=last is None or last.as_of <= moment),
        )
        tell("keep", 0, None)
        marks = pending["mark"].to_numpy(dtype=np.int64)
        run_id = store.runs.save(replace(tables, marks=marks), now)
        if as_of is None:
            keep_up(store, link.seen_reports(memory), placed, epsg=epsg, as_of=moment)
        return run_id


def default_as_of(store: Store, now: datetime) -> datetime:
    """Return the local midnight after the last fact; now where facts still come in.

    Raises
    ------
    NotReady
        If there is no report.
    """
    district = store.district.get()
    if district.demo and district.today is not None:
        return district.today
    last = store.reports.last_fact()
    if last is None:
        raise NotReady("pipeline.no_reports")
    if now - timedelta(days=7) <= last <= now:
        return now
    # a closing on a date without a time ends with its day, at the very midnight: it must be seen
    day = last.astimezone(ZoneInfo(district.timezone)).date()
    return local_midnight(day + timedelta(days=1), district.timezone)


def as_of_day(day: date, store: Store) -> datetime:
    """Return the first moment not seen of ``--as-of``, aware.

    Parameters
    ----------
    day
        In the district's zone.
    """
    return local_midnight(day, store.district.get().timezone)
