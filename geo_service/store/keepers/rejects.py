"""Rejected rows, each with file, line, field, value and reason, until they are mended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from sqlalchemy import delete, select

from geo_service.store.bulk import delete_rows, insert_frame
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

    def resolve(self, report_ids: Iterable[str], keep_file: str | None = None) -> None:
        """Drop the rejects of reports that were accepted meanwhile.

        Parameters
        ----------
        keep_file
            A file whose rejects stay: the one just read, which may hold the same id twice.
        """
        with self.transaction() as connection:
            waiting = select(rejects.c.report_id).where(rejects.c.report_id.is_not(None)).distinct()
            if keep_file is not None:
                waiting = waiting.where(rejects.c.file != keep_file)
            known = set(connection.execute(waiting).scalars())
            if not known:
                return
            ids = sorted(known & set(texts(report_ids)))
            if keep_file is None:
                delete_rows(connection, rejects, "report_id", ids)
                return
            for start in range(0, len(ids), 500):
                connection.execute(
                    delete(rejects).where(
                        rejects.c.file != keep_file,
                        rejects.c.report_id.in_(ids[start : start + 500]),
                    )
                )

    def read(self) -> list[dict[str, Any]]:
        """Return all rejects by file, in the order of their lines; missing is None."""
        query = select(*[rejects.c[name] for name in _TYPES])
        query = query.order_by(rejects.c.file, rejects.c.position)
        with self.reading() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]
