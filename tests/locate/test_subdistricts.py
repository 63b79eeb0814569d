from __future__ import annotations

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
