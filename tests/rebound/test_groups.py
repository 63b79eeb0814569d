"""The groups of RATES sum to what they are parts of."""

import pytest

from geo_service.rebound import rates
from tests.rebound.conftest import AREAS
from tests.rebound.histories import spells


@pytest.mark.parametrize("level", ["category", "area", "kind", "episode", "source"])
@pytest.mark.parametrize(
    "count", ["closures", "rebounds_7", "rebounds_30", "rebounds_90", "unverified"]
)
def test_every_level_sums_to_the_district(table, level, count):
    district = table.loc[table["level"] == "district", count].item()
    rows = table[(table["level"] == level)]
    if level != "category":
        rows = rows[rows["category"] == "*"]
    assert len(rows) > 1
    assert rows[count].sum() == district


def test_spells_of_areas_without_a_subdistrict_are_in_no_subdistrict_row(table, many):
    rows = table[(table["level"] == "subdistrict") & (table["category"] == "*")]
    assert rows["key"].tolist() == ["S1"]
    assert rows["area_id"].tolist() == ["S1"]
    assert rows["closures"].item() == many["area_id"].isin(["a", "b"]).sum()


@pytest.mark.parametrize("level", ["area", "kind", "subdistrict"])
def test_the_categories_of_a_place_sum_to_its_star_row(table, level):
    rows = table[table["level"] == level]
    whole = rows[rows["category"] == "*"].set_index("key")["rebounds_30"]
    parts = rows[rows["category"] != "*"].groupby("key")["rebounds_30"].sum()
    assert parts.to_dict() == whole.to_dict()
    assert set(rows["category"]) == {"*", "D01", "D02"}


def test_episodes_count_the_earlier_ones_and_four_or_more_stand_together(table, many):
    rows = table[table["level"] == "episode"].set_index("key")["closures"]
    earlier = many["episode"] - 1
    assert rows.index.tolist() == ["0", "1", "2", "3", "4+"]
    assert rows["0"] == (earlier == 0).sum()
    assert rows["3"] == (earlier == 3).sum()
    assert rows["4+"] == (earlier >= 4).sum()


def test_sources_are_those_of_the_opening_reports(table):
    rows = table[table["level"] == "source"].set_index("key")["closures"]
    assert rows.to_dict() == {"hotline": 134, "inspector": 266}


def test_a_spell_without_an_area_counts_in_the_district_alone():
    got = rates(spells({"area_id": None}, {}).assign(source=None), AREAS)
    counts = got[got["category"] == "*"].set_index("level")["closures"]
    assert (counts["district"], counts["area"], counts["kind"]) == (2, 1, 1)
