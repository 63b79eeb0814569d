"""Crews, who work when and with what; and units, who answer for areas and problems."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Table, select, update

from geo_service.store.bulk import Outcome, conforming, upsert
from geo_service.store.engine import Keeper
from geo_service.store.schema import crews, units
from geo_service.store.tables import chosen, read_frame


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
