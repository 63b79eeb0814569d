"""Where nobody looked is told with every layer and area, and on a page of its own."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geo_service.terms import FRAMES, ROLES
from tests.web.conftest import CATEGORIES, NASTY, WEEKS, run_tables

LOOKED = [28, 0, 3, 0, 8, 1]
"""Days of four weeks in the last week; A2 and A4 were not looked at."""
_DAY = 20_632
"""2026-06-28, the last day seen, counted from 1970-01-01."""


def looked_at():
    tables = run_tables()
    values = dict(tables.values)
    for week in WEEKS[:-1]:
        values["coverage", "*", week] = np.full(6, 65535, dtype=np.uint16)
    values["coverage", "*", WEEKS[-1]] = np.array(LOOKED, dtype=np.uint16)
    for layer in ("hotspots", "cases"):
        for category in CATEGORIES:
            values[layer, category, WEEKS[-1]] = np.where(
                np.array(LOOKED) == 0, 65535, values[layer, category, WEEKS[-1]]
            ).astype(np.uint16)
    watched = np.full((6, 3), -1, dtype=np.int32)
    watched[:, -1] = [7, 0, 2, 0, 2, 0]
    state = np.zeros((6, 3), dtype=np.int8)
    state[:, -1] = [3, 1, 3, 1, 3, 2]
    last = np.array([_DAY, -1, _DAY - 2, -1, _DAY - 6, _DAY - 20], dtype=np.int32)
    series = dict(tables.series) | {
        ("watched", "*"): watched,
        ("observed", "*"): state,
        ("last_watched", "*"): last[:, None],
    }
    rates = pd.DataFrame(
        {
            "level": "area",
            "key": ["A1"],
            "area_id": ["A1"],
            "category": ["*"],
            "closures": [40],
            "rebounds_30": [10],
            "p_rebound_30": [0.25],
            "observed_days": [900.0],
            "observed_rebounds_30": [8],
            "blind_rebounds": [3],
            "p_observed_30": [0.31],
            "p_observed_30_low": [0.2],
            "p_observed_30_high": [0.45],
        }
    )
    return replace(
        tables,
        rates=FRAMES["rates"].conform(pd.concat([tables.rates, rates])),
        values=values,
        series=series,
        coverage_known=True,
        summary=tables.summary | {"unseen": 2},
    )


@pytest.fixture
def viewer(as_role):
    return as_role("viewer")


@pytest.fixture
def logged(store, viewer):
    store.runs.save(looked_at())
    return viewer


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
    assert "Nobody looked at 2 of 6 areas in the last 4 weeks; 2 were never visited" in page
    assert re.search(r"<b>20</b>", page)
    assert NASTY not in page


def test_shares_have_their_numbers(logged):
    page = page_of(logged, "?lang=en")
    rows = re.findall(r'data-subdistrict="([^"]+)"', page)
    assert rows == ["*", "S1", "S2"]
    assert "2026-W26: 3 of 6" in page
    assert "2026-W25: unknown" in page
    assert "<b>2 of 3</b>" in page
    assert "<b>1 of 3</b>" in page


def test_one_kind_and_one_subdistrict(logged):
    assert areas_of(page_of(logged, "?kind=market"), "coverage-row") == ["M2", "M1"]
    assert "2026-W26: 1 of 2" in page_of(logged, "?kind=market&lang=en")
    page = page_of(logged, "?subdistrict=S1")
    assert areas_of(page, "never-row") == ["A2"]
    assert re.findall(r'data-subdistrict="([^"]+)"', page) == ["S1"]
    assert logged.get("/coverage?kind=castle").status_code == 400


def test_the_line_on_top_leads_there(logged):
    page = logged.get("/").get_data(as_text=True)
    assert '<a href="/coverage">' in page


def test_the_adjusted_rate_stands_beside_the_raw_one(logged):
    got = logged.get("/api/areas/A1/summary").json["adjusted"]
    assert (got["closures"], got["rebounds_30"], got["p_rebound_30"]) == (40, 10, 0.25)
    assert (got["observed_rebounds_30"], got["blind_rebounds"]) == (8, 3)
    assert (got["p_observed_30"], got["p_observed_30_low"]) == (0.31, 0.2)
    assert logged.get("/api/areas/A2/summary").json["adjusted"] is None


def test_without_a_log_there_is_no_adjusted_rate(viewer):
    assert viewer.get("/api/areas/A1/summary").json["adjusted"] is None


def test_the_line_on_top_says_where_nobody_knows(store, viewer):
    said = '<a href="/coverage">coverage unknown</a>'
    assert said in viewer.get("/?lang=en").get_data(as_text=True)
    store.runs.save(looked_at())
    assert said not in viewer.get("/?lang=en").get_data(as_text=True)
