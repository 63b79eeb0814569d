"""An area is drawn on the map by its corners."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import Page, expect

Open = Callable[..., Page]


def test_a_new_area_is_drawn_and_kept(opened: Open) -> None:
    page = opened("/admin/areas", person="office", ready=None)
    page.locator("details.row-details summary").click()
    field = page.locator("[name=geometry]")
    frame = page.locator(".outline-map")
    for x, y in ((300, 100), (420, 100), (420, 180), (10, 10)):
        frame.click(position={"x": x, "y": y})
    page.locator(".corner-back").click()
    ring = json.loads(field.input_value())["coordinates"][0]
    assert len(ring) == 4
    assert ring[0] == ring[-1]
    page.fill("[name=area_id]", "DRAWN")
    page.fill("[name=name]", "新画的巷子")
    page.select_option("[name=kind]", "alley")
    page.get_by_test_id("confirm").click()
    expect(page.locator("[name=area_id]")).to_have_value("DRAWN")
    expect(page.locator("[name=name]")).to_have_value("新画的巷子")
    for _ in range(4):  # all corners back: the shape stays as it is
        page.locator(".corner-back").click()
    expect(page.locator("[name=geometry]")).to_have_value("")
