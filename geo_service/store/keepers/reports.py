"""Reports: what came in, where it lies, and which case it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sqlalchemy import Connection, func, select

from geo_service.store.bulk import (
    Outcome,
    indexed_later,
    insert_frame,
    merge,
    same,
    staged,
    stored,
    update_frame,
)
from geo_service.store.engine import Keeper
from geo_service.store.filters import Filter, conditions
from geo_service.store.keepers.pending import mark
from geo_service.store.keepers.placements import as_given, keep_placed
from geo_service.store.schema import reports
from geo_service.store.tables import ROWS, moment, read_frame, texts, types_of
from geo_service.terms import FRAMES, UNSPECIFIED, BadInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

_GIVEN = [
    column.name
    for column in FRAMES["reports"].columns
    if not (column.computed or column.personal or column.name == "report_id")
]
_TYPES = {name: type_ for name, type_ in types_of("reports").items() if name in _GIVEN}
_STORED = {"report_id": "text"} | _TYPES
_INSERTED = _STORED | {"file": "text"}
_UPDATED = _TYPES | {"file": "text", "report_id": "text"}
PLACE = {
    "area_id": "text",
    "subdistrict_id": "text",
    "distance_m": "number",
    "places_version": "integer",
}
"""Where a report lies, with the types of the columns; all empty, it is located anew."""
_LINK = {"report_id": "text", "case_id": "text", "link": "text"}
# What moves a row: its point, or, where it has none, the words that it is placed by.
_POINT = ("lon", "lat", "precision")
_CLOSINGS = ("fixed_at", "verified_at", "closed_at")
_WORDS = ("address", "area_name", "subdistrict")


class ReportsKeeper(Keeper):
    """Keeps reports."""

    def upsert(
        self,
        table: pd.DataFrame,
        file: str = "",
        progress: Callable[[int, int], None] | None = None,
    ) -> Outcome:
        """Take reports in by id, all of them or none.

        A new id is accepted. A known one is updated where a field that is not empty says something
        else; `category` ``unspecified`` and `precision` ``none`` are words for empty fields. A row
        whose place changes by that is located anew later; one that a person placed stays where it
        is. Columns that `table` lacks stay. `file` is kept with the rows that change; `progress` is
        called with rows done and rows in all. Where `table` says `reopened`, an empty closing takes
        back a known one. Who reported is kept elsewhere.

        Raises
        ------
        BadInput
            If a row has no id.
        """
        incoming = table[[name for name in (*_STORED, "reopened") if name in table.columns]]
        if "report_id" not in incoming or incoming["report_id"].isna().any():
            raise BadInput("store.no_key", table="reports", column="report_id")
        again = incoming["report_id"].duplicated(keep="last").to_numpy()
        rows = incoming[~again] if again.any() else incoming
        accepted, before = [np.empty(0, dtype=object)], [_no_rows()]
        with self.transaction() as connection:
            empty = connection.execute(select(reports.c.report_id).limit(1)).first() is None
            with indexed_later(connection, reports, empty and len(rows) > ROWS):
                for start in range(0, len(rows), ROWS):
                    chunk = _conform(rows.iloc[start : start + ROWS])
                    came, changed = _take(connection, chunk, set(incoming.columns), file, empty)
                    accepted.append(came)
                    before.append(changed)
                    if progress is not None:
                        progress(min(start + ROWS, len(rows)), len(rows))
            was = pd.concat(before, ignore_index=True)
            new, others = np.concatenate(accepted), was["report_id"].to_numpy(dtype=object)
            mark(connection, [*new, *others])
        return Outcome(
            read=len(table),
            accepted=len(new),
            updated=len(others),
            unchanged=len(table) - len(new) - len(others),
            ids_accepted=new,
            ids_updated=others,
            before=was,
        )

    def read(
        self,
        columns: Collection[str] | None = None,
        where: Filter | None = None,
        ids: Iterable[str] | None = None,
    ) -> pd.DataFrame:
        """Return reports by (reported_at, report_id), ids in the link rule's order.

        `columns` are of ``FRAMES["reports"]`` but what is personal, ``file``, ``received_by`` (the
        account that sent it) and ``places_version``; by default all of the frame.
        """
        every = types_of("reports") | {"file": "text", "received_by": "text"}
        every |= {"places_version": "integer"}
        names = list(FRAMES["reports"].shown if columns is None else columns)
        types = {name: every[name] for name in dict.fromkeys([*names, "report_id", "reported_at"])}
        query = select(*[reports.c[name] for name in types])
        if where is not None:
            query = query.where(conditions(reports, where, "reported_at"))
            if where.limit is not None:
                query = query.order_by(reports.c.reported_at, reports.c.report_id)
                query = query.limit(where.limit)
        with self.reading() as connection:
            if ids is None:
                table = read_frame(connection, query, types)
            else:
                with staged(connection, sorted(set(texts(ids)))) as staged_id:
                    among = query.where(reports.c.report_id.in_(select(staged_id)))
                    table = read_frame(connection, among, types)
        from geo_service.measure import rule_order

        order = rule_order(table["reported_at"].array.asi8, table["report_id"].array)
        return table.iloc[order].reset_index(drop=True)[names]

    def some_points(self, most: int) -> pd.DataFrame:
        """Return `lon lat` of some reports with a point of their own, in degrees."""
        query = select(reports.c.lon, reports.c.lat).where(
            reports.c.precision.in_(("point", "address")), reports.c.lon.is_not(None)
        )
        with self.reading() as connection:
            return read_frame(connection, query.limit(most), {"lon": "number", "lat": "number"})

    def set_places(self, table: pd.DataFrame, areas_version: int) -> None:
        """Say where reports lie: report_id, area_id, subdistrict_id, distance_m, may be precision.

        They were located against that version of the areas.
        """
        types = {"area_id": "text", "subdistrict_id": "text", "distance_m": "number"}
        if "precision" in table.columns:
            types["precision"] = "text"
        types |= {"places_version": "integer", "report_id": "text"}
        with self.transaction() as connection:
            rows = table.assign(places_version=areas_version)
            update_frame(connection, reports, "report_id", rows, types)
            mark(connection, rows["report_id"].tolist())

    def due(self, ids: Sequence[str] | None = None) -> pd.DataFrame:
        """Return `report_id due_at` of the reports whose source gave a deadline, all or some."""
        types = {"report_id": "text", "due_at": "time"}
        query = select(reports.c.report_id, reports.c.due_at)
        query = query.where(reports.c.due_at.is_not(None))
        with self.reading() as connection:
            if ids is None:
                return read_frame(connection, query, types)
            with staged(connection, sorted(set(ids))) as own:
                among = query.where(reports.c.report_id.in_(select(own)))
                return read_frame(connection, among, types)

    def count(self) -> int:
        """Return how many reports there are."""
        with self.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(reports)).scalar_one())

    def last_fact(self) -> datetime | None:
        """Return the latest moment that any report names."""
        names = ("reported_at", "fixed_at", "verified_at", "closed_at", "received_at")
        query = select(*[func.max(reports.c[name]) for name in names])
        with self.reading() as connection:
            found = [value for value in connection.execute(query).one() if value is not None]
        return moment(max(found)) if found else None


def set_links(
    connection: Connection, links: pd.DataFrame, ids: Sequence[str] | None = None
) -> None:
    """Make case and link of the reports named, of all by default, those of `links`.

    Of these one that `links` lacks has none; others stay.
    """
    linked = select(reports.c.report_id).where(reports.c.case_id.is_not(None)).limit(1)
    if ids is not None:
        known = stored(connection, reports, "report_id", ids, _LINK)
    elif connection.execute(linked).first() is not None:
        known = read_frame(connection, select(*[reports.c[name] for name in _LINK]), _LINK)
    else:
        update_frame(connection, reports, "report_id", links.dropna(subset=["case_id"]), _LINK)
        return
    place = pd.Index(links["report_id"]).get_indexer(pd.Index(known["report_id"]))
    # -1, a report without a case, takes the row of missing values put at the end
    now = pd.concat([links[["case_id", "link"]], pd.DataFrame({"case_id": [None], "link": [None]})])
    now = now.astype("str").take(place).reset_index(drop=True)
    changed = np.zeros(len(known), dtype=bool)
    for name in ("case_id", "link"):
        changed |= ~same(known[name], now[name])
    now["report_id"] = known["report_id"]
    update_frame(connection, reports, "report_id", now[changed], _LINK)


@cache
def _no_rows() -> pd.DataFrame:
    return FRAMES["reports"].empty()[list(_STORED)]


def _conform(chunk: pd.DataFrame) -> pd.DataFrame:
    rows = FRAMES["reports"].conform(chunk)[list(_STORED)]
    rows = rows.assign(reopened=chunk.get("reopened", False)).reset_index(drop=True)
    if rows["reported_at"].isna().any():
        raise BadInput("store.no_key", table="reports", column="reported_at")
    return rows


def _take(
    connection: Connection, chunk: pd.DataFrame, columns: set[str], file: str, empty: bool
) -> tuple[NDArray[np.object_], pd.DataFrame]:
    """Keep some rows; returns the ids of those that are new, and the changed ones as they were."""
    is_known, changed = np.zeros(len(chunk), dtype=bool), _no_rows()
    if not empty:
        known = stored(connection, reports, "report_id", chunk["report_id"].tolist(), _STORED)
        place = pd.Index(known["report_id"]).get_indexer(pd.Index(chunk["report_id"]))
        is_known = place >= 0
    if is_known.any():
        old = chunk[is_known].reset_index(drop=True)
        known = known.take(place[is_known]).reset_index(drop=True)
        changed = _change(connection, known, old, columns, file)
    fresh = chunk[~is_known].assign(file=file or None)
    fresh["category"] = fresh["category"].fillna(UNSPECIFIED)
    has_point = pd.Series(np.where(fresh["lon"].notna(), "point", "none"), index=fresh.index)
    fresh["precision"] = fresh["precision"].fillna(has_point.astype("str"))
    insert_frame(connection, reports, fresh, _INSERTED)
    return fresh["report_id"].to_numpy(dtype=object), changed


def _change(
    connection: Connection, known: pd.DataFrame, old: pd.DataFrame, columns: set[str], file: str
) -> pd.DataFrame:
    stored_rows, (known, placed) = known, as_given(connection, known)
    given = {name: old[name].notna().to_numpy() for name in _GIVEN if name in columns}
    reopened = old["reopened"].to_numpy(dtype=bool)
    if reopened.any():
        given |= {name: given.get(name, False) | reopened for name in _CLOSINGS}
    if "category" in given:
        named = (old["category"] != UNSPECIFIED).to_numpy(dtype=bool)
        given["category"] = given["category"] & named
    if "precision" in given:
        # A row that comes without its point says nothing about how well the point is known.
        loses_point = (old["lon"].isna() & known["lon"].notna()).to_numpy()
        says = (old["precision"] != "none").to_numpy(dtype=bool) & ~loses_point
        given["precision"] = given["precision"] & says
    elif "lon" in given:
        old = old.assign(precision="point")
        given["precision"] = (old["lon"].notna() & known["lon"].isna()).to_numpy()
    merged, changed = merge(known, old, given)
    nothing = np.zeros(len(old), dtype=bool)
    touched = np.logical_or.reduce([*changed.values(), nothing])
    moved = np.logical_or.reduce([*(changed.get(name, nothing) for name in _POINT), nothing])
    pointless = merged["lon"].isna().to_numpy()
    for name in _WORDS:
        moved |= pointless & changed.get(name, nothing)
    merged = keep_placed(connection, stored_rows, merged, touched)
    rows = merged[touched].assign(file=file or None)
    update_frame(connection, reports, "report_id", rows, _UPDATED)
    gone = merged.loc[moved & ~placed, ["report_id"]].assign(**dict.fromkeys(PLACE, np.nan))
    update_frame(connection, reports, "report_id", gone, PLACE | {"report_id": "text"})
    return stored_rows[touched]
