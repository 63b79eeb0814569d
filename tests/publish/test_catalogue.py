"""The tables that leave the house have ids, a place and fields that exist."""

import pandas as pd
import pytest
import shapely

from geo_service.publish import TABLES, placed


@pytest.mark.parametrize("name", TABLES)
def test_what_a_table_names_is_among_its_fields(name):
    table = TABLES[name]
    fields = set(table.frame.names)
    assert {*table.ids, *((table.at,) if table.at else ())} <= fields
    assert table.place != "point" or set(table.point) <= fields
    assert "geometry" not in table.properties


def test_a_place_is_the_areas_the_points_or_none():
    square = shapely.box(0, 0, 1, 1)
    areas = pd.DataFrame({"area_id": ["A1"], "geometry": [square]})
    rows = pd.DataFrame({"area_id": ["A1", "A9"], "category": "*", "week": "2026-W01"})
    assert placed(TABLES["hotspots"], rows, areas).geometry.tolist() == [square, None]
    crews = pd.DataFrame({"crew_id": ["a", "b"], "depot_lon": [1, None], "depot_lat": [2, None]})
    got = placed(TABLES["crews"], crews).geometry
    assert (got[0], got.isna().tolist()) == (shapely.Point(1, 2), [False, True])
