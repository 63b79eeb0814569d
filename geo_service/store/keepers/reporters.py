"""Who reported: name and telephone of residents, apart from their reports, for a set time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from geo_service.store.bulk import insert_frame, merge, stored, update_frame
from geo_service.store.engine import Keeper
from geo_service.store.schema import PERSONAL, import_parts, imports, reporters
from geo_service.store.tables import micros

_SAID = dict.fromkeys(("reporter_name", "reporter_phone"), "text")
_KEPT = {"report_id": "text", **_SAID, "received_at": "time", "import_id": "integer"}


class ReportersKeeper(Keeper):
    """Keeps who reported."""

    def keep(self, rows: pd.DataFrame, at: datetime | None, import_id: int | None = None) -> None:
        """Keep who sent the reports `rows` (report_id, each once), where these say it, since `at`.

        An empty field leaves what is known; what is known already keeps its time and its import,
        and what was erased stays so, however often a file brings it.
        """
        if at is None or PERSONAL.isdisjoint(rows.columns):
            return
        came = rows.reindex(columns=["report_id", *_SAID]).astype("str")
        came = came.dropna(how="all", subset=list(_SAID)).reset_index(drop=True)
        came = came.assign(received_at=pd.Timestamp(at), import_id=import_id)
        came["import_id"] = came["import_id"].astype("Int64")
        with self.transaction() as connection:
            ids = came["report_id"].tolist()
            known = stored(connection, reporters, "report_id", ids, _KEPT)
            place = pd.Index(known["report_id"]).get_indexer(pd.Index(ids))
            insert_frame(connection, reporters, came[place < 0], _KEPT)
            new = came[place >= 0].reset_index(drop=True)
            known = known.take(place[place >= 0]).reset_index(drop=True)
            stands = known[list(_SAID)].notna().any(axis=1).to_numpy()
            given = {name: stands & new[name].notna().to_numpy() for name in _SAID}
            merged, changed = merge(known, new, given)
            touched = changed["reporter_name"] | changed["reporter_phone"]
            merged[["received_at", "import_id"]] = new[["received_at", "import_id"]]
            update_frame(connection, reporters, "report_id", merged[touched], _KEPT)

    def of(self, report_ids: Sequence[str]) -> dict[str, dict[str, str | None]]:
        """Return `reporter_name` and `reporter_phone` by report; both None where erased."""
        query = select(reporters.c.report_id, *[reporters.c[name] for name in _SAID])
        with self.reading() as connection:
            found = connection.execute(query.where(reporters.c.report_id.in_(report_ids)))
            return {row.report_id: {name: getattr(row, name) for name in _SAID} for row in found}

    def any_older(self, at: datetime) -> bool:
        """Tell whether any that is kept came before a moment."""
        query = select(reporters.c.report_id).where(_stands(at)).limit(1)
        with self.reading() as connection:
            return connection.execute(query).first() is not None

    def erase(self, at: datetime) -> int:
        """Forget who reported before a moment, and what failed imports put aside; returns how many.

        That there was somebody stays known.
        """
        failed = select(imports.c.import_id).where(imports.c.state == "failed")
        left = import_parts.c.waits & import_parts.c.import_id.in_(failed)
        with self.transaction() as connection:
            connection.execute(delete(import_parts).where(left))
            gone = update(reporters).where(_stands(at)).values(dict.fromkeys(_SAID))
            return connection.execute(gone).rowcount


def _stands(at: datetime) -> ColumnElement[bool]:
    kept = or_(*[reporters.c[name].is_not(None) for name in _SAID])
    return and_(kept, reporters.c.received_at < micros(at))
