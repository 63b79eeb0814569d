"""The morning: five lines that lead on, and the same as a message."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SUPERVISOR

Open = Callable[..., Page]


@pytest.mark.parametrize("phone", [False, True])
def test_each_line_leads_on_and_all_are_copied(opened: Open, phone: bool) -> None:
    page = opened(person=SUPERVISOR, ready=None, phone=phone)
    page.goto("/today")
    lines = page.get_by_test_id("today-line")
    expect(lines).to_have_count(5)
    ways = [one.get_attribute("href") for one in page.get_by_test_id("open").all()]
    ways += [one.get_attribute("href") for one in lines.locator("b").locator("..").all()]
    assert all(page.request.get(way).ok for way in ways if way)
    page.get_by_test_id("copy").click()
    # copied, or where a browser does not let us, selected
    chosen = page.evaluate(
        "document.activeElement.value.slice(0, getSelection().toString().length)"
    )
    message = page.locator("textarea").input_value()
    assert len(message.splitlines()) == 6
    assert chosen == message
