"""Assignments and visits for programs: who may, what is refused and said, whose they are."""

import pytest

from tests.web.conftest import token

GOOD = {"crew_id": "C2", "area_id": "A1", "date": "2026-06-29", "note": "墙面"}


@pytest.fixture
def supervisor(as_role):
    return as_role("supervisor")


def send(client, method, path, body, **headers):
    headers["X-CSRFToken"] = token(client, "/me")
    return client.open(path, method=method, json=body, headers=headers)


def assign(client, **changes):
    body = {**GOOD, **changes}
    return client.post("/api/assignments", json=body, headers={"X-CSRFToken": token(client)})


def test_an_assignment_is_made_and_the_board_names_it(supervisor):
    answer = assign(supervisor)
    assert answer.status_code == 201
    assert answer.json == {
        "assignment_id": "1",
        "crew_id": "C2",
        "area_id": "A1",
        "case_ids": [],
        "date": "2026-06-29",
        "stop_order": 1,
        "state": "proposed",
        "note": "墙面",
        "locked": False,
        "version": 1,
    }
    board = supervisor.get("/board?date=2026-06-29").get_data(as_text=True)
    assert "西湖后街" in board
    assert "墙面" in board
    assert "西湖后街" not in supervisor.get("/board?date=2026-06-30").get_data(as_text=True)


def test_twice_is_a_conflict_that_says_so(supervisor):
    assign(supervisor)
    answer = assign(supervisor)
    assert answer.status_code == 409
    assert "A1" in answer.json["detail"]
    other = assign(supervisor, crew_id="C3", force=True, note="两班一起")
    assert other.status_code == 201
    assert assign(supervisor, date="2026-06-30").status_code == 201


@pytest.mark.parametrize(
    ("changes", "status", "named"),
    [
        ({"crew_id": "C9"}, 404, "C9"),
        ({"area_id": "A9"}, 404, "A9"),
        ({"date": "soon"}, 400, "soon"),
        ({"date": ""}, 400, "date"),
        ({"crew_id": None}, 400, "crew_id"),
        ({"crew_id": ["C1"]}, 400, "crew_id"),
        ({"category": "D99"}, 404, "D99"),
    ],
)
def test_what_cannot_be_assigned_is_named(supervisor, changes, status, named):
    answer = assign(supervisor, **changes)
    assert answer.status_code == status
    assert named in answer.json["detail"]


def test_a_body_that_is_no_object_is_refused(supervisor):
    headers = {"X-CSRFToken": token(supervisor)}
    for body in ("[1]", "{", ""):
        answer = supervisor.post(
            "/api/assignments", data=body, headers=headers, content_type="application/json"
        )
        assert answer.status_code == 400


def test_a_long_note_is_cut(supervisor, store):
    assign(supervisor, note="x" * 10_000)
    assert len(store.assignments.of()["note"][0]) == 500


def test_who_assigned_is_kept(supervisor, store):
    assign(supervisor, category="D01")
    kept = store.assignments.of().iloc[0]
    assert (kept["created_by"], kept["category"]) == ("supervisor", "D01")


def test_an_assignment_is_taken_back_and_the_list_knows(supervisor):
    def given():
        rows = supervisor.get("/api/worst/2026-W26?date=2026-06-29").json["rows"]
        return next(one for one in rows if one["area_id"] == "A1")["given"]

    assert given() is None
    number = assign(supervisor, state="published").json["assignment_id"]
    assert given() == {
        "assignment_id": number,
        "crew_id": "C2",
        "date": "2026-06-29",
        "state": "published",
        "version": "2",
    }
    path = f"/api/assignments/{number}"
    assert send(supervisor, "DELETE", path, {}).status_code == 400
    assert send(supervisor, "DELETE", path, {"version": 1}).status_code == 409
    answer = send(supervisor, "DELETE", path, {"version": 2})
    assert (answer.status_code, answer.json["state"], answer.json["version"]) == (
        200,
        "cancelled",
        3,
    )
    assert given() is None
    assert send(supervisor, "DELETE", path, {"version": 3}).status_code == 409
    assert send(supervisor, "DELETE", "/api/assignments/99", {"version": 1}).status_code == 404
    assert send(supervisor, "DELETE", f"{path}?version=3", None).status_code == 409
    assert assign(supervisor).status_code == 201


def test_another_version_is_answered_with_both(supervisor):
    number = assign(supervisor).json["assignment_id"]
    path = f"/api/assignments/{number}"
    changed = send(supervisor, "PATCH", path, {"version": 1, "note": "先做", "locked": True})
    assert (changed.status_code, changed.json["version"], changed.json["locked"]) == (200, 2, True)
    late = send(supervisor, "PATCH", path, {"version": 1, "note": "后做"})
    assert late.status_code == 409
    assert (late.json["version"], late.json["yours"]) == (2, 1)
    assert late.json["current"] == changed.json
    assert late.json["sent"] == {"version": 1, "note": "后做"}
    assert "supervisor" in late.json["error"]


@pytest.mark.parametrize(
    ("changes", "status", "named"),
    [
        ({"version": None}, 400, "version"),
        ({"version": True}, 400, "version"),
        ({"stop_order": "x"}, 400, "stop_order"),
        ({"state": "planned"}, 422, "planned"),
        ({"state": "done"}, 409, "done"),
        ({"locked": "yes"}, 422, "yes"),
        ({"case_ids": 3}, 400, "case_ids"),
        ({"case_ids": ["99"]}, 404, "99"),
        ({"area_id": "A9"}, 404, "A9"),
        ({"crew_id": "C9"}, 404, "C9"),
        ({"date": "soon"}, 400, "soon"),
        ({"date": "2026-06-27"}, 409, "2026-06-27"),
    ],
)
def test_what_cannot_be_changed_is_named(supervisor, changes, status, named):
    number = assign(supervisor).json["assignment_id"]
    answer = send(supervisor, "PATCH", f"/api/assignments/{number}", {"version": 1, **changes})
    assert answer.status_code == status
    assert named in answer.json["detail"]


