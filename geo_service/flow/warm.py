"""Compile what a refresh needs, and keep it: so that the first refresh is as quick as others.

numba compiles a function when it is first called and keeps what it made by the function's file.
The flow itself is walked over a small district, so that no list of functions can be forgotten.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from numba.core import event
from numba.core.dispatcher import Dispatcher

from geo_service import demo
from geo_service.flow.imports import Tell, load_demo, silent
from geo_service.flow.live import accept
from geo_service.flow.refresh import refresh
from geo_service.store import open_store

_WEEKS = 60  # so many that series are long enough
_POINTS = 21_500  # so many that all are located at once
_SENT = {"category": "D01", "lon": 103.77, "lat": 36.06}


def warm(folder: Path, *, tell: Tell = silent) -> int:
    """Compile and keep all that imports, refreshes and live reports call.

    `folder` is an empty one, for a store that nobody needs afterwards. Returns how many functions
    had to be compiled; 0 where all were kept.
    """
    ours = compiled_functions()
    made: set[Dispatcher] = set()

    def count(dispatcher: Dispatcher) -> None:
        if dispatcher in ours:
            made.add(dispatcher)
            tell("compile", len(made), len(ours))

    tell("compile", 0, len(ours))
    listener = _Listener(count)
    event.register("numba:compile", listener)  # type: ignore[no-untyped-call]
    try:
        _walk(folder)
    finally:
        event.unregister("numba:compile", listener)  # type: ignore[no-untyped-call]
    return len(made)


def compiled_functions() -> set[Dispatcher]:
    """Return every function of the package that numba compiles."""
    modules = [module for name, module in sys.modules.items() if name.startswith("geo_service.")]
    found = (one for module in modules for one in vars(module).values())
    return {one for one in found if isinstance(one, Dispatcher)}


def _walk(folder: Path) -> None:
    district = demo.demo_district()
    now = datetime.combine(district.end, datetime.min.time(), UTC)
    recent = district.reports[district.reports["reported_at"] >= now - timedelta(weeks=_WEEKS)]
    # of one category: whatever is made for each is made once
    reports = recent.sample(_POINTS, random_state=1).assign(category=_SENT["category"])
    # nobody's visits first: where nobody looked is computed another way
    nobody = {"people": district.people.head(0), "visits": district.visits.head(0)}
    some = replace(district, reports=reports.sort_index(), **nobody)
    store = open_store(f"sqlite:///{folder / 'warm.sqlite'}")
    try:
        load_demo(store, some, {}, now=now)
        refresh(store, now=now)
        store.visits.upsert(district.visits)
        accept(store, _SENT, now=now)
        refresh(store, now=now + timedelta(days=1))
    finally:
        store.close()


class _Listener(event.Listener):
    def __init__(self, count: Callable[[Dispatcher], None]) -> None:
        self._count = count

    def on_start(self, event: event.Event) -> None:
        """Nothing to say yet."""

    def on_end(self, event: event.Event) -> None:
        """Say that one is ready."""
        self._count(event.data["dispatcher"])
