"""Jobs: long work that waits, runs, and tells how far it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from geo_service.store.engine import Keeper
from geo_service.store.lock import is_gone
from geo_service.store.schema import jobs
from geo_service.store.tables import micros, moment
from geo_service.terms import Conflict, NotFound

LOST_AFTER = timedelta(hours=6)
"""How long a job may say nothing before its worker, if it cannot be looked up, counts as dead."""

ENDED = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Job:
    """One job; times are aware."""

    job_id: int
    kind: str
    args: dict[str, Any]
    actor: str | None
    state: str
    submitted_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    worker: str | None
    heartbeat: datetime | None
    done: int | None
    total: int | None
    message: str | None
    cancel_asked: bool
    result: dict[str, Any]


class JobsKeeper(Keeper):
    """Keeps jobs."""

    def submit(self, kind: str, args: Mapping[str, Any], actor: str | None, now: datetime) -> int:
        """Put a job in the queue."""
        with self.transaction() as connection:
            row = insert(jobs).values(
                kind=kind,
                args=json.dumps(dict(args), ensure_ascii=False, sort_keys=True),
                actor=actor,
                state="queued",
                submitted_at=micros(now),
                cancel_asked=False,
            )
            key = connection.execute(row).inserted_primary_key
        return int(key[0]) if key is not None else 0

    def claim(self, worker: str, now: datetime) -> Job | None:
        """Give the oldest job that waits to `worker`; None if none does.

        A job that runs in a process that has ended is turned to failed first.
        """
        with self.transaction() as connection:
            self._bury(connection, worker, now)
            query = select(jobs.c.job_id).where(jobs.c.state == "queued")
            job_id = connection.execute(query.order_by(jobs.c.job_id).limit(1)).scalar()
            if job_id is None:
                return None
            stamp = micros(now)
            values = {"state": "running", "started_at": stamp, "worker": worker}
            self._set(connection, job_id, heartbeat=stamp, **values)
            return self.get(job_id)

    def progress(
        self,
        job_id: int,
        done: int,
        total: int | None,
        message: str | None = None,
        now: datetime | None = None,
    ) -> bool:
        """Say how far a job is; returns False if somebody asked to cancel it."""
        values: dict[str, Any] = {"done": done, "total": total, "message": message}
        if now is not None:
            values["heartbeat"] = micros(now)
        with self.transaction() as connection:
            self._set(connection, job_id, **values)
            return not self.get(job_id).cancel_asked

    def finish(
        self, job_id: int, state: str, result: Mapping[str, Any], now: datetime | None = None
    ) -> None:
        """End a job that runs as done, failed or cancelled.

        Raises
        ------
        Conflict
            If it has ended already.
        """
        if state not in ENDED:
            raise ValueError(state)
        with self.transaction() as connection:
            if self.get(job_id).state in ENDED:
                raise Conflict("store.job_ended", job_id=job_id)
            self._set(
                connection,
                job_id,
                state=state,
                result=json.dumps(dict(result), ensure_ascii=False, default=str),
                finished_at=None if now is None else micros(now),
            )

    def cancel(self, job_id: int) -> Job:
        """Ask a job to stop: one that waits is cancelled, one that runs will notice.

        Raises
        ------
        NotFound
            If there is no such job.
        """
        with self.transaction() as connection:
            job = self.get(job_id)
            if job.state == "queued":
                self._set(connection, job_id, state="cancelled", cancel_asked=True)
            elif job.state == "running":
                self._set(connection, job_id, cancel_asked=True)
            return self.get(job_id)

    def get(self, job_id: int) -> Job:
        """Return one job.

        Raises
        ------
        NotFound
            If there is no such job.
        """
        with self.reading() as connection:
            row = connection.execute(select(jobs).where(jobs.c.job_id == int(job_id))).first()
        if row is None:
            raise NotFound("store.no_such_job", job_id=job_id)
        return _job(row)

    def latest(self, n: int = 20) -> list[Job]:
        """Return the last jobs, latest first."""
        with self.reading() as connection:
            rows = connection.execute(select(jobs).order_by(jobs.c.job_id.desc()).limit(n)).all()
        return [_job(row) for row in rows]

    def of(self, *states: str) -> list[Job]:
        """Return the jobs in some states, latest first."""
        query = select(jobs).where(jobs.c.state.in_(states)).order_by(jobs.c.job_id.desc())
        with self.reading() as connection:
            return [_job(row) for row in connection.execute(query)]

    def waiting(self) -> int:
        """Return how many jobs wait."""
        with self.reading() as connection:
            query = select(jobs.c.job_id).where(jobs.c.state == "queued")
            return len(connection.execute(query).all())

    def _bury(self, connection: Connection, worker: str, now: datetime) -> None:
        lost = micros(now - LOST_AFTER)
        query = select(jobs).where(jobs.c.state == "running")
        for row in connection.execute(query).all():
            # Who asks for work has none: what still runs under that name was dropped.
            if row.worker == worker or is_gone(row.worker) or row.heartbeat < lost:
                self._set(
                    connection,
                    row.job_id,
                    state="failed",
                    finished_at=micros(now),
                    result=json.dumps({"error": "killed"}),
                )

    @staticmethod
    def _set(connection: Connection, job_id: int, **values: object) -> None:
        connection.execute(update(jobs).where(jobs.c.job_id == job_id).values(values))


def _job(row: Row[Any]) -> Job:
    values = dict(row._mapping)  # noqa: SLF001
    values["args"] = json.loads(row.args)
    values["result"] = json.loads(row.result) if row.result else {}
    for name in ("submitted_at", "started_at", "finished_at", "heartbeat"):
        values[name] = moment(values[name])
    return Job(**values)
