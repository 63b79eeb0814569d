"""Which cases and words each role sees, page by page."""

import pytest

from geo_service.store import Filter
from geo_service.web.base.scope import OPEN


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


@pytest.mark.parametrize(("case_id", "status"), [("2", 200), ("1", 403), ("3", 403)])
def test_a_leader_opens_these_alone(leader, case_id, status):
    assert leader.get(f"/casework/{case_id}").status_code == status


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
