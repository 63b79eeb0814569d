"""A full refresh of a big city as a whole process: link, then every figure, kept as one run.

There is no peer: nobody else computes these figures. The store is filled beforehand.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.city import EPSG, CityParams, make_city
from benchmarks.clock import run_process
from benchmarks.rows import AtMost, Row
from geo_service.store import open_store

CITY = CityParams(areas=5_000, reports=1_000_000, weeks=104, categories=12)
SECONDS = 60
MOST_MB = 4_000


def measure() -> Iterator[Row]:
    """Yield the row of a full refresh."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'city.sqlite'}"
        _fill(url)
        done = run_process(
            [sys.executable, "-m", "geo_service", "refresh", "--db", url], os.environ
        )
    yield Row.of(
        "refresh_full",
        [done.seconds],
        asked=AtMost(SECONDS),
        note=f"{CITY.reports:,} reports, {CITY.areas:,} areas, {CITY.weeks} weeks; "
        f"{done.core_seconds:.0f} s on a core; {done.peak_mb:,.0f} MB, asked ≤ {MOST_MB:,}",
    )


def _fill(url: str) -> None:
    city = make_city(CITY)
    store = open_store(url)
    try:
        store.district.set(timezone="Asia/Shanghai", timezone_fixed=True, utm_epsg=EPSG)
        store.areas.upsert(city.areas)
        store.reports.upsert(city.reports)
    finally:
        store.close()
