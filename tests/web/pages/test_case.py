"""One case: its reports, what was done, what one may do."""

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
