from __future__ import annotations

import pandas as pd

from geo_service.locate import subdistrict_of_areas
from tests.locate.conftest import EPSG, make_areas, square


def test_named_else_the_largest_share():
    areas = make_areas(
        ("SD1", "subdistrict", square(103.70, 36.0, 0.01), "西湖街道"),
        ("SD2", "subdistrict", square(103.71, 36.0, 0.01), "西园街道"),
        ("A", "alley", square(103.7095, 36.001, 0.0008)),  # 5/8 in SD1
        ("B", "alley", square(103.7, 36.0), "b", "西园街道"),  # says so itself, by name
        ("C", "alley", square(105.0, 36.0)),  # in none
    )
    got = dict(
        zip(areas["area_id"], subdistrict_of_areas(areas, epsg=EPSG).fillna("-"), strict=True)
    )
    assert got == {"SD1": "-", "SD2": "-", "A": "SD1", "B": "SD2", "C": "-"}


def test_a_subdistrict_that_ended_gives_way_to_one_that_did_not():
    areas = make_areas(
        ("OLD", "subdistrict", square(103.70, 36.0, 0.02), "西湖街道"),
        ("NEW", "subdistrict", square(103.70, 36.0, 0.01), "西园街道"),
        ("A", "alley", square(103.7095, 36.001, 0.0008), "a", "OLD"),
        ("B", "alley", square(103.7095, 36.002, 0.0008)),
        ("C", "alley", square(103.715, 36.015, 0.0008), "c", "OLD"),  # in no other
        ("D", "alley", square(103.7, 36.0), "d", "OLD"),  # ended with it
    )
    at = areas["area_id"].isin(["OLD", "D"])
    areas.loc[at, "valid_to"] = pd.Timestamp("2026-06-01", tz="UTC")
    got = subdistrict_of_areas(areas, epsg=EPSG).tolist()[2:]
    assert got == ["NEW", "NEW", "OLD", "OLD"]
