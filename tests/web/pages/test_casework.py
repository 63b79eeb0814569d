"""The rectification list and one case."""

import re

import pytest

from geo_service.terms import LANGUAGES, LINKS, STATES
from geo_service.terms.phrases import subject_phrases
from tests.web.conftest import token


def listed(client, query=""):
    page = client.get(f"/casework?{query}").get_data(as_text=True)
    return page.count('data-testid="case-row"')


def test_the_list_is_of_what_is_not_solved(viewer):
    assert listed(viewer) == 2
    assert listed(viewer, "state=verified") == 1
    assert listed(viewer, "state=open,verified") == 3
    assert listed(viewer, "state=lapsed") == 0


def test_filters(viewer):
    assert listed(viewer, "category=D01") == 1
    assert listed(viewer, "subdistrict=S2") == 0
    assert listed(viewer, "from=2026-06-25") == 1


def test_pages(viewer, monkeypatch):
    monkeypatch.setattr("geo_service.web.data.case_list.PAGE", 1)
    first = viewer.get("/casework").get_data(as_text=True)
    assert first.count('data-testid="case-row"') == 1
    assert "page=2" in first
    assert "/casework/3" in first
    assert "/casework/2" in viewer.get("/casework?page=2").get_data(as_text=True)


def test_an_unknown_state_is_named(viewer):
    answer = viewer.get("/casework?state=lost")
    assert answer.status_code == 400
    assert "lost" in answer.get_data(as_text=True)


def test_the_store_answers_what_the_export_would_hold(viewer):
    for query in (
        *("kind=alley", "kind=street", "subdistrict=S1", "category=D01&kind=alley", "category=*"),
        *("from=2026-06-01&to=2026-06-26", "week=2026-W26", "week=2026-W25,2026-W26", "week=all"),
        *("bbox=103.7,36.0,103.8,36.1", "bbox=0,0,1,1", "subdistrict=S1&week=2026-W26"),
    ):
        text = viewer.get(f"/exports/cases.csv?{query}").get_data(as_text=True)
        every = listed(viewer, f"{query}&state=open,fixed,verified,lapsed,cancelled")
        assert every == text.count("\n") - 1, query


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_state_and_link_of_a_row_has_a_word(language):
    said = subject_phrases("casework", language)
    assert {f"state_{state}" for state in STATES} <= said.keys()
    assert {f"link_{link}" for link in LINKS} <= said.keys()
    assert said["nowhere"]


def test_the_first_to_be_due_come_first_and_what_is_overdue_says_so(viewer, store, clock):
    with store.transaction():
        store.live.set_due("3", int((clock.at.timestamp() - 3600) * 1e6))
        store.live.set_due("2", int((clock.at.timestamp() + 3600) * 1e6))
    page = viewer.get("/casework?sort=due").get_data(as_text=True)
    assert page.index("/casework/3") < page.index("/casework/2")
    assert page.count('data-overdue="yes"') == 1
    assert 'class="overdue"' in page


def test_many_are_dispatched_at_once_and_what_cannot_be_is_told(as_role, store):
    office = as_role("office")
    form = {"csrf_token": token(office, "/me"), "kind": "dispatched", "crew_id": "C1", "all": "1"}
    page = office.post("/casework/events?sort=due", data=form, follow_redirects=True)
    assert listed(office, "state=dispatched") == 2
    assert "flash-done" in page.get_data(as_text=True)
    later = {**form, "kind": "postponed", "due_at": "2026-07-09", "note": "rain", "all": ""}
    later["case_id"] = ["1", "2"]
    told = office.post("/casework/events", data=later, follow_redirects=True).get_data(as_text=True)
    assert "flash-error" in told
    assert store.events.count() == 3
    assert as_role("inspector").post("/casework/events", data=form).status_code == 403
    assert "bulk" not in as_role("viewer").get("/casework").get_data(as_text=True)


def test_who_answers_and_who_has_it_is_listed_and_can_be_chosen(as_role, dispatched):
    dispatched("2", unit_id="U2")
    page = as_role("office").get("/casework?lang=zh").get_data(as_text=True)
    assert 'data-testid="filter-unit"' in page
    for word in ("环卫站", "城管队", "→ 西湖社区"):
        assert word in page
    assert listed(as_role("viewer"), "unit=U2") == 1


def test_the_office_decides_what_nobody_wants(as_role, dispatched, clock):
    def act(role, **body):
        clock.pass_by(minutes=1)
        client = as_role(role)
        headers = {"X-CSRFToken": token(client, "/me")}
        answer = client.post("/api/cases/3/events", json=body, headers=headers)
        assert answer.status_code == 201, answer.text

    for _ in range(2):
        dispatched("3", unit_id="U1")
        act("unit", kind="returned", reason="not_ours")
    office = as_role("office")
    assert "disputed=1" in office.get("/casework").get_data(as_text=True)
    assert listed(office, "disputed=1") == 1
    assert 'data-testid="disputed"' in office.get("/casework/3").get_data(as_text=True)
    act("office", kind="dispatched", unit_id="U2")
    assert listed(office, "disputed=1") == 0
    page = office.get("/casework/3?lang=en").get_data(as_text=True)
    assert "decided by the office" in page
    listed_units = office.get("/admin/units").get_data(as_text=True)
    assert 'data-testid="exception"' in listed_units
    assert "/casework/3" in listed_units
    address = re.search(r'action="(/admin/units/exceptions/[^"]+)"', listed_units).group(1)
    form = {"csrf_token": token(office, "/me")}
    assert office.post(address, data=form).status_code == 303
    assert office.post(address, data=form).status_code == 404
    assert "by the area" in office.get("/casework/3?lang=en").get_data(as_text=True)
