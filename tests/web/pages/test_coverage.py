"""Where nobody looked is told with every layer and area, and on a page of its own."""

from __future__ import annotations

import re

import pytest

from geo_service.terms import ROLES
from tests.web.conftest import LOOKED, NASTY


@pytest.mark.parametrize("layer", ["rebound", "hotspots", "cases", "density", "coverage"])
def test_every_layer_says_where_nobody_looked(logged, layer):
    got = logged.get(f"/api/values/{layer}/2026-W26").json
    assert got["unseen"] == [1, 3]


def test_days_looked_at_are_a_layer_of_their_own_whatever_the_category(logged):
    got = logged.get("/api/values/coverage/2026-W26?category=D01").json
    assert got["values"] == LOOKED
    assert "coverage" in logged.get("/api/periods").json["layers"]
    before = logged.get("/api/values/coverage/2026-W24").json
    assert before["values"] == [None] * 6
    assert before["unseen"] == []


def test_a_category_without_rows_is_not_clean_where_nobody_looked(logged):
    got = logged.get("/api/values/cases/2026-W26?category=D09").json
    assert got["values"] == [0, None, 0, None, 0, 0]


def test_without_a_log_no_layer_says_so(viewer):
    got = viewer.get("/api/values/cases/2026-W26").json
    assert "unseen" not in got
    assert "coverage" not in viewer.get("/api/periods").json["layers"]


def test_an_area_where_nothing_happened_says_whether_anybody_looked(logged, store):
    got = logged.get("/api/areas/A4/summary?category=D09").json
    assert got["observed"] == "no"
    assert logged.get("/api/areas/A1/summary?category=D09").json["observed"] == "yes"


def page_of(client, query=""):
    return client.get(f"/coverage{query}").get_data(as_text=True)


def areas_of(page, row):
    return re.findall(rf'data-testid="{row}" data-area="([^"]+)"', page)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_who_looked_where(as_role, role):
    assert as_role(role).get("/coverage").status_code == 200


def test_the_demo_without_sign_in_asks_for_it(demo_client):
    assert demo_client.get("/coverage").status_code != 200


@pytest.mark.parametrize(("lang", "said"), [("zh", "巡查覆盖未知"), ("en", "Coverage unknown")])
def test_without_a_log_the_page_says_that_nobody_knows(viewer, lang, said):
    page = page_of(viewer, f"?lang={lang}")
    assert 'data-testid="coverage-unknown"' in page
    assert said in page
    assert "never-row" not in page


def test_never_visited_and_longest_unvisited_are_listed(logged):
    page = page_of(logged, "?lang=en")
    assert areas_of(page, "never-row") == ["A2", "A4"]
    assert areas_of(page, "coverage-row") == ["M2", "M1", "A3", "A1"]
    plain = re.sub("<[^>]+>", "", page)
    assert "Nobody looked at 2 of 6 areas in the last 4 weeks; 2 were never visited" in plain
    assert re.search(r"<b>20</b>", page)
    assert NASTY not in page


def test_shares_have_their_numbers(logged):
    page = page_of(logged, "?lang=en")
    rows = re.findall(r'data-subdistrict="([^"]+)"', page)
    assert rows == ["*", "S1", "S2"]
    assert "2026-W26: 3 of 6" in page
    assert "2026-W25: unknown" in page
    last = [re.sub("<[^>]+>", "", one) for one in re.findall(r"<b>(.*?)</b>", page)]
    assert {"2 of 3", "1 of 3"} <= set(last)


def test_one_kind_and_one_subdistrict(logged):
    assert areas_of(page_of(logged, "?kind=market"), "coverage-row") == ["M2", "M1"]
    assert "2026-W26: 1 of 2" in page_of(logged, "?kind=market&lang=en")
    page = page_of(logged, "?subdistrict=S1")
    assert areas_of(page, "never-row") == ["A2"]
    assert re.findall(r'data-subdistrict="([^"]+)"', page) == ["S1"]
    assert logged.get("/coverage?kind=castle").status_code == 400
