"""One report after another beside a million sites: placed, linked, kept, answered.

The sites are put into the store in bulk. Reports are sent to places drawn by a seed: half of them
on a site, half some 40 m beside one.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.city import END, EPSG, MIDDLE, CityParams, make_city
from benchmarks.rows import All, AtMost, MemoryAtMost, Row
from geo_service.flow.live import SiteIndex, accept, near
from geo_service.flow.live.relink import box_around
from geo_service.measure import to_degrees, to_metres
from geo_service.store import Store, open_store
from geo_service.store.bulk import insert_frame
from geo_service.store.schema import cases, runs, sites
from geo_service.store.tables import types_of
from geo_service.terms import FRAMES, packaged_categories

SITES = 1_000_000
ACCEPTS = 600
WARM = 20
CATEGORIES = 12
SPACING_M = 80.0
_OF_A_RUN = ("weeks", "params", "summary")
CITY = CityParams(areas=5_000, reports=1_000)


def measure() -> Iterator[Row]:
    """Yield the rows of accepting and of looking what is near."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'live.sqlite'}")
        try:
            places = fill(store, SITES)
            yield from _rows(store, places)
        finally:
            store.close()


def fill(store: Store, count: int) -> pd.DataFrame:
    """Put sites in, farther apart than any link distance as the rule leaves them.

    Each has one case, every other case a second report. Returns the sites.
    """
    rng = np.random.default_rng(7)
    store.district.set(utm_epsg=EPSG, timezone="Asia/Shanghai")
    store.areas.upsert(make_city(CITY).areas)
    codes = packaged_categories()["code"].to_numpy(dtype=object)[:CATEGORIES]
    side = int(np.ceil(np.sqrt(count / CATEGORIES)))
    category, cell = np.divmod(np.arange(count), side * side)
    across, up = to_metres([MIDDLE[0]], [MIDDLE[1]], EPSG)
    x = across[0] + (cell % side - side / 2) * SPACING_M + rng.uniform(-14, 14, count)
    y = up[0] + (cell // side - side / 2) * SPACING_M + rng.uniform(-14, 14, count)
    lon, lat = to_degrees(x, y, EPSG)
    age = pd.to_timedelta(rng.uniform(0, 200, count), unit="D").round("s")
    opened = pd.Series(pd.Timestamp(END) - age).astype("datetime64[us, UTC]")
    verified = opened + pd.to_timedelta(rng.uniform(1, 20, count), unit="D").round("s")
    verified = verified.where(verified < pd.Timestamp(END))
    ids = pd.Series(np.arange(count)).astype("str")
    openings = pd.DataFrame(
        {
            "report_id": ids,
            "source": "staff",
            "category": codes[category],
            "reported_at": opened,
            "lon": lon,
            "lat": lat,
            "precision": "point",
            "verified_at": verified,
        }
    )
    twice = openings.iloc[::2].assign(report_id="again-" + ids[::2], verified_at=pd.NaT)
    twice["reported_at"] += pd.Timedelta(hours=6)
    with store.transaction() as connection:
        store.reports.upsert(pd.concat([openings, twice], ignore_index=True))
        table = FRAMES["cases"].conform(
            openings.assign(
                case_id=ids,
                site_id=ids,
                opened_at=opened,
                fixed_at=verified,
                state=pd.Series("verified", index=ids.index).where(verified.notna(), "open"),
                episode=1,
                link="new",
                reports=1 + (np.arange(count) % 2 == 0),
                reworks=0,
            )
        )
        insert_frame(connection, cases, table, types_of("cases"))
        run = dict.fromkeys(("as_of", "finished_at"), 0) | dict.fromkeys(_OF_A_RUN, "{}")
        connection.execute(runs.insert(), {**run, "run_id": 1, "coverage_known": False})
        point = FRAMES["sites"].conform(table.assign(episodes=1))
        insert_frame(connection, sites, point, types_of("sites"))
        connection.exec_driver_sql(
            "UPDATE reports SET case_id = replace(report_id, 'again-', ''),"
            " link = CASE WHEN report_id LIKE 'again-%' THEN 'duplicate' ELSE 'new' END"
        )
    return openings


def _rows(store: Store, places: pd.DataFrame) -> Iterator[Row]:
    rng = np.random.default_rng(4)
    drawn = places.iloc[rng.integers(0, len(places), ACCEPTS + WARM)]
    moved = rng.random(len(drawn)) < 0.5
    lon = drawn["lon"].to_numpy() + np.where(moved, rng.normal(0, 4e-4, len(drawn)), 0)
    lat = drawn["lat"].to_numpy() + np.where(moved, rng.normal(0, 4e-4, len(drawn)), 0)
    asked = list(zip(drawn["category"], lon.tolist(), lat.tolist(), strict=True))
    yield _loaded(store)
    index = SiteIndex(store)
    index.load()
    yield _both(
        "live_near",
        asked,
        lambda *place: near(store, index, *place, epsg=EPSG, now=END),
        lambda *place: near(store, _NeverLoaded(store), *place, epsg=EPSG, now=END),
        "all by the store's indexed queries, in one reading",
    )
    for name, metres in (("live_near_sites", 31.0), ("live_near_500_m", 500.0)):
        yield _both(
            name,
            [(category, box_around(x, y, metres)) for category, x, y in asked],
            lambda *box: index.now(store.changes.mark()).sites_in(*box),
            store.live.sites_in,
            "the store's indexed query",
        )
    now, links = END, dict.fromkeys(("new", "duplicate", "rework", "rebound"), 0)
    accepts = []
    for category, x, y in asked:
        now += timedelta(seconds=30)
        fields = {"category": category, "lon": x, "lat": y, "source": "staff", "address": "1"}
        begun = time.perf_counter()
        answer = accept(store, fields, now=now)
        accepts.append(time.perf_counter() - begun)
        links[str(answer.link)] += 1
    told = ", ".join(f"{count} {link}" for link, count in links.items())
    late = f"{np.quantile(accepts[WARM:], 0.95) * 1000:.1f} ms"
    yield Row.of(
        "live_accept",
        accepts[WARM:],
        asked=AtMost(0.005),
        note=f"{len(places):,} sites; 95 % within {late}; {told}",
    )


class _NeverLoaded(SiteIndex):
    def now(self, mark: str) -> None:
        """Leave it to the store."""


def _both(
    name: str,
    asked: Sequence[tuple[Any, ...]],
    ours: Callable[..., object],
    theirs: Callable[..., object],
    peer: str,
) -> Row:
    """Ask both in turn, everything twice: the second time counts."""
    times: dict[Callable[..., object], list[float]] = {ours: [], theirs: []}
    for one in [*asked, *asked]:
        for way, seconds in times.items():
            begun = time.perf_counter()
            way(*one)
            seconds.append(time.perf_counter() - begun)
    warm = [seconds[len(asked) :] for seconds in times.values()]
    note = " and ".join(f"{np.median(seconds) * 1e6:.0f} µs" for seconds in warm)
    return Row.of(name, warm[0], peer=peer, peer_times=warm[1], note=note)


def _loaded(store: Store) -> Row:
    command = [sys.executable, "-c", "from benchmarks.live import load; load()", store.url]
    told = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return Row.of(
        "live_near_load",
        [told["seconds"]],
        asked=All((AtMost(10), MemoryAtMost(250))),
        megabytes=told["megabytes"],
        note=f"in a thread; {told['cpu']:.1f} s on a core; at most {told['peak']:.0f} MB meanwhile",
    )


def load() -> None:
    """Load the index of the store that the command names, and tell what it takes."""
    store = open_store(sys.argv[1])
    near(store, _NeverLoaded(store), "D01", *MIDDLE, epsg=EPSG, now=END)
    index = SiteIndex(store)
    before = _memory("VmRSS")
    begun, busy = time.perf_counter(), time.process_time()
    index.load()
    told = {"seconds": time.perf_counter() - begun, "cpu": time.process_time() - busy}
    told |= {"megabytes": _memory("VmRSS") - before, "peak": _memory("VmHWM") - before}
    sys.stdout.write(json.dumps(told))


def _memory(name: str) -> float:
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 / 1e6 if found else float("nan")
