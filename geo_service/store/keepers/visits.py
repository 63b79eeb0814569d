"""Visits: who looked where; their version rises with every change, so that figures notice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, func, select

from geo_service.store.bulk import Outcome, conforming, upsert
from geo_service.store.engine import Keeper
from geo_service.store.keepers.district import put, take
from geo_service.store.schema import visits
from geo_service.store.tables import chosen, read_frame

_VERSION = "visits.version"


class VisitsKeeper(Keeper):
    """Keeps visits."""

    def read(self) -> pd.DataFrame:
        """Return ``FRAMES["visits"]`` by beginning and id; geometry in WGS 84, None without."""
        with self.reading() as connection:
            table = read_frame(connection, *chosen(visits))
        shapes = np.full(len(table), None, dtype=object)
        shapes[:] = shapely.from_wkb(table["geometry"].to_numpy(dtype=object))
        table["geometry"] = pd.Series(shapes, dtype=object, index=table.index)
        return table.sort_values(["started_at", "visit_id"], ignore_index=True)

    def upsert(self, table: pd.DataFrame) -> Outcome:
        """Take visits in by id; geometry in WGS 84.

        Raises
        ------
        BadInput
            If a row has no id.
        """
        incoming = conforming(visits, table)
        told = incoming["geometry"].astype(object)
        shapes = shapely.force_2d(told.where(told.notna(), None).to_numpy())
        packed = np.full(len(incoming), None, dtype=object)
        packed[:] = shapely.to_wkb(shapes)
        incoming["geometry"] = pd.Series(packed, dtype=object)
        with self.transaction() as connection:
            outcome = upsert(connection, visits, incoming, table.columns)
            if outcome.changed:
                raise_visits_version(connection)
        return outcome

    def one(self, visit_id: str) -> dict[str, Any] | None:
        """Return ``area_id`` and ``kind`` of a visit, None without."""
        query = select(visits.c.area_id, visits.c.kind).where(visits.c.visit_id == visit_id)
        with self.reading() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else dict(row)

    def shows(self, photo_id: str) -> bool:
        """Tell whether a visit shows a photo."""
        query = select(visits.c.visit_id).where(visits.c.photo_ids.contains(photo_id))
        with self.reading() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def version(self) -> int:
        """Return a number that is raised by each change."""
        with self.reading() as connection:
            return int(take(connection, _VERSION, 0))

    def count(self) -> int:
        """Return how many visits are known."""
        with self.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(visits)).scalar_one())


def raise_visits_version(connection: Connection) -> None:
    """Tell everybody that visits changed."""
    put(connection, _VERSION, int(take(connection, _VERSION, 0)) + 1)
