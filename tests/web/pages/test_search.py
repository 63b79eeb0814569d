"""The box on every page leads to an area or a case."""

from __future__ import annotations

import re

import pytest

from geo_service.web.pages import search


def found(client, text):
    answer = client.get("/search", query_string={"q": text})
    if answer.status_code == 303:
        return answer.headers["Location"]
    page = answer.get_data(as_text=True)
    return re.findall(r'<li><a href="([^"]+)"', page)


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        # one area is called so
        ("西湖后街", "/areas/A1"),
        ("144", "/areas/A4"),
        # an id, however it is written
        ("m1", "/areas/M1"),
        # a subdistrict is shown on the map, beside areas whose name begins so
        ("西湖", ["/?subdistrict=S2", "/areas/A1"]),
        ("市场", ["/areas/M1", "/areas/M2"]),
        ("nowhere", []),
        ("", []),
    ],
)
def test_what_is_looked_for(viewer, text, leads):
    assert found(viewer, text) == leads


def test_a_case_by_its_number(viewer, store, as_role, clock):
    assert found(viewer, "2") == "/casework/2"
    leader = as_role("crew-leader")
    assert "/casework/2" not in found(leader, "2")
    store.assignments.add("C1", "A1", "2026-06-28", None, "office", clock())
    assert found(leader, "2") == "/casework/2"


def test_who_has_not_signed_in_finds_no_cases(demo_client):
    assert "/casework/2" not in found(demo_client, "2")
    assert found(demo_client, "西湖后街") == "/areas/A1"


def test_every_page_has_the_box(viewer):
    for path in ("/", "/casework", "/areas/A1", "/board", "/coverage", "/compare"):
        assert 'data-testid="search"' in viewer.get(path).get_data(as_text=True), path


def test_a_long_list_is_cut_and_says_so(viewer, monkeypatch):
    monkeypatch.setattr(search, "_SHOWN", 1)
    page = viewer.get("/search?q=市场&lang=en").get_data(as_text=True)
    assert "and 1 more" in page
