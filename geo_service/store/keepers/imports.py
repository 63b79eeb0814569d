"""Imports: which file came in, how it was read, what became of its rows, what was there before."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Row, delete, insert, select, update

from geo_service.store.bulk import delete_rows, staged, update_frame
from geo_service.store.engine import Keeper
from geo_service.store.keepers.areas import raise_version
from geo_service.store.keepers.pending import mark
from geo_service.store.keepers.reports import PLACE
from geo_service.store.keepers.visits import raise_visits_version
from geo_service.store.keepers.words import drop_unused
from geo_service.store.runs import forget_runs
from geo_service.store.schema import import_parts, imports, metadata, reporters, reports
from geo_service.store.tables import micros, moment
from geo_service.terms import Conflict, NotFound

STATES = ("running", "applying", "done", "failed", "undone")
COUNTS = ("read", "accepted", "updated", "unchanged", "rejected")


@dataclass(frozen=True)
class Import:
    """One import; `at` is aware.

    Parameters
    ----------
    kind, file, actor
        The table, the name of the file as it was sent, and the account, None on the command line.
    state
        One of `STATES`. Whether all rows were taken is for the counts to say.
    read, accepted, updated, unchanged, rejected
        Rows; 0 while it runs and where it failed.
    told
        ``options`` as they were given; ``reasons``: reason → rows; ``warnings``: a list of
        ``{key, count, example}``; ``unknown``: field → word → rows; ``error`` with ``error_zh``.
        Each may be missing.
    """

    import_id: int
    kind: str
    file: str
    actor: str | None
    at: datetime | None
    state: str
    read: int = 0
    accepted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    told: dict[str, Any] = field(default_factory=dict)


class ImportsKeeper(Keeper):
    """Keeps imports."""

    def add(
        self, kind: str, file: str, actor: str | None, now: datetime, options: Mapping[str, Any]
    ) -> int:
        """Note that an import begins; returns its number."""
        row = insert(imports).values(
            kind=kind,
            file=file,
            actor=actor,
            at=micros(now),
            state="running",
            told=_json({"options": dict(options)}),
        )
        with self.transaction() as connection:
            key = connection.execute(row).inserted_primary_key
        return int(key[0]) if key is not None else 0

    def finish(
        self,
        import_id: int,
        state: str,
        counts: Mapping[str, int] | None = None,
        told: Mapping[str, Any] | None = None,
        before: pd.DataFrame | None = None,
    ) -> None:
        """Say how an import stands; what `told` does not name stays.

        What is applied cannot fail any more: it is finished later. `before` has the rows that it
        changed as they were, and the keys of those that it `added`.

        Raises
        ------
        NotFound
            If there is no such import.
        """
        if state not in STATES:
            raise ValueError(state)
        values: dict[str, Any] = {"state": state}
        values |= {name: int(count) for name, count in (counts or {}).items() if name in COUNTS}
        with self.transaction() as connection:
            known = self.get(import_id)
            if (known.state, state) == ("applying", "failed"):
                del values["state"]
            values["told"] = _json(known.told | dict(told or {}))
            at = imports.c.import_id == import_id
            connection.execute(update(imports).where(at).values(values))
            if before is not None:
                part = {"import_id": import_id, "waits": False, "data": packed(before)}
                connection.execute(insert(import_parts).values(part))

    def get(self, import_id: int) -> Import:
        """Return one import.

        Raises
        ------
        NotFound
            If there is no such import.
        """
        with self.reading() as connection:
            query = select(imports).where(imports.c.import_id == int(import_id))
            row = connection.execute(query).first()
        if row is None:
            raise NotFound("store.no_such_import", import_id=import_id)
        return _import(row)

    def list(self, n: int | None = None, kind: str | None = None) -> list[Import]:
        """Return imports, latest first: the last `n`, those of table `kind`, or all."""
        query = select(imports).order_by(imports.c.import_id.desc()).limit(n)
        if kind is not None:
            query = query.where(imports.c.kind == kind)
        with self.reading() as connection:
            return [_import(row) for row in connection.execute(query).all()]

    def before(self, import_id: int) -> pd.DataFrame | None:
        """Return what is known of the rows as they were; None if nothing."""
        own = import_parts.c.import_id == int(import_id)
        query = select(import_parts.c.data).where(own, ~import_parts.c.waits)
        with self.reading() as connection:
            found = connection.execute(query.order_by(import_parts.c.part)).scalars().all()
        return pd.concat(map(unpacked, found), ignore_index=True) if found else None

    def undo(self, import_id: int) -> None:
        """Take an import back: what it added goes, what it changed is as before; zones stay.

        Raises
        ------
        NotFound
            If there is no such import.
        Conflict
            If it was not kept or was taken back, if a later one touched the same rows, or people
            built on what it brought: the sentence says what.
        """
        with self.transaction() as connection:
            one, before = self.get(import_id), self.before(import_id)
            if one.state != "done" or before is None or one.kind not in _KEYS:
                raise Conflict("store.import_not_kept", import_id=import_id)
            table, key = metadata.tables[one.kind], _KEYS[one.kind]
            touched = set(before[key])
            for later in self.list(kind=one.kind):
                other = self.before(later.import_id) if later.import_id > one.import_id else None
                if later.state == "done" and other is not None and touched & set(other[key]):
                    raise Conflict("store.import_changed_since", later=later.import_id)
            is_new = before["added"].to_numpy(dtype=bool)
            added = before.loc[is_new, key].tolist()
            for named, column in _BUILT_ON[one.kind]:
                used = metadata.tables[named].c[column]
                # whoever placed a report by hand looked at what this import said of it
                ids = sorted(touched) if named == "placements" else added
                with staged(connection, ids) as own:
                    found = select(used).where(used.in_(select(own))).limit(1)
                    first = connection.execute(found).scalar()
                if first is not None:
                    raise Conflict(f"store.import_used_{named}", id=first)
            types = {name: table.c[name].info["type"] for name in before if name in table.c}
            update_frame(connection, table, key, before[~is_new], types)
            if one.kind == "reports":
                # whom an earlier file named for the same report is not known any more
                brought = reporters.c.import_id == one.import_id
                connection.execute(delete(reporters).where(brought))
            delete_rows(connection, table, key, added)
            _tell(connection, one.kind, before[key].tolist(), one.told.get("new_categories", []))
            self.finish(import_id, "undone")


_KEYS = {
    "reports": "report_id",
    "areas": "area_id",
    "visits": "visit_id",
    "crews": "crew_id",
    "units": "unit_id",
    "calendar": "date",
    "categories": "code",
    "kinds": "kind",
}
_BUILT_ON = {
    "reports": [
        *(("placements", "report_id"), ("event_reports", "report_id")),
        ("assignment_reports", "report_id"),
    ],
    "areas": [("assignments", "area_id")],
    "visits": [],
    "crews": [("assignments", "crew_id"), ("accounts", "crew_id")],
    "units": [("events", "unit_id"), ("accounts", "unit_id"), ("tokens", "unit_id")],
    "calendar": [],
    "categories": [("reports", "category")],
    "kinds": [("areas", "kind")],
}
"""What people make of rows, by table and column: while it stands they cannot go."""


def _tell(connection: Connection, kind: str, ids: list[str], codes: list[str]) -> None:
    """Let everything that was made of rows notice that they are others; `codes` came with them."""
    if kind in ("areas", "kinds"):
        raise_version(connection)
    elif kind == "visits":
        raise_visits_version(connection)
    elif kind == "reports":
        unplaced = pd.DataFrame({"report_id": ids}).assign(**dict.fromkeys(PLACE, np.nan))
        update_frame(connection, reports, "report_id", unplaced, PLACE | {"report_id": "text"})
        drop_unused(connection, codes)
        mark(connection, ids)
        forget_runs(connection)


def packed(rows: pd.DataFrame) -> bytes:
    """Return rows as bytes."""
    written = io.BytesIO()
    rows.to_feather(written, compression="lz4")
    return written.getvalue()


def unpacked(data: bytes) -> pd.DataFrame:
    """Return the rows that were packed."""
    return pd.read_feather(io.BytesIO(data))


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps(dict(told), ensure_ascii=False, default=str)


def _import(row: Row[Any]) -> Import:
    values = dict(row._mapping)  # noqa: SLF001
    values |= {"at": moment(row.at), "told": json.loads(row.told)}
    return Import(**values | {name: values[name] or 0 for name in COUNTS})
