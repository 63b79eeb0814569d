"""Runs: what one refresh found, whole or not at all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, Select, delete, insert, select

from geo_service.store.blobs import (
    digest_of,
    drop_orphans,
    read_array,
    read_blob,
    read_pieces,
    read_table,
    write_blobs,
)
from geo_service.store.bulk import insert_rows, replace
from geo_service.store.encoding import as_json, encoded
from geo_service.store.engine import Keeper
from geo_service.store.keepers.district import put, take
from geo_service.store.keepers.labels import Label, notes, read_label, read_labels
from geo_service.store.keepers.pending import unmark
from geo_service.store.keepers.reports import set_links
from geo_service.store.run_tables import Earlier, RunTables
from geo_service.store.schema import MEMORY, cases, reports, run_parts, runs, sites, spells
from geo_service.store.tables import micros, moment, types_of
from geo_service.store.week_rows import FORECAST, read_columns, read_week, with_forecast
from geo_service.terms import FRAMES, NotFound, NotReady

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

KEPT = 3
"""How many runs' figures are kept."""

_LAST = "runs.last"

MINUTE = 60_000_000
"""The shortest spell, microseconds."""

_ASKED = 500


@dataclass(frozen=True)
class Run:
    """A run in few words; times are aware."""

    run_id: str
    as_of: datetime
    finished_at: datetime
    weeks: list[str]
    coverage_known: bool
    params: dict[str, Any]
    summary: dict[str, Any]

    @property
    def first_week(self) -> str:
        """The first week that has figures; empty if none has."""
        return self.weeks[0] if self.weeks else ""

    @property
    def last_week(self) -> str:
        """The last week that has figures; empty if none has."""
        return self.weeks[-1] if self.weeks else ""


