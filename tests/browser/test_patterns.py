"""How an area's cases developed, and zones of hot areas, as the overview tells them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
CATEGORY = "D02"
WORDS = {
    "zh-CN": {"新出现", "持续", "加剧", "缓解"},
    "en-GB": {"new", "lasting", "growing", "easing"},
}


def rows(page: Page) -> list[dict[str, Any]]:
    answer = page.request.get(f"/api/worst/2026-W26?category={CATEGORY}&limit=500")
    found: list[dict[str, Any]] = json.loads(answer.body())["rows"]
    return found


@pytest.mark.parametrize("lang", WORDS)
@pytest.mark.parametrize("phone", [False, True])
def test_the_drawer_shows_the_half_year_that_led_to_a_word(
    opened: Open, lang: str, phone: bool
) -> None:
    page = opened(lang=lang, phone=phone)
    area = next(row["area_id"] for row in rows(page) if row["pattern_word"])
    page.goto(f"/?category={CATEGORY}&area={area}")
    pattern = page.get_by_test_id("area-drawer").get_by_test_id("pattern")
    pattern.scroll_into_view_if_needed()
    assert pattern.locator(".pattern-word b").inner_text() in WORDS[lang]
    series = pattern.get_by_test_id("gi-series")
    expect(series).to_be_visible()
    assert 20 <= series.locator("rect").count() <= 26
    assert "Gi*" in page.get_by_test_id("analyst").inner_text()
    room = page.get_by_test_id("area-drawer").bounding_box()
    drawn = series.bounding_box()
    assert room is not None
    assert drawn is not None
    assert drawn["x"] + drawn["width"] <= room["x"] + room["width"]


def test_zones_stand_above_the_list_of_the_layer_of_hotspots_alone(opened: Open) -> None:
    page = opened("/?layer=hotspots&category=D05", lang="en-GB")
    zone = page.get_by_test_id("zone").first
    expect(zone).to_contain_text(" more")
    expect(zone).to_contain_text("were expected")
    zone.get_by_role("button").click()
    expect(page.get_by_test_id("area-drawer")).to_be_visible()
    expect(page.get_by_test_id("verdict")).to_contain_text("significantly more")
    page.keyboard.press("Escape")
    page.get_by_test_id("layer-select").select_option("rebound")
    expect(page.get_by_test_id("zones")).to_be_hidden()
