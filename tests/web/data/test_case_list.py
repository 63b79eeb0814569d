"""Which cases an address asks for; the list, the file and the count agree."""

from __future__ import annotations

import csv
import io
import re

import pytest

ASKED = {
    # what nobody has solved
    "state=unsolved": ["3", "2"],
    # all but cancelled
    "state=standing": ["1", "3", "2"],
    "state=standing&area=A1": ["1", "2"],
    "state=standing&area=A1,A2": ["1", "3", "2"],
    # what lies in no area
    "state=standing&area=-": [],
    "state=standing&rebound=1": ["2"],
    "state=standing&rebound=0": ["1", "3", "2"],
    # open when a week ended, whatever came after
    "open_at=2026-W23": [],
    "open_at=2026-W25": ["3"],
    "open_at=2026-W26": ["3", "2"],
    # closed in a week, by its verification
    "state=standing&closed=2026-W24": ["1"],
    "state=standing&closed=2026-W25,2026-W26": [],
    "state=standing&closed=2026-W24&unverified=1": [],
    # who answers for it, or has it in hand
    "state=standing&unit=U1": ["1", "2"],
    "unit=城管队": ["3"],
    "state=standing&crew=C1": [],
    # the report's community goes before the area's
    "state=standing&community=西湖社区": ["1", "3"],
    "state=standing&community=兰工坪社区": ["2"],
    "state=standing&disputed=1": [],
    # nothing has a deadline here
    "overdue=1": [],
    # an area that is not in the subdistrict asked for
    "state=standing&area=A1&subdistrict=S2": [],
    "state=standing&area=A1&subdistrict=S1": ["1", "2"],
}


@pytest.mark.parametrize(("query", "ids"), ASKED.items())
def test_the_list_and_its_file_hold_what_is_asked_for(viewer, query, ids):
    page = viewer.get(f"/casework?{query}").get_data(as_text=True)
    # the page has what is due within the shift first
    assert sorted(re.findall(r'href="/casework/(\d+)"', page)) == sorted(ids)
    assert f'data-total="{len(ids)}"' in page
    text = viewer.get(f"/exports/cases.csv?{query}").get_data(as_text=True)
    assert [row["case_id"] for row in csv.DictReader(io.StringIO(text))] == ids


def test_cases_are_asked_for_by_who_has_them(viewer, dispatched):
    def ids(query):
        return [one["case_id"] for one in viewer.get(f"/api/cases?{query}").json["rows"]]

    dispatched("2", unit_id="U2", person="sun")
    dispatched("3", crew_id="C1")
    asked = ("unit=U1", "unit=U2", "crew=C1", "person=sun", "unit=U2&crew=C1", "unit=U2,城管队")
    assert [ids(f"state=unsolved&{one}") for one in asked] == [
        *(["2"], ["2"], ["3"], ["2"], [], ["3", "2"])
    ]


@pytest.mark.parametrize(
    "query",
    ["state=lost", "overdue=yes", "back=0", "back=x", "fixes=2026-W20,2026-W21", "open_at=26"],
)
def test_what_cannot_be_asked_is_named(viewer, query):
    for path in ("/casework", "/exports/cases.csv"):
        assert viewer.get(f"{path}?{query}").status_code == 400, path


def test_a_filter_without_a_select_is_told_and_can_be_left_out(viewer):
    page = viewer.get("/casework?area=A1&rebound=1&lang=en").get_data(as_text=True)
    assert "area: 西湖后街" in page
    assert 'href="/casework?state=unsolved&amp;area=A1"' in page


def test_a_leader_sees_and_takes_along_the_own_open_cases_alone(as_role, store, clock):
    store.assignments.add("C1", "A1", "2026-06-28", None, "office", clock())
    leader = as_role("crew-leader")
    page = leader.get("/casework?state=standing").get_data(as_text=True)
    assert re.findall(r'href="/casework/(\d+)"', page) == ["2"]
    text = leader.get("/exports/cases.csv?area=A2").get_data(as_text=True)
    assert text.count("\n") == 1
