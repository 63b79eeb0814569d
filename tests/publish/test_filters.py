"""One question, asked the same way everywhere."""

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo_service.publish import TABLES, Filter, placed
from geo_service.terms import BadUse

ZONE = "Asia/Shanghai"
AREAS = gpd.GeoDataFrame(
    {
        "area_id": ["A", "B", "S1", "S2"],
        "name": ["alley", "market", "西园", "西湖"],
        "kind": ["alley", "market", "subdistrict", "subdistrict"],
        "subdistrict_id": ["S1", "S2", None, None],
    },
    geometry=[
        shapely.box(0, 0, 1, 1),
        shapely.box(5, 5, 6, 6),
        shapely.box(0, 0, 3, 3),
        shapely.box(4, 4, 9, 9),
    ],
    crs="EPSG:4326",
)
CASES = placed(
    TABLES["cases"],
    pd.DataFrame(
        {
            "case_id": ["1", "2", "3"],
            "area_id": ["A", "B", None],
            "category": ["D01", "D02", "D01"],
            "lon": [0.5, 5.5, None],
            "lat": [0.5, 5.5, None],
            # the second is still the 28th in UTC, but the 29th in the district
            "opened_at": ["2026-06-28T15:59:59Z", "2026-06-28T16:00:00Z", "2026-07-06T00:00:00Z"],
        }
    ),
)


def asked(table="cases", rows=CASES, **words):
    question = Filter.parse({key.rstrip("_"): value for key, value in words.items()})
    return rows.loc[question.rows(TABLES[table], rows, AREAS, ZONE), rows.columns[0]].tolist()


def test_nothing_asked_is_everything():
    assert asked() == ["1", "2", "3"]
    assert asked(kind="", category=None) == ["1", "2", "3"]


def test_kind_category_subdistrict():
    assert asked(kind="alley,market") == ["1", "2"]
    assert asked(category="D01") == ["1", "3"]
    assert asked(category="*") == ["1", "2", "3"]
    assert asked(subdistrict="S1") == ["1"]
    assert asked(subdistrict="西湖") == ["2"]


def test_days_are_local_and_both_included():
    assert asked(to="2026-06-28") == ["1"]
    assert asked(from_="2026-06-29") == ["2", "3"]
    assert asked(from_="2026-06-29", to="2026-06-29") == ["2"]


def test_weeks_are_local():
    assert asked(week="2026-W26") == ["1"]
    assert asked(week="2026-W27") == ["2"]
    assert asked(week="2026-W26,2026-W28") == ["1", "3"]
    assert asked(week="all") == ["1", "2", "3"]


def test_rectangle():
    assert asked(bbox="0,0,2,2") == ["1"]
    assert asked(bbox="-180,-90,180,90") == ["1", "2"]


def test_areas_in_a_rectangle_touch_it():
    question = Filter.parse({"bbox": "1,1,2,2", "kind": "alley,market"})
    assert AREAS.loc[question.areas(AREAS), "area_id"].tolist() == ["A"]


def test_the_sum_of_categories_is_a_row_of_hotspots():
    rows = placed(
        TABLES["hotspots"],
        pd.DataFrame(
            {
                "area_id": ["A", "A"],
                "category": ["*", "D01"],
                "week": ["2026-W26", "2026-W26"],
            }
        ),
    )
    question = Filter.parse({"category": "*"})
    keep = question.rows(TABLES["hotspots"], rows, AREAS, ZONE)
    assert rows.loc[keep, "category"].tolist() == ["*"]


def test_assignments_are_asked_by_their_day():
    rows = pd.DataFrame(
        {
            "assignment_id": ["1", "2"],
            "area_id": ["A", "B"],
            "date": ["2026-06-28", "2026-06-29"],
        }
    )
    assert asked("assignments", rows, from_="2026-06-29") == ["2"]
    assert asked("assignments", rows, week="2026-W26") == ["1"]
    assert asked("assignments", rows, bbox="0,0,2,2") == ["1"]


def test_the_last_week_is_meant_unless_weeks_are_asked_for():
    known = ["2026-W25", "2026-W26", "2026-W27"]
    assert Filter().weeks(known) == ["2026-W27"]
    assert Filter.parse({"week": "all"}).weeks(known) == known
    assert Filter.parse({"week": "2026-W25"}).weeks(known) == ["2026-W25"]
    assert Filter(date_to=date(2026, 6, 28)).weeks(known) == ["2026-W25", "2026-W26"]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("from", "28.6.2026"),
        ("to", "2026-02-30"),
        ("bbox", "1,2,3"),
        ("bbox", "1,2,nan,4"),
        ("bbox", "3,2,1,4"),
        ("week", "26"),
        ("week", "2026-W54"),
        ("week", "２０２６-W26"),
    ],
)
def test_what_cannot_be_used_is_named(word, value):
    with pytest.raises(BadUse) as problem:
        Filter.parse({word: value})
    assert word in str(problem.value)
    assert value in str(problem.value)


def test_from_after_to_is_refused():
    with pytest.raises(BadUse, match="is after"):
        Filter.parse({"from": "2026-06-29", "to": "2026-06-28"})


def test_unknown_kinds_and_categories_are_named():
    with pytest.raises(BadUse, match="castle"):
        Filter.parse({"kind": "castle"}).check(["alley"], ["D01"])
    with pytest.raises(BadUse, match="D99"):
        Filter.parse({"category": "*,D99"}).check(["alley"], ["D01"])
    with pytest.raises(BadUse, match="Atlantis"):
        Filter.parse({"subdistrict": "Atlantis"}).check([], [], {"西园"})
