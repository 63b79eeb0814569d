"""When cases are due: by their categories' limits, what their sources say, what was postponed."""

from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from geo_service import casework, link
from geo_service.casework import NO_LIMIT, Limits
from geo_service.measure import moment_at
from geo_service.measure.worktime import WorkTime
from geo_service.store import NearCase, Store

# A limit is months at most; a postponement may be a year.
_AHEAD = timedelta(days=800)


@lru_cache(maxsize=4)
def _calendar(first: date, last: date, timezone: str) -> WorkTime:
    return WorkTime(first, last, timezone)


def _worked(opened: np.ndarray[tuple[int], np.dtype[np.int64]], timezone: str) -> WorkTime:
    """Return a calendar of whole years around openings, microseconds."""
    zone = ZoneInfo(timezone)
    first, last = (moment_at(int(one)).astimezone(zone) for one in (opened.min(), opened.max()))
    return _calendar(date(first.year, 1, 1), date((last + _AHEAD).year, 12, 31), timezone)


def deadline_of(store: Store, category: str, opened: int) -> int | None:
    """Return the deadline of a case that is opened now, None without; microseconds.

    Parameters
    ----------
    category
        Its limit and clock count.
    opened
        Microseconds.
    """
    limit, clock = store.live.limit(category)
    limits = Limits(
        np.array([np.nan if limit is None else limit]), np.array([casework.clock_code(clock)])
    )
    at = np.array([opened])
    due = casework.deadlines(at, limits, _worked(at, store.district.get().timezone))[0]
    return None if due == NO_LIMIT else int(due)


def postponed_deadline(store: Store, case: NearCase, at: int, until: int) -> int | None:
    """Return the deadline of a case that is postponed last; microseconds.

    Parameters
    ----------
    case
        As it is stored.
    at, until
        Microseconds.
    """
    if case.due is None:
        return None
    clock = casework.clock_code(store.live.limit(case.category)[1])
    worked = _worked(np.array([case.opened_at, at]), store.district.get().timezone)
    return casework.postponed(case.due, clock, at, until, worked)


def with_deadlines(
    store: Store, cases: pd.DataFrame, links: pd.DataFrame, events: pd.DataFrame
) -> pd.DataFrame:
    """Return CASES with `due_at`.

    Parameters
    ----------
    cases
        As the link rule gives them.
    links
        `report_id` and `case_id` of the reports that `events` name.
    events
        EVENTS, those that concern these cases among them.
    """
    if cases.empty:
        return cases
    words = store.words.categories().set_index("code")
    place = words.index.get_indexer(pd.Index(cases["category"]))
    clocks = np.array([casework.clock_code(one) for one in words["clock"]] + [-1])
    limit = np.append(words["limit"].to_numpy(dtype="float64"), np.nan)
    limits = Limits(limit[place], clocks[place])
    opened = cases["opened_at"].array.asi8
    worked = _worked(opened, store.district.get().timezone)
    due = casework.deadlines(opened, limits, worked)
    said = store.reports.due(None if len(cases) > 10_000 else cases["case_id"].tolist())
    number = pd.Index(cases["case_id"])
    own = number.get_indexer(pd.Index(said["report_id"]))
    due[own[own >= 0]] = said["due_at"].array.asi8[own >= 0]
    held = dict(zip(links["report_id"], links["case_id"], strict=True))
    for one in _pauses(events).itertuples():
        i = number.get_indexer([held.get(one.case_id, "")])[0]
        if i >= 0:
            at, until = one.at.value // 1000, one.due_at.value // 1000
            due[i] = casework.postponed(int(due[i]), int(limits.clock[i]), at, until, worked)
    stamps = np.where(due == NO_LIMIT, np.iinfo(np.int64).min, due).view("datetime64[us]")
    return cases.assign(due_at=pd.Series(stamps, index=cases.index).dt.tz_localize("UTC"))


def _pauses(events: pd.DataFrame) -> pd.DataFrame:
    """Return the postponements that stand, by their time."""
    if not (events["kind"] == "postponed").any():
        return events.iloc[:0]
    log = events.sort_values(["at", "event_id"], kind="stable")
    return log[(log["kind"] == "postponed") & link.stands(log)]
