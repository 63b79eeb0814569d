"""The flow on one page: what comes in is kept, and a refresh walks through the steps in order.

No arithmetic here: each step is a call, what it gives goes to the store. The clock is an argument.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service import link
from geo_service.flow.basis import Basis
from geo_service.flow.imports import Tell, silent
from geo_service.flow.labels import WeekLabels
from geo_service.flow.last_run import LastRun
from geo_service.flow.live import keep_up
from geo_service.flow.locating import epsg_of, settle_places, watched
from geo_service.flow.run import run_tables
from geo_service.measure import local_midnight, microseconds_of
from geo_service.store import Store
from geo_service.terms import FRAMES, NotReady

READ = [
    *("report_id", "source", "category", "reported_at", "received_at", "lon", "lat", "precision"),
    *("area_id", "is_duplicate", "fixed_at", "verified_at", "closed_at", "status"),
]
"""What a refresh reads of REPORTS."""

MANY = 0.05
"""Where more than this share of all reports says something new, it is all computed anew."""


def refresh(
    store: Store, *, now: datetime, as_of: datetime | None = None, tell: Tell = silent
) -> str:
    """Link, then every figure; kept as one run, whole or not at all. Returns the run's id.

    Everything is linked anew; of the weeks, those that differ for it are computed anew.

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
        tell("locate", 0, None)
        last = LastRun.of(store)
        settled = settle_places(store, *() if last is None else (last.settled, last.memory.rows))

        tell("link", 0, None)
        # one snapshot: what linking knows is what stood at one moment, and when that was
        with store.reading():
            moment = as_of or default_as_of(store, now)
            earlier = last if last is not None and last.run.as_of <= moment else None
            turned = Basis.of(store, timezone, epsg, earlier)
            if earlier is not None and earlier.about.key != turned.key:
                earlier = None
            pending, placed = store.pending.read(), store.placements.read()
            told = pending["report_id"].unique()
            if earlier is not None and len(told) > MANY * len(earlier.memory.case):
                earlier = None
            reports = store.reports.read(READ, ids=None if earlier is None else told)
        memory, renewed = _linked(reports, earlier, turned.linking, moment, told)
        del reports  # much, and nobody asks any more
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
            labels=WeekLabels(
                store.runs.labels(), freezes=last is None or last.run.as_of <= moment
            ),
        )
        tell("keep", 0, None)
        marks = pending["mark"].to_numpy(dtype=np.int64)
        run_id = store.runs.save(replace(tables, marks=marks), now)
        if as_of is None:
            keep_up(store, memory, placed, epsg=epsg, as_of=moment)
        return run_id


def _linked(
    reports: pd.DataFrame,
    earlier: LastRun | None,
    linking: link.Linking,
    as_of: datetime,
    told: NDArray[np.object_],
) -> tuple[link.Memory, link.Renewed | None]:
    """Link everything anew, and tell where that differs from the last run.

    Parameters
    ----------
    reports
        All of them; beside an earlier run those of which something was `told` since.
    """
    # no event is kept yet: casework brings them
    events = FRAMES["events"].empty()
    if earlier is None:
        return link.remember(reports, events, linking, as_of), None
    before = earlier.memory
    came, words = link.rows_of(reports, before.words)
    rows = link.renewed_rows(before.rows, came)
    memory = link.link_rows(rows, words, events, linking, microseconds_of(as_of))
    return memory, link.compare(before, memory, told)


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
