"""What a file of units is asked besides: kinds, areas, and who is above whom."""

import pytest

from geo_service.intake import read_table, units_check
from tests.intake.conftest import refused


@pytest.fixture
def read(write):
    def _read(content):
        check = units_check({"U1": None, "U2": "U1"}, {"A1", "A2"}, {"S1"})
        return read_table(write(content, "units.csv"), "units", check=check)

    return _read


def test_kinds_are_said_in_words_and_areas_in_any_list(read):
    got = read("unit_id,kind,area_ids\nU3,物业,A1、A2\nU4,Frontage owner,A1; A2\nU5,community,\n")
    assert got.rows["kind"].tolist() == ["property", "frontage", "community"]
    assert got.rows["area_ids"].fillna("-").tolist() == ["A1;A2", "A1;A2", "-"]
    assert refused(got) == []


def test_what_does_not_exist_is_refused_by_line_field_and_value(read):
    got = read(
        "unit_id,kind,parent_id,subdistrict_id,area_ids\n"
        "U3,club,,,\nU4,,U9,,\nU5,,,S9,\nU6,,,S1,A1;A9;A8\n,,,,A1\nU7,,U1,S1,A1\n"
    )
    assert refused(got) == [
        (2, "kind", "unknown_unit_kind"),
        (3, "parent_id", "unknown_parent"),
        (4, "subdistrict_id", "unknown_subdistrict"),
        (5, "area_ids", "unknown_area"),
        (6, "unit_id", "missing_key"),
    ]
    assert got.rejects["value"].iloc[[0, 3]].tolist() == ["club", "A9"]
    assert got.rows["unit_id"].tolist() == ["U7"]


def test_nobody_is_above_themselves_nor_below_one_who_is_refused(read):
    got = read("unit_id,parent_id\nU1,U2\nU3,U3\nU4,U3\nU5,U6\nU6,U2\n")
    # U2 is known to be below U1
    assert refused(got) == [
        (2, "parent_id", "circular_parent"),
        (3, "parent_id", "circular_parent"),
        (4, "parent_id", "unknown_parent"),
    ]
    assert got.rows["unit_id"].tolist() == ["U5", "U6"]
