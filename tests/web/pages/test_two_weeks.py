"""Two weeks side by side: by the intervals that the run keeps."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from geo_service.store import SomeWeeks
from tests.store.samples import week_columns
from tests.web.conftest import AREAS, WEEKS, run_tables, week_rows


def of_week(week):
    """A1 rises from 10–20 to 50–60 %, A2 falls back, A3's intervals touch, A4 has none."""
    rows = week_rows(week)
    last = week == WEEKS[-1]
    low = {"A1": 0.5 if last else 0.1, "A2": 0.1 if last else 0.5, "A3": 0.15 if last else 0.1}
    rows["p_rebound_30_low"] = rows["area_id"].map(low)
    rows["p_rebound_30_high"] = rows["p_rebound_30_low"] + 0.1
    rows["p_rebound_30"] = rows["p_rebound_30_low"] + 0.05
    rows["hot"] = rows["area_id"] == ("A3" if last else "A4")
    return rows


@pytest.fixture
def weeks(store):
    tables = run_tables()
    (some,) = tables.weekly
    weekly = [SomeWeeks([(w, week_columns(of_week(w), AREAS)) for w in WEEKS], some.values)]
    store.runs.save(replace(tables, weekly=weekly))


def groups(client, query=""):
    page = client.get(f"/compare?a=2026-W24&b=2026-W26&{query}").get_data(as_text=True)
    return {
        name: re.findall(r'data-area="([^"]+)"', part)
        for name, part in re.findall(
            r'data-testid="compare-(\w+)">(.*?)</section>', page, re.DOTALL
        )
    }


@pytest.mark.usefixtures("weeks")
def test_only_intervals_that_do_not_touch_say_something(viewer):
    found = groups(viewer)
    assert found["worse"] == ["A1"]
    assert found["better"] == ["A2"]
    assert found["unsure"][0] == "A3"
    assert sorted(found["unsure"]) == ["A3", "A4", "M1", "M2"]
    assert (found["hot_now"], found["hot_before"]) == (["A3"], ["A4"])


@pytest.mark.usefixtures("weeks")
def test_the_pages_filters(viewer):
    assert groups(viewer, "kind=market")["unsure"] == ["M1", "M2"]
    assert groups(viewer, "subdistrict=S2&category=D01")["worse"] == []


@pytest.mark.usefixtures("weeks")
def test_both_fractions_lead_to_their_fixes(viewer):
    page = viewer.get("/compare?a=2026-W24&b=2026-W26&lang=en").get_data(as_text=True)
    for week in ("2026-W24", "2026-W26"):
        assert f"/casework?state=standing&amp;area=A1&amp;fixes={week}" in page
    assert "shrunk 15 % (10–20 %)" in page
    assert "50 of the 52 weeks are the same" in page


def maps(page):
    """Return the classes that each of the two maps shows, and the areas that it marks."""
    parts = re.findall(
        r'<figure data-testid="compare-map" data-week="(.*?)</figure>', page, re.DOTALL
    )
    assert [part[:8] for part in parts] == ["2026-W24", "2026-W26"]
    return [
        (re.findall(r'data-class="(\d)"', part), re.findall(r'<a href="/areas/(\w+)"', part))
        for part in parts
    ]


@pytest.mark.usefixtures("weeks")
def test_two_maps_stand_side_by_side_and_mark_what_changed(viewer):
    page = viewer.get("/compare?a=2026-W24&b=2026-W26&lang=en").get_data(as_text=True)
    for classes, marked in maps(page):
        assert classes == ["0", "1", "2", "3"]
        assert sorted(marked) == ["A1", "A2", "A3", "A4"]
    hot = viewer.get("/compare?a=2026-W24&b=2026-W26&layer=hotspots").get_data(as_text=True)
    assert [classes for classes, _ in maps(hot)] == [["0", "1"]] * 2
    market = viewer.get("/compare?a=2026-W24&b=2026-W26&kind=market").get_data(as_text=True)
    assert [len(classes) for classes, _ in maps(market)] == [1, 1]
    assert maps(market)[0][1] == []
    assert viewer.get("/compare?layer=density").status_code == 400


def test_weeks_that_are_not_there_are_named(viewer):
    assert viewer.get("/compare?a=2031-W01").status_code == 404


def test_by_default_the_last_week_beside_a_year_before_or_the_first(viewer):
    page = viewer.get("/compare").get_data(as_text=True)
    assert re.findall(r"<option selected>([^<]+)", page) == ["2026-W24", "2026-W26"]
