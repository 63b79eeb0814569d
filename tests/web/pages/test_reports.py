"""Staff send a report and are told at once what it is."""

from datetime import timedelta

import pandas as pd
import pytest

from geo_service import flow
from geo_service.terms import FRAMES
from geo_service.terms.phrases import subject_phrases
from tests.web.conftest import NASTY, sign_in, token

POINT = {"lon": 103.702, "lat": 36.002}
GOOD = {"category": "D02", **POINT}


@pytest.fixture
def inspector(as_role, store, clock):
    flow.refresh(store, now=clock())
    return as_role("inspector")


def send(client, **changes):
    body = {**GOOD, **changes}
    return client.post("/api/reports", json=body, headers={"X-CSRFToken": token(client)})


def test_a_new_case_and_then_one_that_joins_it(inspector, store):
    first = send(inspector)
    assert first.status_code == 201
    assert (first.json["link"], first.json["area_id"]) == ("new", "A1")
    assert first.json["case_id"] in first.json["said"]
    second = send(inspector, lon=103.70201)
    assert (second.json["link"], second.json["case_id"]) == ("duplicate", first.json["case_id"])
    assert store.cases.one(first.json["case_id"])["reports"] == 2
    assert store.reports.read(["source"], ids=[first.json["report_id"]])["source"][0] == "staff"


def test_a_known_id_is_a_repeat_or_a_conflict_and_never_an_update(inspector, as_role, store):
    sent = send(inspector, report_id="R-1", address="x")
    before = store.fingerprint()
    again = send(inspector, report_id="R-1", address="x")
    assert (again.status_code, again.json["outcome"]) == (200, "unchanged")
    assert (again.json["case_id"], again.json["link"]) == ("R-1", sent.json["link"])
    other = send(as_role("crew-leader"), report_id="R-1", address="y")
    assert other.status_code == 409
    assert "R-1" in other.json["detail"]
    for name in ("fixed_at", "verified_at", "closed_at", "status", "is_duplicate"):
        refused = send(inspector, report_id="R-1", **{name: "2026-06-28T03:00Z"})
        named = subject_phrases("fields", "zh").get(name, name)
        assert (refused.status_code, named in refused.json["detail"]) == (422, True)
    assert store.fingerprint() == before


def test_who_sent_a_report_is_told_to_the_office_alone(inspector, as_role):
    case = send(inspector, report_id="R-1").json["case_id"]
    for role, told in (("office", True), ("supervisor", False), ("inspector", False)):
        page = as_role(role).get(f"/casework/{case}").get_data(as_text=True)
        assert (">inspector</td>" in page) == told
    exported = as_role("office").get("/exports/cases.csv").get_data(as_text=True)
    assert "inspector" not in exported


def test_a_rebound_says_how_long_ago_it_was_closed(inspector, as_role, clock, store):
    def close(report_id, at):
        row = {"report_id": [report_id], "reported_at": [clock()], "verified_at": [at]}
        store.reports.upsert(FRAMES["reports"].conform(pd.DataFrame(row)))
        flow.refresh(store, now=clock())

    send(inspector, report_id="R-1")
    clock.pass_by(minutes=5)
    close("R-1", "2026-06-28T04:01Z")
    clock.pass_by(hours=3)
    inspector = as_role("inspector")
    soon = send(inspector, category="D02", address="x")
    assert (soon.json["link"], soon.json["parent_case_id"]) == ("rebound", "R-1")
    again = {"report_id": soon.json["report_id"], "address": "x"}
    assert "不到一天" in send(inspector, **again).json["said"]
    clock.pass_by(minutes=1)
    close(soon.json["report_id"], "2026-06-28T07:05:30Z")
    clock.pass_by(days=6, hours=1)
    late = send(as_role("inspector"))
    assert late.json["closed_days"] == pytest.approx(6, abs=0.1)
    assert "6" in late.json["said"]


def test_the_form_leads_to_the_answer(inspector):
    page = inspector.get("/reports/new").get_data(as_text=True)
    assert 'data-testid="report-send"' in page
    form = {**GOOD, "address": NASTY, "csrf_token": token(inspector)}
    sent = inspector.post("/reports/new", data=form)
    assert sent.status_code == 303
    assert sent.headers["Location"].startswith("/reports/new?sent=")
    for language, word in (("zh", "新案"), ("en", "New case")):
        address = f"{sent.headers['Location']}&lang={language}"
        assert word in inspector.get(address).get_data(as_text=True)
    assert "report-answer" not in inspector.get("/reports/new?sent=nothing").get_data(as_text=True)


def test_a_form_that_cannot_be_used_says_why_and_keeps_what_was_typed(inspector):
    form = {**GOOD, "lon": "east", "address": NASTY, "csrf_token": token(inspector)}
    answer = inspector.post("/reports/new?lang=en", data=form)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "east" in page
    assert NASTY not in page
    assert "&lt;" in page


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"category": "D99"}, "D99"),
        ({"lon": 999}, "999"),
        ({"colour": 1}, "colour"),
        ({"lon": 116.4}, "公里"),
    ],
)
def test_what_cannot_be_taken_is_named(inspector, changes, named):
    answer = send(inspector, **changes)
    assert answer.status_code == 422
    assert named in answer.json["detail"]


def test_a_body_that_is_no_object_and_a_lack_of_a_token_are_refused(inspector):
    headers = {"X-CSRFToken": token(inspector)}
    assert inspector.post("/api/reports", json=[1], headers=headers).status_code == 400
    assert inspector.post("/api/reports", json=GOOD).status_code == 400


def test_what_is_near_is_told_before_it_is_sent(inspector):
    address = "/api/near?category=D02&lon=103.702&lat=36.002"
    assert inspector.get(address).json == {"sites": []}
    made = send(inspector).json
    (site,) = inspector.get(address).json["sites"]
    assert (site["case_id"], site["state"], site["closed_days"]) == (made["case_id"], "open", None)
    for wrong in ("lon=x&lat=1", "lon=1", "lon=1&lat=91", "lon=nan&lat=1"):
        assert inspector.get(f"/api/near?category=D02&{wrong}").status_code == 422
    assert inspector.get("/api/near?category=no&lon=1&lat=1").status_code == 422


def test_a_viewer_sees_no_way_in(as_role):
    viewer = as_role("viewer")
    assert "/reports/new" not in viewer.get("/board").get_data(as_text=True)
    assert send(viewer).status_code == 403
    assert "/reports/new" in as_role("crew-leader").get("/board").get_data(as_text=True)


def test_a_report_in_the_demo_is_of_the_demo_s_day_and_leaves_the_board_there(demo_client, clock):
    store = demo_client.application.extensions["geo_service"].store
    day = store.district.get().today
    clock.pass_by(days=155)
    flow.refresh(store, now=clock())
    assert sign_in(demo_client, "inspector").status_code == 303
    before = demo_client.get("/board").get_data(as_text=True)
    sent = send(demo_client)
    assert sent.status_code == 201
    at = store.reports.read(["reported_at"], ids=[sent.json["report_id"]])["reported_at"][0]
    assert day <= at < day + timedelta(days=1)
    assert store.district.get().demo
    assert 'value="2026-06-28"' in before
    assert 'value="2026-06-28"' in demo_client.get("/board").get_data(as_text=True)
