"""No page asks anybody outside, and no page needs a rule of its policy bent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LISTEN, PASSWORD, SUPERVISOR, Server

Open = Callable[..., Page]
PAGES = ("/", "/board", "/crew", "/casework", "/sign-in", "/no/such/page")


def test_pages_run_under_a_strict_policy(opened: Open, demo_server: Server) -> None:
    # That nothing was violated and nobody else asked is looked at when the test ends.
    page = opened(person=SUPERVISOR)
    for path in (*PAGES[:-1], f"/areas/{demo_server.hostile_area}"):
        answer = page.goto(path)
        assert answer is not None
        policy = answer.header_value("content-security-policy") or ""
        assert "unsafe" not in policy
        assert "http" not in policy
        page.wait_for_load_state("networkidle")


def test_an_inline_script_would_not_run(browser: Browser, demo_server: Server) -> None:
    # Not through `opened`: here a violation is what is wanted.
    page = browser.new_page()
    page.add_init_script(LISTEN)
    page.goto(demo_server.address)
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.ran = true";
          document.body.append(script);
        }"""
    )
    assert page.evaluate("window.ran") is None
    assert page.evaluate("window.violations").pop().startswith("script-src")
    page.close()


@pytest.mark.parametrize("path", ["/board", "/casework"])
def test_a_closed_page_leads_back_after_sign_in(opened: Open, path: str) -> None:
    page = opened(path, ready=None)
    expect(page.locator("[name=password]")).to_be_visible()
    page.fill("[name=name]", SUPERVISOR)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")
    expect(page.locator("h1")).to_be_visible()
