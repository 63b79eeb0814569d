"""Rejected rows, each with file, line, field, value and reason, until they are mended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from sqlalchemy import delete, select

from geo_service.store.bulk import insert_frame
from geo_service.store.engine import Keeper
from geo_service.store.schema import rejects
from geo_service.store.tables import texts, types_of
from geo_service.terms import FRAMES

_TYPES = types_of("rejects")


class RejectsKeeper(Keeper):
    """Keeps rejects."""

    def replace(self, file: str, table: pd.DataFrame) -> None:
        """Make the rejects of `file` exactly these rows."""
        rows = FRAMES["rejects"].conform(table).assign(file=file)
        rows["position"] = range(len(rows))
        types = _TYPES | {"position": "integer"}
        with self.transaction() as connection:
            connection.execute(delete(rejects).where(rejects.c.file == file))
            insert_frame(connection, rejects, rows, types)

    def resolve(self, report_ids: Iterable[str], keep_file: str) -> None:
        """Drop the rejects of reports that were accepted meanwhile.

        Those of `keep_file` stay: the file just read, which may hold the same id twice.
        """
        elsewhere = rejects.c.file != keep_file
        named = rejects.c.report_id.is_not(None)
        with self.transaction() as connection:
            waiting = select(rejects.c.report_id).where(elsewhere, named).distinct()
            known = set(connection.execute(waiting).scalars())
            ids = sorted(known & set(texts(report_ids))) if known else []
            for start in range(0, len(ids), 500):
                some = rejects.c.report_id.in_(ids[start : start + 500])
                connection.execute(delete(rejects).where(elsewhere, some))

    def read(self, file: str | None = None, limit: int | None = None) -> list[dict[str, Any]]:
        """Return rejects by file, or those of one, in the order of their lines; missing is None.

        At most `limit` where that is given.
        """
        query = select(*[rejects.c[name] for name in _TYPES]).limit(limit)
        if file is not None:
            query = query.where(rejects.c.file == file)
        query = query.order_by(rejects.c.file, rejects.c.position)
        with self.reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]
