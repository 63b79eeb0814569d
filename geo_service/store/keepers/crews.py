"""Crews, who work when and with what; and units, who answer for areas and problems."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Table, delete, insert, select, update

from geo_service.store.bulk import Outcome, conforming, upsert
from geo_service.store.engine import Keeper
from geo_service.store.schema import areas, categories, crews, unit_exceptions, units
from geo_service.store.tables import chosen, micros, moment, read_frame


class CrewsKeeper(Keeper):
    """Keeps crews."""

    table: Table = crews
    key = "crew_id"

    def read(self) -> pd.DataFrame:
        """Return the table's frame by id."""
        with self.reading() as connection:
            table = read_frame(connection, *chosen(self.table))
        return table.sort_values(self.key, ignore_index=True)

    def has(self, key: str) -> bool:
        """Tell whether there is one of that id."""
        own = self.table.c[self.key]
        with self.reading() as connection:
            return connection.execute(select(own).where(own == key)).first() is not None

    def upsert(self, table: pd.DataFrame) -> Outcome:
        """Take rows in by id.

        Raises
        ------
        BadInput
            If a row has no id.
        """
        with self.transaction() as connection:
            own = self.table
            outcome = upsert(connection, own, conforming(own, table), table.columns)
            nameless = update(own).where(own.c.name.is_(None))
            connection.execute(nameless.values(name=own.c[self.key]))
        return outcome


class UnitsKeeper(CrewsKeeper):
    """Keeps units."""

    table = units
    key = "unit_id"

    def said(
        self, area_id: str | None = None
    ) -> tuple[list[tuple[str, str | None]], list[tuple[str, str | None]], list[dict[str, Any]]]:
        """Return whom areas (all, or one) and categories name by a word, and the rows of units."""
        of_area = select(areas.c.area_id, areas.c.accountable_unit)
        of_area = of_area if area_id is None else of_area.where(areas.c.area_id == area_id)
        with self.reading() as connection:
            named, words = (
                [(row[0], row[1]) for row in connection.execute(query)]
                for query in (of_area, select(categories.c.code, categories.c.unit))
            )
            return named, words, [dict(row) for row in connection.execute(select(units)).mappings()]

    def exceptions(self) -> list[dict[str, Any]]:
        """Return the exceptions that hold, latest first: the last one of its category and area."""
        query = select(unit_exceptions)
        query = query.order_by(unit_exceptions.c.decided_at, unit_exceptions.c.event_id)
        with self.reading() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        last = {(row["category"], row["area_id"]): row for row in rows}
        held = [row | {"decided_at": moment(row["decided_at"])} for row in last.values()]
        return sorted(held, key=lambda row: (row["decided_at"], row["event_id"]), reverse=True)

    def decide(self, exception: Mapping[str, Any], now: datetime) -> None:
        """Keep an exception: `event_id category area_id unit_id case_id decided_by`."""
        with self.transaction() as connection:
            connection.execute(insert(unit_exceptions), {**exception, "decided_at": micros(now)})

    def forget(self, event_id: str) -> dict[str, Any] | None:
        """Take back what was decided by an event, and return it; None where nothing was."""
        own = unit_exceptions.c.event_id == event_id
        with self.transaction() as connection:
            row = connection.execute(select(unit_exceptions).where(own)).mappings().first()
            connection.execute(delete(unit_exceptions).where(own))
            return None if row is None else dict(row)
