"""Long work outside requests: one worker, one job at a time, progress and cancel in the store.

``store.jobs.submit`` puts a job in the queue and ``spawn_worker`` makes sure that somebody works;
the worker is a process of its own (``geo-service jobs work``), ends when the queue is empty, and
holds two of the store's locks, which the kernel releases should it be killed: the worker's while
it lives, the writer's while it runs a job.
"""

import os
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from geo_service.flow.logs import rotate
from geo_service.settings import Settings
from geo_service.store import Job, Store, open_store, process_name
from geo_service.terms import BadUse, Busy, GeoServiceError

_EVERY_SECONDS = 0.5
_PATIENCE = 600.0
_WORKER_PATIENCE = 1.0


class Progress(Protocol):
    """What a handler calls to say how far it is; raises `Cancelled` when it is to stop."""

    def __call__(self, done: int, total: int | None, message: str | None = None) -> None:
        """Say it; `total` is None where nobody knows."""


Handler = Callable[[Store, Mapping[str, Any], Progress], Mapping[str, Any] | None]


class Cancelled(Exception):
    """Somebody asked that the job stop; what it did not finish is undone by its transaction."""


def work(store: Store, handlers: Mapping[str, Handler], now: Callable[[], datetime]) -> int:
    """Run the jobs that wait, one after another; returns how many were run.

    If another worker is at it already there is nothing to do here. `handlers` say who does a job
    of which kind.
    """
    me = process_name()
    count = 0
    while True:
        with ExitStack() as held:
            try:
                held.enter_context(store.worker(me, wait=_WORKER_PATIENCE))
            except Busy:
                return count
            while (job := store.jobs.claim(me, now())) is not None:
                _run(store, job, handlers, now)
                count += 1
        # A job that came after the last look, whose sender still saw a worker, is ours.
        if not store.jobs.waiting():
            return count


def spawn_worker(settings: Settings) -> int | None:
    """Start a worker, detached from this process, unless there is one; returns its pid."""
    store = open_store(settings.database_url)
    try:
        with store.worker("spawn"):
            pass
    except Busy:
        return None
    finally:
        store.close()
    process = spawn(settings, "jobs", "work")
    # Somebody has to take note of its end, or it stays in the table of processes.
    see_off = threading.Thread(target=_see_off, args=(process, settings.database_url), daemon=True)
    see_off.start()
    return process.pid


def spawn(settings: Settings, *words: str) -> "subprocess.Popen[bytes]":
    """Start a command of this program, detached, what it says in ``jobs.log``."""
    settings.var.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "geo_service", *words]
    rotate(settings.var / "jobs.log")
    with (settings.var / "jobs.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603
            command,
            # not an argument: everybody on the machine may read those, and it may hold a password
            env=os.environ | {"GEO_SERVICE_DB": settings.database_url},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _see_off(process: "subprocess.Popen[bytes]", url: str) -> None:
    if process.wait() != 0:
        # whoever opens the store finishes an import that was being kept
        with suppress(GeoServiceError):
            open_store(url, create=False).close()


def sweep_uploads(store: Store, folder: Path) -> int:
    """Remove files in `folder` that no job will read any more; returns how many.

    Those of jobs that wait stay, and of one that runs while a worker lives.
    """
    try:
        with store.worker("sweep"):
            left = store.jobs.of("queued")
    except Busy:
        left = store.jobs.of("queued", "running")
    kept = {str(job.args.get("path")) for job in left}
    gone = [path for path in folder.glob("*") if path.is_file() and str(path) not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _run(
    store: Store, job: Job, handlers: Mapping[str, Handler], now: Callable[[], datetime]
) -> None:
    try:
        if job.kind not in handlers:
            known = ", ".join(sorted(handlers))
            raise BadUse("jobs.unknown", kind=job.kind, known=known)  # noqa: TRY301 (told as others)
        with store.writer(f"{job.kind} #{job.job_id}", wait=_PATIENCE):
            result = handlers[job.kind](store, job.args, _progress(store, job, now))
    except Cancelled:
        store.jobs.finish(job.job_id, "cancelled", {}, now())
    except GeoServiceError as error:
        said = {"error": error.say("en"), "error_zh": error.say("zh"), "key": error.key}
        store.jobs.finish(job.job_id, "failed", said, now())
    except Exception as error:  # noqa: BLE001 - one job's mistake must not stop the others
        traceback.print_exc()
        said = {"error": f"{type(error).__name__}: {error}"}
        store.jobs.finish(job.job_id, "failed", said, now())
    else:
        store.jobs.finish(job.job_id, "done", result or {}, now())


def _progress(store: Store, job: Job, now: Callable[[], datetime]) -> Progress:
    last = 0.0

    def progress(done: int, total: int | None, message: str | None = None) -> None:
        nonlocal last
        moment = time.monotonic()
        # Each word is a transaction: a loop may call as often as it likes.
        if moment - last < _EVERY_SECONDS and done != total:
            return
        last = moment
        if not store.jobs.progress(job.job_id, done, total, message, now()):
            raise Cancelled

    return progress
