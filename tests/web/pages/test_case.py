"""One case: its reports, what was done, what one may do."""

from datetime import timedelta

import pandas as pd

from tests.web.conftest import FORMULA, NASTY, token


def test_one_case_shows_its_reports_and_the_case_before(as_role):
    page = as_role("supervisor").get("/casework/2").get_data(as_text=True)
    assert FORMULA in page
    assert 'href="/casework/1"' in page
    assert "2026-06-26 09:00" in page  # the district's own time


def test_a_case_that_is_not_there(viewer):
    answer = viewer.get("/casework/99")
    assert answer.status_code == 404
    assert "99" in answer.get_data(as_text=True)


def test_the_page_of_a_case_lets_one_act(as_role):
    client = as_role("office")
    page = client.get("/casework/2").get_data(as_text=True)
    assert 'data-testid="dispatch"' in page
    form = {"csrf_token": token(client, "/me"), "kind": "noted", "note": NASTY}
    answer = client.post("/casework/2/events", data=form, follow_redirects=True)
    shown = answer.get_data(as_text=True)
    assert 'data-testid="event" data-kind="noted"' in shown
    assert NASTY not in shown
    form["kind"] = "verified"
    wrong = client.post("/casework/2/events", data=form, follow_redirects=True)
    assert "flash-error" in wrong.get_data(as_text=True)
    assert client.post("/casework/2/events", data={"kind": "noted", "note": "x"}).status_code == 400


PHONE = "139 0000 1234"


def opened(client, case_id="2"):
    form = {"csrf_token": token(client, "/me")}
    return client.post(f"/casework/{case_id}/personal", data=form)


def test_the_office_opens_who_reported_and_that_is_written_down(as_role, store, clock):
    row = {"report_id": "2", "reporter_name": NASTY, "reporter_phone": PHONE}
    store.reporters.keep(pd.DataFrame([row]), clock())
    office = as_role("office")
    page = office.get("/casework/2").get_data(as_text=True)
    assert 'data-testid="open-personal"' in page
    assert PHONE not in page
    answer = opened(office)
    page = answer.get_data(as_text=True)
    assert PHONE in page
    assert NASTY not in page
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert office.post("/casework/2/personal").status_code == 400
    (look,) = [one for one in store.audit.read() if one.action == "opened_personal"]
    assert (look.actor, look.subject) == ("office", "2")
    for role in ("viewer", "supervisor", "admin", "inspector", "unit", "crew-leader"):
        other = as_role(role)
        assert opened(other).status_code == 403, role
        assert "open-personal" not in other.get("/casework/2").get_data(as_text=True)


def test_what_its_time_took_and_what_nobody_named(as_role, store, clock):
    office = as_role("office")
    assert "没有登记报告人" in opened(office).get_data(as_text=True)
    row = {"report_id": "2", "reporter_name": "王", "reporter_phone": PHONE}
    store.reporters.keep(pd.DataFrame([row]), clock())
    store.reporters.erase(clock() + timedelta(days=1))
    page = opened(office).get_data(as_text=True)
    assert PHONE not in page
    assert "已按保存期限删除" in page
    assert opened(office, "99").status_code == 404


def test_telephones_in_words_are_masked_until_somebody_opens_them(as_role, store):
    words = f"找王女士 {PHONE}，身份证620102199001011234"
    said = store.reports.read(ids=["2"]).assign(address=words, description=words)
    store.reports.upsert(said)
    office = as_role("office")
    form = {"csrf_token": token(office, "/me"), "kind": "noted", "note": words}
    office.post("/casework/2/events", data=form)
    hidden = "找王女士 139****1234，身份证620102********1234"
    for page in ("/casework/2", "/api/cases/2"):
        text = office.get(page).get_data(as_text=True)
        assert PHONE not in text, page
        assert "620102199001011234" not in text, page
        assert "139****1234" in text, page
    assert office.get("/casework/2").get_data(as_text=True).count(hidden) == 3
    assert opened(office).get_data(as_text=True).count(words) == 3
    assert store.reports.read(["description"], ids=["2"])["description"].item() == words
