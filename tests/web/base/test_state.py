"""The line on top says how the district stands."""

from __future__ import annotations

from tests.web.conftest import looked_at


def test_the_line_on_top_leads_there(logged):
    page = logged.get("/").get_data(as_text=True)
    assert '<a href="/coverage">' in page


def test_the_line_on_top_says_where_nobody_knows(store, viewer):
    said = '<a href="/coverage">coverage unknown</a>'
    assert said in viewer.get("/?lang=en").get_data(as_text=True)
    store.runs.save(looked_at())
    assert said not in viewer.get("/?lang=en").get_data(as_text=True)
