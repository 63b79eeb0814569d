"""Assignments: an area, or some cases, on a crew's list for a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date as Date  # noqa: N812
from datetime import datetime
from typing import Any, NamedTuple

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select, update

from geo_service.store.engine import Keeper
from geo_service.store.filters import GIVEN
from geo_service.store.schema import (
    areas,
    assignment_reports,
    assignments,
    categories,
    crews,
    reports,
)
from geo_service.store.tables import chosen, micros, read_frame
from geo_service.terms import FRAMES, BadUse, Conflict, NotFound

TO_DO = ("proposed", "published", "accepted")
"""States in which there is still something to do."""

STANDING = ("proposed", *GIVEN)
"""All states but that of what was taken back."""

SERVICE_MINUTES = 20.0
"""How long a case takes whose category does not say; an area without cases takes as long."""

_SHOWN = (*FRAMES["assignments"].names, "category", "locked", "created_by", "created_at")
_KEPT = (
    *("assignment_id", "crew_id", "area_id", "date", "stop_order", "state", "note", "version"),
    *("category", "locked", "forced", "created_by", "changed_by"),
)
_key = assignments.c.assignment_id
# The case that holds a report now; one that lost its place stands for itself.
_now_in = func.coalesce(reports.c.case_id, reports.c.report_id)


class Assignment(NamedTuple):
    """One assignment; `case_ids` are the cases that hold the reports it names now."""

    assignment_id: int
    crew_id: str
    area_id: str | None
    date: str
    stop_order: int
    state: str
    note: str | None
    version: int
    category: str | None
    locked: bool
    forced: bool
    created_by: str | None
    changed_by: str | None
    case_ids: tuple[str, ...] = ()


class AssignmentsKeeper(Keeper):
    """Keeps assignments."""

    def add(
        self,
        crew_id: str,
        area_id: str | None,
        date: str | Date,
        note: str | None,
        actor: str | None,
        now: datetime,
        category: str | None = None,
        *,
        case_ids: Sequence[str] = (),
        state: str = "published",
        locked: bool = False,
        forced: bool = False,
    ) -> str:
        """Put an area, or cases by the reports that opened them, on a crew's list for a day.

        Raises
        ------
        NotFound
            If there is no such crew or area.
        Conflict
            If it is on that list already.
        """
        day = day_text(date)
        with self.transaction() as connection:
            _check_known(connection, crew_id, area_id)
            self._check_new(crew_id, area_id, day, case_ids)
            last = select(func.max(assignments.c.stop_order)).where(*_list(crew_id, day))
            row = insert(assignments).values(
                crew_id=crew_id,
                area_id=area_id,
                date=day,
                stop_order=int(connection.execute(last).scalar() or 0) + 1,
                state=state,
                note=note or None,
                version=1,
                category=category or None,
                locked=locked,
                forced=forced,
                created_by=actor,
                created_at=micros(now),
            )
            key = connection.execute(row).inserted_primary_key
            number = int(key[0]) if key is not None else 0
            _name(connection, number, case_ids)
        return str(number)

    def _check_new(
        self, crew_id: str, area_id: str | None, day: str, case_ids: Sequence[str], but: int = 0
    ) -> None:
        """Refuse what stands on that list already, the one numbered `but` left out."""
        standing = [_key != but, *_list(crew_id, day), assignments.c.state.in_(STANDING)]
        for one in self._read(select(_key).where(*standing)):
            said: str | None = area_id
            same = not case_ids and not one.case_ids and one.area_id == area_id
            if case_ids and (both := set(case_ids) & set(one.case_ids)):
                same, said = True, min(both)
            if same:
                raise Conflict("store.assigned", area_id=said, crew_id=crew_id, date=day)

    def one(self, assignment_id: int | str) -> Assignment:
        """Return one assignment.

        Raises
        ------
        NotFound
            If there is no such assignment.
        """
        found = self._read(select(_key).where(_key.in_([int(assignment_id)])))
        if not found:
            raise NotFound("store.no_such_assignment", assignment_id=assignment_id)
        return found[0]

    def holding(self, case_id: str, states: Collection[str] = TO_DO) -> list[Assignment]:
        """Return the assignments in some states that name a report which a case holds now."""
        named = select(assignment_reports.c.assignment_id).join_from(assignment_reports, reports)
        query = select(_key).where(
            _key.in_(named.where(_now_in == case_id)), assignments.c.state.in_(states)
        )
        return self._read(query)

    def listed(
        self, date: str | Date, crew_id: str | None = None, states: Collection[str] = STANDING
    ) -> list[Assignment]:
        """Return the assignments of a day in some states, of a crew or all, in the order of stops.

        A case that two stops of a crew hold is shown at the first alone; a stop of which nothing
        is left by that is none.
        """
        query = select(_key).where(
            assignments.c.date == day_text(date), assignments.c.state.in_(states)
        )
        if crew_id is not None:
            query = query.where(assignments.c.crew_id == crew_id)
        seen: set[tuple[str, str]] = set()
        shown = []
        for one in sorted(self._read(query), key=lambda one: (one.crew_id, one.stop_order)):
            left = tuple(case for case in one.case_ids if (one.crew_id, case) not in seen)
            seen |= {(one.crew_id, case) for case in left}
            if left or not one.case_ids:
                shown.append(one._replace(case_ids=left))
        return shown

    def change(
        self,
        assignment_id: int,
        version: int,
        values: Mapping[str, Any],
        actor: str | None,
        now: datetime,
    ) -> Assignment:
        """Change an assignment of this version, which makes it the next; returns it as it is then.

        ``case_ids`` among the values are the reports that it names from now on.

        Raises
        ------
        NotFound
            If there is no such assignment, crew or area.
        Conflict
            If it has another version by now, or what it becomes stands on that list already.
        """
        with self.transaction() as connection:
            before = self.one(assignment_id)
            if before.version != version:
                raise Conflict(
                    "store.assignment_changed",
                    assignment_id=assignment_id,
                    version=before.version,
                    yours=version,
                    changed_by=before.changed_by or before.created_by or "–",
                )
            crew_id = values.get("crew_id", before.crew_id)
            area_id = values.get("area_id", before.area_id)
            _check_known(connection, crew_id, area_id)
            day = day_text(values.get("date", before.date))
            said = dict(values)
            case_ids = said.pop("case_ids", None)
            if {"crew_id", "date", "area_id", "case_ids"} & set(values):
                named = before.case_ids if case_ids is None else case_ids
                self._check_new(crew_id, area_id, day, named, assignment_id)
            row = update(assignments).where(_key == assignment_id, assignments.c.version == version)
            changed = {**said, "date": day, "version": version + 1}
            connection.execute(row.values(**changed, changed_by=actor, changed_at=micros(now)))
            if case_ids is not None:
                _name(connection, assignment_id, case_ids)
            return self.one(assignment_id)

    def take_out(self, assignment_id: int, case_id: str, actor: str, now: datetime) -> Assignment:
        """Let an assignment name a case no more; without any left it is cancelled."""
        with self.transaction() as connection:
            one = self.one(assignment_id)
            left = [case for case in one.case_ids if case != case_id]
            if not left:
                return self.change(assignment_id, one.version, {"state": "cancelled"}, actor, now)
            inside = select(reports.c.report_id).where(_now_in == case_id)
            connection.execute(
                delete(assignment_reports).where(
                    assignment_reports.c.assignment_id == assignment_id,
                    assignment_reports.c.report_id.in_(inside),
                )
            )
            return self.change(assignment_id, one.version, {}, actor, now)

    def load(self, date: str | Date) -> dict[str, int]:
        """Return how many stops each crew has for a day, by crew; who has none is left out."""
        crew_id = assignments.c.crew_id
        query = select(crew_id, func.count()).where(
            assignments.c.date == day_text(date), assignments.c.state.in_(STANDING)
        )
        with self.reading() as connection:
            rows = connection.execute(query.group_by(crew_id).order_by(crew_id)).all()
        return {crew: int(count) for crew, count in rows}

    def minutes(self, date: str | Date) -> dict[str, float]:
        """Return how many minutes of work each crew has for a day, ways not counted, by crew."""
        stops = self.listed(date)
        took = self.service_minutes([case for one in stops for case in one.case_ids])
        found: dict[str, float] = {}
        for one in stops:
            its = [took.get(case, SERVICE_MINUTES) for case in one.case_ids]
            whole = sum(its) if its else self.category_minutes(one.category)
            found[one.crew_id] = found.get(one.crew_id, 0.0) + whole
        return found

    def service_minutes(self, case_ids: Collection[str]) -> dict[str, float]:
        """Return how many minutes the category of each of these few cases asks for, if any."""
        query = (
            select(reports.c.report_id, categories.c.service_minutes)
            .join_from(reports, categories, reports.c.category == categories.c.code)
            .where(
                reports.c.report_id.in_(list(case_ids)), categories.c.service_minutes.is_not(None)
            )
        )
        with self.reading() as connection:
            return {row[0]: float(row[1]) for row in connection.execute(query)}

    def category_minutes(self, category: str | None) -> float:
        """Return how many minutes one stop of a category takes."""
        query = select(categories.c.service_minutes).where(categories.c.code == category)
        with self.reading() as connection:
            found = connection.execute(query).scalar()
        return SERVICE_MINUTES if found is None else float(found)

    def has(self, crew_id: str, area_id: str, since: Date) -> bool:
        """Tell whether a crew was given an area without cases for a day from `since` on."""
        named = select(assignment_reports.c.assignment_id)
        query = select(_key).where(
            assignments.c.crew_id == crew_id,
            assignments.c.area_id == area_id,
            assignments.c.date >= since.isoformat(),
            assignments.c.state.in_(GIVEN),
            _key.not_in(named),
        )
        with self.reading() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def of(
        self,
        date: str | Date | None = None,
        crew_id: str | None = None,
        since: Date | None = None,
        states: Collection[str] | None = None,
    ) -> pd.DataFrame:
        """Return ``FRAMES["assignments"]``, category, locked, created_by and created_at.

        Those of a day, of the days from `since` on, of a crew, in some states; all by default.
        """
        asked: list[ColumnElement[bool]] = []
        if date is not None:
            asked.append(assignments.c.date == day_text(date))
        if since is not None:
            asked.append(assignments.c.date >= since.isoformat())
        if crew_id is not None:
            asked.append(assignments.c.crew_id == crew_id)
        if states is not None:
            asked.append(assignments.c.state.in_(states))
        query, types = chosen(assignments, *[name for name in _SHOWN if name != "case_ids"])
        query = query.where(*asked).order_by(
            *(assignments.c.date, assignments.c.crew_id, assignments.c.stop_order, _key)
        )
        with self.reading() as connection:
            table = read_frame(connection, query, types)
            named = _named(connection, select(_key).where(*asked))
        joined = [";".join(named.get(number, ())) or None for number in table["assignment_id"]]
        table["case_ids"] = pd.Series(joined, dtype="str", index=table.index)
        table["assignment_id"] = table["assignment_id"].astype("str")
        return table[list(_SHOWN)]

    def _read(self, keys: Select[Any]) -> list[Assignment]:
        query = select(*[assignments.c[name] for name in _KEPT]).where(_key.in_(keys))
        with self.reading() as connection:
            named = _named(connection, keys)
            rows = connection.execute(query.order_by(_key)).mappings().all()
        return [Assignment(**row, case_ids=named.get(row["assignment_id"], ())) for row in rows]


def _check_known(connection: Connection, crew_id: str, area_id: str | None) -> None:
    if not connection.execute(select(crews.c.name).where(crews.c.crew_id == crew_id)).all():
        raise NotFound("store.no_such_crew", crew_id=crew_id)
    query = select(areas.c.area_id).where(areas.c.area_id == area_id)
    if area_id is not None and not connection.execute(query).all():
        raise NotFound("errors.no_such_area", area_id=area_id)


def _list(crew_id: str, day: str) -> tuple[ColumnElement[bool], ...]:
    return assignments.c.crew_id == crew_id, assignments.c.date == day


def _named(connection: Connection, keys: Select[Any]) -> dict[int, tuple[str, ...]]:
    """Return the cases that hold the reports which assignments name, each once, by assignment."""
    number = assignment_reports.c.assignment_id
    query = select(number, _now_in).join_from(assignment_reports, reports).where(number.in_(keys))
    found: dict[int, tuple[str, ...]] = {}
    for key, case_id in connection.execute(query.distinct().order_by(number, _now_in)):
        found[key] = (*found.get(key, ()), case_id)
    return found


def _name(connection: Connection, number: int, report_ids: Sequence[str]) -> None:
    """Let an assignment name these reports and no others."""
    its = assignment_reports.c.assignment_id == number
    connection.execute(delete(assignment_reports).where(its))
    if report_ids:
        rows = [{"report_id": one, "assignment_id": number} for one in sorted(set(report_ids))]
        connection.execute(insert(assignment_reports), rows)


def day_text(date: str | Date) -> str:
    """Return a day as it is kept, ``2026-06-29``.

    Raises
    ------
    BadUse
        If it is none.
    """
    if isinstance(date, Date):
        return date.isoformat()
    try:
        return Date.fromisoformat(date).isoformat()
    except ValueError as error:
        raise BadUse("errors.bad_parameter", name="date", value=date, why="2026-06-29") from error
