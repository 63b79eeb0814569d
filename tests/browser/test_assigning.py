"""From the worst list to the crew's phone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import LEADER, SUPERVISOR

Open = Callable[..., Page]


def test_three_clicks_hand_an_area_to_a_crew(opened: Open) -> None:
    page = opened(person=SUPERVISOR)
    row = page.get_by_test_id("worst-row").nth(1)
    name = row.locator("[data-name]").first.inner_text()
    row.get_by_test_id("assign").click()
    confirm = page.get_by_test_id("confirm")
    expect(confirm).to_be_enabled()
    crew = page.get_by_test_id("assign-crew")
    assert crew.input_value(), "a crew is suggested"
    chosen = crew.locator("option:checked").inner_text()
    confirm.click()
    expect(page.locator(".toast")).to_contain_text(name)
    page.goto("/board")
    column = page.get_by_role("heading", name=chosen)
    expect(page.get_by_test_id("board-crew").filter(has=column)).to_contain_text(name)


def test_the_leader_sees_the_area_on_the_phone(opened: Open) -> None:
    page = opened(person=SUPERVISOR)
    row = page.get_by_test_id("worst-row").nth(3)
    name = row.locator("[data-name]").first.inner_text()
    row.get_by_test_id("assign").click()
    expect(page.get_by_test_id("confirm")).to_be_enabled()
    page.get_by_test_id("assign-crew").select_option("CR-01")
    page.get_by_test_id("confirm").click()
    expect(page.locator(".toast.shown")).to_contain_text(name)

    phone = opened("/crew", person=LEADER, phone=True)
    stops = phone.get_by_test_id("stop-list").get_by_test_id("stop")
    expect(stops.filter(has_text=name)).to_have_count(1)
    expect(phone.locator(".stop.next")).to_have_count(1)
    expect(phone.locator(".crew-map canvas").first).to_be_visible()


def test_the_same_area_twice_is_told_and_not_done(opened: Open) -> None:
    page = opened(person=SUPERVISOR)
    row = page.get_by_test_id("worst-row").nth(5)
    for again in (False, True):
        if again:  # the row offers to take it back by now
            row.locator(".row-open").click()
            page.get_by_test_id("area-drawer").get_by_test_id("assign").click()
        else:
            row.get_by_test_id("assign").click()
        expect(page.get_by_test_id("confirm")).to_be_enabled()
        page.get_by_test_id("assign-crew").select_option("CR-02")
        with page.expect_response("**/api/assignments") as answered:
            page.get_by_test_id("confirm").click()
        assert answered.value.status == (409 if again else 201)
    expect(page.locator("#assign-dialog .error")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(page.locator("#assign-dialog")).to_be_hidden()


def test_assigning_from_the_drawer(opened: Open) -> None:
    page = opened(person=SUPERVISOR)
    page.get_by_test_id("worst-row").nth(7).click()
    page.get_by_test_id("area-drawer").get_by_test_id("assign").click()
    expect(page.get_by_test_id("confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".toast.shown")).to_be_visible()
