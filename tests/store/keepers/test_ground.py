"""The ground of the map."""

import geopandas as gpd
from shapely.geometry import Point, box


def test_the_ground_is_exactly_what_was_given(store):
    shapes = gpd.GeoDataFrame(
        {"name": ["黄河", None], "kind": ["river", "bridge"]},
        geometry=[box(0, 0, 1, 1), Point(1, 1).buffer(1)],
        crs="EPSG:4326",
    )
    assert store.ground.read().empty
    store.ground.replace(shapes)
    store.ground.replace(shapes)
    found = store.ground.read()
    assert found["kind"].tolist() == ["river", "bridge"]
    assert found["name"].isna().tolist() == [False, True]
    assert found.geometry.iloc[1].equals(shapes.geometry.iloc[1])
