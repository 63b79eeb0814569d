"""One problem in four hands: dispatched, fixed, refused, fixed again, passed; and it is back."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import LEADER, SUPERVISOR

Open = Callable[..., Page]
INSPECTOR = "inspector1"
WHERE = {"x": 140, "y": 90}


def photo(shade: int) -> dict[str, object]:
    """Return a picture as a phone would send it."""
    out = io.BytesIO()
    Image.new("RGB", (400, 300), (shade, 120, 90)).save(out, "JPEG")
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def reported(page: Page) -> str:
    """Report illegal ads with a tap on the map; return the case."""
    page.goto("/reports/new")
    page.select_option("#category", "D01")
    page.locator(".report-map .leaflet-container, .report-map.leaflet-container").first.click(
        position=WHERE
    )
    page.get_by_test_id("report-send").click()
    answer = page.get_by_test_id("report-answer")
    href = answer.locator("a[href^='/casework/']").first.get_attribute("href") or ""
    return href.removeprefix("/casework/")


def move(page: Page, case: str, what: str, *, shade: int = 0, **fields: str) -> None:
    """Open the case, and do one of its moves by its form."""
    page.goto(f"/casework/{case}")
    page.get_by_test_id(what).first.click()
    form = page.locator("details[open] form.move-form")
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    if shade:
        form.get_by_test_id("photo").set_input_files([photo(shade)])  # type: ignore[list-item]
    form.get_by_test_id("confirm").click()
    expect(page.locator(".state-word[data-state]").first).to_be_visible()


def state(page: Page, case: str) -> str:
    page.goto(f"/casework/{case}")
    return page.locator("[data-state]").first.get_attribute("data-state") or ""


def test_a_case_goes_through_four_hands_and_comes_back(opened: Open) -> None:
    inspector = opened(person=INSPECTOR, phone=True, ready=None)
    supervisor = opened("/today", person=SUPERVISOR, ready=None)
    leader = opened("/crew", person=LEADER, phone=True, lang="en-GB", ready=None)
    office = opened("/today", person="office", lang="en-GB", ready=None)

    case = reported(inspector)
    assert state(supervisor, case) == "open"
    move(supervisor, case, "dispatch", crew_id="CR-01")
    move(leader, case, "accepted")
    move(leader, case, "fixed", shade=60)
    assert state(leader, case) == "fixed"
    # nobody passes the own fix, and a leader none at all
    expect(leader.get_by_test_id("verify")).to_have_count(0)
    move(inspector, case, "fail", note="still there")
    assert state(office, case) == "failed"
    move(leader, case, "fixed", shade=200)
    move(inspector, case, "verify", shade=220)
    assert state(supervisor, case) == "verified"
    expect(supervisor.get_by_test_id("event")).to_have_count(6)
    expect(supervisor.get_by_test_id("photos").locator("img")).to_have_count(3)

    again = reported(inspector)
    assert again != case
    office.goto(f"/casework/{again}")
    expect(office.get_by_test_id("episodes").get_by_role("listitem")).to_have_count(2)
    expect(office.locator(f"a[href='/casework/{case}']").first).to_be_visible()
