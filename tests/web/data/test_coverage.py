"""Areas by whether anybody looked: the page, its counts and its file."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest


def listed(client, query=""):
    page = client.get(f"/coverage{query}").get_data(as_text=True)
    return sorted(re.findall(r'data-testid="(?:never|coverage)-row" data-area="([^"]+)"', page))


@pytest.mark.parametrize(
    ("query", "areas"),
    [
        ("?observed=no", ["A2", "A4"]),
        ("?observed=visited", ["A1", "A3", "M1"]),
        ("?observed=visited&subdistrict=S1", ["A1", "A3"]),
        ("?observed=partly&kind=market", ["M2"]),
    ],
)
def test_each_count_leads_to_its_areas_and_their_file(logged, query, areas):
    assert listed(logged, query) == areas
    text = logged.get(f"/exports/coverage.csv{query}").get_data(as_text=True)
    assert sorted(row["area_id"] for row in csv.DictReader(io.StringIO(text))) == areas
    shapes = json.loads(logged.get(f"/exports/coverage.geojson{query}").get_data(as_text=True))
    assert sorted(one["id"] for one in shapes["features"]) == areas
    assert all(one["geometry"] for one in shapes["features"])


def test_the_sentence_leads_to_what_it_counts(logged):
    page = logged.get("/coverage?kind=alley").get_data(as_text=True)
    assert '<a href="/coverage?observed=no&amp;kind=alley">2</a>' in page
    assert listed(logged, "?observed=no&kind=alley") == ["A2", "A4"]


def test_an_earlier_week_is_said(logged):
    page = logged.get("/coverage?week=2026-W25&lang=en").get_data(as_text=True)
    assert "as of 2026-W25" in page


def test_a_word_that_is_none_is_named(logged):
    assert logged.get("/coverage?observed=maybe").status_code == 400
