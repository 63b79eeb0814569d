"""The line on top says how the district stands."""

from __future__ import annotations

import html
import re

import pytest

from tests.web.conftest import looked_at


def test_the_line_on_top_leads_there(logged):
    page = logged.get("/").get_data(as_text=True)
    assert 'href="/coverage?observed=no"' in page


def test_the_line_on_top_says_where_nobody_knows(store, viewer):
    said = '<a href="/coverage">coverage unknown</a>'
    assert said in viewer.get("/?lang=en").get_data(as_text=True)
    store.runs.save(looked_at())
    assert said not in viewer.get("/?lang=en").get_data(as_text=True)


def facts(answer):
    return {fact["key"]: (fact["value"], fact["href"]) for fact in answer.json["facts"]}


@pytest.mark.parametrize("week", ["2026-W24", "2026-W25", "2026-W26"])
def test_each_count_is_that_of_the_list_it_leads_to(logged, week):
    found = facts(logged.get(f"/api/state/{week}"))
    assert {"open", "overdue", "back", "unlocated", "unseen"} <= found.keys()
    for key, (value, href) in found.items():
        page = logged.get(href).get_data(as_text=True)
        rows = len(re.findall(r'data-testid="(?:case|never|coverage)-row"', page))
        assert rows == value, (key, href)


def test_the_line_of_a_week_is_as_it_ended(logged):
    """Case 1 opened on 10 June and was verified on the 12th, 2 and 3 came on the 26th and 20th."""
    told = [logged.get(f"/api/state/2026-W{week}").json for week in (24, 25, 26)]
    assert [one["as_of"] for one in told] == ["2026-06-14", "2026-06-21", "2026-06-28"]
    opened = [one["facts"][0]["value"] for one in told]
    assert opened == [0, 1, 2]
    assert logged.get("/api/state/2031-W01").status_code == 404


def test_the_page_shows_what_the_address_says(logged):
    page = html.unescape(logged.get("/").get_data(as_text=True))
    for key, (value, href) in facts(logged.get("/api/state/2026-W26")).items():
        shown = re.search(rf'data-fact="{key}"( hidden)?><a href="([^"]+)">[^<]*<b>(\d+)', page)
        assert shown is not None, key
        assert (shown[1] is None, shown[2], int(shown[3])) == (value > 0, href, value)


def test_who_sees_no_list_is_led_to_none(as_role, demo_client):
    for client in (as_role("crew-leader"), demo_client):
        open_ = facts(client.get("/api/state/2026-W26"))["open"]
        assert open_ == (2, None)


def test_reports_without_a_point_are_counted_for_who_may_place_them(as_role):
    assert "without-point" in facts(as_role("inspector").get("/api/state/2026-W26"))
    assert "without-point" not in facts(as_role("viewer").get("/api/state/2026-W26"))
