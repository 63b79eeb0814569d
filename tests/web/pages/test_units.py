"""The page of the units."""

import pandas as pd
import pytest


@pytest.fixture
def units(store):
    store.units.upsert(
        pd.DataFrame(
            {
                "unit_id": ["U1", "U2"],
                "name": ["环卫站", "<b>西湖社区</b>"],
                "name_en": ["Sanitation", None],
                "kind": ["unit", "community"],
                "parent_id": [None, "U1"],
                "area_ids": [None, "A1;A2;A3;A4;M1;M2"],
            }
        )
    )


@pytest.mark.usefixtures("units")
def test_units_are_listed_and_found(as_role):
    office = as_role("office")
    page = office.get("/admin/units?lang=en").text
    assert page.count('data-testid="unit-row"') == 2
    assert "Sanitation" in page
    assert "Community" in page
    assert "&lt;b&gt;西湖社区" in page
    assert "西湖后街" in page
    assert "…" in page
    found = office.get("/admin/units?q=环卫&lang=zh").text
    assert (found.count("unit-row"), "环卫站" in found, "西湖社区" in found) == (1, True, False)
    assert "unit-row" not in office.get("/admin/units?q=无此单位").text


def test_without_units_the_page_says_how_they_come(as_role):
    assert "/admin/imports" in as_role("office").get("/admin/units").text
