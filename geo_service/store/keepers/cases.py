"""Cases and sites of the last run."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd
from sqlalchemy import func, select, update

from geo_service.store.engine import Keeper
from geo_service.store.filters import Filter, conditions
from geo_service.store.schema import cases, reports, sites
from geo_service.store.tables import chosen, moment, read_frame
from geo_service.terms import NotFound

_LATEST = (
    *("case_id", "category", "opened_at", "fixed_at", "verified_at"),
    *("state", "link", "episode", "gap_days", "dispatched_unit_id"),
)
_LISTED = (
    *("case_id", "category", "area_id", "opened_at", "due_at", "state", "link", "reports"),
    *("episode", "unit_id", "dispatched_unit_id", "dispatched_crew_id", "disputed"),
    *("fix_due_at", "check_due_at"),
)
_MOMENTS = tuple(name for name in _LISTED if name.endswith("_at"))
_FIRST = {
    "": (),
    "due": (cases.c.due_at.is_(None), cases.c.due_at),
    "episode": (cases.c.episode.desc(),),
}
"""What rows are ordered by before the moment of opening."""


class CasesKeeper(Keeper):
    """Keeps cases."""

    def read(self, where: Filter | None = None) -> pd.DataFrame:
        """Return ``FRAMES["cases"]`` by (opened_at, case_id); with a limit, the first of them."""
        query, types = chosen(cases)
        query = query.order_by(cases.c.opened_at, cases.c.case_id)
        if where is not None:
            query = query.where(conditions(cases, where, "opened_at")).limit(where.limit)
        with self.reading() as connection:
            return read_frame(connection, query, types)

    def page(
        self, where: Filter, first: int, many: int, by: str = "", ahead: Collection[str] = ()
    ) -> tuple[list[dict[str, Any]], int]:
        """Return rows `first` to `first + many` by (opened_at, case_id), and how many there are.

        By ``due`` the first to be due come first, those without a deadline last, by ``episode``
        those whose site has had most, and before all of them the categories `ahead`. Keys are
        ``case_id category area_id opened_at due_at state link reports episode unit_id
        dispatched_unit_id dispatched_crew_id disputed fix_due_at check_due_at``; missing is None.
        """
        asked = conditions(cases, where, "opened_at")
        query = select(*[cases.c[name] for name in _LISTED]).where(asked)
        order = [cases.c.category.not_in(ahead)] if ahead else []
        query = query.order_by(*order, *_FIRST[by], cases.c.opened_at, cases.c.case_id)
        query = query.offset(first).limit(many)
        with self.reading() as connection:
            rows = [dict(zip(_LISTED, row, strict=True)) for row in connection.execute(query)]
        for row in rows:
            row |= {name: moment(row[name]) for name in _MOMENTS}
        return rows, self.count(where)

    def count(self, where: Filter) -> int:
        """Return how many cases there are of what is asked for."""
        query = select(func.count()).select_from(cases)
        with self.reading() as connection:
            found = connection.execute(query.where(conditions(cases, where, "opened_at")))
            return int(found.scalar_one())

    def like(self, text: str, limit: int) -> list[dict[str, Any]]:
        """Return the first `limit` cases whose id begins with `text`, by id.

        Keys are ``case_id category area_id state opened_at dispatched_unit_id``.
        """
        names = ("case_id", "category", "area_id", "state", "opened_at", "dispatched_unit_id")
        # ids are ordered by code point: the last one there is stands behind all that may follow
        inside = (cases.c.case_id >= text) & (cases.c.case_id < text + "\U0010ffff")
        query = select(*[cases.c[name] for name in names]).where(inside)
        query = query.order_by(cases.c.case_id).limit(limit)
        with self.reading() as connection:
            rows = [dict(zip(names, row, strict=True)) for row in connection.execute(query)]
        return [row | {"opened_at": moment(row["opened_at"])} for row in rows]

    def latest_of_area(
        self, area_id: str, limit: int, category: str | None = None
    ) -> list[dict[str, Any]]:
        """Return an area's latest cases, each with the address of its opening report.

        Keys are ``case_id category opened_at fixed_at verified_at state link episode gap_days
        dispatched_unit_id address``; times are aware, missing is None.
        """
        # A case bears the id of its opening report.
        query = (
            select(*[cases.c[name] for name in _LATEST], reports.c.address)
            .outerjoin_from(cases, reports, reports.c.report_id == cases.c.case_id)
            .where(cases.c.area_id == area_id)
            .order_by(cases.c.opened_at.desc(), cases.c.case_id.desc())
            .limit(limit)
        )
        if category is not None:
            query = query.where(cases.c.category == category)
        with self.reading() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        for row in rows:
            row |= {name: moment(row[name]) for name in _LATEST if name.endswith("_at")}
        return rows

    def answered(self) -> list[tuple[str, str | None, str | None]]:
        """Return categories, areas and who answers for them, as cases have it; each once."""
        pairs = select(cases.c.category, cases.c.area_id, cases.c.unit_id).distinct()
        with self.reading() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(pairs)]

    def set_unit(self, category: str, area_id: str | None, unit_id: str | None) -> None:
        """Say who answers for the cases of a category in an area."""
        of = (cases.c.category == category, cases.c.area_id == area_id)
        with self.transaction() as connection:
            connection.execute(update(cases).where(*of).values(unit_id=unit_id))

    def one(self, case_id: str) -> pd.Series:
        """Return one case.

        Raises
        ------
        NotFound
            If there is no such case.
        """
        query, types = chosen(cases)
        with self.reading() as connection:
            table = read_frame(connection, query.where(cases.c.case_id == case_id), types)
        if table.empty:
            raise NotFound("store.no_such_case", case_id=case_id)
        return table.iloc[0]


class SitesKeeper(Keeper):
    """Keeps sites."""

    def read(self) -> pd.DataFrame:
        """Return ``FRAMES["sites"]``."""
        with self.reading() as connection:
            return read_frame(connection, *chosen(sites))
