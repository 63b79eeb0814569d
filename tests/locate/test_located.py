from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service.locate import LocateParams, locate
from tests.locate.conftest import EPSG, make_areas, make_reports, square

LON, LAT = 103.77, 36.07
METRE = 1 / 111_000  # of latitude, near enough


def located(reports, areas, kinds, **params):
    return locate(reports, areas, kinds, epsg=EPSG, params=LocateParams(**params))


@pytest.mark.parametrize(
    ("areas", "expected"),
    [
        # a finer kind wins over a smaller area
        ([("S", "street", square(LON, LAT, 0.001)), ("M", "market", square(LON, LAT, 0.01))], "M"),
        # within a kind the smaller one
        ([("B", "alley", square(LON, LAT, 0.01)), ("A", "alley", square(LON, LAT, 0.001))], "A"),
        # equally large: the smaller id by code point
        ([("b", "alley", square(LON, LAT)), ("B", "alley", square(LON, LAT))], "B"),
        # a subdistrict holds no report
        ([("X", "subdistrict", square(LON, LAT)), ("G", "grid", square(LON, LAT))], "G"),
    ],
)
def test_one_answer_among_several(areas, expected, kinds):
    for order in (areas, areas[::-1]):
        got = located(make_reports((LON + 1e-4, LAT + 1e-4)), make_areas(*order), kinds)
        assert got["area_id"].tolist() == [expected]


def test_a_boundary_belongs_to_its_area(kinds):
    areas = make_areas(("A", "alley", square(LON, LAT)), ("B", "alley", square(LON + 0.001, LAT)))
    corner, shared_edge = (LON, LAT), (LON + 0.001, LAT + 0.0005)
    got = located(make_reports(corner, shared_edge), areas, kinds)
    # as large as A and drawn farther east, B is a little smaller on the ground or equal: whichever
    # it is, the answer is one of the two at distance 0, and the same for any order
    again = located(make_reports(corner, shared_edge), areas.iloc[::-1], kinds)
    assert got["area_id"].tolist() == again["area_id"].tolist()
    assert got["area_id"].tolist()[0] == "A"
    assert got["distance_m"].tolist() == [0.0, 0.0]


def test_outside_all_the_nearest_within_reach(kinds):
    areas = make_areas(("A", "street", square(LON, LAT)))
    points = [(LON + 0.0005, LAT - d * METRE) for d in (10, 29, 31)]
    got = located(make_reports(*points), areas, kinds)
    assert got["area_id"].fillna("-").tolist() == ["A", "A", "-"]
    assert got["distance_m"].tolist()[:2] == pytest.approx([10, 29], rel=0.01)
    assert np.isnan(got["distance_m"].iloc[2])


def test_equally_near_areas_go_by_kind(kinds):
    point = (LON, LAT)
    left = shapely.box(LON - 0.002, LAT - 0.001, LON - 0.0001, LAT + 0.001)
    right = shapely.box(LON + 0.0001, LAT - 0.001, LON + 0.002, LAT + 0.001)
    areas = make_areas(("A", "street", left), ("B", "alley", right))
    assert located(make_reports(point), areas, kinds)["area_id"].tolist() == ["B"]


def test_the_nearest_rule_holds_for_the_subdistrict_too(kinds):
    areas = make_areas(("S1", "subdistrict", square(LON, LAT)))
    got = located(make_reports((LON - 20 * METRE, LAT + 0.0005), (LON - 1, LAT)), areas, kinds)
    assert got["subdistrict_id"].fillna("-").tolist() == ["S1", "-"]
    assert got["area_id"].isna().all()


def test_a_fallback_point_finds_no_area(kinds):
    areas = make_areas(("A", "alley", square(LON, LAT)))
    got = located(make_reports((LON + 1e-4, LAT + 1e-4), precision=["fallback"]), areas, kinds)
    assert got["area_id"].isna().all()
    assert got["precision"].tolist() == ["fallback"]


cells = st.integers(0, 12)
boxes = st.lists(
    st.tuples(
        cells,
        cells,
        st.integers(1, 5),
        st.integers(1, 5),
        st.sampled_from(["alley", "street", "market"]),
    ),
    max_size=8,
)
spots = st.lists(st.tuples(st.integers(-2, 40), st.integers(-2, 40)), min_size=1, max_size=12)


@settings(max_examples=80, deadline=None)
@given(boxes, spots, st.randoms())
def test_each_report_is_counted_once_whatever_the_order(boxes_, spots_, random):
    """Overlapping and touching boxes on a lattice, points on corners and edges among them."""
    from geo_service.terms import packaged_kinds

    kinds = packaged_kinds()
    step = 0.0005
    rows = [
        (
            f"{k}",
            kind,
            shapely.box(LON + x * step, LAT + y * step, LON + (x + w) * step, LAT + (y + h) * step),
        )
        for k, (x, y, w, h, kind) in enumerate(boxes_)
    ]
    reports = make_reports(*[(LON + x * step / 2, LAT + y * step / 2) for x, y in spots_])
    areas = make_areas(*rows) if rows else make_areas(("Z", "grid", square(LON + 1, LAT)))
    got = located(reports, areas, kinds)
    assert got["report_id"].tolist() == reports["report_id"].tolist()
    shuffled = areas.sample(frac=1, random_state=random.randint(0, 999))
    pd.testing.assert_frame_equal(got, located(reports, shuffled, kinds))
    # who is inside anything by geopandas is inside the same finest kind here
    points = gpd.GeoDataFrame(
        reports[["report_id"]], geometry=gpd.points_from_xy(reports["lon"], reports["lat"])
    )
    pairs = points.sjoin(gpd.GeoDataFrame(areas, geometry="geometry"), predicate="intersects")
    fineness = kinds.set_index("kind")["fineness"]
    best = pairs.assign(f=pairs["kind"].map(fineness)).groupby("report_id")["f"].min()
    ours = got.set_index("report_id")["area_id"].map(areas.set_index("area_id")["kind"])
    inside = got.set_index("report_id")["distance_m"] == 0
    assert sorted(best.index) == sorted(inside[inside].index)
    assert (ours[best.index].map(fineness).astype(int) == best.astype(int)).all()
