"""The overview's frame: map and slider are there before any data."""

import re

import pytest


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_has_its_parts_in_both_languages(viewer, lang):
    page = viewer.get(f"/?lang={lang}").get_data(as_text=True)
    assert f'<html lang="{lang}' in page
    assert 'type="range"' in page
    assert "unpkg" not in page


def values_of(page, name):
    """Return the values that a select of the page offers."""
    (select,) = re.findall(rf'data-testid="{name}-select">(.*?)</select>', page, re.DOTALL)
    return re.findall(r'<option value="([^"]*)"', select)


def test_what_can_be_chosen_comes_with_the_page(viewer):
    page = viewer.get("/?lang=zh").get_data(as_text=True)
    periods = viewer.get("/api/periods").json
    # only layers that the last run has: nothing is forecast of three weeks kept by hand
    assert values_of(page, "layer") == ["rebound", "hotspots", "density"]
    assert values_of(page, "category") == ["*", *(row["code"] for row in periods["categories"])]
    # of the kinds those that an area is of, the finest first
    assert values_of(page, "kind") == ["", "market", "alley"]
    assert values_of(page, "subdistrict") == ["", "S1", "S2"]
    assert f'data-weeks="{" ".join(periods["weeks"])}"' in page


def test_a_crew_is_chosen_from_those_there_are(as_role):
    supervisor = as_role("supervisor")
    page = supervisor.get("/").get_data(as_text=True)
    crews = [row["crew_id"] for row in supervisor.get("/api/crews").json["crews"]]
    assert values_of(page.replace("assign-crew", "assign-crew-select"), "assign-crew") == crews
    assert "assign-crew" not in as_role("viewer").get("/").get_data(as_text=True)
