"""What people did with the house itself: signed in, changed rights or words, imported, exported.

Rows are added and read, never changed; the life of cases has its own log.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Select, func, insert, select

from geo_service.store.engine import Keeper
from geo_service.store.schema import audit
from geo_service.store.tables import micros, moment
from geo_service.terms import AUDITED

_LONGEST = 200


@dataclass(frozen=True)
class Entry:
    """One thing that somebody did.

    Parameters
    ----------
    actor
        An account's name; ``cli:NAME`` on the command line; ``-`` for a stranger.
    action
        One of AUDITED.
    subject
        What it was done to: an account, a file, a crew's id.
    address
        From where it was done; empty on the command line.
    before, after
        How the subject stood, as far as it changed.
    """

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    address: str
    before: dict[str, Any]
    after: dict[str, Any]


def audit_table(entries: Sequence[Entry], *, texts: bool = True) -> pd.DataFrame:
    """Return `entries` as a table.

    Parameters
    ----------
    texts
        Whether `before` and `after` are written as JSON, or stand as they are.

    Returns
    -------
    table
        A column for each of what an entry holds, in that order.
    """
    table = pd.DataFrame([vars(one) for one in entries], columns=[*Entry.__dataclass_fields__])
    table["at"] = pd.to_datetime(table["at"], utc=True)
    for name in ("before", "after") if texts else ():
        table[name] = table[name].map(_json).astype("str")
    return table


class AuditKeeper(Keeper):
    """Keeps what people did with the house itself."""

    def add(
        self,
        action: str,
        *,
        actor: str,
        at: datetime,
        subject: str = "",
        address: str = "",
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Write one down; of `before` and `after` what differs."""
        if action not in AUDITED:
            raise ValueError(action)
        old, new = dict(before or {}), dict(after or {})
        same = {name for name in old if name in new and old[name] == new[name]}
        row = {
            "at": micros(at),
            "actor": actor[:_LONGEST],
            "action": action,
            "subject": subject[:_LONGEST],
            "address": address[:_LONGEST],
            "before": _json({name: one for name, one in old.items() if name not in same}),
            "after": _json({name: one for name, one in new.items() if name not in same}),
        }
        with self.transaction() as connection:
            connection.execute(insert(audit).values(row))

    def read(
        self,
        start: datetime | None = None,
        end: datetime | None = None,
        actor: str | None = None,
        *,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Entry]:
        """Return what was done from `start` on and before `end`, latest first."""
        query = _chosen(select(audit), start, end, actor)
        query = query.order_by(audit.c.number.desc()).limit(limit).offset(offset)
        with self.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [_entry(dict(row)) for row in rows]

    def count(
        self, start: datetime | None = None, end: datetime | None = None, actor: str | None = None
    ) -> int:
        """Return how many rows `read` has."""
        query = _chosen(select(func.count()).select_from(audit), start, end, actor)
        with self.reading() as connection:
            return int(connection.execute(query).scalar_one())


def _chosen(
    query: Select[Any], start: datetime | None, end: datetime | None, actor: str | None
) -> Select[Any]:
    if start is not None:
        query = query.where(audit.c.at >= micros(start))
    if end is not None:
        query = query.where(audit.c.at < micros(end))
    return query.where(audit.c.actor == actor) if actor else query


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, default=str)


def _entry(row: dict[str, Any]) -> Entry:
    told = {name: json.loads(row[name]) for name in ("before", "after")}
    return Entry(**{**row, "at": moment(row["at"]), **told})
