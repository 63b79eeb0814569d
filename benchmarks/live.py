"""One report after another beside a million sites: placed, linked, kept, answered.

The sites are put into the store in bulk. Reports are sent to places drawn by a seed: half of them
on a site, half some 40 m beside one.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.city import END, EPSG, MIDDLE, CityParams, make_city
from benchmarks.rows import AtMost, Row
from geo_service.flow.live import accept, near, site_index
from geo_service.measure import to_degrees, to_metres
from geo_service.store import Store, open_store
from geo_service.store.bulk import insert_frame
from geo_service.store.schema import cases, sites
from geo_service.store.tables import types_of
from geo_service.terms import FRAMES, packaged_categories

SITES = 1_000_000
ACCEPTS = 600
WARM = 20
CATEGORIES = 12
SPACING_M = 80.0
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
    index = site_index(store, EPSG)
    now, links = END, dict.fromkeys(("new", "duplicate", "rework", "rebound"), 0)
    accepts, looks = [], []
    for category, x, y in zip(drawn["category"], lon.tolist(), lat.tolist(), strict=True):
        now += timedelta(seconds=30)
        begun = time.perf_counter()
        near(store, index, category, x, y, epsg=EPSG, now=now)
        seen = time.perf_counter()
        fields = {"category": category, "lon": x, "lat": y, "source": "staff", "address": "1"}
        answer = accept(store, fields, now=now, index=index)
        done = time.perf_counter()
        looks.append(seen - begun)
        accepts.append(done - seen)
        links[str(answer.link)] += 1
    told = ", ".join(f"{count} {link}" for link, count in links.items())
    yield Row.of(
        "live_accept",
        accepts[WARM:],
        asked=AtMost(0.005),
        note=f"{len(places):,} sites; 95 % within {_late(accepts)}; {told}",
    )
    yield Row.of(
        "live_near",
        looks[WARM:],
        note=f"the index of sites, squares loaded on first need; 95 % within {_late(looks)}",
    )


def _late(times: list[float]) -> str:
    return f"{np.quantile(times[WARM:], 0.95) * 1000:.1f} ms"
