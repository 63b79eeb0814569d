"""What was said before it could be known, sealed when it was said; and what came of it.

Each statement's digest is over the one before, so that none can be changed, left out or put in
later without all that follow it changing too. What came is noted beside it, once.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import insert, select, update

from geo_service.store.encoding import as_json
from geo_service.store.engine import Keeper
from geo_service.store.keepers.district import put, take
from geo_service.store.schema import seals
from geo_service.store.tables import micros, moment

_RECORD = "record"


@dataclass(frozen=True)
class Seal:
    """One sealed statement.

    Parameters
    ----------
    week
        The last closed week that it knew.
    kind
        What it is about.
    sealed_at, as_of
        When it was said; the first moment that it did not know.
    late
        Empty, ``late`` where it was said after the week that it speaks of had begun to pass, or
        ``retold`` where a demo tells a past that it knows.
    digest
        Over the statement, all of the above and the digest before.
    outcome
        What came; None before that is known.
    """

    number: int
    week: str
    kind: str
    sealed_at: datetime
    as_of: datetime
    late: str
    digest: str
    outcome: dict[str, Any] | None


class SealsKeeper(Keeper):
    """Keeps sealed statements; none is ever changed."""

    def add(
        self,
        week: str,
        kind: str,
        statement: pd.DataFrame,
        *,
        sealed_at: datetime,
        as_of: datetime,
        late: str = "",
    ) -> None:
        """Seal a statement; one of that kind that the week has already stands as it is."""
        text = statement.to_csv(index=False, float_format="%.6g")
        with self.transaction() as connection:
            same = (seals.c.week == week) & (seals.c.kind == kind)
            if connection.execute(select(seals.c.number).where(same)).first() is not None:
                return
            row = {
                "week": week,
                "kind": kind,
                "sealed_at": micros(sealed_at),
                "as_of": micros(as_of),
                "late": late,
                "before": self.head() or "",
            }
            row |= {"digest": _digest(row, text), "statement": zlib.compress(text.encode())}
            connection.execute(insert(seals).values(row))

    def all(self) -> list[Seal]:
        """Return all of them in the order in which they were sealed."""
        columns = [seals.c[name] for name in Seal.__dataclass_fields__]
        with self.reading() as connection:
            rows = connection.execute(select(*columns).order_by(seals.c.number)).mappings()
            return [_seal(dict(row)) for row in rows]

    def statement(self, number: int, texts: tuple[str, ...]) -> pd.DataFrame:
        """Return what was said; columns named in `texts` are texts, whatever they look like."""
        with self.reading() as connection:
            query = select(seals.c.statement).where(seals.c.number == number)
            text = zlib.decompress(connection.execute(query).scalar_one()).decode()
        return pd.read_csv(
            StringIO(text), dtype=dict.fromkeys(texts, "str"), keep_default_na=False, na_values=[""]
        )

    def score(self, number: int, outcome: Mapping[str, Any]) -> None:
        """Note what came of a statement, once."""
        with self.transaction() as connection:
            connection.execute(
                update(seals)
                .where(seals.c.number == number, seals.c.outcome.is_(None))
                .values(outcome=as_json(outcome))
            )

    def keep_record(self, record: Mapping[str, Any]) -> None:
        """Keep what all statements together came to."""
        with self.transaction() as connection:
            put(connection, _RECORD, json.loads(as_json(record)))

    def record(self) -> dict[str, Any]:
        """Return what was kept so; empty before anything was sealed."""
        with self.reading() as connection:
            return dict(take(connection, _RECORD, {})) if self.head() else {}

    def head(self) -> str | None:
        """Return the last digest; None before anything was sealed."""
        query = select(seals.c.digest).order_by(seals.c.number.desc()).limit(1)
        with self.reading() as connection:
            found: str | None = connection.execute(query).scalar()
        return found

    def faults(self) -> list[int]:
        """Return the numbers of statements that are not as they were sealed, or not in order."""
        found, before = [], ""
        with self.reading() as connection:
            query = sa.select(seals).order_by(seals.c.number)
            for row in connection.execute(query).mappings():
                text = zlib.decompress(row["statement"]).decode()
                if row["before"] != before or row["digest"] != _digest(dict(row), text):
                    found.append(int(row["number"]))
                before = row["digest"]
        return found


def _digest(row: Mapping[str, Any], text: str) -> str:
    told = [str(row[name]) for name in ("before", "week", "kind", "sealed_at", "as_of", "late")]
    return hashlib.sha256("\n".join([*told, text]).encode()).hexdigest()


def _seal(row: dict[str, Any]) -> Seal:
    outcome = None if row["outcome"] is None else json.loads(row["outcome"])
    times = {name: moment(row[name]) for name in ("sealed_at", "as_of")}
    return Seal(**{**row, **times, "outcome": outcome})
