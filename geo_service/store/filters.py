"""What a page or an export asks for, as conditions on rows of reports and cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, Table, and_, func, not_, or_, select

from geo_service.store.schema import (
    areas,
    assignment_reports,
    assignments,
    cases,
    events,
    reports,
    spells,
)
from geo_service.store.tables import micros

_DAY = 86_400_000_000

GIVEN = ("published", "accepted", "done", "cannot")
"""States of assignments in which the crew knows of it."""


class Day(NamedTuple):
    """A local day: its word, as assignments have it, when it begins, when the next does."""

    word: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Filter:
    """Which rows; an empty tuple or None lets all through.

    ``start`` and ``end`` are half-open and concern when a report was made or a case opened.
    So do ``spans``, of which any will do. What follows ``limit`` is asked of cases alone:

    Attributes
    ----------
    no_area
        Only what lies in no area.
    open_at
        Opened before that moment and not verified by then.
    overdue_at
        Due before that moment.
    soon_at
        In the last quarter of the time from their opening to their deadline at that moment.
    closed
        Verified within any of these half-open spans.
    unverified
        Only what was closed without being verified.
    followed
        Whose fix began to be watched within that half-open span.
    back_days
        Of ``followed``: who came back within so many days, and before the span's end.
    least_episode
        At least the so-manieth case of its site.
    outcomes
        Of a day each, ``done``: solved on it; of what was not solved by its end ``cannot``: given
        back on it, and ``missed``: its area was given out for it, or it was dispatched on it and
        is on no later day's list.
    units
        For which one of these answers, or to which it was dispatched last.
    sent_units, crews, persons
        Dispatched last to one of these.
    communities
        Whose opening report names one of these, or where it names none, whose area does.
    disputed
        Only what nobody wants.
    within
        Only what lies in one of these areas or is one of these cases: all that somebody may see.
    """

    categories: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    subdistricts: tuple[str, ...] = ()
    area_ids: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    spans: tuple[tuple[datetime, datetime], ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    bbox: tuple[float, float, float, float] | None = None
    limit: int | None = None
    no_area: bool = False
    open_at: datetime | None = None
    overdue_at: datetime | None = None
    soon_at: datetime | None = None
    closed: tuple[tuple[datetime, datetime], ...] = ()
    unverified: bool = False
    followed: tuple[datetime, datetime] | None = None
    back_days: int | None = None
    least_episode: int | None = None
    outcomes: tuple[tuple[str, Day], ...] = ()
    units: tuple[str, ...] = ()
    sent_units: tuple[str, ...] = ()
    crews: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()
    disputed: bool = False
    within: tuple[tuple[str, ...], tuple[str, ...]] | None = None


def conditions(table: Table, where: Filter, at: str) -> ColumnElement[bool]:
    """Return `where` for the rows of `table`, whose moment is column `at`."""
    parts: list[ColumnElement[bool]] = []

    def among(column: ColumnElement[str], values: tuple[str, ...]) -> None:
        if values:
            parts.append(column.in_(values))

    among(table.c.category, where.categories)
    among(table.c.area_id, where.area_ids)
    among(table.c.link, where.links)
    if "state" in table.c:
        among(table.c.state, where.states)
    if where.kinds:
        of_kind = select(areas.c.area_id).where(areas.c.kind.in_(where.kinds))
        parts.append(table.c.area_id.in_(of_kind))
    if where.subdistricts:
        parts.append(_within(table, where.subdistricts))
    if where.start is not None:
        parts.append(table.c[at] >= micros(where.start))
    if where.end is not None:
        parts.append(table.c[at] < micros(where.end))
    if where.spans:
        parts.append(_any_of(table.c[at], where.spans))
    if where.bbox is not None:
        west, south, east, north = where.bbox
        parts.append(table.c.lon.between(west, east))
        parts.append(table.c.lat.between(south, north))
    if table is cases:
        parts += _of_cases(where)
    return and_(True, *parts)


def _any_of(
    at: ColumnElement[int], spans: tuple[tuple[datetime, datetime], ...]
) -> ColumnElement[bool]:
    edges = [(micros(start), micros(end)) for start, end in spans]
    return or_(*[(at >= one) & (at < end) for one, end in edges])


def _of_cases(where: Filter) -> list[ColumnElement[bool]]:
    """Return what is asked of cases alone."""
    parts: list[ColumnElement[bool]] = []
    if where.within is not None:
        inside, named = where.within
        parts.append(cases.c.area_id.in_(inside) | cases.c.case_id.in_(named))
    if where.no_area:
        parts.append(cases.c.area_id.is_(None))
    if where.open_at is not None:
        moment = micros(where.open_at)
        verified = cases.c.verified_at
        parts += [cases.c.opened_at < moment, verified.is_(None) | (verified >= moment)]
    if where.overdue_at is not None:
        parts.append(cases.c.due_at < micros(where.overdue_at))
    if where.soon_at is not None:
        left = cases.c.due_at - micros(where.soon_at)
        parts += [left >= 0, left * 4 <= cases.c.due_at - cases.c.opened_at]
    if where.closed:
        parts.append(_any_of(cases.c.verified_at, where.closed))
    if where.unverified:
        parts.append(cases.c.unverified)
    parts += _of_hands(where)
    if where.followed is not None:
        start, end = (micros(edge) for edge in where.followed)
        asked = [spells.c.started_at >= start, spells.c.started_at < end]
        if where.back_days is not None:
            lasted = spells.c.ended_at - spells.c.started_at
            asked += [
                *(spells.c.returned, spells.c.ended_at < end),
                lasted <= where.back_days * _DAY,
            ]
        parts.append(cases.c.case_id.in_(select(spells.c.case_id).where(*asked)))
    if where.least_episode is not None:
        parts.append(cases.c.episode >= where.least_episode)
    return parts + [_came_of(*one) for one in where.outcomes]


def _came_of(outcome: str, day: Day) -> ColumnElement[bool]:
    """Return which cases were solved on a day, or were given out for it and came to nothing."""
    start, end = micros(day.start), micros(day.end)
    solved = func.coalesce(cases.c.fixed_at, cases.c.verified_at)
    if outcome == "done":
        return (solved >= start) & (solved < end)
    # what was sent in the evening for another day is not late
    sent = and_(_had("dispatched", start, end), cases.c.case_id.not_in(_named(_after(day))))
    given = or_(_assigned(day, GIVEN), sent)
    back = or_(_assigned(day, ("cannot",)), _had("returned", start, end))
    left = and_(
        or_(solved.is_(None), solved >= end),
        cases.c.state.not_in(("cancelled", "lapsed")),
    )
    return and_(left, back if outcome == "cannot" else and_(given, not_(back)))


def _assigned(day: Day, states: tuple[str, ...]) -> ColumnElement[bool]:
    """Return which cases were given out for a day: by name, or in an area that was."""
    given = (assignments.c.date == day.word) & assignments.c.state.in_(states)
    own = assignment_reports.c.assignment_id == assignments.c.assignment_id
    # nobody is told to have missed what came when the area had been given out already
    began = micros(day.start)
    known = or_(cases.c.opened_at < began, cases.c.opened_at < assignments.c.created_at)
    its = or_(assignments.c.category.is_(None), assignments.c.category == cases.c.category)
    here = (assignments.c.area_id == cases.c.area_id) & ~select(own).where(own).exists()
    whole = select(assignments.c.assignment_id).where(given, here, its, known)
    return or_(cases.c.case_id.in_(_named(given)), whole.exists())


def _after(day: Day) -> ColumnElement[bool]:
    return (assignments.c.date > day.word) & assignments.c.state.in_(GIVEN)


def _named(given: ColumnElement[bool]) -> Select[tuple[str]]:
    """Return the cases that hold a report which some assignments name."""
    own = assignment_reports.c.assignment_id == assignments.c.assignment_id
    held = reports.c.report_id == assignment_reports.c.report_id
    rows = assignments.join(assignment_reports, own).join(reports, held)
    return select(reports.c.case_id).select_from(rows).where(given, reports.c.case_id.is_not(None))


def _had(kind: str, start: int, end: int) -> ColumnElement[bool]:
    """Return which cases had an event of a kind, not taken back, within some microseconds."""
    taken = select(events.c.takes_back).where(events.c.takes_back.is_not(None))
    # an event names a report, and follows it into whatever case holds it
    held = select(reports.c.case_id).join(events, events.c.case_id == reports.c.report_id)
    when = (events.c.at >= start) & (events.c.at < end)
    held = held.where(events.c.kind == kind, when, events.c.event_id.not_in(taken))
    return cases.c.case_id.in_(held)


def _of_hands(where: Filter) -> list[ColumnElement[bool]]:
    """Return what is asked of who answers for cases and has them in hand."""
    parts: list[ColumnElement[bool]] = []
    sent = cases.c.dispatched_unit_id
    if where.units:
        parts.append(cases.c.unit_id.in_(where.units) | sent.in_(where.units))
    for column, values in (
        (sent, where.sent_units),
        (cases.c.dispatched_crew_id, where.crews),
        (cases.c.dispatched_person, where.persons),
    ):
        if values:
            parts.append(column.in_(values))
    if where.communities:
        parts.append(_in_communities(where.communities))
    if where.disputed:
        parts.append(cases.c.disputed)
    return parts


def _in_communities(names: tuple[str, ...]) -> ColumnElement[bool]:
    said = select(reports.c.report_id).where(reports.c.community.in_(names))
    unsaid = select(reports.c.report_id).where(reports.c.community.is_(None))
    of_area = select(areas.c.area_id).where(areas.c.community.in_(names))
    inside = cases.c.area_id.in_(of_area) & cases.c.case_id.in_(unsaid)
    return cases.c.case_id.in_(said) | inside


def _within(table: Table, subdistricts: tuple[str, ...]) -> ColumnElement[bool]:
    if table is reports:
        return reports.c.subdistrict_id.in_(subdistricts)
    # A case lies where its opening report does, whose id it bears.
    inside = select(reports.c.report_id).where(reports.c.subdistrict_id.in_(subdistricts))
    return table.c.case_id.in_(inside)
