"""Refreshes of a big city as whole processes: link, then every figure, kept as one run.

There is no peer: nobody else computes these figures. The store is filled beforehand.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from benchmarks.city import EPSG, City, CityParams, make_city
from benchmarks.clock import Finished, run_process
from benchmarks.rows import All, AtMost, MemoryAtMost, Row
from geo_service.store import open_store

CITY = CityParams(areas=5_000, reports=1_001_000, weeks=104, categories=12)
LATEST = 1_000
FULL = All((AtMost(28), MemoryAtMost(2_000)))
LATEST_SECONDS = 4


def measure() -> Iterator[Row]:
    """Yield the rows of a full refresh, and of one after a thousand new reports."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'city.sqlite'}"
        city = make_city(CITY)
        _keep(url, city.reports.iloc[:-LATEST], city)
        full = _refresh(url, "2026-06-28")
        yield Row.of(
            "refresh_full",
            [full.seconds],
            asked=FULL,
            note=f"{CITY.reports - LATEST:,} reports, {CITY.areas:,} areas, {CITY.weeks} weeks; "
            f"{full.core_seconds:.0f} s on a core",
            megabytes=full.peak_mb,
        )
        _keep(url, city.reports.iloc[-LATEST:])
        few = _refresh(url, "2026-06-29")
    yield Row.of(
        "refresh_latest",
        [few.seconds],
        asked=AtMost(LATEST_SECONDS),
        note=f"after {LATEST:,} new reports and a day; {few.seconds / full.seconds:.0%} of the "
        f"full one, {few.core_seconds:.1f} s on a core, Python's start included",
    )


def _refresh(url: str, day: str) -> Finished:
    command = [sys.executable, "-m", "geo_service", "refresh", "--db", url, "--as-of", day]
    return run_process(command, os.environ)


def _keep(url: str, reports: pd.DataFrame, city: City | None = None) -> None:
    store = open_store(url)
    try:
        if city is not None:
            store.district.set(timezone="Asia/Shanghai", timezone_fixed=True, utm_epsg=EPSG)
            store.areas.upsert(city.areas)
        store.reports.upsert(reports)
    finally:
        store.close()
