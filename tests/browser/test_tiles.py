"""The map by tiles: the demo district, shown as a city of very many areas would be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from geo_service.store import Store, open_store
from geo_service.terms import FRAMES
from tests.browser import conftest
from tests.browser.conftest import (
    HOSTILE,
    SUPERVISOR,
    Server,
    count_pixels,
    pages_of,
    picture,
    serving,
    wait_until_shown,
)
from tests.browser.test_overview import colours

Open = Callable[..., Page]
SLIDER = "[data-testid=week-slider]"
ROW = "[data-testid=worst-row]"
DRAWER = "[data-testid=area-drawer]"
WHOLE = ".leaflet-areas-pane[data-whole=yes]"
BLUE = (11, 92, 173)


@pytest.fixture(scope="module")
def tiled_server(demo_server: Server) -> Iterator[str]:
    """Serve the demo's store once more, its areas by tiles."""
    folder = Path(demo_server.url.removeprefix("sqlite:///")).parent
    with serving(folder, GEO_SERVICE_TILES_FROM="20") as address:
        yield address


@pytest.fixture
def tiled(browser: Browser, tiled_server: str) -> Iterator[Open]:
    with pages_of(browser, tiled_server) as make:
        yield make


@pytest.fixture
def lost(demo_server: Server) -> Iterator[Store]:
    """Give the served store a report without a point."""
    store = open_store(demo_server.url, create=False)
    table = {
        "report_id": ["lost among tiles"],
        "category": store.reports.read(["category"]).iloc[0, 0],
        "reported_at": ["2026-06-20T01:00Z"],
        "precision": "none",
    }
    store.reports.upsert(FRAMES["reports"].conform(pd.DataFrame(table)))
    yield store
    store.close()


def asked_for(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname)"
    )
    return found


def settled(page: Page) -> str:
    page.wait_for_selector(WHOLE, state="attached")
    return picture(page)


def near(page: Page, colour: tuple[int, int, int]) -> int:
    """Count the pixels of the lines over areas that are about of a colour."""
    parts = (f"Math.abs({one} - {part}) < 12" for one, part in zip("rgb", colour, strict=True))
    return count_pixels(page, " && ".join(parts), "marks")


def middle(page: Page, area_id: str, zoom: int = 17) -> tuple[float, float]:
    """Go to an area, wait for its tiles, and return where on the page a point of it is."""
    spot = conftest.middle(page, area_id, zoom)
    settled(page)
    return spot


def test_the_areas_come_by_tiles_and_look_the_same(tiled: Open, opened: Open) -> None:
    page, whole = tiled(), opened()
    asked = asked_for(page)
    assert "/api/areas.geojson" not in asked
    assert any(path.startswith("/tiles/areas/") for path in asked)
    assert not any(path.startswith("/tiles/") for path in asked_for(whole))
    # Red is what one looks for: as much of it in both, within what a simpler outline moves.
    red = [colours(one) for one in (page, whole)]
    assert red[1] > 100
    assert abs(red[0] - red[1]) < 0.15 * red[1]


def test_the_index_comes_after_the_picture(tiled: Open) -> None:
    page = tiled()
    begins: dict[str, float] = page.evaluate(
        """() => Object.fromEntries(performance.getEntriesByType("resource")
          .map((one) => [new URL(one.name).pathname, one.startTime]))"""
    )
    first = min(start for path, start in begins.items() if path.startswith("/tiles/"))
    assert begins["/api/areas/index.json"] > first
    expect(page.locator(".badge-rank")).to_have_count(10)


def test_another_week_is_painted_without_asking_for_shapes_again(tiled: Open) -> None:
    page = tiled()
    weeks = json.loads(page.request.get("/api/periods").body())["weeks"]
    before, asked = settled(page), len([p for p in asked_for(page) if "/tiles/" in p])
    page.locator(SLIDER).fill(str(len(weeks) - 14))
    wait_until_shown(page, "rebound", weeks[-14])
    assert settled(page) != before
    assert len([p for p in asked_for(page) if "/tiles/" in p]) == asked


def test_layers_and_filters_change_the_map(tiled: Open) -> None:
    page = tiled()
    week = json.loads(page.request.get("/api/periods").body())["weeks"][-1]
    seen = {settled(page)}
    page.get_by_test_id("layer-select").select_option("hotspots")
    wait_until_shown(page, "hotspots", week)
    seen.add(settled(page))
    page.get_by_test_id("kind-select").select_option("market")
    page.wait_for_selector('[data-shown-of="* market"]')
    seen.add(settled(page))
    page.get_by_test_id("subdistrict-select").select_option(index=2)
    page.wait_for_function(
        "document.querySelector('.overview').dataset.shownOf.split(' ').length === 3"
    )
    seen.add(settled(page))
    assert len(seen) == 4


