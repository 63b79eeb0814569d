import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import MultiPolygon, Polygon, box

from geo_service.terms import FRAMES, BadInput


def test_areas_come_back_by_id_with_their_geometry(store, areas):
    outcome = store.areas.upsert(areas)
    assert (outcome.read, outcome.accepted) == (3, 3)
    found = store.areas.read()
    assert isinstance(found, gpd.GeoDataFrame)
    assert found.crs.to_epsg() == 4326
    assert found["area_id"].tolist() == ["a", "b", "s"]
    assert list(found.columns) == FRAMES["areas"].names
    assert found.geometry.iloc[0].equals(box(0, 0, 1, 1))


def test_kinds_ids_and_plain(store, areas):
    store.areas.upsert(areas)
    assert store.areas.read(kinds=["alley", "street"])["area_id"].tolist() == ["a", "b"]
    assert store.areas.read(ids=["s", "b", "x"])["area_id"].tolist() == ["b", "s"]
    assert store.areas.read(kinds=["alley"], ids=["s", "b"])["area_id"].tolist() == ["b"]
    plain = store.areas.read(geometry=False)
    assert "geometry" not in plain
    assert not isinstance(plain, gpd.GeoDataFrame)


def test_an_empty_store_has_an_empty_table(store):
    found = store.areas.read()
    assert found.empty
    assert found.crs.to_epsg() == 4326


def test_the_version_rises_with_changes_only(store, areas):
    start = store.areas.version()
    store.areas.upsert(areas)
    store.areas.upsert(areas)
    assert store.areas.version() == start + 1
    moved = areas.assign(geometry=areas.geometry.translate(0, 0.5))
    assert store.areas.upsert(moved).updated == 3
    assert store.areas.version() == start + 2
    renamed = pd.DataFrame(areas[["area_id", "geometry"]]).assign(name=["新名", None, None])
    assert store.areas.upsert(renamed).updated == 3
    assert store.areas.read(ids=["b", "s"])["name"].tolist() == ["新名", "西湖街道"]
    assert store.areas.read(ids=["b"])["kind"].tolist() == ["alley"]


def test_holes_and_parts_are_kept_and_heights_are_not(store, areas):
    ring = Polygon([(0, 0, 5), (9, 0, 5), (9, 9, 5), (0, 9, 5)], [box(1, 1, 2, 2).exterior.coords])
    shape = MultiPolygon([Polygon(ring.exterior), box(20, 20, 21, 21)])
    store.areas.upsert(areas.head(1).assign(geometry=[shape]))
    found = store.areas.read().geometry.iloc[0]
    assert not found.has_z
    assert found.equals(shape)
    store.areas.upsert(areas.head(1).assign(geometry=[ring]))
    assert len(store.areas.read().geometry.iloc[0].interiors) == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "canal"}, "Unknown kind of area canal; known are alley, "),
        ({"kind": None}, "Unknown kind of area"),
        ({"area_id": None}, "has no area_id"),
        ({"geometry": None}, "no polygon"),
        ({"geometry": Polygon()}, "no polygon"),
    ],
)
def test_what_is_no_area_is_refused(store, areas, change, says):
    one = areas.head(1).copy()
    for name, value in change.items():
        one[name] = [value]
    with pytest.raises(BadInput, match=says):
        store.areas.upsert(one)
    assert store.areas.read().empty


def test_each_area_has_its_box(store, areas):
    assert store.areas.boxes().empty
    store.areas.upsert(areas)
    boxes = store.areas.boxes()
    assert sorted(boxes.itertuples(index=False, name=None)) == sorted(
        tuple(bounds) for bounds in areas.geometry.bounds.itertuples(index=False)
    )
