"""At 360 pixels: nothing runs out of the picture, everything is in reach."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SUPERVISOR

Open = Callable[..., Page]


@pytest.mark.parametrize("lang", ["zh-CN", "en-GB"])
def test_no_page_scrolls_sideways(opened: Open, lang: str) -> None:
    page = opened(person=SUPERVISOR, lang=lang, phone=True)
    area = page.get_by_test_id("worst-row").first.get_attribute("data-area")
    for path in ("/", f"/areas/{area}", "/board", "/crew", "/casework", "/sign-in"):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide == 360, f"{path} is {wide} px wide"


def test_map_list_and_slider_share_the_screen(opened: Open) -> None:
    page = opened(phone=True)
    for part in ("map", "week-slider", "worst-list", "legend"):
        expect(page.get_by_test_id(part)).to_be_in_viewport()
    boxes = [page.get_by_test_id(part).bounding_box() for part in ("map", "worst-list")]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"], "the list does not cover the map"


def test_the_sheet_is_pulled_down_and_up(opened: Open) -> None:
    page = opened(phone=True)
    handle = page.locator(".sheet-handle")
    handle.click()
    expect(handle).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_test_id("worst-list")).to_be_hidden()
    handle.click()
    expect(page.get_by_test_id("worst-list")).to_be_visible()


def test_filters_are_behind_one_button(opened: Open) -> None:
    page = opened(phone=True)
    expect(page.get_by_test_id("layer-select")).to_be_hidden()
    page.locator(".filters-button").click()
    page.get_by_test_id("layer-select").select_option("hotspots")
    expect(page.locator(".filters-now")).to_contain_text("热点")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("layer-select")).to_be_hidden()


def test_a_row_opens_the_drawer(opened: Open) -> None:
    page = opened(phone=True)
    page.get_by_test_id("worst-row").first.tap()
    drawer = page.get_by_test_id("area-drawer")
    expect(drawer.locator(".sentence")).to_be_in_viewport()
    drawer.get_by_role("button", name="关闭").tap()
    expect(drawer).to_be_hidden()


def test_what_is_pressed_is_large_enough(opened: Open) -> None:
    page = opened(phone=True, person=SUPERVISOR)
    small = page.evaluate(
        """() => [...document.querySelectorAll("main button, main select")]
          .filter((one) => one.offsetParent && getComputedStyle(one).visibility === "visible")
          .filter((one) => !one.closest(".leaflet-control") && one.offsetHeight < 24)
          .map((one) => one.outerHTML)"""
    )
    assert small == []
