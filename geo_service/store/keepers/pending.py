"""Reports of which something was said, or whose case was written, since the last run.

A refresh links these anew and leaves the others; each mark that it saw is taken away with the run
that it saves. A report that is touched again meanwhile has a second mark, which stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sqlalchemy import Connection, select

from geo_service.store.bulk import delete_rows, insert_rows
from geo_service.store.engine import Keeper
from geo_service.store.schema import pending, runs
from geo_service.store.tables import chosen, read_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray


class PendingKeeper(Keeper):
    """Keeps which reports the next refresh has to look at."""

    def read(self) -> pd.DataFrame:
        """Return `mark`, `report_id` of all marks."""
        with self.reading() as connection:
            return read_frame(connection, *chosen(pending, "mark", "report_id"))

    def add(self, report_ids: Iterable[str]) -> None:
        """Mark reports for the refresh after the one that runs now."""
        with self.transaction() as connection:
            insert_rows(connection, pending, ["report_id"], [(one,) for one in report_ids])


def mark(connection: Connection, report_ids: Iterable[str]) -> None:
    """Mark reports for the next refresh; the first one looks at all anyway."""
    rows = [(one,) for one in report_ids]
    if rows and connection.execute(select(runs.c.run_id).limit(1)).first() is not None:
        insert_rows(connection, pending, ["report_id"], rows)


def unmark(connection: Connection, marks: NDArray[np.int64]) -> None:
    """Take marks away."""
    delete_rows(connection, pending, "mark", marks.tolist())
