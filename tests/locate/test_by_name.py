from __future__ import annotations

import numpy as np
import pytest

from geo_service.locate import locate
from tests.locate.conftest import EPSG, make_areas, make_reports, square

AREAS = make_areas(
    ("SD1", "subdistrict", square(103.7, 36.0, 0.1), "西湖街道"),
    ("SD2", "subdistrict", square(103.8, 36.0, 0.1), "西园街道"),
    ("ST1", "street", square(103.71, 36.01), "西湖路", "SD1"),
    ("AL1", "alley", square(103.72, 36.02), "西湖路后街", "SD1", "老后街|七里后街"),
    ("ST2", "street", square(103.81, 36.01), "西湖路", "SD2"),
    ("ST3", "street", square(103.82, 36.01), "144号路", "SD2"),
)


@pytest.mark.parametrize(
    ("address", "subdistrict", "area", "sub"),
    [
        ("西湖路后街3号", None, "AL1", "SD1"),  # the longest name
        ("七里后街对面", None, "AL1", "SD1"),  # an alias
        ("西湖路12号", "西园街道", "ST2", "SD2"),  # inside the named subdistrict
        ("西湖路12号", "SD1", "ST1", "SD1"),
        ("西湖路后街3号", "SD2", "ST2", "SD2"),  # the alley lies elsewhere
        ("1144号路口", None, None, None),  # another street's number
        ("无名地", "西园街道", None, "SD2"),
        (None, None, None, None),
    ],
)
def test_placed_by_the_longest_name(address, subdistrict, area, sub, kinds):
    reports = make_reports((np.nan, np.nan), address=[address], subdistrict=[subdistrict])
    got = locate(reports, AREAS, kinds, epsg=EPSG).iloc[0]
    assert (None if got.isna()["area_id"] else got["area_id"]) == area
    assert (None if got.isna()["subdistrict_id"] else got["subdistrict_id"]) == sub
    assert got["precision"] == ("area" if area else "none")
    assert np.isnan(got["distance_m"])


def test_a_report_with_a_point_is_not_moved_by_its_address(kinds):
    reports = make_reports((103.7105, 36.0105), address=["144号路"])
    got = locate(reports, AREAS, kinds, epsg=EPSG).iloc[0]
    assert (got["area_id"], got["precision"]) == ("ST1", "point")
