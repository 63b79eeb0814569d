"""One report at a time: what is near it, and the few rows that it changes.

Plain rows, no frames: this is asked while somebody waits. Which case a report belongs to is
decided elsewhere; here it is read and written, inside the caller's one transaction. Times are
microseconds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, bindparam, func, insert, select

from geo_service.store.bulk import replace
from geo_service.store.engine import Keeper
from geo_service.store.keepers.pending import mark
from geo_service.store.keepers.reports import set_links
from geo_service.store.schema import (
    CLOSES,
    cases,
    categories,
    pending,
    reports,
    runs,
    sites,
    spells,
)
from geo_service.store.tables import types_of

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


class NearReport(NamedTuple):
    """What a stored report says and what it is joined to; times in microseconds."""

    report_id: str
    source: str | None
    at: int
    precision: str
    fixed: int | None
    verified: int | None
    closed: int | None
    is_cancelled: bool
    is_duplicate: bool
    case_id: str | None
    link: str | None


class NearCase(NamedTuple):
    """A case, as little as deciding and changing it needs; microseconds, gap in days, degrees."""

    case_id: str
    site_id: str
    category: str
    area_id: str | None
    opened_at: int
    fixed: int | None
    verified: int | None
    unverified: bool
    state: str
    episode: int
    link: str
    reports: int
    reworks: int
    lapsed: bool
    parent_case_id: str | None
    gap_days: float | None
    lon: float
    lat: float
    due: int | None
    fix_due: int | None
    check_due: int | None
    unit_id: str | None
    dispatched_unit_id: str | None
    dispatched_crew_id: str | None
    disputed: bool


class Came(NamedTuple):
    """Where a site lies by now, degrees; nothing but its id where it is none any more."""

    site_id: str
    category: str | None
    lon: float
    lat: float


_WORDS = select(
    categories.c.link_distance_m, categories.c.duplicate_days, categories.c.rebound_days
).where(categories.c.code == bindparam("code"))
_HAS = select(sa.literal(1)).where(reports.c.report_id == bindparam("report_id"))
_SITES = select(sites.c.site_id, sites.c.lon, sites.c.lat).where(
    sites.c.category == bindparam("category"),
    sites.c.lat.between(bindparam("south"), bindparam("north")),
    sites.c.lon.between(bindparam("west"), bindparam("east")),
)
_COLUMN = {"at": "reported_at", "due": "due_at", "fix_due": "fix_due_at"}
_COLUMN["check_due"] = "check_due_at"
_COLUMN |= {one: f"{one}_at" for one in ("fixed", "verified", "closed")}
_LAST = select(
    select(func.max(runs.c.run_id)).scalar_subquery().label("run"),
    func.coalesce(select(func.max(pending.c.mark)).scalar_subquery(), 0).label("mark"),
).subquery()
_SITES_SINCE = (
    select(
        _LAST.c.run, _LAST.c.mark, pending.c.report_id, sites.c.category, sites.c.lon, sites.c.lat
    )
    .select_from(_LAST)
    .outerjoin(pending, pending.c.mark > bindparam("mark"))
    .outerjoin(sites, sites.c.site_id == pending.c.report_id)
    .limit(bindparam("most"))
)
_REPORTS = select(*[reports.c[_COLUMN.get(name, name)] for name in NearReport._fields]).where(
    reports.c.category == bindparam("category"),
    reports.c.lat.between(bindparam("south"), bindparam("north")),
    reports.c.lon.between(bindparam("west"), bindparam("east")),
)
_CASE = [cases.c[_COLUMN.get(name, name)] for name in NearCase._fields]
_CASES = select(*_CASE).where(cases.c.site_id.in_(bindparam("site_ids", expanding=True)))
_ONE_CASE = select(*_CASE).where(cases.c.case_id == bindparam("case_id"))
_CASE_OF = select(*_CASE).join(reports, reports.c.case_id == cases.c.case_id)
_CASE_OF = _CASE_OF.where(reports.c.report_id == bindparam("report_id"))
_BEFORE: Any = bindparam("before")
_SOURCE_CLOSES = (
    select(reports.c.report_id)
    .where(
        sa.text(f"({CLOSES})"),
        sa.or_(
            reports.c.fixed_at < _BEFORE,
            reports.c.verified_at < _BEFORE,
            reports.c.closed_at < _BEFORE,
        ),
        reports.c.is_cancelled.is_(False),
    )
    .limit(bindparam("limit"))
)
_NAMED_SOURCE_CLOSES = _SOURCE_CLOSES.where(reports.c.source == bindparam("source"))
_NAMELESS_SOURCE_CLOSES = _SOURCE_CLOSES.where(reports.c.source.is_(None))
_OPENINGS = (
    select(reports.c.category, reports.c.lon, reports.c.lat)
    .join(cases, cases.c.case_id == reports.c.report_id)
    .distinct()
)
_END_SPELL = sa.delete(spells).where(spells.c.case_id == bindparam("case_id"))
_CHANGED = (
    *("fixed_at", "verified_at", "unverified", "state", "lapsed", "reports", "reworks"),
    *("check_due_at",),
)
_CHANGE_CASE = (
    sa.update(cases)
    .where(cases.c.case_id == bindparam("key_"))
    .values({name: bindparam(name) for name in _CHANGED})
)
_ONE_MORE_EPISODE = (
    sa.update(sites)
    .where(sites.c.site_id == bindparam("key_"))
    .values(episodes=sites.c.episodes + 1)
)


class LiveKeeper(Keeper):
    """Keeps one report at a time; several calls belong into one transaction."""

    def terms(self, category: str) -> tuple[float | None, float | None, float | None] | None:
        """Return a category's d, D and W in metres and days; None if there is no such category."""
        with self.reading() as connection:
            row = connection.execute(_WORDS, {"code": category}).first()
        return None if row is None else (row[0], row[1], row[2])

    def limits(self, category: str) -> tuple[dict[str, float | None], str | None]:
        """Return a category's ``limit fix_limit check_limit`` and clock; None where it has none."""
        names = ("limit", "fix_limit", "check_limit")
        query = select(*[categories.c[name] for name in names], categories.c.clock)
        with self.reading() as connection:
            row = connection.execute(query.where(categories.c.code == category)).first()
        *limits, clock = (None,) * 4 if row is None else row
        return dict(zip(names, limits, strict=True)), clock

    def asks_photo(self, category: str) -> bool:
        """Tell whether a fix of a category, and its check, need a photo."""
        query = select(categories.c.photo).where(categories.c.code == category)
        with self.reading() as connection:
            return bool(connection.execute(query).scalar())

    def has(self, report_id: str) -> bool:
        """Tell whether there is such a report."""
        with self.reading() as connection:
            return connection.execute(_HAS, {"report_id": report_id}).first() is not None

    def sites_in(self, category: str, box: Box) -> list[tuple[str, float, float]]:
        """Return id, lon and lat of the sites of a category in a box."""
        with self.reading() as connection:
            found = connection.execute(_SITES, _asked(category, box)).all()
        return [(row[0], row[1], row[2]) for row in found]

    def sites_since(self, mark: int, most: int) -> tuple[int | None, int, list[Came]]:
        """Tell of what the last run does not have of sites; a run changes any of them.

        Returns the last run's id, None if there is none, the mark of what came last since, and what
        came after `mark`, at most `most`.
        """
        with self.reading() as connection:
            found = connection.execute(_SITES_SINCE, {"mark": mark, "most": most}).all()
        return found[0][0], found[0][1], [Came(*row[2:]) for row in found if row[2] is not None]

    def reports_in(self, category: str, box: Box) -> list[NearReport]:
        """Return the reports of a category in a box."""
        with self.reading() as connection:
            found = connection.execute(_REPORTS, _asked(category, box)).all()
        return [NearReport(*row) for row in found]

    def cases_of(self, site_ids: Collection[str]) -> list[NearCase]:
        """Return all cases of some sites."""
        if not site_ids:
            return []
        with self.reading() as connection:
            found = connection.execute(_CASES, {"site_ids": list(site_ids)}).all()
        return [NearCase(*row) for row in found]

    def case(self, case_id: str | None) -> NearCase | None:
        """Return a case, None if there is none of that id."""
        if case_id is None:
            return None
        with self.reading() as connection:
            row = connection.execute(_ONE_CASE, {"case_id": case_id}).first()
        return None if row is None else NearCase(*row)

    def case_of(self, report_id: str) -> NearCase | None:
        """Return the case that holds a report, None if there is none."""
        with self.reading() as connection:
            row = connection.execute(_CASE_OF, {"report_id": report_id}).first()
        return None if row is None else NearCase(*row)

    def points(self, report_ids: Collection[str]) -> list[tuple[float, float]]:
        """Return lon and lat of these few reports, of those that have them."""
        query = select(reports.c.lon, reports.c.lat).where(
            reports.c.report_id.in_(list(report_ids)), reports.c.lon.is_not(None)
        )
        with self.reading() as connection:
            return [(row[0], row[1]) for row in connection.execute(query)]

    def closes(self, source: str | None, before: int, besides: Collection[str] = ()) -> bool:
        """Tell whether any report of `source`, `besides` some, closes something before a moment.

        Times of a cancelled one are no closings.
        """
        asked = {"before": before, "limit": len(besides) + 1}
        with self.reading() as connection:
            query = _NAMED_SOURCE_CLOSES if source else _NAMELESS_SOURCE_CLOSES
            found = connection.execute(query, asked | {"source": source})
            return any(report_id not in besides for report_id in found.scalars())

    def openings_of(self, source: str | None) -> list[tuple[str, float, float]]:
        """Return category, lon and lat of the reports of `source` that opened a case."""
        query = _OPENINGS.where(reports.c.source == (source or None))
        with self.reading() as connection:
            return [(row[0], row[1], row[2]) for row in connection.execute(query)]

    def add_report(self, values: Mapping[str, Any]) -> None:
        """Keep a new report; `values` by the columns of the table."""
        with self.transaction() as connection:
            flags = {"is_duplicate": False, "is_cancelled": False}
            connection.execute(insert(reports), flags | dict(values))
            mark(connection, [str(values["report_id"])])

    def add_case(self, values: Mapping[str, Any], *, new_site: bool) -> None:
        """Keep a case that was opened, and its site where that is new."""
        with self.transaction() as connection:
            connection.execute(insert(cases), values)
            if new_site:
                point = {name: values[name] for name in ("site_id", "category", "lon", "lat")}
                connection.execute(insert(sites), {**point, "episodes": 1})
            else:
                connection.execute(_ONE_MORE_EPISODE, {"key_": values["site_id"]})

    def change_case(self, case_id: str, values: Mapping[str, Any]) -> None:
        """Change a case's closing, state and counts."""
        with self.transaction() as connection:
            connection.execute(_CHANGE_CASE, {**values, "key_": case_id})
            mark(connection, [case_id])

    def set_due(self, case_id: str, due: Mapping[str, int]) -> None:
        """Say until when a case is to be solved: its deadlines by their columns."""
        with self.transaction() as connection:
            if due:
                connection.execute(sa.update(cases).where(cases.c.case_id == case_id), dict(due))

    def set_hands(self, case_id: str, values: Mapping[str, Any]) -> None:
        """Say to whom a case was dispatched, and whether nobody wants it."""
        with self.transaction() as connection:
            connection.execute(sa.update(cases).where(cases.c.case_id == case_id), dict(values))

    def set_spell(self, case_id: str, values: Mapping[str, Any] | None) -> None:
        """Make `values` the spell of a case; None where it has none."""
        with self.transaction() as connection:
            connection.execute(_END_SPELL, {"case_id": case_id})
            if values is not None:
                connection.execute(insert(spells), {**values, "case_id": case_id})

    def replace(
        self, report_ids: Sequence[str], tables: Mapping[str, pd.DataFrame], links: pd.DataFrame
    ) -> None:
        """Make cases, sites, spells and links of these reports, and of no others, those given.

        The ids, each once, of the cases, sites and spells in `tables` are among `report_ids`.
        `links` has `report_id case_id link`; those of `report_ids` that it lacks have no case.
        """
        with self.transaction() as connection:
            for table, key in ((sites, "site_id"), (cases, "case_id"), (spells, "case_id")):
                rows, types = tables[table.name], types_of(table.name)
                replace(connection, table, key, rows, types, report_ids)
            set_links(connection, links, report_ids)
            mark(connection, report_ids)

    def ids_beyond(self, known: Collection[str]) -> list[str]:
        """Return ids of the reports that are not among `known`."""
        with self.reading() as connection:
            if _count(connection) == len(known):
                return []
            ids = connection.execute(select(reports.c.report_id)).scalars()
            return sorted(set(ids) - set(known))


def _asked(category: str, box: Box) -> dict[str, Any]:
    west, south, east, north = box
    return {"category": category, "west": west, "south": south, "east": east, "north": north}


def _count(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(reports)).scalar_one())
