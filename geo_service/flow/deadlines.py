"""When cases are due: by their categories' limits, what their sources say, what was postponed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from geo_service import casework, link
from geo_service.casework import NO_LIMIT, Limits
from geo_service.measure import Ints, moment_at
from geo_service.measure.worktime import LAST_KNOWN, Special, WorkTime, hours_of
from geo_service.store import NearCase, Store
from geo_service.terms import CLOCKS, OPEN

# A limit is months at most; a postponement may be a year.
_AHEAD = timedelta(days=800)
_NONE = np.iinfo(np.int64).min
_HOUR = timedelta(hours=1)

STAGES = {"due_at": "limit", "fix_due_at": "fix_limit", "check_due_at": "check_limit"}
"""The deadlines of a case, each with the limit of its category that it comes from."""


@lru_cache(maxsize=4)
def _calendar(
    first: date, last: date, timezone: str, hours: str, special: tuple[Special, ...]
) -> WorkTime:
    return WorkTime(first, last, timezone, hours, special)


def _worked(store: Store, opened: Ints) -> WorkTime:
    """Return the office's calendar of whole years around openings, microseconds."""
    timezone = store.district.get().timezone
    zone = ZoneInfo(timezone)
    first, last = (moment_at(int(one)).astimezone(zone) for one in (opened.min(), opened.max()))
    special = tuple(_special(one) for one in store.calendar.read().to_dict("records"))
    years = date(first.year, 1, 1), date((last + _AHEAD).year, 12, 31)
    return _calendar(*years, timezone, store.calendar.hours, special)


def _special(row: Mapping[Any, Any]) -> Special:
    day, hours = date.fromisoformat(row["date"]), None
    if isinstance(row["from"], str):
        hours = hours_of(f"{row['from']}-{row['to']}")
    return Special(day, row["kind"], hours)


def unknown_year(store: Store, due: Iterable[datetime | None]) -> int | None:
    """Return the first year of the deadlines `due` whose holidays nobody knows yet, None without.

    Those of the kept library are known, and those of which the office's calendar says anything.
    """
    zone = ZoneInfo(store.district.get().timezone)
    years = {one.astimezone(zone).year for one in due if one is not None}
    beyond = {year for year in years if year > LAST_KNOWN}
    if beyond:
        beyond -= {int(day[:4]) for day in store.calendar.read()["date"]}
    return min(beyond, default=None)


def within_shift(store: Store, categories: pd.DataFrame) -> tuple[str, ...]:
    """Return the codes of `categories` whose limit is hours that a usual day has: 立行立改.

    All others are to be solved by a date: 限期整改.
    """
    begun = date.min
    spans = hours_of(store.calendar.hours)
    both = [[datetime.combine(begun, edge) for edge in span] for span in spans]
    usual = sum((last - first for first, last in both), timedelta()) / _HOUR
    hours = categories["clock"].notna() & (categories["clock"] != CLOCKS[casework.DAYS])
    return tuple(categories.loc[hours & (categories["limit"] <= usual), "code"])


class Marks(NamedTuple):
    """What stands beside a case's state.

    Parameters
    ----------
    overdue, due_soon
        Past its deadline; in the last quarter of its time.
    stage
        Of one that is in time: the stage whose own deadline is past, ``fix`` or ``check``.
    step, told_to
        Of an overdue one, how it is to be told, a word of STEPS, and whom by now.
    """

    overdue: bool = False
    due_soon: bool = False
    stage: str | None = None
    step: str | None = None
    told_to: str | None = None


def marks(case: Mapping[str, Any], escalate: object, now: datetime) -> Marks:
    """Return the marks of a case.

    Parameters
    ----------
    case
        Its `state opened_at due_at fix_due_at check_due_at episode` and more; times aware.
    escalate
        What its category says of whom to tell after how many hours.
    """
    due, state = case["due_at"], case["state"]
    if state not in OPEN:
        return Marks()
    name = "check" if state == "fixed" else "fix"
    ends = case.get(f"{name}_due_at")
    stage = name if ends is not None and ends < now else None
    if due is None:
        return Marks(stage=stage)
    if due < now:
        late = (now - due) / _HOUR
        step, told = casework.step_of(case["episode"] or 1), casework.told_to(escalate, late)
        return Marks(overdue=True, step=step, told_to=told)
    return Marks(due_soon=(due - now) * 4 <= due - case["opened_at"], stage=stage)


