"""What a request works with: the store, the settings, the clock, the district, its day."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import TypeVar
from zoneinfo import ZoneInfo

from flask import current_app, g

from geo_service.settings import Settings
from geo_service.store import District, Run, Store
from geo_service.terms import NotReady

Value = TypeVar("Value")
Key = tuple[str, *tuple[object, ...]]

_KEPT = 4
# Whole weeks are large, what is cut from them is small and asked for again and again.
_KEPT_OF = {"week": 2, "rows": 64, "series": 48, "tile": 256}


@dataclass
class Memory:
    """A few answers kept in this process, under keys that change when the answer would.

    The first word of a key is its subject; each subject has room for a few of its own, so that
    going through the weeks does not push out the shapes.
    """

    kept: dict[str, OrderedDict[Key, object]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return what was made for `key`, making it if need be; the longest unused go."""
        with self.lock:
            subject = self.kept.setdefault(key[0], OrderedDict())
            if key in subject:
                subject.move_to_end(key)
                return subject[key]  # type: ignore[return-value]
        made = make()
        with self.lock:
            subject[key] = made
            while len(subject) > _KEPT_OF.get(key[0], _KEPT):
                subject.popitem(last=False)
        return made


@dataclass(frozen=True)
class Desk:
    """Everything an application was made with."""

    settings: Settings
    store: Store
    now: Callable[[], datetime]
    memory: Memory = field(default_factory=Memory)


def desk() -> Desk:
    """Return the desk of the running application."""
    found: Desk = current_app.extensions["geo_service"]
    return found


def store() -> Store:
    """Return the store."""
    return desk().store


def now() -> datetime:
    """Return this moment."""
    return desk().now()


def remember(key: Key, make: Callable[[], Value]) -> Value:
    """Return what was made for `key` in this process, making it if need be."""
    return desk().memory.get(key, make)


def district() -> District:
    """Return the district, read once a request."""
    if "district" not in g:
        g.district = store().district.get()
    found: District = g.district
    return found


def today() -> date:
    """Return the district's day: the demo's, where it keeps one, else the calendar's."""
    kept = district().today or now()
    return kept.astimezone(ZoneInfo(district().timezone)).date()


def run_or_none() -> Run | None:
    """Return the last complete run, read once a request."""
    if "run" not in g:
        g.run = store().runs.latest()
    found: Run | None = g.run
    return found


def run() -> Run:
    """Return the last complete run.

    Raises
    ------
    NotReady
        If there is none yet.
    """
    found = run_or_none()
    if found is None:
        raise NotReady("errors.no_run")
    return found
