"""Every figure leads to its rows, and there are as many; what is done is seen at once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SUPERVISOR

Open = Callable[..., Page]


def total_of(page: Page, address: str | None) -> int:
    """Return how many rows the page at `address` says that it lists."""
    answer = page.request.get(address or "")
    assert answer.ok, address
    found = re.search(r'data-total="(\d+)"', answer.text())
    assert found is not None, address
    return int(found[1])


def number(words: str) -> int:
    return int(re.sub(r"\D", "", words))


def test_counts_of_the_overview_lead_to_as_many_rows(opened: Open) -> None:
    page = opened(person=SUPERVISOR)
    facts = page.locator("[data-fact]:not([hidden]) a")
    for fact in facts.all():
        shown = number(fact.locator("b").inner_text())
        assert shown == total_of(page, fact.get_attribute("href"))
    assert facts.count() >= 4
    rows = page.get_by_test_id("row-count")
    for row in rows.all()[:20]:
        back, _ = row.inner_text().split("/")
        assert number(back) == total_of(page, row.get_attribute("href"))
    assert rows.count() > 5
    page.get_by_test_id("worst-row").first.locator(".row-open").click()
    figures = page.locator(".drawer dl.figures a")
    expect(figures.first).to_be_visible()
    for one in figures.all():
        assert number(one.inner_text()) == total_of(page, one.get_attribute("href"))
    assert figures.count() == 3


@pytest.mark.parametrize("path", ["/coverage", "/compare", "/admin"])
def test_counts_of_other_pages_lead_to_as_many_rows(opened: Open, path: str) -> None:
    page = opened(path, person=SUPERVISOR, ready=None)
    lists = re.compile(r"^/(casework|coverage|reports/placing)\b")
    links = [
        (link.inner_text(), link.get_attribute("href") or "")
        for link in page.locator("main p a, main td a").all()
    ]
    counted = [one for one in links if lists.match(one[1]) and re.search(r"\d", one[0])]
    assert counted
    for words, address in counted[:20]:
        # of a fraction the fixes are listed, the larger of the two but for the 30 days
        words = words.replace(",", "").replace("30 天内", "")  # noqa: PLW2901
        shown = max(int(one) for one in re.findall(r"\d+", words))
        assert shown == total_of(page, address), (words, address)


def test_the_line_above_the_map_follows_the_week(opened: Open) -> None:
    page = opened(person=SUPERVISOR)
    count = page.locator("[data-fact=open] b")
    now = count.inner_text()
    page.get_by_test_id("week-slider").press("ArrowLeft")
    expect(count).not_to_have_text(now)
    address = page.locator("[data-fact=open] a").get_attribute("href") or ""
    assert "open_at=2026-W25" in address
    assert number(count.inner_text()) == total_of(page, address)
    expect(page.locator(".fact-as-of time")).to_contain_text("6月21日")


def test_downloads_and_comparison_take_along_what_is_chosen(opened: Open) -> None:
    page = opened("/?week=2026-W20&kind=alley", person=SUPERVISOR)
    page.locator(".worst-head .downloads summary").click()
    with page.expect_download() as started:
        page.locator(".worst-head .downloads a", has_text="csv").click()
    assert started.value.suggested_filename == "hotspots.csv"
    asked = parse_qs(urlsplit(started.value.url).query)
    assert (asked["week"], asked["kind"]) == (["2026-W20"], ["alley"])
    assert "bbox" in asked
    page.get_by_test_id("compare").click()
    assert page.get_by_test_id("week-b").input_value() == "2026-W20"


def test_an_assignment_is_seen_on_list_and_map_at_once_and_taken_back(opened: Open) -> None:
    page = opened(person=SUPERVISOR)
    row = page.get_by_test_id("worst-row").nth(2)
    row.get_by_test_id("assign").click()
    page.get_by_test_id("confirm").click()
    undo = row.get_by_test_id("undo")
    expect(undo).to_be_visible()
    expect(row).to_contain_text("已派工")
    given = page.locator(".badge.given")
    before = given.count()
    assert before >= 1
    area = row.get_attribute("data-area")
    undo.click()
    expect(row.get_by_test_id("assign")).to_be_visible()
    expect(given).to_have_count(before - 1)
    rows = json.loads(page.request.get("/api/worst/2026-W26?limit=50").body())["rows"]
    assert {one["area_id"]: one["given"] for one in rows}[area] is None


def test_an_assignment_is_taken_back_from_the_board(opened: Open) -> None:
    page = opened(person=SUPERVISOR)
    row = page.get_by_test_id("worst-row").nth(8)
    name = row.locator("[data-name]").first.inner_text()
    row.get_by_test_id("assign").click()
    page.get_by_test_id("confirm").click()
    expect(page.locator(".toast.shown")).to_contain_text(name)
    page.goto("/board")
    stop = page.get_by_test_id("board-stop").filter(has_text=name)
    stop.get_by_test_id("undo").click()
    expect(page.locator(".flash")).to_contain_text(name)
    expect(stop).to_have_count(0)
