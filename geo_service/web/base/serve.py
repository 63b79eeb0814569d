"""Running the service: two processes of eight threads, each with a store of its own."""

import logging
import os
from collections.abc import Callable
from functools import partial
from threading import Event, Thread
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.base import Worker

from geo_service.flow import jobs
from geo_service.flow.housekeeping import is_due
from geo_service.settings import Settings
from geo_service.web.base import desk, logs
from geo_service.web.base.app import create_app
from geo_service.web.base.limits import WORKERS
from geo_service.web.base.sessions import keep_seen, was_signed_in
from geo_service.web.base.traffic import Counts
from geo_service.web.data import api, photos, tiles
from geo_service.web.data.shapes import screen_areas, screen_ground

_log = logging.getLogger(__name__)

THREADS = 8
WARM_SECONDS = 2.0
HOUSE_SECONDS = 600.0
TIMEOUT_SECONDS = 60
_AROUND_A_FILE = 1024 * 1024


class _Application(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self._settings = settings
        self._options = options
        # Made before the fork, so that each worker tells the sums of all.
        self._counts = Counts()
        self.largest_request = max(settings.upload_bytes, photos.MOST) + _AROUND_A_FILE
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            # An older gunicorn lacks what it need not be told.
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 - what gunicorn calls it with is its own affair
        # Runs in each worker, after the fork: no connection is shared.
        logs.to_file(self._settings.var)
        app = create_app(self._settings, counts=self._counts)
        Thread(target=keep_warm, args=(app, Event().wait), daemon=True).start()
        self.knows = partial(was_signed_in, app)
        own = app.extensions["geo_service"]
        Thread(target=keep_house, args=(own, Event().wait), daemon=True).start()
        Thread(target=keep_seen, args=(own, Event().wait), daemon=True).start()
        return app


def keep_warm(app: Flask, wait: Callable[[float], bool]) -> None:
    """Make what takes a moment before a reader asks for it, now and after each new run.

    `wait` waits so many seconds, and tells that it is over.
    """
    made: object = None
    while True:
        with app.app_context():
            try:
                run = desk.run_or_none()
                now = (run and run.run_id, desk.areas_version())
                if now != made:
                    made = now
                    warm(app)
            except Exception:  # noqa: BLE001 - a reader who asks will be told; nobody asked yet
                _log.exception("could not tell whether there is a new run")
        if wait(WARM_SECONDS):
            return


def keep_house(own: desk.Desk, wait: Callable[[float], bool]) -> None:
    """Have backups made and old photos deleted when it is time, by a process of its own.

    `wait` waits so many seconds, and tells that it is over.
    """
    while not wait(HOUSE_SECONDS):
        try:
            if not is_due(own.store, own.settings, now=own.now()):
                continue
            ended = jobs.spawn(own.settings, "housekeeping").wait()
            if ended:
                _log.error("housekeeping ended with %s, see jobs.log", ended)
        except Exception:  # noqa: BLE001 - the next time it may work
            _log.exception("could not keep house")


def warm(app: Flask) -> None:
    """Make what a page asks for first: shapes, the last week's layers, its list."""
    with app.app_context():
        try:
            screen_ground()
            # What the page will ask for: all areas at once, or tiles of them.
            screen_areas() if tiles.area_tiles() is None else tiles.warm()
            api.warm()
        except Exception:  # noqa: BLE001 - a reader who asks will be told; nobody asked yet
            _log.exception("could not make the map's shapes beforehand")


def options(host: str, port: int) -> dict[str, Any]:
    """Return gunicorn's settings."""
    shown = f"[{host}]" if ":" in host else host
    return {
        "bind": f"{shown}:{port}",
        "workers": WORKERS,
        "threads": THREADS,
        "worker_class": "geo_service.web.base.worker.WaitressWorker",
        "timeout": TIMEOUT_SECONDS,
        "graceful_timeout": 10,
        # It would make a folder in the operator's home.
        "control_socket_disable": True,
        "worker_exit": leave,
        "loglevel": "warning",
        "proc_name": "geo-service",
    }


def leave(_: object, worker: Worker) -> None:
    """End a worker's process at once, when all it had begun is finished.

    Python would take itself down under threads that make shapes in compiled code, and crash.
    """
    if worker.booted:
        logging.shutdown()
        os._exit(0)


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until stopped."""
    _Application(settings, options(host, port)).run()