@pytest.mark.parametrize("lang", ["zh-CN", "en-GB"])
def test_a_press_opens_the_drawer_and_outlines_the_area(tiled: Open, lang: str) -> None:
    page = tiled(lang=lang)
    area_id = page.locator(ROW).first.get_attribute("data-area")
    assert area_id is not None
    spot = middle(page, area_id)
    assert near(page, BLUE) == 0
    page.mouse.move(*spot)
    expect(page.locator(".area-hint")).to_be_visible()
    page.mouse.click(*spot)
    facts = json.loads(page.request.get(f"/api/areas/{area_id}/summary").body())
    expect(page.locator(f"{DRAWER} h2")).to_have_text(facts["name"])
    expect(page.locator(f"{DRAWER} .sentence")).to_be_visible()
    assert f"area={area_id}" in page.url
    settled(page)
    assert near(page, BLUE) > 100
    page.keyboard.press("Escape")
    expect(page.locator(DRAWER)).to_be_hidden()
    settled(page)
    assert near(page, BLUE) == 0


def test_a_press_beside_a_thin_alley_still_means_it(tiled: Open) -> None:
    page = tiled()
    page.get_by_test_id("kind-select").select_option("alley")
    page.wait_for_selector('[data-shown-of="* alley"]')
    expect(page.locator(ROW).first).to_contain_text("背街小巷")
    area_id = page.locator(ROW).first.get_attribute("data-area")
    assert area_id is not None
    x, y = middle(page, area_id, 14)
    page.mouse.click(x + 2, y + 2)
    expect(page.locator(DRAWER)).to_be_visible()
    assert f"area={area_id}" in page.url


def test_a_press_on_nothing_opens_nothing(tiled: Open) -> None:
    page = tiled()
    page.evaluate("void geoServiceMap.setView([36.2, 103.4], 15, { animate: false })")
    page.wait_for_timeout(200)
    page.mouse.click(900, 450)
    page.wait_for_timeout(200)
    expect(page.locator(DRAWER)).to_be_hidden()


def test_moving_and_zooming_paint_what_comes_into_sight(tiled: Open) -> None:
    page = tiled()
    seen = [settled(page)]
    for step in ("setZoom(15)", "setZoom(16.25)", "panBy([700, 300])", "setZoom(12)"):
        bare = step.replace(")", ", { animate: false })")
        page.evaluate(f"void geoServiceMap.{bare}")
        seen.append(settled(page))
    assert len(set(seen)) == len(seen)
    page.locator(".whole-button").click()
    page.wait_for_timeout(600)
    settled(page)
    assert colours(page) > 100


def test_a_tile_that_does_not_come_is_asked_for_again(tiled: Open) -> None:
    page = tiled()
    refused = []

    def once(route: Route) -> None:
        if route.request.url in refused:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.fulfill(status=200, content_type="text/html", body="<p>not a tile</p>")

    page.route("**/tiles/**", once)
    page.evaluate("void geoServiceMap.setZoom(16, { animate: false })")
    settled(page)
    assert refused


def test_everything_by_keyboard(tiled: Open) -> None:
    page = tiled(person=SUPERVISOR)
    page.locator(f"{ROW} .row-open").first.focus()
    area_id = page.evaluate("document.activeElement.closest('.row').dataset.area")
    page.keyboard.press("Enter")
    expect(page.locator(DRAWER)).to_be_focused()
    settled(page)
    assert near(page, BLUE) > 0
    page.keyboard.press("Escape")
    expect(page.locator(f'{ROW}[data-area="{area_id}"] .row-open')).to_be_focused()


def test_a_tap_on_a_phone(tiled: Open) -> None:
    page = tiled(phone=True)
    area_id = page.locator(ROW).first.get_attribute("data-area")
    assert area_id is not None
    page.touchscreen.tap(*middle(page, area_id))
    expect(page.locator(f"{DRAWER} .sentence")).to_be_visible()
    assert f"area={area_id}" in page.url


def test_a_hostile_name_is_only_text(tiled: Open, demo_server: Server) -> None:
    page = tiled(f"/?area={demo_server.hostile_area}")
    expect(page.locator(f"{DRAWER} h2")).to_have_text(HOSTILE)
    page.mouse.move(*middle(page, demo_server.hostile_area))
    expect(page.locator(".area-hint b")).to_have_text(HOSTILE)
    assert page.title() != "owned"


def test_other_maps_ask_only_for_what_they_show(tiled: Open) -> None:
    page = tiled(person=SUPERVISOR)
    area_id = page.locator(ROW).first.get_attribute("data-area")
    for path in (f"/areas/{area_id}", "/reports/new"):
        page.goto(path)
        page.wait_for_selector(".leaflet-streets-pane[data-whole=yes]", state="attached")
        asked = asked_for(page)
        assert "/api/areas.geojson" not in asked
        assert "/api/areas/shapes.geojson" in asked


def test_reports_are_placed_among_outlines_by_tiles(tiled: Open, lost: Store) -> None:
    page = tiled("/reports/placing", person=SUPERVISOR, ready=".placing-row")
    page.wait_for_selector(".leaflet-outlines-pane[data-whole=yes]", state="attached")
    assert "/api/areas.geojson" not in asked_for(page)
    assert picture(page, "outlines") != page.evaluate(
        "document.createElement('canvas').toDataURL()"
    )
    area = lost.areas.read(kinds=["market"]).iloc[-1]
    point = area.geometry.representative_point()
    page.evaluate(f"void geoServiceMap.setView([{point.y}, {point.x}], 17, {{ animate: false }})")
    page.wait_for_selector(".leaflet-outlines-pane[data-whole=yes]", state="attached")
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".area-hint b")).to_have_text(area["name"])
