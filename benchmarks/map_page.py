"""The map in a browser: how soon polygons are seen, how soon another week is.

The real server over a store of 5,000 thin areas and 52 weeks; each page is opened in a fresh
browser context, whose caches are empty. The peer's page was rendered beforehand, so that its
server has nothing to do but send it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, Page, StorageState

from benchmarks.city import City, CityParams, make_city
from benchmarks.clock import RUNS
from benchmarks.rows import AtMost, Row
from benchmarks.service import Service, browsing
from benchmarks.usual_map import served, usual_page

CITY = CityParams(areas=5_000, reports=100_000, weeks=52, categories=4)
STEPS = 20
WIDE: Any = {"width": 1440, "height": 900}
REST_MS = 400
NAME, PASSWORD = "measurer", "seven thirty in the morning"

# Each frame looks whether a polygon is there: a path of the SVG, or paint in the middle of the
# canvas, which is read back so that it must have been drawn. The time is that of the frame after.
LOOK = """
window.firstPolygons = new Promise((resolve) => {
  const painted = (canvas) => {
    if (!canvas || !canvas.width) return false;
    const { width, height } = canvas;
    const strip = canvas.getContext("2d").getImageData(0, Math.floor(height * 0.45), width, 40);
    return new Uint32Array(strip.data.buffer).some((pixel) => pixel !== 0);
  };
  const look = () => {
    const there = document.querySelector(".leaflet-overlay-pane path[d^=M]")
      || painted(document.querySelector(".leaflet-areas-pane canvas"));
    requestAnimationFrame(there ? () => resolve(performance.now()) : look);
  };
  requestAnimationFrame(look);
});
"""

# From the slider's event to the frame in which the canvas was drawn anew and read back.
STEP = """
async (index) => {
  const slider = document.querySelector("[data-testid=week-slider]");
  const frame = document.querySelector(".overview");
  const pen = document.querySelector(".leaflet-areas-pane canvas").getContext("2d");
  const week = (await (await fetch("/api/periods")).json()).weeks[index];
  const drawn = new Promise((resolve) => {
    const watch = new MutationObserver(() => {
      if (!frame.dataset.shown.endsWith(` ${week}`)) return;
      watch.disconnect();
      requestAnimationFrame(() => { pen.getImageData(0, 0, 1, 1); resolve(performance.now()); });
    });
    watch.observe(frame, { attributes: true, attributeFilter: ["data-shown"] });
  });
  const begun = performance.now();
  slider.value = String(index);
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  return (await drawn) - begun;
}
"""
PICTURE = "document.querySelector('.leaflet-areas-pane canvas').toDataURL()"


def measure() -> Iterator[Row]:
    """Yield the map's rows."""
    city = make_city(CITY)
    with tempfile.TemporaryDirectory() as folder, browsing() as browser:
        service = Service.within(Path(folder))
        service.take_in(city)
        service.add_user(NAME, PASSWORD)
        with service.serving() as address, served(_usual(city)) as usual:
            state = _signed_in(browser, address)
            yield _first_polygons(browser, address, state, usual)
            yield from _week_steps(browser, address, state)


def _usual(city: City) -> str:
    """Return the usual page of the last four weeks' reports."""
    areas = city.areas[city.areas["kind"] != "subdistrict"]
    latest = city.reports["reported_at"].max() - pd.Timedelta(weeks=4)
    counts = city.reports.loc[city.reports["reported_at"] > latest, "address"].value_counts()
    return usual_page(areas, areas["name"].map(counts).fillna(0.0))


def _signed_in(browser: Browser, address: str) -> StorageState:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=name]", NAME)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/")
    state = context.storage_state()
    context.close()
    return state


def _first_polygons(browser: Browser, address: str, state: StorageState, usual: str) -> Row:
    # Two processes serve: both are to be warm.
    for _ in range(3):
        _until_polygons(browser, address, state)
    _until_polygons(browser, usual, None)
    ours, peer = [], []
    for _ in range(RUNS):
        ours.append(_until_polygons(browser, address, state))
        peer.append(_until_polygons(browser, usual, None))
    return Row.of(
        "map_first_polygons",
        ours,
        peer="folium.GeoJson, one week embedded",
        peer_times=peer,
        asked=AtMost(1.0),
        note=f"{CITY.areas:,} areas × {CITY.weeks} weeks",
    )


def _until_polygons(browser: Browser, address: str, state: StorageState | None) -> float:
    context = browser.new_context(viewport=WIDE, locale="zh-CN", storage_state=state)
    context.add_init_script(LOOK)
    page = context.new_page()
    page.goto(address, wait_until="commit")
    seconds = page.evaluate("window.firstPolygons") / 1000
    page.wait_for_load_state("networkidle")
    context.close()
    return float(seconds)


def _week_steps(browser: Browser, address: str, state: StorageState) -> Iterator[Row]:
    context = browser.new_context(viewport=WIDE, locale="zh-CN", storage_state=state)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("[data-ready=yes]")
    last = int(page.evaluate("document.querySelector('[data-testid=week-slider]').max"))
    back = [last - n for n in range(1, STEPS + 4)]
    yield Row.of(
        "map_week_step",
        _steps(page, back)[3:],
        asked=AtMost(0.1),
        note="to the next week, which the page has asked for beforehand",
    )
    page.reload()
    page.wait_for_selector("[data-ready=yes]")
    # Every other week of the older half, out of order: none lies beside one already shown.
    away = np.random.default_rng(1).permutation(np.arange(0, last - 1, 2))[: STEPS + 3]
    yield Row.of(
        "map_week_jump",
        _steps(page, away.tolist())[3:],
        note="to a week far away, asked of the server",
    )
    context.close()


def _steps(page: Page, weeks: list[int]) -> list[float]:
    seconds = []
    for week in weeks:
        page.wait_for_timeout(REST_MS)
        before = page.evaluate(PICTURE)
        seconds.append(float(page.evaluate(STEP, week)) / 1000)
        if page.evaluate(PICTURE) == before:
            raise AssertionError("the map looks as before: no step was measured")
    return seconds
