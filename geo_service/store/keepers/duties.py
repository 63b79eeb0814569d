"""Who answers for what: what areas, categories and units say, and what an office decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select

from geo_service.store.engine import Keeper
from geo_service.store.schema import areas, categories, unit_exceptions, units
from geo_service.store.tables import micros, moment


class Told(NamedTuple):
    """What is said of who answers.

    Parameters
    ----------
    areas, categories
        Id or code, and the word for who answers.
    units, exceptions
        Rows; an exception also says by whom, when and of which case it was decided.
    """

    areas: list[tuple[str, str | None]]
    categories: list[tuple[str, str | None]]
    units: list[Mapping[str, Any]]
    exceptions: list[dict[str, Any]]


class DutiesKeeper(Keeper):
    """Keeps exceptions from who answers; reads all that says so."""

    def read(self, area_id: str | None = None) -> Told:
        """Return what is said of all areas, or of one."""
        of_area = select(areas.c.area_id, areas.c.accountable_unit)
        of_area = of_area if area_id is None else of_area.where(areas.c.area_id == area_id)
        of_category = select(categories.c.code, categories.c.unit)
        with self.reading() as connection:
            return Told(
                [(row[0], row[1]) for row in connection.execute(of_area)],
                [(row[0], row[1]) for row in connection.execute(of_category)],
                [dict(row) for row in connection.execute(select(units)).mappings()],
                self.exceptions(),
            )

    def exceptions(self) -> list[dict[str, Any]]:
        """Return the exceptions that hold, latest first: the last one of its category and area."""
        at = (unit_exceptions.c.decided_at, unit_exceptions.c.event_id)
        with self.reading() as connection:
            rows = connection.execute(select(unit_exceptions).order_by(*at)).mappings().all()
        last = {(row["category"], row["area_id"]): dict(row) for row in rows}
        held = [row | {"decided_at": moment(row["decided_at"])} for row in last.values()]
        return sorted(held, key=lambda row: (row["decided_at"], row["event_id"]), reverse=True)

    def add(self, exception: Mapping[str, Any], now: datetime) -> None:
        """Keep an exception: `event_id category area_id unit_id case_id decided_by`."""
        with self.transaction() as connection:
            row = {**exception, "decided_at": micros(now)}
            connection.execute(insert(unit_exceptions).values(row))

    def forget(self, event_id: str) -> bool:
        """Take back what was decided by an event; tells whether anything was."""
        own = delete(unit_exceptions).where(unit_exceptions.c.event_id == event_id)
        with self.transaction() as connection:
            return connection.execute(own).rowcount > 0
