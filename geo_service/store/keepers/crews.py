"""Crews: who works, when, with what."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import select, update

from geo_service.store.bulk import Outcome, conforming, upsert
from geo_service.store.engine import Keeper
from geo_service.store.schema import crews
from geo_service.store.tables import chosen, read_frame


class CrewsKeeper(Keeper):
    """Keeps crews."""

    def read(self) -> pd.DataFrame:
        """Return ``FRAMES["crews"]`` by id."""
        with self.reading() as connection:
            table = read_frame(connection, *chosen(crews))
        return table.sort_values("crew_id", ignore_index=True)

    def has(self, crew_id: str) -> bool:
        """Tell whether there is such a crew."""
        query = select(crews.c.crew_id).where(crews.c.crew_id == crew_id)
        with self.reading() as connection:
            return connection.execute(query).first() is not None

    def upsert(self, table: pd.DataFrame) -> Outcome:
        """Take crews in by id.

        Raises
        ------
        BadInput
            If a row has no id.
        """
        with self.transaction() as connection:
            outcome = upsert(connection, crews, conforming(crews, table), table.columns)
            nameless = update(crews).where(crews.c.name.is_(None))
            connection.execute(nameless.values(name=crews.c.crew_id))
        return outcome
