"""What a request works with: the store, the settings, the clock, the district, its day."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Event, Lock
from typing import TypeVar
from zoneinfo import ZoneInfo

import pandas as pd
from flask import current_app, g

from geo_service.settings import Settings
from geo_service.store import Account, District, Run, Store
from geo_service.terms import NotReady

Value = TypeVar("Value")
Key = tuple[str, *tuple[object, ...]]

_KEPT = 4
# What is small and asked for again and again has more room.
_KEPT_OF = {
    "rows": 512,
    "series": 48,
    "main category": 64,
    "district rates": 64,
    "tile": 256,
    "values": 2048,
    "worst": 512,
    "export": 256,
    "account": 64,
    "load": 16,
    "digest": 16,
    "candidates": 16,
}
_KEPT_BYTES = 96_000_000


@dataclass
class Memory:
    """A few answers kept in this process, under keys that change when the answer would.

    The first word of a key is its subject; each subject has room for a few of its own, so that
    going through the weeks does not push out the shapes. What says by ``nbytes`` how large it is
    goes sooner where together they would be too large.
    """

    kept: dict[str, OrderedDict[Key, object]] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    making: dict[Key, Event] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """Return what was made for `key`, making it if need be; the longest unused go.

        One thread makes it, others that ask meanwhile wait for it; should it fail, the next tries.
        `make` may ask for other keys, but for none whose making asks for this one.
        """
        while True:
            with self.lock:
                subject = self.kept.setdefault(key[0], OrderedDict())
                if key in subject:
                    subject.move_to_end(key)
                    return subject[key]  # type: ignore[return-value]
                other = self.making.get(key)
                if other is None:
                    mine = self.making[key] = Event()
                    break
            other.wait()
        try:
            made = make()
            with self.lock:
                subject[key] = made
                self.bytes[key[0]] = self.bytes.get(key[0], 0) + _size(made)
                while len(subject) > _KEPT_OF.get(key[0], _KEPT) or (
                    self.bytes[key[0]] > _KEPT_BYTES and len(subject) > 1
                ):
                    _, gone = subject.popitem(last=False)
                    self.bytes[key[0]] -= _size(gone)
        finally:
            with self.lock:
                del self.making[key]
            mine.set()
        return made


def _size(value: object) -> int:
    return int(getattr(value, "nbytes", 0))


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


def lately(key: Key, make: Callable[[], Value]) -> Value:
    """Return what `make` reads of the store, read again when anything has been committed since.

    For small things that each request asks for. Whoever changes the store in a request does not
    see the change by this before the next one.
    """
    if "mark" not in g:
        g.mark = store().changes.mark()
    return remember((key[0], g.mark, *key[1:]), make)


def account(name: str) -> Account | None:
    """Return the account called `name`, as it is at the beginning of the request."""
    return lately(("account", name), lambda: store().accounts.get(name))


def areas_version() -> int:
    """Return the number that is raised by each change of areas or kinds."""
    return lately(("version",), store().areas.version)


def digest(*tables: str) -> str:
    """Return a hash of the rows of some small tables: the same while they are."""
    return lately(("digest", tables), lambda: store().changes.digest(*tables))


def categories() -> pd.DataFrame:
    """Return all categories; not to be changed."""
    return remember(("categories", digest("categories")), store().words.categories)


def kinds() -> pd.DataFrame:
    """Return all kinds, finest first; not to be changed."""
    return remember(("kinds", digest("kinds")), store().words.kinds)


def crews() -> pd.DataFrame:
    """Return all crews; not to be changed."""
    return remember(("crews", digest("crews")), store().crews.read)


def load_on(day: date) -> dict[str, int]:
    """Return how many areas each crew has on a day; not to be changed."""
    return lately(("load", day), lambda: store().assignments.load(day))


def assigned_on(day: date) -> pd.DataFrame:
    """Return the assignments of a day."""
    return store().assignments.of(date=day)


def district() -> District:
    """Return the district."""
    return lately(("district",), store().district.get)


def today() -> date:
    """Return the district's day: the demo's, where it keeps one, else the calendar's."""
    kept = district().today or now()
    return kept.astimezone(ZoneInfo(district().timezone)).date()


def run_or_none() -> Run | None:
    """Return the last complete run: the same one throughout a request."""
    if "run" not in g:
        g.run = lately(("run",), store().runs.latest)
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