def test_why_not_has_a_code_and_words_in_the_readers_language(supervisor):
    off = {"crew_id": "C1", "date": "2026-07-04"}
    answer = assign(supervisor, **off)
    assert (answer.status_code, answer.json["reason"]) == (409, "crew_off")
    assert "不上班" in answer.json["error"]
    supervisor.get("/?lang=en")
    assert "does not work" in assign(supervisor, **off).json["error"]
    assert assign(supervisor, **off, force=True, note="").status_code == 422
    assert assign(supervisor, **off, force=True).status_code == 201


def test_published_cases_are_with_the_crew_on_list_case_and_crew_page(as_role, store):
    chief = as_role("supervisor")
    body = {"area_id": None, "case_ids": ["3"], "crew_id": "C1"}
    made = assign(chief, **body).json
    assert (made["state"], made["case_ids"], made["area_id"]) == ("proposed", ["3"], "A2")
    path = f"/api/assignments/{made['assignment_id']}"
    assert send(chief, "PATCH", path, {"version": 1, "state": "published"}).status_code == 200
    assert chief.get("/api/cases/3").json["case"]["state"] == "dispatched"
    assert 'data-state="dispatched"' in chief.get("/casework?state=dispatched").text
    leader = as_role("crew-leader")
    page = leader.get("/crew?date=2026-06-29").text
    assert 'data-case="3"' in page
    assert leader.get("/api/cases/3").status_code == 200
    # the area's other cases are not the crew's
    assert [row["case_id"] for row in leader.get("/api/cases").json["rows"]] == ["3"]
    assert send(leader, "POST", "/api/cases/3/events", {"kind": "fixed"}).status_code == 201
    assert store.assignments.one(made["assignment_id"]).state == "done"
    row = chief.get("/exports/assignments.csv").text.splitlines()
    assert row[0] == "assignment_id,crew_id,area_id,case_ids,date,stop_order,state,note,version"
    assert row[1] == "1,C1,A2,3,2026-06-29,1,done,墙面,3"


def test_an_administrator_assigns_areas_and_dispatches_nothing(as_role, store):
    admin = as_role("admin")
    assert assign(admin, state="published").status_code == 201
    body = {"area_id": None, "case_ids": ["2"], "state": "published"}
    assert assign(admin, **body).status_code == 403
    assert len(store.assignments.of()) == 1


def test_a_cleanup_does_the_area_that_was_given(as_role, store, clock):
    store.assignments.add("C1", "A1", "2026-06-28", None, "li", clock())
    store.assignments.add("C2", "A2", "2026-06-28", None, "li", clock())
    leader = as_role("crew-leader")
    visit = {"area_id": "A1", "kind": "cleanup", "started_at": "2026-06-28T11:00"}
    visit |= {"ended_at": "2026-06-28T11:30", "quantity": 12, "unit": "处"}
    visit |= {"track": [[103.701, 36.001], [103.702, 36.002]]}
    key = {"Idempotency-Key": "k1"}
    made = send(leader, "POST", "/api/visits", visit, **key)
    assert made.status_code == 201
    assert [one["state"] for one in made.json["done"]] == ["done"]
    again = send(leader, "POST", "/api/visits", visit, **key)
    assert (again.status_code, again.json["visit_id"]) == (200, made.json["visit_id"])
    other = {**visit, "kind": "patrol"}
    assert send(leader, "POST", "/api/visits", other).status_code == 403
    assert send(leader, "POST", "/api/visits", {**visit, "area_id": "A2"}).status_code == 403
    row = store.visits.read().iloc[0]
    assert (row["minutes"], row["quantity"], row["unit"], row["person"]) == (
        30.0, 12.0, "处", "crew-leader",
    )  # fmt: skip
    assert send(as_role("inspector"), "POST", "/api/visits", other).status_code == 201
    for role in ("viewer", "admin"):
        assert send(as_role(role), "POST", "/api/visits", visit).status_code == 403
    assert send(as_role("unit"), "POST", "/api/visits", visit).status_code == 403
    assert store.visits.count() == 2


@pytest.mark.parametrize("role", ["viewer", "inspector", "crew-leader", "unit"])
def test_others_may_not_assign(as_role, role):
    client = as_role(role)
    assert assign(client).status_code == 403
    for method in ("PATCH", "DELETE"):
        assert send(client, method, "/api/assignments/1", {"version": 1}).status_code == 403


def test_an_assignment_lightens_the_next_proposal(supervisor):
    before = supervisor.get("/api/worst/2026-W26?date=2026-06-28").json["rows"][1]["crew_id"]
    assign(supervisor, crew_id=before, date="2026-06-28")
    after = supervisor.get("/api/worst/2026-W26?date=2026-06-28").json["rows"][1]["crew_id"]
    assert before == "C2"
    assert after == "C3"


def test_crews_to_choose_from(supervisor):
    assert [crew["crew_id"] for crew in supervisor.get("/api/crews").json["crews"]] == [
        "C1",
        "C2",
        "C3",
    ]
