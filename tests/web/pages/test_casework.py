"""The rectification list and one case."""

import csv
import html
import io
import re

import pandas as pd
import pytest

from geo_service.measure.worktime import LAST_KNOWN
from geo_service.terms import LANGUAGES, LINKS, STATES
from geo_service.terms.phrases import subject_phrases
from tests.web.conftest import sign_in, token


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
    # illegal ads are to be gone within the shift: before what is older and has more time
    assert "/casework/2" in first
    assert "/casework/3" in viewer.get("/casework?page=2").get_data(as_text=True)


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
        store.live.set_due("3", {"due_at": int((clock.at.timestamp() - 3600) * 1e6)})
        store.live.set_due("2", {"due_at": int((clock.at.timestamp() + 3600) * 1e6)})
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


def test_the_office_decides_what_nobody_wants(as_role, dispatched, clock, store):
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
    assert store.audit.read(limit=1)[0].action == "changed_area"
    assert office.post(address, data=form).status_code == 404
    assert "by the area" in office.get("/casework/3?lang=en").get_data(as_text=True)


def test_the_list_has_two_headings_that_lead_to_theirs(viewer):
    page = viewer.get("/casework?lang=en").get_data(as_text=True)
    found = re.findall(r'data-term="(\w+)".*?<a href="([^"]+)">(\d+)</a>', page)
    assert [(term, count) for term, _, count in found] == [("shift", "1"), ("date", "1")]
    for _, href, count in found:
        assert listed(viewer, html.unescape(href).partition("?")[2]) == int(count)
    # in the order of deadlines, or of one of them alone, there are none
    assert "data-term" not in viewer.get("/casework?sort=due").get_data(as_text=True)
    assert "data-term" not in viewer.get("/casework?term=date").get_data(as_text=True)
    assert viewer.get("/casework?term=soon").status_code == 400
    assert viewer.get("/casework?overdue=2").status_code == 400


def test_marks_are_alike_in_list_file_address_and_line(viewer, store, clock):
    hour, now = 3_600_000_000, int(clock.at.timestamp() * 1e6)
    store.live.set_due("2", {"due_at": now + hour})
    store.live.set_due("3", {"due_at": now - 30 * hour})
    words = {"code": ["D02"], "escalate": ["24:Head of works"]}
    store.words.upsert_categories(pd.DataFrame(words))
    page = viewer.get("/casework?lang=en").get_data(as_text=True)
    rows = re.findall(r'data-overdue="(\w+)" data-due-soon="(\w+)"', page)
    assert rows == [("no", "yes"), ("yes", "no")]
    assert ("reminder due" in page, "Head of works" in page) == (True, True)
    assert (listed(viewer, "overdue=1"), listed(viewer, "overdue=soon")) == (1, 1)
    told = {row["case_id"]: row for row in viewer.get("/api/cases").json["rows"]}
    assert (told["2"]["due_soon"], told["3"]["overdue"]) == (True, True)
    assert (told["3"]["step"], told["3"]["told_to"]) == ("reminder", "Head of works")
    file = viewer.get("/exports/cases.csv?state=open").get_data(as_text=True)
    marked = {row["case_id"]: row for row in csv.DictReader(io.StringIO(file))}
    assert (marked["2"]["due_soon"], marked["2"]["overdue"]) == ("true", "false")
    assert (marked["3"]["due_soon"], marked["3"]["overdue"]) == ("false", "true")
    facts = {one["key"]: one["value"] for one in viewer.get("/api/state/2026-W26").json["facts"]}
    assert (facts["due-soon"], facts["overdue"]) == (1, 1)
    # an hour later nothing was written, and yet it is overdue
    clock.pass_by(minutes=90)
    sign_in(viewer, "viewer")
    file = viewer.get("/exports/cases.csv?state=open").get_data(as_text=True)
    assert {row["overdue"] for row in csv.DictReader(io.StringIO(file))} == {"true"}


def test_who_allowed_a_postponement_and_an_unknown_year_are_said(as_role, store, clock):
    boss = as_role("supervisor")
    store.live.set_due("2", {"due_at": int(clock.at.timestamp() * 1e6)})
    form = {"kind": "postponed", "due_at": f"{LAST_KNOWN + 1}-02-01", "note": "frost"}
    boss.post("/casework/2/events", data={**form, "csrf_token": token(boss, "/me")})
    year = f"calendar of {LAST_KNOWN + 1} not known yet"
    page = boss.get("/casework/2?lang=en").get_data(as_text=True)
    assert re.search(
        r'data-testid="postponed">[^<]+postponed by <span[^>]*>supervisor · frost', page
    )
    assert year in page
    page = boss.get("/casework").get_data(as_text=True)
    assert ("postponed by" in page, year in page) == (True, True)
    assert year in boss.get("/exports/cases.csv?state=open").get_data(as_text=True)


def test_all_of_the_page_are_those_that_it_shows(as_role, store, monkeypatch):
    monkeypatch.setattr("geo_service.web.data.case_list.PAGE", 1)
    office = as_role("office")
    page = office.get("/casework?page=2").get_data(as_text=True)
    address = html.unescape(re.search(r'action="(/casework/events[^"]+)"', page)[1])
    form = {"csrf_token": token(office, "/me"), "kind": "dispatched", "crew_id": "C1", "all": "1"}
    office.post(address, data=form)
    assert store.live.case("3").state == "dispatched"
    assert store.live.case("2").state == "open"


def test_who_chooses_a_unit_dispatches_to_it_and_to_no_crew(as_role, store):
    office = as_role("office")
    form = {"csrf_token": token(office, "/me"), "kind": "dispatched", "crew_id": "C1"}
    office.post("/casework/events", data={**form, "case_id": ["2"], "unit_id": "U1"})
    office.post("/casework/3/events", data={**form, "unit_id": "U2"})
    office.post("/casework/events", data={**form, "case_id": ["2"], "unit_id": ""})
    log = store.events.read()[["case_id", "crew_id", "unit_id"]].fillna("-").to_numpy().tolist()
    assert log == [["2", "-", "U1"], ["3", "-", "U2"], ["2", "C1", "-"]]
    assert "→ 西湖社区" in office.get("/casework/3").get_data(as_text=True)


def test_a_stage_that_is_late_is_said(viewer, store, clock):
    hour, now = 3_600_000_000, int(clock.at.timestamp() * 1e6)
    store.live.set_due("3", {"due_at": now + 900 * hour, "fix_due_at": now - hour})
    assert viewer.get("/casework?lang=en").get_data(as_text=True).count("fix late") == 1
    assert "fix late" in viewer.get("/casework/3").get_data(as_text=True)
    told = {row["case_id"]: row for row in viewer.get("/api/cases").json["rows"]}
    assert (told["3"]["stage"], told["2"]["stage"]) == ("fix", None)
