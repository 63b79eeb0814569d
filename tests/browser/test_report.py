"""A report is put on the map with a tap, and what is near is told before it is sent."""

from __future__ import annotations

import time
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


def test_a_category_takes_two_short_steps(opened: Open) -> None:
    page = opened(person=SUPERVISOR, phone=True)
    page.goto("/reports/new")
    codes = page.locator("#category option[value^=D]")
    expect(codes).to_have_count(14)
    page.select_option("#group", label="停车秩序")
    assert [one.get_attribute("value") for one in codes.all()] == ["D05", "D06"]
    assert page.input_value("#category") == ""
    page.select_option("#group", label="公厕")
    assert page.input_value("#category") == "D08"
    page.select_option("#group", label="")
    expect(codes).to_have_count(14)


def test_a_call_is_entered_by_keyboard_alone(opened: Open) -> None:
    page = opened(person=SUPERVISOR)
    page.goto("/reports/quick")
    expect(page.locator("#category")).to_be_focused()
    area = page.locator("#areas option").nth(7).get_attribute("value") or ""
    begun = time.monotonic()
    page.keyboard.type("ltlt")
    page.keyboard.press("Tab")
    page.keyboard.type(area)
    page.keyboard.press("Tab")
    assert float(page.input_value("#lon")) > 100
    page.keyboard.type("32号对面")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("report-answer")).to_be_visible()
    assert time.monotonic() - begun < 20
    expect(page.locator("#category")).to_be_focused()
    expect(page.locator("#area")).to_have_value("")
