"""No page keeps out those who read by other means: axe-core finds nothing serious."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from geo_service.settings import load_settings
from geo_service.web import create_app
from tests.browser import axe
from tests.browser.conftest import LEADER, SUPERVISOR

Open = Callable[..., Page]

SHORT = [(SUPERVISOR, "zh-CN", False)]
WHOLE = [
    (person, lang, phone)
    for person in (SUPERVISOR, "office", LEADER, "inspector1", "viewer")
    for lang in ("zh-CN", "en-GB")
    for phone in (False, True)
]
"""Who reads, in which language, on a phone or not; all of it under ``make soak``."""


@pytest.mark.parametrize(("person", "lang", "phone"), WHOLE if "SOAK" in os.environ else SHORT)
def test_axe_finds_nothing_grave(
    opened: Open, tmp_path: Path, person: str, lang: str, phone: bool
) -> None:
    if not axe.SCRIPT.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("axe-core is missing: npm ci")
        pytest.skip("axe-core is missing: npm ci")
    page = opened(person=person, lang=lang, phone=phone)
    area = page.get_by_test_id("worst-row").first.get_attribute("data-area")
    page.goto("/casework?state=standing")
    case = re.search(r'href="/casework/([^"?]+)"', page.content())
    app = create_app(load_settings({}, tmp_path))
    values = {"area_id": area, "table": "areas"} | ({"case_id": case[1]} if case else {})
    found = {}
    for path in axe.pages_of(app, values):
        # what this person may not open, or what needs a file first
        if not page.request.get(path).ok:
            continue
        page.goto(path)
        page.wait_for_load_state("networkidle")
        if faults := axe.faults(page):
            found[path] = faults
    app.extensions["geo_service"].store.close()
    assert not found


def test_the_map_has_the_larger_part_of_a_phone(opened: Open) -> None:
    page = opened(person=SUPERVISOR, phone=True)
    box = page.get_by_test_id("map").bounding_box()
    assert box is not None
    assert box["height"] >= 0.45 * 740


@pytest.mark.parametrize("width", [360, 720])
def test_every_page_fits_a_phone_and_twice_the_size(opened: Open, width: int) -> None:
    """A page at 200 per cent is one of half the width."""
    page = opened(person="office", ready=None)
    page.set_viewport_size({"width": width, "height": 740})
    for path in (
        "/",
        "/today",
        "/compare",
        "/casework",
        "/coverage",
        "/admin",
        "/admin/imports",
        "/admin/areas",
        "/admin/crews?edit=CR-01",
        "/admin/units",
        "/board",
        "/reports/quick",
        "/me",
    ):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide == width, path
        frames = page.locator(".table-frame:not(:has(.strip))")
        over = frames.evaluate_all(
            "all => all.filter(one => one.scrollWidth > one.clientWidth).length"
        )
        assert over == 0, path


def test_what_is_printed_says_what_of_when_and_for_which_choice(opened: Open) -> None:
    page = opened(person=SUPERVISOR)
    page.emulate_media(media="print")
    for part in (page.locator(".home"), page.locator(".week-label"), page.get_by_test_id("legend")):
        expect(part.first).to_be_visible()
    expect(page.get_by_test_id("category-select")).to_be_visible()
    expect(page.locator(".fact-as-of time")).to_be_visible()
    expect(page.get_by_test_id("worst-list")).to_be_hidden()
    page.goto("/casework?area=BS-01")
    expect(page.locator(".top time.print-only")).to_be_visible()
    said = page.get_by_test_id("printed")
    expect(said).to_be_visible()
    assert page.locator(".asked li [data-name]").first.inner_text() in said.inner_text()
    for form in ("filter-state", "download", "select-all", "bulk-dispatch"):
        expect(page.get_by_test_id(form)).to_be_hidden()
    page.goto("/casework")
    page.goto(page.get_by_test_id("case-row").first.locator("a").last.get_attribute("href") or "")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".top time.print-only")).to_be_visible()
    expect(page.locator("form").first).to_be_hidden()
    expect(page.locator(".moves").first).to_be_hidden()
