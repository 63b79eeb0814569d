"""Facts that come late: what they can change is linked anew, beside linking everything.

A weekly export says of 5,000 cases of a million reports that they are closed by now. The peer is
our own link of all reports; both know the reports already and make no tables. The same cases must
come out.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.city import END, EPSG, CityParams, make_city
from benchmarks.clock import in_turn
from benchmarks.rows import AtLeast, Row
from geo_service.link import Linking, Memory, remember, renew
from geo_service.terms import packaged_categories

CITY = CityParams(areas=5_000, reports=1_000_000, categories=12)
LATE = 5_000


def measure() -> Iterator[Row]:
    """Yield the row of late facts."""
    reports = make_city(CITY).reports
    linking = Linking(packaged_categories(), EPSG)
    before = remember(reports, linking, END)
    late = _closed(reports, before)
    kept = reports[~reports["report_id"].isin(late["report_id"])]
    everything = pd.concat([kept, late], ignore_index=True)
    times = in_turn(
        lambda: renew(before, late, linking, END).memory,
        lambda: remember(everything, linking, END),
        same=_same,
        runs=5,
    )
    yield Row.of(
        "renew_late_facts",
        times.ours,
        peer="link of everything",
        peer_times=times.peer,
        asked=AtLeast(20),
        note=f"{LATE:,} of {len(reports):,} reports say that their cases are closed",
    )


def _closed(reports: pd.DataFrame, before: Memory) -> pd.DataFrame:
    waiting = before.cases.opening[before.cases.verified == np.iinfo(np.int64).max]
    rng = np.random.default_rng(1)
    ids = before.rows.report_id[rng.choice(waiting, LATE, replace=False)]
    late = reports[reports["report_id"].isin(ids)].copy()
    late["fixed_at"] = late["fixed_at"].fillna(late["reported_at"] + pd.Timedelta(days=3))
    late["verified_at"] = late["fixed_at"] + pd.Timedelta(days=1)
    return late


def _same(one: Memory, other: Memory) -> bool:
    pairs = zip(one.cases, other.cases, strict=True)
    return all(np.array_equal(left, right) for left, right in pairs) and np.array_equal(
        one.link, other.link
    )
