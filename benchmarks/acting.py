"""What people do with cases beside a million reports: a fact of now, and one that comes late.

Seconds on a core; that the event is on the disk before it is answered (two fsync) is told apart.
The late ones are about cases of a quarter whose reports are all reachable from each other.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.city import END, EPSG, MIDDLE
from benchmarks.live import fill
from benchmarks.rows import AtMost, Row
from geo_service.casework import Actor
from geo_service.flow.live import act
from geo_service.flow.live.relink import Seed, relink
from geo_service.measure import to_degrees, to_metres
from geo_service.store import Chain, Store, open_store

SITES = 670_000
"""Every other one has two reports: a million reports in all."""

QUARTER = 1_900
STEP_M = 20.0
NOWS, LATES, WARM = 200, 15, 5
NOW_SECONDS, LATE_SECONDS = 0.010, 0.300
_CHIEF = Actor("chief", "supervisor")


@dataclass
class Times:
    """Seconds of each event: on a core, and in all."""

    core: list[float]
    whole: list[float]

    def row(self, name: str, seconds: float, what: str) -> Row:
        """Return the row of those that count."""
        late = np.quantile(self.whole[WARM:], [0.5, 0.95]) * 1000
        note = f"on a core; {late[0]:.0f} ms with the disk, 95 % within {late[1]:.0f} ms; {what}"
        return Row.of(name, self.core[WARM:], asked=AtMost(seconds), note=note)


def measure() -> Iterator[Row]:
    """Yield the rows of events of now and of late ones."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with closing(open_store(f"sqlite:///{folder / 'act.sqlite'}")) as store:
            yield from rows(store, folder, SITES, QUARTER)


def rows(store: Store, folder: Path, sites: int, quarter: int) -> Iterator[Row]:
    """Fill `store` and yield the rows."""
    openings, chain = fill(store, sites), Chain(b"key", folder / "chain.log")
    is_open = openings["verified_at"].isna().to_numpy()
    cases = openings.loc[is_open, "report_id"].sample(NOWS + WARM, random_state=3).tolist()
    store.crews.upsert(pd.DataFrame([{"crew_id": "C1", "name": "C1"}]))
    reports = f"{store.reports.count():,} reports"
    now, of_now = END, Times([], [])
    for number, case_id in enumerate(cases):
        kind = {"kind": "dispatched", "crew_id": "C1"} if number % 2 else {"kind": "fixed"}
        now += timedelta(seconds=30)
        _timed(of_now, store, chain, case_id, kind, now)
    yield of_now.row("act_now", NOW_SECONDS, f"dispatched and fixed by turns among {reports}")
    late, its = Times([], []), _quarter(store, quarter)
    for one in its.sample(LATES + WARM, random_state=3).itertuples():
        now += timedelta(seconds=30)
        # before the report that joined the case last
        before = {"at": (one.opened_at + timedelta(minutes=1)).isoformat(), "note": "by telephone"}
        _timed(late, store, chain, one.case_id, {"kind": "fixed", **before}, now)
    told = f"before a later report, {quarter:,} connected reports among {reports}"
    yield late.row("act_back_dated", LATE_SECONDS, told)


def _timed(
    times: Times, store: Store, chain: Chain, case_id: str, fields: dict[str, str], now: datetime
) -> None:
    begun, busy = time.perf_counter(), time.process_time()
    act(store, chain, case_id, fields, actor=_CHIEF, now=now, key=f"{case_id} {now}")
    times.core.append(time.process_time() - busy)
    times.whole.append(time.perf_counter() - begun)


def _quarter(store: Store, count: int) -> pd.DataFrame:
    """Put reports of a crowded quarter far outside, each reachable from its neighbours.

    Returns their open cases that several reports are of.
    """
    across, up = to_metres([MIDDLE[0]], [MIDDLE[1]], EPSG)
    row, column = np.divmod(np.arange(count), int(np.ceil(np.sqrt(count))))
    x, y = across[0] - 45_000 + column * STEP_M, up[0] - 42_000 + row * STEP_M
    lon, lat = to_degrees(x, y, EPSG)
    hours = pd.to_timedelta(np.random.default_rng(5).uniform(0, 24 * 60, count), unit="h")
    table = pd.DataFrame(
        {
            "report_id": [f"quarter-{number}" for number in range(count)],
            "source": "staff",
            "category": "D01",
            "reported_at": (pd.Timestamp(END) - hours).round("s"),
            "lon": lon,
            "lat": lat,
            "precision": "point",
        }
    )
    with store.transaction():
        store.reports.upsert(table)
        seeds = [Seed("D01", float(lon[0]), float(lat[0]))]
        relink(store, seeds, table["report_id"], epsg=EPSG, as_of=END, most=None)
    found = store.cases.read()
    own = found["case_id"].str.startswith("quarter-") & (found["reports"] > 1)
    return found[own & (found["state"] == "open")]
