"""Where a report says it is."""

from __future__ import annotations

import pytest

from geo_service.terms import BadInput
from tests.intake.conftest import refused

POINTS = [
    "(36.1, 103.8)",
    "36.1,103.8",
    "[36.1; 103.8]",
    "POINT (103.8 36.1)",
    "SRID=4326;point z(103.8 36.1 1500)",
]


@pytest.mark.parametrize("written", POINTS)
def test_points_in_one_cell(read, written):
    got = read(f'reported_at,point\n2026-05-01,"{written}"\n2026-05-01,\n')
    assert got.reports.loc[0, ["lon", "lat"]].tolist() == [103.8, 36.1]
    assert got.reports.loc[1, ["lon", "lat"]].isna().all()


def test_bad_point_in_one_cell(read):
    got = read('reported_at,point\n2026-05-01,"(36.1)"\n2026-05-01,"(0.0, 0)"\n')
    assert refused(got) == [(2, "point", "bad_coordinate"), (3, "point", "zero_zero")]


def test_projected_points_and_their_origin(read):
    text = (
        "reported_at,x,y\n"
        "2026-05-01,1165166.51552093,1872509.02087899\n"
        "2026-05-01,20,25\n"  # 32 US feet are 9.76 m
        "2026-05-01,20,27\n"  # 33.6 are 10.24, and far outside Illinois
        "2026-05-01,5,\n"
    )
    got = read(text, crs="EPSG:3435")
    assert got.reports.loc[0, "lon"] == pytest.approx(-87.66975672568209, abs=2e-5)
    assert got.reports.loc[0, "lat"] == pytest.approx(41.80576343586902, abs=2e-5)
    assert refused(got) == [
        (3, "x", "zero_zero"),
        (4, "x", "outside_use"),
        (5, "y", "half_point"),
    ]


def test_projection_goes_for_x_and_y_though_degrees_stand_beside(read):
    text = "reported_at,lon,lat,x,y\n2026-05-01,1,2,1165166.5,1872509\n"
    assert read(text, crs="EPSG:3435").reports["lat"].iloc[0] == pytest.approx(41.8058, abs=1e-3)
    with pytest.raises(BadInput, match="are degrees already"):
        read("reported_at,lon,lat\n2026-05-01,103.8,36.1\n", crs="EPSG:3435")
    with pytest.raises(BadInput, match="--crs"):
        read("reported_at,x,y\n2026-05-01,1165166.5,1872509\n")


def test_chinese_datums(read):
    text = "reported_at,lon,lat\n2026-05-01,103.77,36.07\n2026-05-01,-87.6,41.8\n"
    plain = read(text).reports
    for crs in ("gcj02", "GCJ-02", "bd09"):
        moved = read(text, crs=crs).reports
        assert 0.001 < abs(moved["lon"][0] - plain["lon"][0]) < 0.02
        assert moved["lon"][1] == plain["lon"][1]


def test_coordinates_are_not_rounded(read):
    got = read("reported_at,lon,lat\n2026-05-01,-87.66975672568209,41.80576343586902\n")
    assert got.reports.loc[0, ["lon", "lat"]].tolist() == [-87.66975672568209, 41.80576343586902]


def test_decimal_comma(read):
    got = read("reported_at;lon;lat\n2026-05-01;103,8;36,1\n")
    assert got.reports.loc[0, ["lon", "lat"]].tolist() == [103.8, 36.1]


SURVEYED = "report_id,reported_at,x,y\nA1,2026-06-01,3992500.0,661500.0\n"
"""F6: X is north in surveying."""


@pytest.mark.parametrize("crs", ["EPSG:4543", "EPSG:4544"])
def test_axes_are_swapped_where_only_so_points_lie_in_the_systems_area_of_use(read, crs):
    easting = 661500.0 if crs == "EPSG:4543" else 391292.0
    got = read(SURVEYED.replace("661500.0", str(easting)), crs=crs)
    assert got.reports.loc[0, ["lon", "lat"]].tolist() == pytest.approx(
        [103.7922, 36.0493], abs=1e-2
    )
    (told,) = got.warnings
    assert (told.key, told.count) == ("intake.axes_swapped", 1)
    assert told.example.startswith("2: 3992500.0, ")


def test_points_outside_the_area_of_use_that_no_swap_mends_are_refused(read):
    rows = [f"2026-06-01,{661500 + i},3992500\n" for i in range(8)]
    odd = "2026-06-01,2661500,3992500\n2026-06-01,3992500,661500\n"
    got = read("reported_at,x,y\n" + "".join(rows) + odd, crs="EPSG:4543")
    # half of those outside would come back: too few to say that axes were swapped
    assert refused(got) == [(10, "x", "outside_use"), (11, "x", "outside_use")]
    assert len(got.reports) == 8


def test_axes_are_swapped_to_where_points_are_expected(read):
    # both ways round lie in Illinois or within a degree of it
    text = "reported_at,x,y\n2026-06-01,1872509,1165166.5\n"
    plain = read(text, crs="EPSG:3435")
    there = read(text, crs="EPSG:3435", near=(-87.9, 41.6, -87.5, 42.1))
    assert refused(plain) == []
    assert there.reports.loc[0, "lon"] == pytest.approx(-87.6698, abs=1e-3)
    assert [told.key for told in there.warnings] == ["intake.axes_swapped"]


def test_a_system_across_the_180th_meridian_holds_both_sides(read):
    got = read("reported_at,lon,lat\n2026-06-01,-73.9,40.7\n2026-06-01,10,50\n", crs="EPSG:4269")
    assert refused(got) == [(3, "lon", "outside_use")]


def test_latitudes_beyond_90_name_the_swap(read):
    got = read("reported_at,lon,lat\n2026-06-01,36.06,103.8\n2026-06-01,36.06,203.8\n")
    assert refused(got) == [(2, "lat", "looks_swapped"), (3, "lat", "out_of_range")]
    (told,) = got.warnings
    assert told.example == "2: 36.06, 103.8 → lon 103.8, lat 36.06"
