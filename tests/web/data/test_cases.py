"""One case and what is done with it, for programs: who may, what is refused and said."""

import pytest

from tests.web.conftest import token


@pytest.fixture
def post(as_role):
    def send(role, path, body, key=None):
        client = as_role(role)
        headers = {"X-CSRFToken": token(client, "/me")}
        if key is not None:
            headers["Idempotency-Key"] = key
        return client.post(path, json=body, headers=headers)

    return send


def test_a_case_is_told_with_what_one_may_do(as_role):
    told = as_role("supervisor").get("/api/cases/2").get_json()
    assert told["case"]["state"] == "open"
    assert (told["case"]["overdue"], told["case"]["due_soon"]) == (False, False)
    assert told["case"]["opened_at"] == "2026-06-26T01:00:00+00:00"
    assert [one["case_id"] for one in told["episodes"]] == ["1", "2"]
    assert told["allowed"][:2] == ["dispatched", "postponed"]
    assert as_role("viewer").get("/api/cases/2").get_json()["allowed"] == []
    assert as_role("viewer").get("/api/cases/99").status_code == 404


def test_an_event_is_kept_and_answered_once(post, store):
    body = {"kind": "dispatched", "crew_id": "C1"}
    sent = post("supervisor", "/api/cases/2/events", body, "k1")
    assert sent.status_code == 201
    answer = sent.get_json()
    assert (answer["case_id"], answer["state"], answer["pending"]) == ("2", "dispatched", False)
    again = post("supervisor", "/api/cases/2/events", body, "k1")
    assert (again.status_code, again.get_json()["event_id"]) == (200, answer["event_id"])
    assert store.events.count() == 1
    # a refused one says what is allowed, in words and codes
    wrong = post("supervisor", "/api/cases/2/events", {"kind": "verified"})
    assert wrong.status_code == 409
    assert "fixed" in wrong.get_json()["allowed"]
    assert wrong.get_json()["error"]
    assert post("office", "/api/cases/2/events", {"kind": "noted"}).status_code == 422
    assert store.events.count() == 1


@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_who_makes_no_event(post, role):
    assert post(role, "/api/cases/2/events", {"kind": "noted", "note": "x"}).status_code == 403


def test_a_leader_acts_on_what_was_dispatched_to_the_own_crew(post, as_role):
    assert as_role("crew-leader").get("/api/cases/2").status_code == 403
    assert post("crew-leader", "/api/cases/2/events", {"kind": "fixed"}).status_code == 403
    post("supervisor", "/api/cases/2/events", {"kind": "dispatched", "crew_id": "C1"})
    assert as_role("crew-leader").get("/api/cases/2").status_code == 200
    assert as_role("crew-leader").get("/casework/2").status_code == 200
    assert post("crew-leader", "/api/cases/2/events", {"kind": "accepted"}).status_code == 201


def test_a_unit_acts_on_what_was_dispatched_to_it(post, as_role, dispatched, clock):
    assert as_role("unit").get("/api/cases/2").status_code == 403
    assert post("unit", "/api/cases/2/events", {"kind": "fixed"}).status_code == 403
    unknown = post("supervisor", "/api/cases/2/events", {"kind": "dispatched", "unit_id": "U9"})
    assert unknown.status_code == 404
    dispatched("2", unit_id="U1")
    assert as_role("unit").get("/api/cases/2").get_json()["allowed"][:3] == [
        *("accepted", "returned", "fixed")
    ]
    clock.pass_by(minutes=1)
    assert post("unit", "/api/cases/2/events", {"kind": "accepted"}).status_code == 201
    clock.pass_by(minutes=1)
    body = {"kind": "returned", "reason": "not_ours"}
    assert post("unit", "/api/cases/2/events", body).status_code == 201
    dispatched("2", unit_id="U2")
    assert as_role("unit").get("/casework/2").status_code == 403
    assert post("unit", "/api/cases/2/events", {"kind": "accepted"}).status_code == 403


def test_several_at_once_stop_none_of_the_others(post):
    rows = [
        {"case_id": "2", "kind": "fixed", "idempotency_key": "a"},
        {"case_id": "99", "kind": "fixed", "idempotency_key": "b"},
        {"case_id": "2", "kind": "fixed", "idempotency_key": "c"},
        {"case_id": "3", "kind": "fixed", "idempotency_key": "d", "lon": "x"},
        {"case_id": "2", "kind": "fixed", "idempotency_key": "a"},
    ]
    answers = post("office", "/api/events", {"events": rows}).get_json()["answers"]
    assert [one["status"] for one in answers] == [201, 404, 409, 422, 200]
    assert answers[0]["event_id"] == answers[4]["event_id"]
    assert post("office", "/api/events", {"events": "x"}).status_code == 400
    many = [rows[0]] * 201
    assert post("office", "/api/events", {"events": many}).status_code == 400


def test_the_list_is_that_of_the_page(as_role):
    told = as_role("viewer").get("/api/cases?state=open,verified&sort=due").get_json()
    assert (told["total"], len(told["rows"])) == (3, 3)
    assert {"case_id", "state", "due_at", "opened_at"} <= told["rows"][0].keys()
    assert as_role("viewer").get("/api/cases?state=lost").status_code == 400
