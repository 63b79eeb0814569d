"""A report that lies nowhere is put on the map by a click."""

from __future__ import annotations

import pandas as pd
import pytest

from geo_service.store import open_store
from geo_service.terms import FRAMES
from tests.browser.conftest import HOSTILE, SUPERVISOR


@pytest.fixture
def lost(demo_server):
    """Give the served store two reports without a point."""
    store = open_store(demo_server.url, create=False)
    try:
        table = {
            "report_id": ["lost/1", "lost 2"],
            "category": store.reports.read(["category"]).iloc[0, 0],
            "reported_at": ["2026-06-20T01:00Z", "2026-06-21T01:00Z"],
            "precision": "none",
            "address": [HOSTILE, "西津西路 88 号"],
        }
        store.reports.upsert(FRAMES["reports"].conform(pd.DataFrame(table)))
        yield store
    finally:
        store.close()


@pytest.mark.parametrize(("lang", "phone"), [("zh-CN", False), ("en", True)])
def test_choose_press_and_place(opened, lost, lang, phone):
    page = opened(
        "/reports/placing?order=newest",
        person=SUPERVISOR,
        lang=lang,
        phone=phone,
        ready=".placing-map canvas",
    )
    report = "lost/1" if phone else "lost 2"
    row = page.locator(f'[data-report="{report}"]')
    here = page.get_by_test_id("place-here")
    page.locator("#map").click(position={"x": 60, "y": 60})
    assert here.is_disabled(), "nothing is chosen yet"
    row.click()
    assert row.get_attribute("aria-pressed") == "true"
    assert row.locator("b").inner_text() in page.get_by_test_id("placing-say").inner_text()
    page.locator("#map").click(position={"x": 180, "y": 150})
    lon, lat = float(page.input_value("#lon")), float(page.input_value("#lat"))
    assert here.is_enabled()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    here.click()
    row.locator(".placing-done").wait_for()
    found = lost.reports.read(["lon", "lat", "precision", "case_id"], ids=[report]).iloc[0]
    assert (found["lon"], found["lat"], found["precision"]) == (lon, lat, "point")
    placed = lost.placements.read().set_index("report_id")["placed_by"]
    assert placed[report] == SUPERVISOR
    assert found["case_id"] in row.locator(".placing-done").inner_text()
