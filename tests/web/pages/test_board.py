"""Putting an area on a crew's list, and seeing it there."""

import pytest

from tests.web.conftest import token

GOOD = {"crew_id": "C2", "area_id": "A1", "date": "2026-06-29", "note": "墙面"}


@pytest.fixture
def supervisor(as_role):
    return as_role("supervisor")


def assign(client, **changes):
    body = {**GOOD, **changes}
    return client.post("/api/assignments", json=body, headers={"X-CSRFToken": token(client)})


def test_an_assignment_is_made_and_the_board_names_it(supervisor):
    answer = assign(supervisor)
    assert answer.status_code == 201
    assert answer.json["assignment_id"] == "1"
    board = supervisor.get("/board?date=2026-06-29").get_data(as_text=True)
    assert "西湖后街" in board
    assert "墙面" in board
    assert "西湖后街" not in supervisor.get("/board?date=2026-06-30").get_data(as_text=True)


def test_twice_is_a_conflict_that_says_so(supervisor):
    assign(supervisor)
    answer = assign(supervisor)
    assert answer.status_code == 409
    assert "A1" in answer.json["detail"]
    assert assign(supervisor, crew_id="C3").status_code == 201
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
    number = assign(supervisor).json["assignment_id"]
    assert given() == {
        "assignment_id": number,
        "crew_id": "C2",
        "date": "2026-06-29",
        "state": "planned",
    }
    header = {"X-CSRFToken": token(supervisor)}
    answer = supervisor.delete(f"/api/assignments/{number}", headers=header)
    assert answer.json == {"crew_id": "C2", "area_id": "A1", "date": "2026-06-29"}
    assert given() is None
    assert supervisor.delete(f"/api/assignments/{number}", headers=header).status_code == 404


@pytest.mark.parametrize("page", ["/board?date=2026-06-29", "/crew?crew=C2&date=2026-06-29"])
def test_a_button_takes_it_back_where_it_is_seen(supervisor, page):
    number = assign(supervisor).json["assignment_id"]
    assert f"/assignments/{number}/undo" in supervisor.get(page).get_data(as_text=True)
    form = {"csrf_token": token(supervisor), "next": page}
    answer = supervisor.post(f"/assignments/{number}/undo", data=form)
    assert answer.headers["Location"] == page
    told = supervisor.get(page).get_data(as_text=True)
    assert "西湖后街" in told, "what was taken back is said"
    assert "西湖后街" not in supervisor.get(page).get_data(as_text=True)


def test_what_has_begun_is_not_taken_back(supervisor, store):
    number = assign(supervisor).json["assignment_id"]
    with store.assignments.transaction() as connection:
        connection.exec_driver_sql("UPDATE assignments SET state = 'done'")
    header = {"X-CSRFToken": token(supervisor)}
    assert supervisor.delete(f"/api/assignments/{number}", headers=header).status_code == 409
    page = supervisor.get("/board?date=2026-06-29").get_data(as_text=True)
    assert "/undo" not in page


@pytest.mark.parametrize("role", ["viewer", "inspector", "crew-leader"])
def test_others_may_not_assign(as_role, role):
    assert assign(as_role(role)).status_code == 403


def test_an_assignment_lightens_the_next_proposal(supervisor):
    before = supervisor.get("/api/worst/2026-W26?date=2026-06-28").json["rows"][1]["crew_id"]
    assign(supervisor, crew_id=before, date="2026-06-28")
    after = supervisor.get("/api/worst/2026-W26?date=2026-06-28").json["rows"][1]["crew_id"]
    assert before == "C2"
    assert after == "C3"


def test_a_board_without_a_date_is_todays_and_a_bad_date_is_named(supervisor):
    assign(supervisor, date="2026-06-28")
    assert "西湖后街" in supervisor.get("/board").get_data(as_text=True)
    answer = supervisor.get("/board?date=soon")
    assert answer.status_code == 400
    assert "soon" in answer.get_data(as_text=True)


def test_crews_to_choose_from(supervisor):
    assert [crew["crew_id"] for crew in supervisor.get("/api/crews").json["crews"]] == [
        "C1",
        "C2",
        "C3",
    ]
