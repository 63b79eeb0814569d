"""The event log: what people did with cases, in the order in which it came; nothing is changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
from sqlalchemy import Connection, func, insert, select

from geo_service.store.bulk import staged
from geo_service.store.chain import Chain, Fault
from geo_service.store.engine import Keeper
from geo_service.store.keepers.pending import mark
from geo_service.store.schema import event_photos, event_reports, events
from geo_service.store.tables import chosen, micros, moment, read_frame
from geo_service.terms import FRAMES

if TYPE_CHECKING:
    from sqlalchemy import Select

_TIMES = ("at", "received_at", "due_at")
_NAMED = ("case_id", "target_case_id")
_HEAD = select(events.c.number, events.c.running).order_by(events.c.number.desc()).limit(1)


class EventsKeeper(Keeper):
    """Keeps events."""

    def add(self, event: Mapping[str, Any], chain: Chain) -> dict[str, Any]:
        """Keep one event as :meth:`add_all` does; returns its row."""
        return self.add_all([event], chain)[0]

    def add_all(self, said: Collection[Mapping[str, Any]], chain: Chain) -> list[dict[str, Any]]:
        """Keep events, in their order, inside `chain.held()` and the caller's transaction.

        Parameters
        ----------
        said
            Fields of EVENTS, times aware, lists of ids joined by ``;``; without what the log says
            itself: digests, and the id where none is given.

        Returns
        -------
        rows
            As they are kept, times in microseconds.
        """
        rows: list[dict[str, Any]] = []
        named: dict[str, set[str]] = {}
        with self.transaction() as connection:
            last, head = connection.execute(_HEAD).one_or_none() or (0, None)
            heads: dict[str, str | None] = {}
            for number, event in enumerate(said, last + 1):
                row = {name: value for name, value in event.items() if value is not None}
                row |= {name: micros(row[name]) for name in _TIMES if name in row}
                row.setdefault("back_dated", False)
                row["event_id"] = event.get("event_id") or f"E{number:09d}"
                if row["case_id"] not in heads:
                    heads[row["case_id"]] = _head_of(connection, row["case_id"])
                row = chain.sealed(row, number, heads[row["case_id"]], head)
                heads[row["case_id"]], head = row["digest"], row["running"]
                named[row["event_id"]] = self._named(connection, row, named)
                rows.append(row)
            names = {name for row in rows for name in row}
            connection.execute(insert(events), [{n: row.get(n) for n in names} for row in rows])
            about = [
                {"report_id": one, "number": row["number"]}
                for row in rows
                for one in sorted(named[row["event_id"]])
            ]
            connection.execute(insert(event_reports), about)
            shown = [
                {"photo_id": one, "number": row["number"]}
                for row in rows
                for one in dict.fromkeys((row.get("photo_ids") or "").split(";"))
                if one
            ]
            if shown:
                connection.execute(insert(event_photos), shown)
            mark(connection, sorted({one["report_id"] for one in about}))
        return rows

    def _named(
        self, connection: Connection, row: Mapping[str, Any], known: Mapping[str, set[str]]
    ) -> set[str]:
        """Return the reports that an event is about: what it takes back is about them too.

        `known` has them of the events that are kept with it.
        """
        ids = {row[name] for name in _NAMED if row.get(name)}
        ids |= {one for one in (row.get("report_ids") or "").split(";") if one}
        if row.get("takes_back") in known:
            return ids | known[row["takes_back"]]
        if row.get("takes_back"):
            taken = select(events.c.number).where(events.c.event_id == row["takes_back"])
            of_it = event_reports.c.number == taken.scalar_subquery()
            ids |= set(connection.execute(select(event_reports.c.report_id).where(of_it)).scalars())
        return ids

    def read(self, about: Collection[str] | None = None) -> pd.DataFrame:
        """Return ``FRAMES["events"]`` in the order in which they came: all, or those about reports.

        An event is about the reports that it names, and those of the event that it takes back.
        """
        query, types = chosen(events)
        query = query.order_by(events.c.number)
        with self.reading() as connection:
            if about is None:
                return read_frame(connection, query, types)
            if not connection.execute(select(events.c.number).limit(1)).first():
                return read_frame(connection, query.limit(0), types)
            with staged(connection, sorted(set(about))) as ids:
                return read_frame(connection, query.where(_about(select(ids))), types)

    def of(self, report_ids: Collection[str]) -> list[dict[str, Any]]:
        """Return the events about these few reports as they came: fields of EVENTS and `number`.

        Plain values: times are aware, what is missing is None.
        """
        named = select(event_reports.c.number).where(event_reports.c.report_id.in_(report_ids))
        query = chosen(events, *FRAMES["events"].names, "number")[0]
        query = query.where(events.c.number.in_(named)).order_by(events.c.number)
        with self.reading() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        for row in rows:
            row |= {name: moment(row[name]) for name in _TIMES}
        return rows

    def since(self, number: int) -> pd.DataFrame:
        """Return ``FRAMES["events"]`` of those that came after the first `number`."""
        query, types = chosen(events)
        with self.reading() as connection:
            later = query.where(events.c.number > number).order_by(events.c.number)
            return read_frame(connection, later, types)

    def count(self) -> int:
        """Return the number of the last event, 0 without."""
        with self.reading() as connection:
            return int(connection.execute(select(func.max(events.c.number))).scalar() or 0)

    def head(self) -> str | None:
        """Return the head over all events up to the last, None without."""
        with self.reading() as connection:
            row = connection.execute(_HEAD).one_or_none()
        return None if row is None else str(row.running)

    def last_moment(self) -> datetime | None:
        """Return when the event that was kept last happened or came, the later; None without."""
        query = select(events.c.at, events.c.received_at).order_by(events.c.number.desc()).limit(1)
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else moment(max(row))

    def last_fact(self) -> datetime | None:
        """Return when the last event came, None without."""
        with self.reading() as connection:
            return moment(connection.execute(select(func.max(events.c.received_at))).scalar())

    def by_key(self, actor: str, key: str) -> dict[str, Any] | None:
        """Return the event that an actor sent under an idempotency key, None without."""
        query = select(events).where(events.c.actor == actor, events.c.idempotency_key == key)
        with self.reading() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else dict(row)

    def faults(self, chain: Chain) -> list[Fault]:
        """Return what is wrong with the log, as :meth:`Chain.faults` finds it."""
        with self.reading() as connection:
            found = connection.execute(select(events).order_by(events.c.number)).mappings()
            return chain.faults([dict(row) for row in found])


def _head_of(connection: Connection, case_id: str) -> str | None:
    """Return the digest of the last event with this `case_id`, None without."""
    query = select(events.c.digest).where(events.c.case_id == case_id)
    return connection.execute(query.order_by(events.c.number.desc()).limit(1)).scalar()


def _about(ids: Select[Any]) -> Any:  # noqa: ANN401
    named = select(event_reports.c.number).where(event_reports.c.report_id.in_(ids))
    return events.c.number.in_(named)
