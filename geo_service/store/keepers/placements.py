"""Where people say that reports lie whose sources gave no point, and what the sources gave.

A report that was placed carries the person's point, so that all who read reports need to know
nothing of it; what its source gave is kept here, and later files of the source change that alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, text, update

from geo_service.store.bulk import update_frame
from geo_service.store.engine import Keeper
from geo_service.store.keepers.pending import mark
from geo_service.store.schema import WAITS, placements, reports
from geo_service.store.tables import chosen, micros, read_frame
from geo_service.terms import Conflict, NotFound

if TYPE_CHECKING:
    from numpy.typing import NDArray

POINTLESS = ("none", "fallback", "area")
"""Precisions of reports that have no point of their own."""

_POINT = ("lon", "lat", "precision")
_GIVEN = {
    "given_lon": "number",
    "given_lat": "number",
    "given_precision": "text",
    "report_id": "text",
}
_SHOWN = (
    *("report_id", "source", "category", "reported_at", "precision", "address", "area_name"),
    *("subdistrict", "description", "subdistrict_id"),
)


class PlacementsKeeper(Keeper):
    """Keeps who placed which report by hand."""

    def read(self) -> pd.DataFrame:
        """Return all: `report_id placed_by placed_at given_lon given_lat given_precision`."""
        with self.reading() as connection:
            return _read(connection)

    def put(self, report_id: str, lon: float, lat: float, by: str | None, now: datetime) -> None:
        """Say where a report lies that has no point of its own, or that a person placed before.

        Raises
        ------
        NotFound
            If there is no such report.
        Conflict
            If it has a point of its own.
        """
        here = reports.c.report_id == report_id
        with self.transaction() as connection:
            known = connection.execute(select(*[reports.c[name] for name in _POINT]).where(here))
            row = known.first()
            if row is None:
                raise NotFound("store.no_such_report", report_id=report_id)
            values: dict[str, Any] = {"placed_by": by, "placed_at": micros(now)}
            again = update(placements).where(placements.c.report_id == report_id).values(values)
            if connection.execute(again).rowcount == 0:
                if row.precision not in POINTLESS:
                    raise Conflict("store.has_point", report_id=report_id)
                given = {f"given_{name}": getattr(row, name) for name in _POINT}
                connection.execute(
                    insert(placements).values(report_id=report_id, **values, **given)
                )
            point = {"lon": lon, "lat": lat, "precision": "point", "places_version": None}
            connection.execute(update(reports).where(here).values(point))
            mark(connection, [report_id])

    def forget(self, report_id: str) -> None:
        """Take it that nobody placed a report: what it says next of its point counts."""
        with self.transaction() as connection:
            connection.execute(delete(placements).where(placements.c.report_id == report_id))

    def as_given(self, table: pd.DataFrame) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
        """Return reports with the points that their sources gave, and which people placed."""
        with self.reading() as connection:
            return as_given(connection, table)

    def set_given(self, table: pd.DataFrame) -> None:
        """Say how the sources' points of placed reports are to be taken: report_id, precision."""
        rows = table.rename(columns={"precision": "given_precision"})
        types = {"given_precision": "text", "report_id": "text"}
        with self.transaction() as connection:
            update_frame(connection, placements, "report_id", rows, types)

    def counts(self) -> dict[str, int]:
        """Return how many reports of each category wait to be placed."""
        # Not the column itself: its index holds every report, that of those that wait a few.
        category = reports.c.category.concat("")
        query = select(category, func.count()).where(_waits(None)).group_by(category)
        with self.reading() as connection:
            rows = connection.execute(query).all()
        return {str(category): int(count) for category, count in rows}

    def waiting(
        self, category: str | None = None, *, newest: bool = True, skip: int = 0, limit: int = 50
    ) -> pd.DataFrame:
        """Return reports that wait to be placed, of one category where it is named, some at a time.

        The latest come first, or the earliest.
        """
        order = [reports.c.reported_at, reports.c.report_id]
        query, types = chosen(reports, *_SHOWN)
        query = query.where(_waits(category)).order_by(
            *[one.desc() if newest else one for one in order]
        )
        with self.reading() as connection:
            return read_frame(connection, query.offset(skip).limit(limit), types)


def as_given(connection: Connection, table: pd.DataFrame) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Return rows of reports with the points that their sources gave, and which people placed."""
    given = _read(connection)
    place = pd.Index(given["report_id"]).get_indexer(pd.Index(table["report_id"]))
    placed = np.asarray(place >= 0)
    if placed.any():
        rows = given.take(place[placed])
        table = table.copy()
        for name in _POINT:
            now = table[name].copy()
            now[placed] = rows[f"given_{name}"].to_numpy()
            table[name] = now
    return table, placed


def keep_placed(
    connection: Connection, known: pd.DataFrame, merged: pd.DataFrame, placed: NDArray[np.bool_]
) -> pd.DataFrame:
    """Keep what sources say of placed rows' points, and return the rows as people placed them.

    `known` and `merged` are the rows as they are stored and as they would be without people, in the
    same order.
    """
    if not placed.any():
        return merged
    given = merged.loc[placed, ["report_id", *_POINT]]
    given = given.rename(columns={name: f"given_{name}" for name in _POINT})
    update_frame(connection, placements, "report_id", given, _GIVEN)
    out = merged.copy()
    for name in _POINT:
        out[name] = merged[name].mask(placed, known[name])
    return out


def _read(connection: Connection) -> pd.DataFrame:
    query, types = chosen(placements, *placements.columns.keys())
    return read_frame(connection, query.order_by(placements.c.report_id), types)


def _waits(category: str | None) -> ColumnElement[bool]:
    waits = text(WAITS)
    return and_(waits) if category is None else and_(waits, reports.c.category == category)
