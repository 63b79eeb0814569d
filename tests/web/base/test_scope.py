"""Which cases and words each role sees, page by page."""

import pytest

from geo_service.store import Filter
from geo_service.terms import OPEN
from tests.web.conftest import sign_in


@pytest.fixture
def leader(as_role, store, clock):
    """Return a leader whose crew has the area A1 today."""
    store.assignments.add("C1", "A1", "2026-06-28", None, "office", clock())
    return as_role("crew-leader")


def test_a_leader_lists_the_open_cases_of_the_own_areas(leader, as_role):
    page = leader.get("/casework").text
    assert ("/casework/2" in page, "/casework/3" in page) == (True, False)
    assert "/casework/3" in as_role("inspector").get("/casework").text
    # not by asking for others either
    assert "/casework/1" not in leader.get("/casework?state=verified").text


def test_a_leader_lists_what_was_dispatched_to_the_own_crew(leader, dispatched):
    dispatched("3", crew_id="C1")
    assert [one["case_id"] for one in leader.get("/api/cases").json["rows"]] == ["3", "2"]
    assert "3," in leader.get("/exports/cases.csv").text
    dispatched("3", unit_id="U1")
    assert [one["case_id"] for one in leader.get("/api/cases").json["rows"]] == ["2"]


@pytest.mark.parametrize(("case_id", "status"), [("2", 200), ("1", 403), ("3", 403)])
def test_a_leader_opens_these_alone(leader, case_id, status):
    assert leader.get(f"/casework/{case_id}").status_code == status


def test_a_unit_lists_opens_and_downloads_what_was_dispatched_to_it_alone(as_role, dispatched):
    unit = as_role("unit")
    every = {"state": "standing"}
    assert unit.get("/api/cases", query_string=every).json == {"total": 0, "rows": []}
    dispatched("3", unit_id="U1")
    dispatched("2", unit_id="U2")
    (row,) = unit.get("/api/cases", query_string=every).json["rows"]
    assert (row["case_id"], row["dispatched_unit_id"]) == ("3", "U1")
    page = unit.get("/casework?unit=U2&state=standing").text
    assert ("/casework/2" in page, "/casework/3" in page) == (False, False)
    assert [unit.get(f"/casework/{one}").status_code for one in "123"] == [403, 403, 200]
    assert [unit.get(f"/api/cases/{one}").status_code for one in "123"] == [403, 403, 200]
    lines = unit.get("/exports/cases.csv").text.splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["3"]
    assert unit.get("/exports/rebounds.csv").status_code == 403
    assert unit.get("/exports/events.csv").status_code == 403
    latest = unit.get("/api/areas/A2/summary").json["latest"]
    assert [one["case_id"] for one in latest] == ["3"]
    assert unit.get("/api/areas/A1/summary").json["latest"] == []
    # what another unit downloads is not what this one did
    dispatched("3", unit_id="U2")
    assert len(unit.get("/exports/cases.csv").text.splitlines()) == 1
    assert unit.get("/api/cases/3").status_code == 403


def test_somebody_of_no_unit_sees_no_case(app, store, dispatched, clock):
    hashed = store.accounts.get("unit").password_hash
    store.accounts.add("nobody", "unit", hashed, None, clock())
    client = app.test_client()
    sign_in(client, "nobody")
    dispatched("3", crew_id="C1")
    assert client.get("/api/cases?state=standing").json["total"] == 0
    assert client.get("/api/cases/3").status_code == 403


def test_a_case_on_the_list_is_the_leaders_until_it_is_done(as_role, dispatched, clock):
    dispatched("3", crew_id="C1")
    clock.pass_by(days=9)
    rows = as_role("crew-leader").get("/api/cases").get_json()["rows"]
    assert [row["case_id"] for row in rows] == ["3"]
    dispatched("3", crew_id="C2")
    assert as_role("crew-leader").get("/api/cases").get_json()["rows"] == []
    assert as_role("crew-leader").get("/api/cases/3").status_code == 403


def test_the_drawer_tells_a_leader_no_other_case(leader, as_role):
    def told(client, area):
        return [one["case_id"] for one in client.get(f"/api/areas/{area}/summary").json["latest"]]

    assert (told(leader, "A1"), told(leader, "A2")) == (["2"], [])
    assert told(as_role("supervisor"), "A1") == ["2", "1"]


def test_residents_words_are_for_those_who_work_with_them(as_role, store):
    known = store.reports.read(["case_id", "description"], Filter())
    words = known.loc[known["case_id"] == "2", "description"].dropna().iloc[0]
    assert words in as_role("inspector").get("/casework/2").text
    assert words not in as_role("viewer").get("/casework/2").text


def test_open_is_what_somebody_has_to_do_something_about():
    assert OPEN == ("open", "dispatched", "working", "returned", "failed", "fixed")
