"""The map of a city of 50,000 areas, which a page is given by tiles: seen, moved, pressed."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState

from benchmarks.city import CityParams, make_city
from benchmarks.clock import RUNS
from benchmarks.rows import AtMost, Row
from benchmarks.service import Service, browsing
from benchmarks.visits import NAME, PASSWORD, REST_MS, WIDE, signed_in, until_polygons, week_steps

CITY = CityParams(areas=50_000, reports=100_000, weeks=8, categories=2)
CLOSE, NEAR = 15, 17
SIDEWAYS = 700
STEPS = 10
NOTE = f"{CITY.areas:,} areas × {CITY.weeks} weeks"

# From the map's movement to the frame in which each tile in sight was painted and read back.
PAN = """
(sideways) => new Promise((resolve) => {
  const pane = document.querySelector(".leaflet-areas-pane");
  const begun = performance.now();
  geoServiceMap.panBy([sideways, 0], { animate: false });
  const look = () => {
    if (pane.dataset.whole !== "yes") return requestAnimationFrame(look);
    for (const canvas of pane.querySelectorAll("canvas")) {
      if (canvas.width) canvas.getContext("2d").getImageData(0, 0, 1, 1);
    }
    return resolve((performance.now() - begun) / 1000);
  };
  look();
})
"""

# From the click to the frame after the one in which the drawer says its sentence.
CLICK = """
() => {
  let begun = 0;
  const click = () => { begun = performance.now(); };
  document.addEventListener("click", click, { capture: true, once: true });
  window.opened = new Promise((resolve) => {
    const look = () => requestAnimationFrame(() => {
      if (!begun || !document.querySelector("[data-testid=area-drawer] .sentence")) look();
      else requestAnimationFrame(() => resolve((performance.now() - begun) / 1000));
    });
    look();
  });
}
"""
WHOLE = ".leaflet-areas-pane[data-whole=yes]"


def measure() -> Iterator[Row]:
    """Yield the rows of the large city."""
    with tempfile.TemporaryDirectory() as folder, browsing() as browser:
        service = Service.within(Path(folder))
        service.take_in(make_city(CITY))
        service.add_user(NAME, PASSWORD)
        yield from measured(service, browser)


def measured(service: Service, browser: Browser) -> Iterator[Row]:
    """Yield the rows of the city that `service` has."""
    with service.serving() as address:
        state = signed_in(browser, address)
        begun = time.perf_counter()
        first = until_polygons(browser, address, state)
        yield Row.of(
            "map_tiles_cold",
            [first],
            note=f"{NOTE}; the first visit after the start, while the service still warms up",
        )
        # Two processes serve: both are to be warm.
        while time.perf_counter() - begun < 30 and until_polygons(browser, address, state) > 1:
            pass
        for _ in range(2):
            until_polygons(browser, address, state)
        yield Row.of(
            "map_tiles_first",
            [until_polygons(browser, address, state) for _ in range(RUNS)],
            asked=AtMost(2.0),
            note=NOTE,
        )
        yield from _alive(browser, address, state)


def _alive(browser: Browser, address: str, state: StorageState) -> Iterator[Row]:
    context = browser.new_context(
        base_url=address, viewport=WIDE, locale="zh-CN", storage_state=state
    )
    page = context.new_page()
    page.goto("/")
    page.wait_for_selector("[data-ready=yes]")
    last = int(page.evaluate("document.querySelector('[data-testid=week-slider]').max"))
    weeks = week_steps(page, [last - 1 - n % 2 for n in range(STEPS)])
    yield Row.of("map_tiles_week", weeks, note="the whole city in sight, to the week beside")
    yield Row.of(
        "map_tiles_pan",
        _pans(page),
        note=f"{SIDEWAYS} pixels to where one has not been, at zoom {CLOSE}",
    )
    yield Row.of(
        "map_tiles_click",
        _clicks(page),
        note="on an area, until the drawer says its sentence",
    )
    context.close()


def _pans(page: Page) -> list[float]:
    west = page.evaluate("geoServiceMap.getCenter().lng") - 0.06
    page.evaluate(f"void geoServiceMap.setView([36.06, {west}], {CLOSE}, {{ animate: false }})")
    page.wait_for_selector(WHOLE, state="attached")
    seconds = []
    for _ in range(STEPS):
        page.wait_for_timeout(REST_MS)
        seconds.append(float(page.evaluate(PAN, SIDEWAYS)))
    return seconds


def _clicks(page: Page) -> list[float]:
    known = json.loads(page.request.get("/api/areas/index.json").body())
    seconds = []
    for place in range(0, len(known["ids"]), len(known["ids"]) // STEPS)[:STEPS]:
        lon, lat = (
            known["origin"][axis] + known["inner"][2 * place + axis] * known["unit"]
            for axis in (0, 1)
        )
        page.evaluate(f"void geoServiceMap.setView([{lat}, {lon}], {NEAR}, {{ animate: false }})")
        page.wait_for_timeout(REST_MS)
        page.wait_for_selector(WHOLE, state="attached")
        box = page.get_by_test_id("map").bounding_box()
        if box is None:
            raise AssertionError("no map to click on")
        page.evaluate(CLICK)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        seconds.append(float(page.evaluate("window.opened")))
        if f"area={known['ids'][place]}" not in page.url:
            raise AssertionError("another area was opened than the one pressed")
        page.keyboard.press("Escape")
    return seconds
