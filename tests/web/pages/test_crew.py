"""A leader sees the own crew's day, and no other's."""

import re

import pytest

from tests.web.conftest import sign_in, token


@pytest.fixture(autouse=True)
def assigned(store, clock):
    store.assignments.add("C1", "A1", "2026-06-28", None, "li", clock())
    store.assignments.add("C2", "A4", "2026-06-28", None, "li", clock())
    store.assignments.add("C1", "M1", "2026-06-29", None, "li", clock())


def say(client, number, **form):
    data = {"csrf_token": token(client, "/me"), "next": "/crew", **form}
    return client.post(f"/crew/stops/{number}", data=data)


def page(client, path="/crew"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_leaders_own_areas_of_today(as_role):
    shown = page(as_role("crew-leader"))
    assert shown.count('data-testid="stop"') == 1
    assert 'data-testid="stop-list"' in shown
    assert "西湖后街" in shown
    assert "144号路" not in shown


def test_another_day(as_role):
    assert "敦煌路市场" in page(as_role("crew-leader"), "/crew?date=2026-06-29")


def test_not_another_crew(as_role):
    answer = as_role("crew-leader").get("/crew?crew=C2")
    assert answer.status_code == 403
    assert "144号路" not in answer.get_data(as_text=True)
    assert as_role("crew-leader").get("/crew?crew=C1").status_code == 200


def test_a_leader_without_a_crew_sees_none(client, store):
    kept = store.accounts.get("crew-leader")
    store.accounts.add("lost", "crew-leader", kept.password_hash, None, kept.created_at)
    sign_in(client, "lost")
    shown = page(client)
    assert 'data-testid="stop"' not in shown


@pytest.mark.parametrize("role", ["supervisor", "office", "admin"])
def test_the_office_sees_any_crew(as_role, role):
    client = as_role(role)
    assert "144号路" in page(client, "/crew?crew=C2")
    assert "西湖后街" in page(client, "/crew?crew=C1")
    assert client.get("/crew?crew=C9").status_code == 404


def test_a_viewer_has_no_crew_page(as_role):
    assert as_role("viewer").get("/crew").status_code == 403


def test_each_stop_tells_what_came_back(as_role):
    page = as_role("supervisor").get("/crew?date=2026-06-28&crew=C1&lang=en").get_data(as_text=True)
    found = re.findall(r'class="stop-facts quiet-text">([^<]*)<', page)
    assert found
    assert all("came back" in facts for facts in found)


def test_a_stop_without_a_case_is_accepted_done_or_cannot_be_by_forms(as_role, store):
    leader = as_role("crew-leader")
    assert say(leader, 1, kind="accepted", version="1").status_code == 303
    assert store.assignments.one(1).state == "accepted"
    say(leader, 1, kind="fixed", quantity="12", unit="处", idempotency_key="k")
    say(leader, 1, kind="fixed", quantity="12", unit="处", idempotency_key="k")
    assert store.assignments.one(1).state == "done"
    row = store.visits.read().iloc[0]
    assert (len(store.visits.read()), row["kind"], row["quantity"]) == (1, "cleanup", 12.0)
    say(leader, 3, kind="returned", version="1", reason="weather", note="暴雨")
    last = store.assignments.one(3)
    assert last.state == "cannot"
    assert last.note.endswith(" · 暴雨")
    assert "暴雨" in page(leader, "/crew?date=2026-06-29")


def test_a_case_is_accepted_and_given_back_by_forms(as_role, dispatched, store, clock):
    dispatched("3", crew_id="C1")
    leader = as_role("crew-leader")
    (stop,) = [one for one in store.assignments.listed("2026-06-29") if one.case_ids]
    assert (stop.case_ids, stop.state) == (("3",), "published")
    shown = page(leader, "/crew?date=2026-06-29")
    for word in ('data-testid="accept"', 'data-testid="cannot-fix"', 'data-case="3"'):
        assert word in shown
    say(leader, stop.assignment_id, case_id="3", kind="accepted")
    assert store.live.case("3").state == "working"
    clock.pass_by(minutes=1)
    say(leader, stop.assignment_id, case_id="3", kind="returned", reason="refused")
    assert store.assignments.one(stop.assignment_id).state == "cannot"
    assert store.live.case("3").state == "returned"
    # a wrong move is said and does nothing
    say(leader, stop.assignment_id, case_id="3", kind="verified")
    assert "flash-error" in page(leader)
    assert say(leader, stop.assignment_id, case_id="2", kind="fixed").status_code == 303
    assert store.live.case("2").state == "open"


def test_what_a_source_closed_meanwhile_is_no_work_any_more(as_role, dispatched, store):
    dispatched("3", crew_id="C1")
    with store.cases.transaction() as connection:
        connection.exec_driver_sql("UPDATE cases SET state = 'verified' WHERE case_id = '3'")
    shown = page(as_role("crew-leader"), "/crew?date=2026-06-29")
    (stop,) = re.findall(r'data-area="A2" data-state="(\w+)"', shown)
    assert stop == "done"
    assert 'data-testid="accept"' not in shown.partition('data-area="A2"')[2]


@pytest.mark.parametrize("role", ["crew-leader", "inspector", "unit"])
def test_of_another_crews_stop_nobody_says_anything(as_role, store, role):
    number = 2 if role == "crew-leader" else 1
    assert say(as_role(role), number, kind="accepted", version="1").status_code == 403
    assert store.assignments.one(number).state == "published"


@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_who_acts_on_no_case_says_nothing_of_stops(as_role, role):
    assert say(as_role(role), 1, kind="accepted", version="1").status_code == 403


def test_a_proposed_stop_is_no_leaders(as_role, store, clock):
    store.assignments.add("C1", "A2", "2026-06-28", None, "li", clock(), state="proposed")
    assert page(as_role("crew-leader")).count('data-testid="stop"') == 1
    assert page(as_role("office"), "/crew?crew=C1").count('data-testid="stop"') == 2
    listed = as_role("crew-leader").get("/api/cases").json["rows"]
    assert {row["area_id"] for row in listed} == {"A1"}