class RunsKeeper(Keeper):
    """Keeps runs. Figures are the last run's unless `run_id` names one that is still kept.

    `case_weight`, what a new case counts beside a rebound, is a setting of who opens the store.
    """

    case_weight = 0.1

    def save(self, tables: RunTables, now: datetime | None = None) -> str:
        """Keep a run in one transaction, and return its id; readers see the run before, then it.

        It was finished `now`; at its as-of where nobody says.
        """
        # as bytes before the transaction begins
        parts = list(encoded(tables))
        with self.transaction() as connection:
            last = connection.execute(select(sa.func.max(runs.c.run_id))).scalar()
            last = last or take(connection, _LAST, 0)
            number = int(last or 0) + 1
            connection.execute(
                insert(runs).values(
                    run_id=number,
                    as_of=micros(tables.as_of),
                    finished_at=micros(now or tables.as_of),
                    coverage_known=tables.coverage_known,
                    weeks=as_json(list(tables.weeks)),
                    params=as_json(tables.params),
                    summary=as_json(tables.summary),
                )
            )
            known = _remembered(connection, tables.earlier)
            digests = [known[key] if data is None else digest_of(data) for key, data in parts]
            new = {one: data for one, (_, data) in zip(digests, parts, strict=True) if data}
            write_blobs(connection, new)
            rows = [(number, *key, one) for (key, _), one in zip(parts, digests, strict=True)]
            names = ["run_id", "part", "name", "category", "week", "digest"]
            insert_rows(connection, run_parts, names, rows)
            if tables.earlier is None:
                _replace(connection, tables)
            else:
                _take_over(connection, tables, tables.earlier, number)
            unmark(connection, tables.marks)
            # what is remembered is kept of the last run alone
            _drop(connection, (run_parts.c.part == MEMORY) & (run_parts.c.run_id < number))
            _drop(connection, run_parts.c.run_id <= number - KEPT)
            connection.execute(delete(runs).where(runs.c.run_id <= number - KEPT))
        return str(number)

    def latest(self) -> Run | None:
        """Return the last complete run."""
        return self._one(select(runs).order_by(runs.c.run_id.desc()).limit(1))

    def rates(
        self, level: str | None = None, category: str | None = None, run_id: str | None = None
    ) -> pd.DataFrame:
        """Return ``FRAMES["rates"]`` of a run, of one level and category where named."""
        table = FRAMES["rates"].conform(read_table(self._data("rates", run_id=run_id)))
        if level is not None:
            table = table[table["level"] == level]
        if category is not None:
            table = table[table["category"] == category]
        return table.reset_index(drop=True)

    def week_rows(
        self, week: str, run_id: str | None = None, category: str | None = None
    ) -> pd.DataFrame:
        """Return ``FRAMES["hotspots"]`` of one week, of one category where it is named.

        Raises
        ------
        NotFound
            If the run has no such week.
        """
        with self.reading() as connection:
            run = self._run(run_id)
            if week not in run.weeks:
                raise NotFound(
                    "errors.no_such_week", week=week, first=run.first_week, last=run.last_week
                )
            data = self._find("week", week=week, run_id=run.run_id)
            areas = self._data("areas", run_id=run.run_id)
            label = read_label(connection, int(run.run_id), week)
        if data is None:
            return FRAMES["hotspots"].empty()
        told = {"week": week, "as_of": pd.Timestamp(run.as_of), "run_id": run.run_id}
        table = read_week(data, read_table(areas), told, category)
        table["note"] = notes(table, label)
        if week != run.last_week or FORECAST not in run.params:
            return table
        return with_forecast(
            table, self.area_ids(run.run_id), lambda one: self.series(FORECAST, one, run.run_id)
        )

    def closing_risks(self, weeks: Sequence[str], run_id: str | None = None) -> pd.DataFrame:
        """Return `case_id p30 p90 beside` of the sites closed in the weeks, as said then."""
        parts = [self._find("risks", week=week, run_id=run_id) for week in weeks]
        found = [read_columns(data) for data in parts if data is not None]
        empty = pd.DataFrame({"case_id": [], "p30": [], "p90": [], "beside": []})
        return pd.concat(found, ignore_index=True) if found else empty

    def values(
        self, layer: str, category: str, week: str, run_id: str | None = None
    ) -> NDArray[Any] | None:
        """Return a layer's array of one week, in the order of `area_ids`; None if there is none."""
        data = self._find("value", layer, category, week, run_id)
        return None if data is None else read_array(data)

    def layers(self, run_id: str | None = None) -> list[str]:
        """Return the layers that have values."""
        with self.reading() as connection:
            query = (
                select(run_parts.c.name)
                .distinct()
                .where(
                    run_parts.c.run_id == int(self._run(run_id).run_id), run_parts.c.part == "value"
                )
            )
            return sorted(connection.execute(query).scalars())

    def series(self, name: str, category: str, run_id: str | None = None) -> NDArray[Any] | None:
        """Return counts, areas by weeks; None if there are none."""
        data = self._find("series", name, category, "", run_id)
        return None if data is None else read_pieces([data])

    def area_ids(self, run_id: str | None = None) -> list[str]:
        """Return the ids in whose order arrays are."""
        return list(read_table(self._data("areas", run_id=run_id))["area_id"])

    def memory(self, run_id: str) -> dict[str, NDArray[Any]]:
        """Return what a run remembered for the next one; nothing where a later run took it away."""
        query = select(run_parts.c.name, run_parts.c.digest).where(
            run_parts.c.run_id == int(run_id), run_parts.c.part == MEMORY
        )
        pieces: dict[str, list[bytes]] = {}
        with self.reading() as connection:
            for name, digest in connection.execute(query.order_by(run_parts.c.week)).all():
                pieces.setdefault(name, []).append(read_blob(connection, digest))
        return {name: read_pieces(parts) for name, parts in pieces.items()}

    def labels(self) -> dict[str, Label]:
        """Return what was called hot when each week closed, by week."""
        run = self.latest()
        if run is None:
            return {}
        with self.reading() as connection:
            return read_labels(connection, int(run.run_id))

    def record(self) -> Label:
        """Return of how many first labels it came true, by level and category: [of, true]."""
        with self.reading() as connection:
            return read_label(connection, int(self._run(None).run_id), "") or {}

    def _run(self, run_id: str | None) -> Run:
        named = None if run_id is None else select(runs).where(runs.c.run_id == int(run_id))
        found = self.latest() if named is None else self._one(named)
        if found is None:
            raise NotReady("errors.no_run")
        return found

    def _one(self, query: Select[Any]) -> Run | None:
        with self.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else _run(row)

    def _data(self, part: str, run_id: str | None) -> bytes:
        data = self._find(part, run_id=run_id)
        if data is None:
            raise NotReady("errors.no_run")
        return data

    def _find(
        self,
        part: str,
        name: str = "",
        category: str = "",
        week: str = "",
        run_id: str | None = None,
    ) -> bytes | None:
        with self.reading() as connection:
            query = select(run_parts.c.digest).where(
                run_parts.c.run_id == int(self._run(run_id).run_id),
                run_parts.c.part == part,
                run_parts.c.name == name,
                run_parts.c.category == category,
                run_parts.c.week == week,
            )
            digest = connection.execute(query).scalar()
            return None if digest is None else read_blob(connection, digest)