def with_marks(store: Store, cases: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """Return CASES with `overdue`, `due_soon` and `note`, which says of unknown calendars."""
    open_, due = cases["state"].isin(OPEN), cases["due_at"]
    late = due < now
    soon = ~late & ((due - now) * 4 <= due - cases["opened_at"])
    year = due.dt.tz_convert(store.district.get().timezone).dt.year
    known = {int(day[:4]) for day in store.calendar.read()["date"]}
    unknown = (year > LAST_KNOWN) & ~year.isin(known)
    told = "calendar of " + year.astype("Int64").astype("str") + " not known yet"
    return cases.assign(overdue=open_ & late, due_soon=open_ & soon, calendar=told.where(unknown))


def stage_deadlines(
    store: Store, category: str, *, opened: int | None = None, fixed: int | None = None
) -> dict[str, int | None]:
    """Return the deadlines of a case that is opened now, or of the check of one fixed now.

    Parameters
    ----------
    category
        Its limits and clock count.
    opened, fixed
        Microseconds.

    Returns
    -------
    deadlines
        By column, None without; microseconds. ``due_at fix_due_at`` from an opening,
        ``check_due_at`` from a fix.
    """
    said, clock = store.live.limits(category)
    out: dict[str, int | None] = {}
    for name, limit in STAGES.items():
        start = fixed if name == "check_due_at" else opened
        if start is None or said[limit] is None:
            out |= {name: None}
            continue
        at = np.array([start])
        limits = Limits(np.array([said[limit]]), np.array([casework.clock_code(clock)]))
        due = int(casework.deadlines(at, limits, _worked(store, at))[0])
        out |= {name: None if due == NO_LIMIT else due}
    return out


def postponed_deadlines(store: Store, case: NearCase, at: int, until: int) -> dict[str, int]:
    """Return the deadlines of a case that is postponed last, those that move; microseconds.

    Parameters
    ----------
    case
        As it is stored.
    at, until
        Microseconds.
    """
    clock = casework.clock_code(store.live.limits(case.category)[1])
    worked = _worked(store, np.array([case.opened_at, at]))
    now = {"due_at": case.due, "fix_due_at": case.fix_due}
    return {
        name: casework.postponed(due, clock, at, until, worked)
        for name, due in now.items()
        if due is not None
    }


def with_deadlines(
    store: Store, cases: pd.DataFrame, links: pd.DataFrame, events: pd.DataFrame
) -> pd.DataFrame:
    """Return CASES with `due_at`, `fix_due_at` and `check_due_at`.

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
    clock = np.array([casework.clock_code(one) for one in words["clock"]] + [-1])[place]
    opened = cases["opened_at"].array.asi8
    worked = _worked(store, opened)

    def from_(start: Ints, limit: str) -> Ints:
        hours = np.append(words[limit].to_numpy(dtype="float64"), np.nan)[place]
        return casework.deadlines(start, Limits(hours, clock), worked)

    due, fix_due = from_(opened, "limit"), from_(opened, "fix_limit")
    fixed = cases["fixed_at"].array.asi8
    check_due = np.where(fixed == _NONE, NO_LIMIT, from_(np.maximum(fixed, opened), "check_limit"))
    said = store.reports.due(None if len(cases) > 10_000 else cases["case_id"].tolist())
    number = pd.Index(cases["case_id"])
    own = number.get_indexer(pd.Index(said["report_id"]))
    due[own[own >= 0]] = said["due_at"].array.asi8[own >= 0]
    held = dict(zip(links["report_id"], links["case_id"], strict=True))
    for one in _pauses(events).itertuples():
        i = number.get_indexer([held.get(one.case_id, "")])[0]
        if i >= 0:
            at, until = one.at.value // 1000, one.due_at.value // 1000
            for each in (due, fix_due):
                each[i] = casework.postponed(int(each[i]), int(clock[i]), at, until, worked)
    all_ = dict(zip(STAGES, (due, fix_due, check_due), strict=True))
    return cases.assign(**{name: _stamps(one, cases.index) for name, one in all_.items()})


def due_of(store: Store, cases: pd.DataFrame, links: pd.DataFrame, events: pd.DataFrame) -> Ints:
    """Return the deadline of each case, microseconds, ``NO_LIMIT`` without; shape (n,)."""
    due = with_deadlines(store, cases, links, events)["due_at"].array.asi8
    return np.where(due == _NONE, NO_LIMIT, due)


def _stamps(due: Ints, index: pd.Index) -> pd.Series:
    stamps = np.where(due == NO_LIMIT, _NONE, due).view("datetime64[us]")
    return pd.Series(stamps, index=index).dt.tz_localize("UTC")


def _pauses(events: pd.DataFrame) -> pd.DataFrame:
    """Return the postponements that stand, by their time."""
    if not (events["kind"] == "postponed").any():
        return events.iloc[:0]
    log = events.sort_values(["at", "event_id"], kind="stable")
    return log[(log["kind"] == "postponed") & link.stands(log)]
