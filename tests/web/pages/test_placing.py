"""Staff see which reports lie nowhere, and say where they lie."""

import re

import pandas as pd
import pytest

from geo_service import flow
from geo_service.terms import FRAMES, ROLES
from tests.web.conftest import NASTY, token

MAY = {"inspector", "supervisor", "office", "admin"}
POINT = {"lon": 103.702, "lat": 36.002}


def lost(count=3, **columns):
    number = pd.Series(range(count))
    at = pd.Timestamp("2026-06-20T01:00Z") + pd.to_timedelta(number, unit="h")
    table = {
        "report_id": "L" + number.astype("str"),
        "category": ["D01", "D02", "D01"][:count] if count <= 3 else "D01",
        "reported_at": at,
        "precision": ["none", "fallback", "none"][:count] if count <= 3 else "none",
        "lon": [None, 103.75, None][:count] if count <= 3 else None,
        "lat": [None, 36.0, None][:count] if count <= 3 else None,
        "address": NASTY,
        "subdistrict": "西园",
    }
    return FRAMES["reports"].conform(pd.DataFrame(table | columns))


@pytest.fixture
def supervisor(as_role, store, clock):
    store.reports.upsert(lost())
    flow.refresh(store, now=clock())
    return as_role("supervisor")


def ids(page):
    return re.findall(r'data-report="([^"]+)"', page)


def page_of(client, query=""):
    return client.get(f"/reports/placing{query}").get_data(as_text=True)


def place(client, report_id="L0", **body):
    headers = {"X-CSRFToken": token(client)}
    return client.post(f"/api/reports/{report_id}/place", json=POINT | body, headers=headers)


def test_the_list_names_what_waits_and_escapes_what_it_says(supervisor):
    page = page_of(supervisor)
    assert ids(page) == ["L2", "L1", "L0"]
    assert NASTY not in page
    assert "&lt;script&gt;" in page
    assert ids(page_of(supervisor, "?order=oldest")) == ["L0", "L1", "L2"]
    assert ids(page_of(supervisor, "?category=D02")) == ["L1"]
    assert 'data-lon="103.7' in page, "the middle of its subdistrict"
    assert page.count("只知责任区或街道") == 2


def test_pages_hold_fifty(supervisor, store):
    store.reports.upsert(lost(120, address="x"))
    first, last = page_of(supervisor), page_of(supervisor, "?page=3")
    assert (len(ids(first)), len(ids(last))) == (50, 20)
    assert 'rel="next"' in first
    assert 'rel="next"' not in last
    assert ids(page_of(supervisor, "?page=99")) == ids(last)


@pytest.mark.parametrize(
    ("query", "status"), [("?order=random", 400), ("?category=no", 404), ("?page=x", 400)]
)
def test_what_cannot_be_asked_is_named(supervisor, query, status):
    assert supervisor.get(f"/reports/placing{query}").status_code == status


def test_a_report_is_placed_and_no_longer_waits(supervisor, store, clock):
    answer = place(supervisor)
    assert answer.status_code == 200
    assert (answer.json["area_id"], answer.json["area"]) == ("A1", "西湖后街")
    assert (answer.json["case_id"], answer.json["precision"]) == ("1", "point")
    assert "1" in answer.json["said"]
    assert ids(page_of(supervisor)) == ["L2", "L1"]
    (placed,) = store.placements.read().to_dict("records")
    assert (placed["report_id"], placed["placed_by"]) == ("L0", "supervisor")
    assert placed["placed_at"] == clock()
    assert place(supervisor, lon=103.712).json["area_id"] == "A2", "a slip is mended"


@pytest.mark.parametrize(
    ("report_id", "body", "status"),
    [
        ("1", {}, 409),
        ("no-such", {}, 404),
        ("L0", {"lon": None}, 422),
        ("L0", {"lon": "east"}, 422),
        ("L0", {"lat": 91}, 422),
        ("L0", {"lon": 0, "lat": 0}, 422),
        ("L0", {"lon": [1]}, 422),
    ],
)
def test_what_cannot_be_placed(supervisor, store, report_id, body, status):
    answer = place(supervisor, report_id, **body)
    assert answer.status_code == status
    assert answer.json["detail"]
    assert store.placements.read().empty


def test_it_needs_json_and_the_page_s_token(supervisor, store):
    headers = {"X-CSRFToken": token(supervisor)}
    said = supervisor.post("/api/reports/L0/place", json=[1], headers=headers)
    assert said.status_code == 400
    assert supervisor.post("/api/reports/L0/place", json=POINT).status_code == 400
    assert store.placements.read().empty


@pytest.mark.parametrize("role", ROLES)
def test_who_may(as_role, store, role):
    store.reports.upsert(lost())
    client = as_role(role)
    assert client.get("/reports/placing").status_code == (200 if role in MAY else 403)
    assert place(client).status_code in ({200} if role in MAY else {403})


def test_staff_are_led_there(supervisor, as_role):
    assert 'href="/reports/placing"' in supervisor.get("/").get_data(as_text=True)
    assert 'href="/reports/placing"' in supervisor.get("/admin").get_data(as_text=True)
    assert "/reports/placing" not in as_role("viewer").get("/").get_data(as_text=True)


def test_where_nothing_waits_there_is_no_map(as_role):
    page = page_of(as_role("office"))
    assert "placing.js" not in page
    assert ids(page) == []
