"""The office's calendar: what it says of single days, and the hours of a usual one."""

from __future__ import annotations

import pandas as pd

from geo_service.store.bulk import Outcome, conforming, upsert
from geo_service.store.engine import Connections, Keeper
from geo_service.store.schema import calendar
from geo_service.store.tables import chosen, read_frame
from geo_service.terms import USUAL_HOURS


class CalendarKeeper(Keeper):
    """Keeps the calendar; `hours` of a usual day are a setting of who opens the store."""

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections)
        self.hours = USUAL_HOURS

    def read(self) -> pd.DataFrame:
        """Return ``FRAMES["calendar"]`` by day."""
        query, types = chosen(calendar)
        with self.reading() as connection:
            return read_frame(connection, query.order_by(calendar.c.date), types)

    def upsert(self, table: pd.DataFrame) -> Outcome:
        """Take days in; what was said of one before gives way."""
        with self.transaction() as connection:
            return upsert(connection, calendar, conforming(calendar, table), table.columns)
