"""What a request works with: the store, the settings, the clock, the district, its day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pandas as pd
from flask import current_app, g

from geo_service import flow
from geo_service.settings import Settings
from geo_service.store import STANDING, Chain, District, Run, Session, Store
from geo_service.terms import NotReady
from geo_service.web.base.keep import Kept, Memory
from geo_service.web.base.traffic import Counts

_SESSION = Kept[Session | None]("session", room=256)
_PRESENT = Kept[datetime]("present")
_VERSION = Kept[int]("version")
_DIGEST = Kept[str]("digest", room=16)
_CATEGORIES = Kept[pd.DataFrame]("categories")
_KINDS = Kept[pd.DataFrame]("kinds")
_CREWS = Kept[pd.DataFrame]("crews")
_UNITS = Kept[pd.DataFrame]("units")
_LOAD = Kept[dict[str, int]]("load", room=16)
_GIVEN = ("assignment_id", "crew_id", "date", "state", "version")
_GIVEN_SINCE = Kept[dict[str, dict[str, str]]]("assigned since", room=16)
_DISTRICT = Kept[District]("district")
_RUN = Kept[Run | None]("run")


@dataclass(frozen=True)
class Desk:
    """Everything an application was made with."""

    settings: Settings
    store: Store
    now: Callable[[], datetime]
    chain: Chain
    memory: Memory = field(default_factory=Memory)
    counts: Counts = field(default_factory=Counts)
    seen: dict[str, datetime] = field(default_factory=dict)
    """When sessions were last used, by their ids, as far as the store was not told yet."""


def desk() -> Desk:
    """Return the desk of the running application."""
    return current_app.extensions["geo_service"]


def store() -> Store:
    """Return the store."""
    return desk().store


def now() -> datetime:
    """Return this moment."""
    return desk().now()


def present() -> datetime:
    """Return what moment it is in the district: the same for a minute, so that counts agree."""
    minute = now().replace(second=0, microsecond=0)
    return _PRESENT.lately((minute,), lambda: flow.present(store(), now()))


def session(key: str) -> Session | None:
    """Return the session of `key`, as it is at the beginning of the request."""
    return _SESSION.lately((key,), lambda: store().sessions.find(key))


def areas_version() -> int:
    """Return the number that is raised by each change of areas or kinds."""
    return _VERSION.lately((), store().areas.version)


def digest(*tables: str) -> str:
    """Return a hash of the rows of some small tables: the same while they are."""
    return _DIGEST.lately(tables, lambda: store().changes.digest(*tables))


def categories() -> pd.DataFrame:
    """Return all categories; not to be changed."""
    return _CATEGORIES.of((digest("categories"),), store().words.categories)


def kinds() -> pd.DataFrame:
    """Return all kinds, finest first; not to be changed."""
    return _KINDS.of((digest("kinds"),), store().words.kinds)


def crews() -> pd.DataFrame:
    """Return all crews; not to be changed."""
    return _CREWS.of((digest("crews"),), store().crews.read)


def units() -> pd.DataFrame:
    """Return all units; not to be changed."""
    return _UNITS.of((digest("units"),), store().units.read)


def load_on(day: date) -> dict[str, int]:
    """Return how many areas each crew has on a day; not to be changed."""
    return _LOAD.lately((day,), lambda: store().assignments.load(day))


def given_since(day: date) -> dict[str, dict[str, str]]:
    """Return the next assignment of each area, whole, from a day on; not to be changed."""

    def read() -> dict[str, dict[str, str]]:
        table = store().assignments.of(since=day, states=STANDING)
        table = table.loc[table["case_ids"].isna(), ["area_id", *_GIVEN]]
        first = table.drop_duplicates("area_id").set_index("area_id").astype("str")
        return first.to_dict("index")

    return _GIVEN_SINCE.lately((day,), read)


def district() -> District:
    """Return the district."""
    return _DISTRICT.lately((), store().district.get)


def today() -> date:
    """Return the district's day: the demo's, where it keeps one, else the calendar's."""
    kept = district().today or now()
    return kept.astimezone(ZoneInfo(district().timezone)).date()


def run_or_none() -> Run | None:
    """Return the last complete run: the same one throughout a request."""
    if "run" not in g:
        g.run = _RUN.lately((), store().runs.latest)
    return g.run


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