def _remembered(
    connection: Connection, earlier: Earlier | None
) -> dict[tuple[str, str, str, str], bytes]:
    """Return the digests of what the earlier run remembers, by their keys."""
    if earlier is None:
        return {}
    key = [run_parts.c[name] for name in ("part", "name", "category", "week")]
    query = select(*key, run_parts.c.digest).where(
        run_parts.c.run_id == int(earlier.run_id), run_parts.c.part == MEMORY
    )
    return {(*found,): digest for *found, digest in connection.execute(query)}


def _tables_of(tables: RunTables) -> list[tuple[sa.Table, str, pd.DataFrame]]:
    return [
        (sites, "site_id", tables.sites),
        (cases, "case_id", tables.cases),
        (spells, "case_id", tables.spells),
    ]


def _replace(connection: Connection, tables: RunTables) -> None:
    for table, key, frame in _tables_of(tables):
        contents = FRAMES[table.name].conform(frame)
        replace(connection, table, key, contents, types_of(table.name))
    set_links(connection, tables.links)


def _take_over(connection: Connection, tables: RunTables, earlier: Earlier, number: int) -> None:
    """Let what did not change stand; cases at rest are watched for longer."""
    columns = [run_parts.c[name] for name in ("part", "name", "category", "week", "digest")]
    weeks = list(tables.weeks)[: earlier.weeks]
    for start in range(0, len(weeks), _ASKED):
        kept = select(sa.literal(number), *columns).where(
            run_parts.c.run_id == int(earlier.run_id),
            run_parts.c.part.in_(["week", "value", "risks"]),
            run_parts.c.week.in_(weeks[start : start + _ASKED]),
        )
        names = ["run_id", *[column.name for column in columns]]
        connection.execute(insert(run_parts).from_select(names, kept))
    for table, key, frame in _tables_of(tables):
        contents = FRAMES[table.name].conform(frame)
        replace(connection, table, key, contents, types_of(table.name), earlier.report_ids)
    set_links(connection, tables.links, earlier.linked_ids)
    end, least = micros(tables.as_of), spells.c.started_at + MINUTE
    ended = sa.case((least > end, least), else_=end)
    connection.execute(
        sa.update(spells)
        .where(spells.c.returned.is_(False), spells.c.ended_at != ended)
        .values(ended_at=ended)
    )


def _drop(connection: Connection, old: sa.ColumnElement[bool]) -> None:
    """Delete parts of runs, and the blobs that only they held."""
    digests = set(connection.execute(select(run_parts.c.digest).where(old)).scalars())
    connection.execute(delete(run_parts).where(old))
    drop_orphans(connection, digests)


def forget_runs(connection: Connection) -> None:
    """Let the next run be made from nothing; where no report is left, there is none."""
    _drop(connection, run_parts.c.part == MEMORY)
    if connection.execute(select(reports.c.report_id).limit(1)).first() is None:
        last = connection.execute(select(sa.func.max(runs.c.run_id))).scalar()
        if last is not None:
            # whoever remembers figures of a run must not meet another one of its number
            put(connection, _LAST, last)
        _drop(connection, run_parts.c.run_id.is_not(None))
        for table in (spells, cases, sites, runs):
            connection.execute(delete(table))


def _run(row: sa.Row[Any]) -> Run:
    as_of, finished_at = moment(row.as_of), moment(row.finished_at)
    if as_of is None or finished_at is None:
        raise NotReady("errors.no_run")
    return Run(
        run_id=str(row.run_id),
        as_of=as_of,
        finished_at=finished_at,
        weeks=json.loads(row.weeks),
        coverage_known=bool(row.coverage_known),
        params=json.loads(row.params),
        summary=json.loads(row.summary),
    )
