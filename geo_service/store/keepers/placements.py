"""Where people say that reports lie, and what they are about; and what the sources gave.

A report that was placed, moved or recategorised carries the person's word, so that all who read
reports need to know nothing of it; what its source gave is kept here, and later files of the source
change that alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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

_POINT = {"lon": "number", "lat": "number", "precision": "text"}
_PARTS = (("given_precision", _POINT), ("given_category", {"category": "text"}))
"""What people can say, and which column tells that they did: a source always gives that."""
_SHOWN = (
    *("report_id", "source", "category", "reported_at", "precision", "address", "area_name"),
    *("subdistrict", "description", "subdistrict_id"),
)


class PlacementsKeeper(Keeper):
    """Keeps who placed which report by hand."""

    def read(self) -> pd.DataFrame:
        """Return all: `report_id placed_by placed_at`, and `given_` lon, lat, precision, category.

        What the source gave is missing where no person said otherwise.
        """
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
            precision = connection.execute(select(reports.c.precision).where(here)).first()
            if precision is None:
                raise NotFound("store.no_such_report", report_id=report_id)
            known = select(placements.c.given_precision).where(placements.c.report_id == report_id)
            if precision[0] not in POINTLESS and connection.execute(known).scalar() is None:
                raise Conflict("store.has_point", report_id=report_id)
            self.correct([report_id], {"lon": lon, "lat": lat}, by, now)

    def correct(
        self, report_ids: Iterable[str], said: Mapping[str, Any], by: str | None, now: datetime
    ) -> None:
        """Say where reports lie, `lon lat`, or what they are about, `category`, or all of it."""
        values = dict(said)
        if "lon" in said:
            values |= {"precision": "point", "places_version": None}
        who = {"placed_by": by, "placed_at": micros(now)}
        with self.transaction() as connection:
            for report_id in report_ids:
                self._hold(connection, report_id, who, said)
                here = reports.c.report_id == report_id
                connection.execute(update(reports).where(here).values(values))
            mark(connection, report_ids)

    def _hold(
        self,
        connection: Connection,
        report_id: str,
        who: Mapping[str, Any],
        said: Mapping[str, Any],
    ) -> None:
        """Keep what the source gave of what a person says otherwise for the first time."""
        its = placements.c.report_id == report_id
        held = connection.execute(select(placements).where(its)).mappings().first()
        row = connection.execute(select(reports).where(reports.c.report_id == report_id)).mappings()
        values, now = dict(who), row.one()
        for told, names in _PARTS:
            if names.keys() & said.keys() and (held is None or held[told] is None):
                values |= {f"given_{name}": now[name] for name in names}
        if held is None:
            connection.execute(insert(placements).values(report_id=report_id, **values))
        else:
            connection.execute(update(placements).where(its).values(values))

    def restore(self, report_ids: Iterable[str], said: Collection[str]) -> None:
        """Let reports say what their sources gave, in the columns `said`; other words stay."""
        ids = list(report_ids)
        with self.transaction() as connection:
            found = connection.execute(select(placements).where(placements.c.report_id.in_(ids)))
            for row in found.mappings().all():
                held = [names for told, names in _PARTS if row[told] is not None]
                back = [name for names in held if names.keys() & set(said) for name in names]
                values: dict[str, Any] = {name: row[f"given_{name}"] for name in back}
                if "lon" in values:
                    values["places_version"] = None
                if len(back) == sum(map(len, held)):
                    self.forget(row["report_id"])
                if not values:
                    continue
                here = reports.c.report_id == row["report_id"]
                connection.execute(update(reports).where(here).values(values))
                its = placements.c.report_id == row["report_id"]
                none = {f"given_{name}": None for name in back}
                connection.execute(update(placements).where(its).values(none))
            mark(connection, ids)

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
    """Return rows of reports as their sources gave them, and of which people said the point."""
    table = table.copy()
    placed = np.zeros(len(table), dtype=bool)
    for names, held, rows in _held(connection, table["report_id"]):
        for name in names:
            if name in table:
                now = table[name].copy()
                now[held] = rows[f"given_{name}"].to_numpy()
                table[name] = now
        placed |= held & ("lon" in names)
    return table, placed


def keep_placed(
    connection: Connection, known: pd.DataFrame, merged: pd.DataFrame, touched: NDArray[np.bool_]
) -> pd.DataFrame:
    """Keep what sources say of rows of which people said otherwise; return them as people said.

    `known` and `merged` are the rows as they are stored and as they would be without people, in the
    same order; `touched` are those of which a source says something new.
    """
    out = merged.copy()
    for names, held, _ in _held(connection, merged["report_id"]):
        at = held & touched
        if not at.any():
            continue
        given = merged.loc[at, ["report_id", *names]]
        given = given.rename(columns={name: f"given_{name}" for name in names})
        types = {f"given_{name}": type_ for name, type_ in names.items()} | {"report_id": "text"}
        update_frame(connection, placements, "report_id", given, types)
        for name in names:
            out[name] = merged[name].mask(at, known[name])
    return out


def _held(
    connection: Connection, report_ids: pd.Series
) -> list[tuple[dict[str, str], NDArray[np.bool_], pd.DataFrame]]:
    """Return for each part of what people say its columns, who has it, and their given rows."""
    given = _read(connection)
    place = pd.Index(given["report_id"]).get_indexer(pd.Index(report_ids))
    parts = []
    for told, names in _PARTS:
        held = (place >= 0) & np.append(given[told].notna(), False)[place]
        parts.append((names, held, given.take(place[held])))
    return parts


def _read(connection: Connection) -> pd.DataFrame:
    query, types = chosen(placements, *placements.columns.keys())
    return read_frame(connection, query.order_by(placements.c.report_id), types)


def _waits(category: str | None) -> ColumnElement[bool]:
    waits = text(WAITS)
    return and_(waits) if category is None else and_(waits, reports.c.category == category)
