"""Crews, categories and kinds by file."""

from __future__ import annotations

import json

import pytest

from geo_service.intake import read_table
from geo_service.terms import FRAMES, BadInput, BadUse
from tests.intake.conftest import refused


@pytest.fixture
def read(write):
    def _read(content, table, name="t.csv"):
        got = read_table(write(content, name), table)
        assert got.read == len(got.rows) + got.repeated + len(got.rejects)
        return got

    return _read


def test_crews(read):
    got = read(
        "crew_id,Name,leader,capacity_minutes,depot_lon,depot_lat,shift_start,shift_end\n"
        "C1,一班,李,420,103.8,36.05,08:00,17:30\n"
        "C2,,,,,,,\n"
        ",x,,,,,,\n"
        "C3,x,,-5,,,,\n"
        "C4,x,,many,,,,\n"
        "C5,x,,1,103.8,,,\n"
        "C6,x,,1,203.8,36,,\n"
        "C7,x,,1,,,25:00,\n"
        "C1,一组,王,400,103.8,36.05,08:00,24:00\n",
        "crews",
    )
    assert got.rows["crew_id"].tolist() == ["C2", "C1"]
    assert got.rows["name"].fillna("-").tolist() == ["-", "一组"]
    assert got.repeated == 1
    assert refused(got) == [
        (4, "crew_id", "missing_key"),
        (5, "capacity_minutes", "negative_number"),
        (6, "capacity_minutes", "bad_number"),
        (7, "depot_lat", "half_point"),
        (8, "depot_lon", "out_of_range"),
        (9, "shift_start", "bad_clock_time"),
    ]
    assert got.rows.columns.tolist() == FRAMES["crews"].names


def test_an_empty_photo_is_no_and_an_empty_locates_yes(read):
    got = read("code,clock,photo\nX1,days,yes\nX2,,\n", "categories")
    assert got.rows["photo"].tolist() == [True, False]
    assert got.rows["clock"].iloc[0] == "days"
    got = read("kind,fineness,locates\na,1,\nb,2,no\n", "kinds")
    assert got.rows["locates"].tolist() == [True, False]


def test_categories(read):
    got = read(
        "scheme,code,name_zh,limit,clock\n"
        "qilihe,D01,乱贴,4,working\n"
        ",X1,新类,,\n"
        "qilihe,D02,x,4,lunar\n"
        "qilihe,D03,x,-1,urgent\n"
        "other,D01,别的,4,natural\n",
        "categories",
    )
    keys = got.rows[["scheme", "code", "name_zh"]].fillna("-").to_numpy().tolist()
    assert keys == [["qilihe", "D01", "乱贴"], ["-", "X1", "新类"], ["other", "D01", "别的"]]
    assert refused(got) == [(4, "clock", "unknown_clock"), (5, "limit", "negative_number")]
    assert got.rejects["value"].tolist() == ["lunar", "-1"]


def test_kinds(read):
    rows = [
        {"kind": "bridge", "name_zh": "桥", "fineness": 4, "locates": False},
        {"kind": "tunnel", "fineness": 5},
        {"kind": "pier"},
        {"kind": "quay", "fineness": 4.5},
    ]
    got = read(json.dumps(rows), "kinds", "k.json")
    assert got.rows["kind"].tolist() == ["bridge", "tunnel"]
    assert got.rows["locates"].tolist() == [False, True]
    assert got.rows["name_zh"].fillna("-").tolist() == ["桥", "-"]
    assert got.rows["name_en"].isna().all()
    assert refused(got) == [(3, "fineness", "missing_number"), (4, "fineness", "bad_number")]


def test_a_flag_that_the_file_has_no_column_for_is_not_said(read):
    got = read("kind,fineness\nalley,3\n", "kinds")
    assert "locates" not in got.rows


def test_no_key_column(read):
    with pytest.raises(BadInput, match="no column crew_id; there are: a, b"):
        read("a,b\n1,2\n", "crews")


def test_unknown_table(read):
    with pytest.raises(BadUse, match="table cannot be stars"):
        read("a,b\n1,2\n", "stars")


def test_a_category_is_observed_by_the_public_or_by_logs(read):
    got = read("code,observed_by\nD05,public\nD01,\nD02,everybody\n", "categories")
    assert got.rows["observed_by"].fillna("-").tolist() == ["public", "-"]
    assert refused(got) == [(4, "observed_by", "unknown_observer")]


def test_whom_to_tell_is_hours_and_a_name(write):
    text = "code,escalate,fix_limit\nX1,24:中队长;72:局领导,2\nX2,at once,2\nX3,,-1\nX4,,\n"
    got = read_table(write(text, "words.csv"), "categories")
    assert refused(got) == [(3, "escalate", "bad_escalation"), (4, "fix_limit", "negative_number")]
    assert got.rows["code"].tolist() == ["X1", "X4"]
