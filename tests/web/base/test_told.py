"""What every page is told: who reads it, in which language, and the district's day."""

from __future__ import annotations


def test_a_page_knows_its_reader_and_the_districts_day(viewer):
    page = viewer.get("/?lang=en").get_data(as_text=True)
    assert 'data-role="viewer"' in page
    assert 'data-today="2026-06-28"' in page
    assert '<html lang="en">' in page


def test_who_may_not_see_the_map_is_not_told_the_day(client):
    assert 'data-today=""' in client.get("/sign-in").get_data(as_text=True)
