"""How the map is visited in a browser: signed in, until polygons are seen, from week to week."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page, StorageState

WIDE: Any = {"width": 1440, "height": 900}
REST_MS = 400
NAME, PASSWORD = "measurer", "seven thirty in the morning"

# Each frame looks whether a polygon is there: a path of the SVG, or paint in the middle of the
# canvas, or of a tile's, which is read back so that it must have been drawn. The time is that of
# the frame after.
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
      || [...document.querySelectorAll(".leaflet-areas-pane canvas")].some(painted);
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
  const drawnOn = [...document.querySelectorAll(".leaflet-areas-pane canvas")];
  const readBack = () => drawnOn.forEach((canvas) => {
    if (canvas.width) canvas.getContext("2d").getImageData(0, 0, 1, 1);
  });
  const week = (await (await fetch("/api/periods")).json()).weeks[index];
  const drawn = new Promise((resolve) => {
    const watch = new MutationObserver(() => {
      if (!frame.dataset.shown.endsWith(` ${week}`)) return;
      watch.disconnect();
      requestAnimationFrame(() => { readBack(); resolve(performance.now()); });
    });
    watch.observe(frame, { attributes: true, attributeFilter: ["data-shown"] });
  });
  const begun = performance.now();
  slider.value = String(index);
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  return (await drawn) - begun;
}
"""
PICTURE = """
[...document.querySelectorAll('.leaflet-areas-pane canvas')].map((one) => one.toDataURL()).join()
"""


def signed_in(browser: Browser, address: str) -> StorageState:
    """Sign in once; gives what a fresh context needs to be the same person."""
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


def until_polygons(browser: Browser, address: str, state: StorageState | None) -> float:
    """Return the seconds from navigation to polygons on screen, with empty caches."""
    context = browser.new_context(viewport=WIDE, locale="zh-CN", storage_state=state)
    context.add_init_script(LOOK)
    page = context.new_page()
    page.goto(address, wait_until="commit")
    seconds = page.evaluate("window.firstPolygons") / 1000
    page.wait_for_load_state("networkidle")
    context.close()
    return float(seconds)


def week_steps(page: Page, weeks: list[int]) -> list[float]:
    """Return the seconds that each of `weeks`, by its place on the slider, takes to be seen."""
    seconds = []
    for week in weeks:
        page.wait_for_timeout(REST_MS)
        before = page.evaluate(PICTURE)
        seconds.append(float(page.evaluate(STEP, week)) / 1000)
        if page.evaluate(PICTURE) == before:
            raise AssertionError("the map looks as before: no step was measured")
    return seconds
