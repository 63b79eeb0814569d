import numpy as np
import pytest
import shapely

from geo_service.demo import Demo
from geo_service.demo.ground import draw_ground
from geo_service.measure import geometries_to_metres
from geo_service.terms import FRAMES, packaged_kinds

ASKED = {
    "street": 40,
    "alley": 200,
    "market": 15,
    "compound": 60,
    "intersection": 13,
    "toilet": 20,
    "plaza": 10,
    "station": 4,
    "commercial": 4,
    "subdistrict": 9,
}
EXACT = {"market", "compound", "intersection"}
NAMES = (
    "建兰路街道 秀川街道 西园街道 西湖街道 西站街道 敦煌路街道 土门墩街道 龚家湾街道 晏家坪街道 "
    "西津西路 滨河中路 144号路 敦煌路 建兰路 西园路 西湖后街 敦煌路市场 希望大院 变压器厂家属院 "
    "百合公园 西湖公园 西客站广场"
)


def metres(demo: Demo, kind: str) -> np.ndarray:
    rows = demo.areas[demo.areas["kind"] == kind]
    return geometries_to_metres(rows.geometry.to_numpy(), 32648)


def test_areas_are_a_table_of_the_flow(demo):
    assert list(demo.areas.columns) == FRAMES["areas"].names
    assert demo.areas.crs.to_epsg() == 4326
    assert set(demo.areas["kind"]) <= set(packaged_kinds()["kind"])


def test_counts_by_kind(demo):
    counts = demo.areas["kind"].value_counts().to_dict()
    assert set(counts) == set(ASKED)
    for kind, least in ASKED.items():
        assert counts[kind] == least if kind in EXACT else counts[kind] >= least


def test_ids_and_names_are_unique_and_known_names_are_there(demo):
    assert demo.areas["area_id"].is_unique
    assert demo.areas["name"].is_unique
    assert set(NAMES.split()) <= set(demo.areas["name"])
    assert demo.areas[["name", "accountable_unit"]].notna().all(axis=None)
    towns = demo.areas["kind"] == "subdistrict"
    assert (demo.areas["subdistrict_id"].isna() == towns).all()
    assert demo.areas["aliases"].notna().sum() >= 12


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_polygons_are_valid_and_do_not_overlap_within_a_kind(seed):
    areas = draw_ground(seed).areas
    assert areas.geometry.is_valid.all()
    assert not areas.geometry.is_empty.any()
    for _, rows in areas.groupby("kind"):
        shapes = rows.geometry.to_numpy()
        first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        pairs = first < second
        shared = shapely.intersection(shapes[first[pairs]], shapes[second[pairs]])
        assert shapely.area(shared).sum() == 0


def test_coordinates_have_six_digits_inside_the_district(demo):
    points = shapely.get_coordinates(demo.areas.geometry.to_numpy())
    assert np.array_equal(points, np.round(points, 6))
    west, south, east, north = demo.areas.total_bounds
    assert 103.695 <= west < east <= 103.855
    assert 36.02 <= south < north <= 36.10


def test_subdistricts_tile_the_district(demo):
    towns = metres(demo, "subdistrict")
    whole = shapely.union_all(towns)
    assert shapely.get_num_geometries(whole) == 1
    assert shapely.get_num_interior_rings(whole) == 0
    assert shapely.area(towns).sum() == pytest.approx(shapely.area(whole), rel=1e-9)


def test_background_has_the_river_and_covers_no_place(demo):
    river = demo.ground.set_index("kind").loc["river", "geometry"]
    assert demo.ground.geometry.is_valid.all()
    fine = demo.areas[demo.areas["kind"] != "subdistrict"]
    assert not fine.geometry.intersects(river).any()
