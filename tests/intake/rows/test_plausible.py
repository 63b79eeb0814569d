"""Points far from all others, and the slips that put them there."""

from __future__ import annotations

import numpy as np
import pytest

from geo_service.intake.rows.plausible import middle_of
from tests.intake.conftest import refused, warned

HEAD = "report_id,reported_at,lon,lat\n"
NEAR = "".join(f"n{i},2026-05-01,{-73.9 - i / 1e3:.3f},40.7\n" for i in range(10))
QUEENS = (-74.0, 40.5, -73.7, 40.8)
SLIPS = {
    "looks_swapped": ("40.7", "-73.9"),
    "lon_needs_minus": ("73.9", "40.7"),
    "lat_needs_minus": ("-73.9", "-40.7"),
    "both_need_minus": ("73.9", "-40.7"),
}


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("where", [None, QUEENS])
def test_a_slip_is_refused_counted_and_its_mend_is_named(read, slip, where):
    lon, lat = SLIPS[slip]
    got = read(f"{HEAD}{NEAR}odd,2026-05-01,{lon},{lat}\n", near=where)
    assert refused(got) == [(12, "lon", slip)]
    assert warned(got) == {f"{slip}_told": 1}
    assert got.warnings[0].example == f"12: {lon}, {lat} → lon -73.9, lat 40.7"


def test_a_whole_file_of_slips_is_told_by_what_lies_there(read):
    text = HEAD + NEAR.replace("-73", "73")
    assert len(read(text).reports) == 10
    got = read(text, near=QUEENS)
    assert warned(got) == {"lon_needs_minus_told": 10}
    assert len(got.reports) == 0


@pytest.mark.parametrize("where", [None, QUEENS])
def test_a_far_point_is_kept_and_told_with_its_line_and_distance(read, where):
    got = read(f"{HEAD}{NEAR}a,2026-05-01,-75.16,39.95\nb,2026-05-01,-75.2,39.9\n", near=where)
    (told,) = got.warnings
    assert (told.key, told.count) == ("intake.far_points", 2)
    line, _, km = told.example.rpartition(": ")
    assert line == "13: -75.2, 39.9"
    assert 120 < float(km.removesuffix(" km")) < 160
    assert len(got.reports) == 12


def test_what_is_spread_wide_has_no_far_points(read):
    rows = "".join(f"{i},2026-05-01,{100 + i},{30 + i / 10}\n" for i in range(10))
    assert warned(read(HEAD + rows + "x,2026-05-01,140,35\n")) == {}
    assert warned(read(HEAD + "a,2026-05-01,103,36\nb,2026-05-01,113,36\n")) == {}


def test_the_reach_is_twenty_times_the_spread_and_at_least_fifty_km():
    lon, lat = np.array([103.0, 103.1, 103.2, 103.3, 103.4]), np.full(5, 36.0)
    box, reach = middle_of(lon, lat)
    assert box == (103.2, 36.0, 103.2, 36.0)
    assert reach == pytest.approx(20 * 18, rel=0.01)
    assert middle_of(lon / 1e6, lat)[1] == 50
