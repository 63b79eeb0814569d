"""The flow on one page: what comes in is kept, and a refresh walks through the steps in order.

No arithmetic here: each step is a call, what it gives goes to the store. The clock is an argument.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service import link
from geo_service.flow.basis import Basis
from geo_service.flow.deadlines import due_of, with_deadlines
from geo_service.flow.duties import settle_units, with_duties
from geo_service.flow.forecasts import with_forecast
from geo_service.flow.hindsight import as_known, spoken_since
from geo_service.flow.imports import Tell, silent
from geo_service.flow.labels import WeekLabels
from geo_service.flow.last_run import LastRun
from geo_service.flow.live import LINKED, keep_up
from geo_service.flow.locating import epsg_of, last_fact, present, settle_places, watched
from geo_service.flow.record import keep_record
from geo_service.flow.run import run_tables
from geo_service.measure import local_midnight, microseconds_of
from geo_service.store import Store
from geo_service.terms import BadUse, NotReady

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
    BadUse
        If `as_of` is later than `now`: nothing is known of what has not come.
    Busy
        If another process writes for longer than the store waits.
    """
    if as_of is not None and as_of > now:
        day = as_of.astimezone(ZoneInfo(store.district.get().timezone)).date()
        raise BadUse("pipeline.as_of_ahead", as_of=day.isoformat())
    with store.writer("refresh"):
        if not store.reports.count():
            raise NotReady("pipeline.no_reports")
        tell("locate", 0, None)
        last = LastRun.of(store)
        settled = settle_places(store, *() if last is None else (last.settled, last.memory.rows))
        tell("link", 0, None)
        known, reports = _read(store, last, as_of, now)
        memory, renewed = _linked(reports, known)
        del reports  # much, and nobody asks any more
        tell("hotspots", 0, None)
        seen = watched(
            store, known.basis.area_ids, timezone=known.basis.timezone, as_of=known.as_of
        )
        named = link.links_of(memory, known.events["case_id"].unique())
        tables = run_tables(
            known.basis,
            memory,
            known.as_of,
            settled=settled,
            earlier=known.earlier,
            renewed=renewed,
            seen=seen,
            labels=known.labels,
            due=lambda cases: due_of(store, cases, named, known.events),
        )
        tell("forecast", 0, None)
        tables = with_forecast(store, tables, known.basis, memory, known.events, known.earlier)
        tell("keep", 0, None)
        cases = with_deadlines(store, tables.cases, named, known.events)
        cases = with_duties(store, cases, named, known.events)
        # this run does not know what was said since: the next one looks at it again
        store.pending.add(known.since)
        run_id = store.runs.save(replace(tables, cases=cases, marks=known.marks), now)
        if store.events.count() != known.acted:
            # an office may have decided meanwhile
            settle_units(store)
        if as_of is None:
            keep_record(store, memory, now)
            keep_up(
                store,
                memory,
                known.placed,
                known.acted,
                epsg=known.basis.epsg,
                as_of=known.as_of,
            )
        return run_id


class _Known(NamedTuple):
    """What stood in the store at one moment, beside the reports.

    `earlier` is the last run where it can be built upon; `told` and `marks` are the reports of
    which something was said since, `since` those that are taken as they were known at an earlier
    `as_of`; `placed` is who had placed which, `events` what people did, and
    `acted` how many of these are seen as of that moment.
    """

    as_of: datetime
    basis: Basis
    earlier: LastRun | None
    told: NDArray[np.object_]
    marks: NDArray[np.int64]
    since: list[str]
    placed: pd.DataFrame
    events: pd.DataFrame
    acted: int
    labels: WeekLabels


def _read(
    store: Store, last: LastRun | None, as_of: datetime | None, now: datetime
) -> tuple[_Known, pd.DataFrame]:
    """Read what linking is to know, all of one moment: all reports, or those that are told."""
    with store.reading():
        moment = as_of or default_as_of(store, now)
        earlier = last if last is not None and last.run.as_of <= moment else None
        labels = WeekLabels(store.runs.labels(), freezes=last is None or earlier is not None)
        basis = Basis.of(store, store.district.get().timezone, epsg_of(store), earlier)
        pending = store.pending.read()
        told, marks = pending["report_id"].unique(), pending["mark"].to_numpy(dtype=np.int64)
        placed, events = store.placements.read(), store.events.read()
        since = [] if as_of is None else spoken_since(store, events, as_of)
        told = np.union1d(told.astype(object), np.array(since, dtype=object))
        if earlier is not None and (
            earlier.about.key != basis.key or len(told) > MANY * len(earlier.memory.case)
        ):
            earlier = None
        reports = store.reports.read(LINKED, ids=None if earlier is None else told)
        if since:
            reports = as_known(store, reports, events, since, moment)
        # what came between the as-of moment and now is not linked here, but after it
        later = (events["received_at"] >= moment).to_numpy()
        acted = store.events.count() - (len(later) - int(later.argmax()) if later.any() else 0)
        known = _Known(moment, basis, earlier, told, marks, since, placed, events, acted, labels)
        return known, reports


def _linked(reports: pd.DataFrame, known: _Known) -> tuple[link.Memory, link.Renewed | None]:
    """Link everything anew, and tell where that differs from the last run."""
    events, linking = known.events, known.basis.linking
    if known.earlier is None:
        memory = link.remember(reports, events, linking, known.as_of)
        if not memory.known.any():
            day = known.as_of.astimezone(ZoneInfo(known.basis.timezone)).date()
            raise NotReady("pipeline.nothing_before", as_of=day.isoformat())
        return memory, None
    before = known.earlier.memory
    came, words = link.rows_of(reports, before.words)
    rows = link.renewed_rows(before.rows, came)
    memory = link.link_rows(rows, words, events, linking, microseconds_of(known.as_of))
    return memory, link.compare(before, memory, known.told)


def default_as_of(store: Store, now: datetime) -> datetime:
    """Return the local midnight after the last fact; now where facts still come in.

    Raises
    ------
    NotReady
        If there is no report.
    """
    district = store.district.get()
    last = last_fact(store)
    if district.demo and district.today is not None:
        return district.today if last is None or last < district.today else present(store, now)
    if last is None:
        raise NotReady("pipeline.no_reports")
    if now - timedelta(days=7) <= last <= now:
        return now
    # a closing on a date without a time ends with its day, at the very midnight: it must be seen
    day = last.astimezone(ZoneInfo(district.timezone)).date()
    return min(local_midnight(day + timedelta(days=1), district.timezone), now)


def as_of_day(day: date, store: Store) -> datetime:
    """Return the first moment not seen of ``--as-of``, aware.

    Parameters
    ----------
    day
        In the district's zone.
    """
    return local_midnight(day, store.district.get().timezone)
