"""What a page or an export asks for, as conditions on rows of reports and cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, or_, select

from geo_service.store.schema import areas, reports
from geo_service.store.tables import micros


@dataclass(frozen=True)
class Filter:
    """Which rows; an empty tuple or None lets all through.

    ``start`` and ``end`` are half-open and concern when a report was made or a case opened.
    So do ``spans``, of which any will do.
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
        spans = [(micros(start), micros(end)) for start, end in where.spans]
        parts.append(or_(*[(table.c[at] >= one) & (table.c[at] < end) for one, end in spans]))
    if where.bbox is not None:
        west, south, east, north = where.bbox
        parts.append(table.c.lon.between(west, east))
        parts.append(table.c.lat.between(south, north))
    return and_(True, *parts)


def _within(table: Table, subdistricts: tuple[str, ...]) -> ColumnElement[bool]:
    if table is reports:
        return reports.c.subdistrict_id.in_(subdistricts)
    # A case lies where its opening report does, whose id it bears.
    inside = select(reports.c.report_id).where(reports.c.subdistrict_id.in_(subdistricts))
    return table.c.case_id.in_(inside)
