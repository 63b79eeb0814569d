"""Crews: who works, when, with what."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import select, update

from geo_service.store.bulk import Outcome, upsert
from geo_service.store.engine import Keeper
from geo_service.store.schema import crews
from geo_service.store.tables import read_frame, types_of
from geo_service.terms import FRAMES, BadInput


class CrewsKeeper(Keeper):
    """Keeps crews."""

    def read(self) -> pd.DataFrame:
        """Return ``FRAMES["crews"]`` by id."""
        types = types_of("crews")
        with self.reading() as connection:
            table = read_frame(connection, select(*[crews.c[name] for name in types]), types)
        return table.sort_values("crew_id", ignore_index=True)

    def upsert(self, table: pd.DataFrame) -> Outcome:
        """Take crews in by id.

        Raises
        ------
        BadInput
            If a row has no id.
        """
        incoming = FRAMES["crews"].conform(table).reset_index(drop=True)
        if incoming["crew_id"].isna().any():
            raise BadInput("store.no_key", table="crews", column="crew_id")
        given = [name for name in FRAMES["crews"].names if name in table.columns]
        with self.transaction() as connection:
            outcome = upsert(connection, crews, "crew_id", incoming, types_of("crews"), given)
            nameless = update(crews).where(crews.c.name.is_(None))
            connection.execute(nameless.values(name=crews.c.crew_id))
        return outcome
