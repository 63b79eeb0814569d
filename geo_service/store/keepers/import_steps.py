"""Reports of an import on their way in: put aside whole, then kept some thousand at a time.

Between two such steps others write: a sign-in, a report that comes now. Once all of them lie aside
and the import is called ``applying`` it is finished, by whoever writes next if need be: the store
has all of an import or nothing, whatever was killed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd
from sqlalchemy import Connection, delete, func, insert, select, update

from geo_service.store.engine import Connections, Keeper
from geo_service.store.keepers.district import DistrictKeeper
from geo_service.store.keepers.imports import Import, ImportsKeeper, packed, unpacked
from geo_service.store.keepers.rejects import RejectsKeeper
from geo_service.store.keepers.reporters import ReportersKeeper
from geo_service.store.keepers.reports import ReportsKeeper
from geo_service.store.schema import import_parts, imports

ROWS = 1_500
"""Rows of the smallest step: a tenth of a second."""

MOST = 6
"""So many times as many rows has a step after nobody has waited for some."""

PATIENCE_SECONDS = 0.25
"""How long others go first between two steps, if somebody waits: longer than a step takes."""

_APPLYING = imports.c.state == "applying"


class ImportStepsKeeper(Keeper):
    """Keeps reports that an import brings."""

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections)
        self._imports = ImportsKeeper(connections)
        self._reports = ReportsKeeper(connections)
        self._reporters = ReportersKeeper(connections)
        self._rejects = RejectsKeeper(connections)
        self._district = DistrictKeeper(connections)

    def put_aside(self, import_id: int, rows: pd.DataFrame) -> None:
        """Put the rows of an import aside, of REPORTS; nothing of them counts yet."""
        applying = select(imports.c.import_id).where(_APPLYING)
        dropped = import_parts.c.waits & import_parts.c.import_id.not_in(applying)
        with self.transaction() as connection:
            connection.execute(delete(import_parts).where(dropped))
        # in the order of the key each step writes one end of its index, not all of it anew
        rows = rows.sort_values("report_id", ignore_index=True)
        for start in range(0, len(rows), ROWS * MOST):
            parts = [
                {"import_id": import_id, "waits": True, "data": packed(some)}
                for some in _cut(rows.iloc[start : start + ROWS * MOST])
            ]
            with self.transaction() as connection:
                connection.execute(insert(import_parts), parts)

    def take_in(self, import_id: int, progress: Callable[[int], None] | None = None) -> None:
        """Keep what lies aside of an import that is ``applying``; it is done then.

        Steps grow while nobody waits to write; a store without reports, with which nobody works
        yet, takes its first import as one step. `progress` is called with rows done.
        """
        one, done = self._imports.get(import_id), 0
        own = select(import_parts.c.part).where(import_parts.c.import_id == import_id)
        with self.reading() as connection:
            left = connection.execute(own.where(import_parts.c.waits).order_by("part"))
            parts = list(left.scalars())
        many = 1 if self._reports.count() else len(parts)
        while parts:
            some, parts = parts[:many], parts[many:]
            done += self._take(one, some)
            if progress is not None:
                progress(done)
            waited = self._connections.let_through(PATIENCE_SECONDS)
            many = 1 if waited else min(2 * many, MOST)
        with self.transaction():
            self._imports.finish(import_id, "done")
            one = self._imports.get(import_id)
            if one.accepted + one.updated and self._district.get().demo:
                # from now on the district lives today, and nobody looks without signing in
                self._district.set(demo=False, today=None)

    def _take(self, came: Import, parts: list[int]) -> int:
        """Keep some parts in one transaction; returns how many rows they have."""
        first, *others = parts
        here = import_parts.c.part.in_(parts)
        with self.reading() as connection:
            own = select(import_parts.c.data).where(here).order_by(import_parts.c.part)
            rows = pd.concat(
                [unpacked(data) for data in connection.execute(own).scalars()], ignore_index=True
            )
        with self.transaction() as connection:
            kept = self._reports.upsert(rows, came.file)
            self._reporters.keep(rows, came.at, came.import_id)
            self._rejects.resolve(rows["report_id"], keep_file=came.file)
            # what was there before stands for all of them in the place of the first
            was = {"waits": False, "data": packed(kept.was("report_id"))}
            connection.execute(update(import_parts).where(import_parts.c.part == first).values(was))
            connection.execute(delete(import_parts).where(import_parts.c.part.in_(others)))
            _count(connection, came.import_id, vars(kept))
        return len(rows)

    def left(self) -> list[int]:
        """Return the imports that somebody began to apply and has not finished."""
        with self.reading() as connection:
            return list(connection.execute(select(imports.c.import_id).where(_APPLYING)).scalars())

    def settle(self) -> None:
        """Finish what was left; to be called by the one who writes."""
        for import_id in self.left():
            self.take_in(import_id)


def _cut(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for start in range(0, len(rows), ROWS):
        yield rows.iloc[start : start + ROWS].reset_index(drop=True)


def _count(connection: Connection, import_id: int, counts: dict[str, int]) -> None:
    names = ("accepted", "updated", "unchanged")
    more = {name: func.coalesce(imports.c[name], 0) + counts[name] for name in names}
    connection.execute(update(imports).where(imports.c.import_id == import_id).values(more))
