"""The board: lists of a day, forms that propose, publish, order, move and take back."""

import re
from dataclasses import replace

import pytest

from tests.web.conftest import token

DAY = "2026-06-29"


@pytest.fixture
def supervisor(as_role):
    return as_role("supervisor")


def send(client, path, **form):
    data = {"csrf_token": token(client, "/me"), "date": DAY, **form}
    answer = client.post(path, data=data)
    assert answer.status_code == 303
    return client.get(answer.headers["Location"]).get_data(as_text=True)


def cards(page):
    """Return what each crew's column shows."""
    parts = re.split(r'data-testid="board-crew" data-crew="', page)[1:]
    return {part.partition('"')[0]: part.partition("</section>")[0] for part in parts}


def test_a_stop_is_proposed_published_and_taken_back_by_forms(supervisor, as_role, store):
    page = send(supervisor, "/board/assign", what="西湖后街", crew_id="C1", note="墙面")
    card = cards(page)["C1"]
    assert ("西湖后街" in card, "墙面" in card, 'data-state="proposed"' in card) == (True,) * 3
    assert 'data-testid="load" data-minutes="20"' in card
    leader = as_role("crew-leader").get(f"/crew?date={DAY}").get_data(as_text=True)
    assert "西湖后街" not in leader, "the crew knows of it when it is published"
    supervisor = as_role("supervisor")
    page = send(supervisor, "/board/publish", stop="1:1")
    assert 'data-state="published"' in cards(page)["C1"]
    leader = as_role("crew-leader").get(f"/crew?date={DAY}").get_data(as_text=True)
    assert "西湖后街" in leader
    page = send(
        as_role("supervisor"), "/assignments/1/undo", version="2", next=f"/board?date={DAY}"
    )
    assert "西湖后街" not in cards(page)["C1"]
    assert "西湖后街" in page, "what was taken back is said"
    assert store.assignments.one(1).state == "cancelled"


def test_cases_are_proposed_by_their_ids(supervisor, store):
    page = send(supervisor, "/board/assign", what="2， 3", crew_id="C2")
    assert ('href="/casework/2"' in page, 'href="/casework/3"' in page) == (True, True)
    assert store.assignments.one(1).case_ids == ("2", "3")
    assert "99" in send(supervisor, "/board/assign", what="99", crew_id="C2")


def test_what_speaks_against_it_is_said_and_kept_out(supervisor, store):
    page = send(supervisor, "/board/assign", what="A1", crew_id="C1", date="2026-07-04")
    assert "不上班" in page
    assert store.assignments.of().empty
    page = send(
        supervisor,
        "/board/assign",
        what="A1",
        crew_id="C1",
        date="2026-07-04",
        force="1",
        note="急",
    )
    assert "西湖后街" in cards(page)["C1"]


def test_stops_are_moved_and_ordered_by_buttons(supervisor, store):
    for what in ("A1", "M1", "A4"):
        send(supervisor, "/board/assign", what=what, crew_id="C2")
    listed = lambda: [one.area_id for one in store.assignments.listed(DAY, "C2")]  # noqa: E731
    send(supervisor, "/assignments/3", version="1", by="-1")
    assert listed() == ["A1", "A4", "M1"]
    page = send(supervisor, "/assignments/1", version="7", by="1")
    assert "1" in page
    assert listed() == ["A1", "A4", "M1"], "another version moves nothing"
    send(supervisor, "/assignments/2", version="2", by="-1")
    send(supervisor, "/board/order", crew_id="C2")
    assert listed() == ["A1", "A4", "M1"], "from the depot in the west to the east"
    send(supervisor, "/assignments/1", version=str(store.assignments.one(1).version), crew_id="C3")
    assert (listed(), store.assignments.one(1).crew_id) == (["A4", "M1"], "C3")
    send(supervisor, "/assignments/1", version=str(store.assignments.one(1).version), locked="1")
    assert store.assignments.one(1).locked


def test_two_persons_publish(supervisor, as_role, app, store):
    desk = app.extensions["geo_service"]
    app.extensions["geo_service"] = replace(desk, settings=replace(desk.settings, two_persons=True))
    send(supervisor, "/board/assign", what="A1", crew_id="C1")
    assert "supervisor" in send(supervisor, "/board/publish", stop="1:1")
    assert store.assignments.one(1).state == "proposed"
    send(as_role("office"), "/board/publish", stop="1:1")
    assert store.assignments.one(1).state == "published"


@pytest.mark.parametrize("role", ["viewer", "inspector", "crew-leader", "unit"])
def test_others_see_no_form_and_may_send_none(as_role, store, clock, role):
    store.assignments.add("C2", "A1", DAY, None, "li", clock())
    client = as_role(role)
    page = client.get(f"/board?date={DAY}").get_data(as_text=True)
    assert "/board/assign" not in page
    # a leader sees the own crew's, a unit none
    assert ("西湖后街" in page) == (role in ("viewer", "inspector"))
    form = {"csrf_token": token(client, "/me"), "version": "1", "date": DAY}
    for path in ("/board/assign", "/board/publish", "/board/order", "/assignments/1"):
        assert client.post(path, data=form).status_code == 403
    assert client.post("/assignments/1/undo", data=form).status_code == 403
    assert store.assignments.one(1).version == 1


def test_a_board_without_a_date_is_todays_and_a_bad_date_is_named(supervisor, store, clock):
    store.assignments.add("C2", "A1", "2026-06-28", None, "li", clock())
    assert "西湖后街" in supervisor.get("/board").get_data(as_text=True)
    answer = supervisor.get("/board?date=soon")
    assert answer.status_code == 400
    assert "soon" in answer.get_data(as_text=True)


def test_a_telephone_in_a_note_is_masked_and_outlives_a_form_that_sends_it_back(supervisor, store):
    page = send(supervisor, "/board/assign", what="A1", crew_id="C1", note="找 138 0000 1234")
    assert "138 0000 1234" not in page
    assert 'value="找 138****1234"' in page
    form = {"version": "1", "note": "找 138****1234", "crew_id": "C2", "force": "1"}
    send(supervisor, "/assignments/1", **form)
    one = store.assignments.one(1)
    assert (one.crew_id, one.note) == ("C2", "找 138 0000 1234")
