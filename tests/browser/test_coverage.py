"""Where nobody looked: hatched on every layer, by tiles as well, and listed on a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SUPERVISOR, Server, pages_of, serving

Open = Callable[..., Page]
TRUTH = Path(__file__).parents[2] / "data/reports/truth.json"
UNVISITED = [row["area_id"] for row in json.loads(TRUTH.read_text("utf-8"))["unvisited"]]
LAYERS = ("rebound", "hotspots", "forecast", "density", "coverage")


@pytest.fixture(scope="module")
def tiled(browser: Browser, demo_server: Server) -> Iterator[Open]:
    folder = Path(demo_server.url.removeprefix("sqlite:///")).parent
    with (
        serving(folder, GEO_SERVICE_TILES_FROM="20") as address,
        pages_of(browser, address) as make,
    ):
        yield make


def painted(page: Page) -> int:
    """Count the pixels of the areas' floor that are not clear."""
    count: int = page.evaluate(
        """() => [...document.querySelectorAll(".leaflet-areas-pane canvas")]
        .reduce((all, canvas) => {
          if (!canvas.width || !canvas.height) return all;
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let some = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 100) some += 1;
          return all + some;
        }, 0)"""
    )
    return count


@pytest.mark.parametrize("layer", LAYERS)
def test_each_layer_hatches_where_nobody_looked_and_says_so(opened: Open, layer: str) -> None:
    page = opened(f"/?layer={layer}")
    legend = page.get_by_test_id("legend")
    expect(legend).to_contain_text("无人巡查")
    expect(legend.locator(".swatch.hatched")).to_have_count(1)


def test_where_cells_are_shown_unseen_areas_alone_are_painted(opened: Open) -> None:
    page = opened("/?layer=density")
    assert 100 < painted(page) < 20_000


def test_by_tiles_it_looks_the_same(tiled: Open) -> None:
    page = tiled("/?layer=density")
    expect(page.get_by_test_id("legend")).to_contain_text("无人巡查")
    page.wait_for_function(
        """() => [...document.querySelectorAll(".leaflet-areas-pane canvas")].some((canvas) => {
          if (!canvas.width || !canvas.height) return false;
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return data.some((value, place) => place % 4 === 3 && value > 100);
        })"""
    )
    assert 100 < painted(page) < 20_000


def test_an_unvisited_area_is_not_called_clean(opened: Open) -> None:
    page = opened(f"/?area={UNVISITED[0]}", lang="en-GB")
    drawer = page.get_by_test_id("area-drawer")
    expect(drawer).to_contain_text("Nobody looked in these 4 weeks")
    expect(drawer.locator(".figures dd").first).to_have_text("nobody looked")


def test_a_visited_area_has_the_adjusted_rate_beside_the_raw_one(opened: Open) -> None:
    page = opened("/", lang="en-GB")
    page.locator("[data-testid=worst-row] .row-open").first.click()
    expect(page.get_by_test_id("adjusted")).to_contain_text("Counting only time")


@pytest.mark.parametrize("phone", [False, True])
def test_the_page_lists_who_was_never_visited(opened: Open, phone: bool) -> None:
    page = opened("/coverage", person=SUPERVISOR, phone=phone, ready="[data-testid=never-list]")
    rows = page.get_by_test_id("never-row")
    assert sorted(row.get_attribute("data-area") or "" for row in rows.all()) == sorted(UNVISITED)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    expect(page.get_by_test_id("strip-row")).to_have_count(11)
    expect(page.get_by_test_id("coverage-row").first).to_be_visible()


def test_choosing_a_subdistrict_narrows_the_page(opened: Open) -> None:
    page = opened("/coverage", person=SUPERVISOR, ready="[data-testid=never-list]")
    page.get_by_test_id("subdistrict-select").select_option("SD-01")
    page.wait_for_url("**/coverage?*subdistrict=SD-01*")
    expect(page.get_by_test_id("never-row")).to_have_count(1)
