"""A leader sees the own crew's day, and no other's."""

import re

import pytest

from tests.web.conftest import sign_in


@pytest.fixture(autouse=True)
def assigned(store, clock):
    store.assignments.add("C1", "A1", "2026-06-28", None, "li", clock())
    store.assignments.add("C2", "A4", "2026-06-28", None, "li", clock())
    store.assignments.add("C1", "M1", "2026-06-29", None, "li", clock())


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
