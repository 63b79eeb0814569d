"""A report is put on the map with a tap, and what is near is told before it is sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SUPERVISOR

Open = Callable[..., Page]
FORM = ".report-map .leaflet-container, .report-map.leaflet-container"


@pytest.mark.parametrize("lang", ["zh-CN", "en-GB"])
def test_a_tap_gives_the_point_and_tells_what_is_near(opened: Open, lang: str) -> None:
    page = opened(person=SUPERVISOR, lang=lang, phone=True)
    page.goto("/reports/new")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    expect(page.get_by_test_id("report-near")).to_have_text("")
    page.select_option("#category", "D01")
    page.locator(FORM).first.click(position={"x": 120, "y": 120})
    assert float(page.input_value("#lon")) > 100
    assert 35 < float(page.input_value("#lat")) < 37
    expect(page.get_by_test_id("report-near")).not_to_have_text("")
    page.fill("#lon", "")
    page.press("#lon", "Tab")
    expect(page.get_by_test_id("report-near")).to_have_text("")
