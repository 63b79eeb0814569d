"""The map in a browser: how soon polygons are seen, how soon another week is.

The real server over a store of 5,000 thin areas and 52 weeks; each page is opened in a fresh
browser context, whose caches are empty. The peer's page was rendered beforehand, so that its
server has nothing to do but send it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, StorageState

from benchmarks import map_tiles
from benchmarks.city import City, CityParams, make_city
from benchmarks.clock import RUNS
from benchmarks.rows import All, AtLeast, AtMost, Row
from benchmarks.service import Service, browsing
from benchmarks.usual_map import served, usual_page
from benchmarks.visits import NAME, PASSWORD, WIDE, signed_in, until_polygons, week_steps

CITY = CityParams(areas=5_000, reports=100_000, weeks=52, categories=4)
STEPS = 20
FIRST = All((AtMost(0.5), AtLeast(1.4)))


def measure() -> Iterator[Row]:
    """Yield the map's rows."""
    city = make_city(CITY)
    with tempfile.TemporaryDirectory() as folder, browsing() as browser:
        service = Service.within(Path(folder))
        service.take_in(city)
        service.add_user(NAME, PASSWORD)
        with service.serving() as address, served(_usual(city)) as usual:
            state = signed_in(browser, address)
            yield _first_polygons(browser, address, state, usual)
            yield from _week_steps(browser, address, state)
    yield from map_tiles.measure()


def _usual(city: City) -> str:
    """Return the usual page of the last four weeks' reports."""
    areas = city.areas[city.areas["kind"] != "subdistrict"]
    latest = city.reports["reported_at"].max() - pd.Timedelta(weeks=4)
    counts = city.reports.loc[city.reports["reported_at"] > latest, "address"].value_counts()
    return usual_page(areas, areas["name"].map(counts).fillna(0.0))


def _first_polygons(browser: Browser, address: str, state: StorageState, usual: str) -> Row:
    # Two processes serve: both are to be warm.
    for _ in range(3):
        until_polygons(browser, address, state)
    until_polygons(browser, usual, None)
    ours, peer = [], []
    for _ in range(RUNS):
        ours.append(until_polygons(browser, address, state))
        peer.append(until_polygons(browser, usual, None))
    return Row.of(
        "map_first_polygons",
        ours,
        peer="folium.GeoJson, one week embedded",
        peer_times=peer,
        asked=FIRST,
        note=f"{CITY.areas:,} areas × {CITY.weeks} weeks",
    )


def _week_steps(browser: Browser, address: str, state: StorageState) -> Iterator[Row]:
    context = browser.new_context(viewport=WIDE, locale="zh-CN", storage_state=state)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("[data-ready=yes]")
    last = int(page.evaluate("document.querySelector('[data-testid=week-slider]').max"))
    back = [last - n for n in range(1, STEPS + 4)]
    yield Row.of(
        "map_week_step",
        week_steps(page, back)[3:],
        asked=AtMost(0.1),
        note="to the next week, which the page has asked for beforehand",
    )
    page.reload()
    page.wait_for_selector("[data-ready=yes]")
    # Every other week of the older half, out of order: none lies beside one already shown.
    away = np.random.default_rng(1).permutation(np.arange(0, last - 1, 2))[: STEPS + 3]
    yield Row.of(
        "map_week_jump",
        week_steps(page, away.tolist())[3:],
        note="to a week far away, asked of the server",
    )
    context.close()
