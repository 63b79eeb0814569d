"""Categories and kinds: an office adds or changes both."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from sqlalchemy import Column, Connection, Table, delete, exists, func, select, update

from geo_service.store.bulk import Outcome, conforming, upsert
from geo_service.store.engine import Keeper
from geo_service.store.keepers.areas import raise_version
from geo_service.store.schema import categories, kinds, reports
from geo_service.store.tables import chosen, read_frame
from geo_service.terms import packaged_categories, packaged_kinds

_LOCAL = "local"
"""The scheme of a category that names none."""


class WordsKeeper(Keeper):
    """Keeps categories and kinds."""

    def categories(self) -> pd.DataFrame:
        """Return ``FRAMES["categories"]`` in the order in which they came."""
        query, types = chosen(categories)
        with self.reading() as connection:
            return read_frame(connection, query.order_by(categories.c.position), types)

    def kinds(self) -> pd.DataFrame:
        """Return ``FRAMES["kinds"]``, finest first."""
        with self.reading() as connection:
            table = read_frame(connection, *chosen(kinds))
        return table.sort_values(["fineness", "kind"], ignore_index=True)

    def upsert_categories(self, table: pd.DataFrame) -> Outcome:
        """Take categories in by their code."""
        with self.transaction() as connection:
            return _upsert_categories(connection, table)

    def drop_unused(self, codes: Iterable[str]) -> None:
        """Take those of some categories out that no report has."""
        with self.transaction() as connection:
            drop_unused(connection, codes)

    def upsert_kinds(self, table: pd.DataFrame) -> Outcome:
        """Take kinds in; a change of order or of what locates re-locates the reports."""
        with self.transaction() as connection:
            outcome = _upsert_kinds(connection, table)
            if outcome.changed:
                raise_version(connection)
            return outcome


def drop_unused(connection: Connection, codes: Iterable[str]) -> None:
    """Take those of some categories out that no report has."""
    unused = ~exists().where(reports.c.category == categories.c.code)
    connection.execute(delete(categories).where(categories.c.code.in_(list(codes)), unused))


def seed(connection: Connection) -> None:
    """Give a new store the packaged words."""
    _upsert_categories(connection, packaged_categories())
    _upsert_kinds(connection, packaged_kinds())


def _upsert_categories(connection: Connection, table: pd.DataFrame) -> Outcome:
    incoming = conforming(categories, table)
    last = connection.execute(select(func.max(categories.c.position))).scalar()
    incoming["position"] = range(int(last or 0) + 1, int(last or 0) + 1 + len(incoming))
    outcome = upsert(connection, categories, incoming, table.columns)
    _name(connection, categories, categories.c.code)
    scheme = categories.c.scheme
    connection.execute(update(categories).where(scheme.is_(None)).values(scheme=_LOCAL))
    return outcome


def _upsert_kinds(connection: Connection, table: pd.DataFrame) -> Outcome:
    incoming = conforming(kinds, table)
    if "locates" not in table.columns:
        incoming["locates"] = True
    last = connection.execute(select(func.max(kinds.c.fineness)).where(kinds.c.locates)).scalar()
    known = set(connection.execute(select(kinds.c.kind)).scalars())
    # A new kind without a place in the order is coarser than all others.
    unplaced = incoming["fineness"].isna() & ~incoming["kind"].isin(known)
    incoming.loc[unplaced, "fineness"] = int(last or 0) + 1
    outcome = upsert(connection, kinds, incoming, table.columns)
    _name(connection, kinds, kinds.c.kind)
    return outcome


def _name(connection: Connection, table: Table, key: Column[str]) -> None:
    """Name what has a name in one language or none: a code is a code even without."""
    for name, other in (("name_zh", "name_en"), ("name_en", "name_zh")):
        values = {name: func.coalesce(table.c[other], key)}
        connection.execute(update(table).where(table.c[name].is_(None)).values(values))
