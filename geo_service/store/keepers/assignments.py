"""Assignments: an area on a crew's list for a day."""

from __future__ import annotations

from datetime import date as Date  # noqa: N812
from datetime import datetime

import pandas as pd
from sqlalchemy import delete, func, insert, select

from geo_service.store.engine import Keeper
from geo_service.store.schema import areas, assignments, crews
from geo_service.store.tables import chosen, micros, read_frame
from geo_service.terms import FRAMES, BadUse, Conflict, NotFound

_SHOWN = (*FRAMES["assignments"].names, "category", "created_by", "created_at")


class AssignmentsKeeper(Keeper):
    """Keeps assignments."""

    def add(
        self,
        crew_id: str,
        area_id: str,
        date: str | Date,
        note: str | None,
        actor: str | None,
        now: datetime,
        category: str | None = None,
    ) -> str:
        """Put an area on a crew's list for a day.

        Raises
        ------
        NotFound
            If there is no such crew or area.
        Conflict
            If it is on that list already.
        """
        day = _day(date)
        with self.transaction() as connection:
            if not connection.execute(select(crews.c.name).where(crews.c.crew_id == crew_id)).all():
                raise NotFound("store.no_such_crew", crew_id=crew_id)
            query = select(areas.c.area_id).where(areas.c.area_id == area_id)
            if not connection.execute(query).all():
                raise NotFound("errors.no_such_area", area_id=area_id)
            same = select(assignments.c.assignment_id).where(
                assignments.c.crew_id == crew_id,
                assignments.c.area_id == area_id,
                assignments.c.date == day,
            )
            if connection.execute(same).first() is not None:
                raise Conflict("store.assigned", area_id=area_id, crew_id=crew_id, date=day)
            row = insert(assignments).values(
                crew_id=crew_id,
                area_id=area_id,
                date=day,
                state="planned",
                note=note or None,
                category=category or None,
                created_by=actor,
                created_at=micros(now),
            )
            key = connection.execute(row).inserted_primary_key
        return str(key[0]) if key is not None else ""

    def take_back(self, assignment_id: int) -> dict[str, str]:
        """Take an area off a crew's list again; returns its ``crew_id area_id date``.

        Raises
        ------
        NotFound
            If there is no such assignment.
        Conflict
            If the crew has begun or is done with it.
        """
        key = assignments.c.assignment_id == assignment_id
        columns = [assignments.c[name] for name in ("crew_id", "area_id", "date", "state")]
        with self.transaction() as connection:
            found = connection.execute(select(*columns).where(key)).mappings().first()
            if found is None:
                raise NotFound("store.no_such_assignment", assignment_id=assignment_id)
            if found["state"] != "planned":
                raise Conflict("store.assignment_begun", assignment_id=assignment_id)
            connection.execute(delete(assignments).where(key))
        return {name: str(found[name]) for name in ("crew_id", "area_id", "date")}

    def load(self, date: str | Date) -> dict[str, int]:
        """Return how many areas each crew has on its list for a day, by crew; none is left out."""
        crew_id = assignments.c.crew_id
        query = select(crew_id, func.count()).where(assignments.c.date == _day(date))
        with self.reading() as connection:
            rows = connection.execute(query.group_by(crew_id).order_by(crew_id)).all()
        return {crew: int(count) for crew, count in rows}

    def has(self, crew_id: str, area_id: str, since: Date) -> bool:
        """Tell whether a crew has, or had from a day on, an area on its list."""
        query = select(assignments.c.assignment_id).where(
            assignments.c.crew_id == crew_id,
            assignments.c.area_id == area_id,
            assignments.c.date >= since.isoformat(),
        )
        with self.reading() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def of(
        self,
        date: str | Date | None = None,
        crew_id: str | None = None,
        since: Date | None = None,
    ) -> pd.DataFrame:
        """Return ``FRAMES["assignments"]``, category, created_by and created_at, in their order.

        Those of a day, of the days from `since` on, of a crew; all by default.
        """
        query, types = chosen(assignments, *_SHOWN)
        if date is not None:
            query = query.where(assignments.c.date == _day(date))
        if since is not None:
            query = query.where(assignments.c.date >= since.isoformat())
        if crew_id is not None:
            query = query.where(assignments.c.crew_id == crew_id)
        query = query.order_by(assignments.c.date, assignments.c.assignment_id)
        with self.reading() as connection:
            table = read_frame(connection, query, types)
        table["assignment_id"] = table["assignment_id"].astype("str")
        return table


def _day(date: str | Date) -> str:
    if isinstance(date, Date):
        return date.isoformat()
    try:
        return Date.fromisoformat(date).isoformat()
    except ValueError as error:
        raise BadUse("errors.bad_parameter", name="date", value=date, why="2026-06-29") from error
