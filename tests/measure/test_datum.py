"""GCJ-02 and BD-09 there and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service.measure.datum import bd09_of, gcj02_of, to_wgs84

EXACT = 1e-9
SHIFTS = {"gcj02": gcj02_of, "bd09": lambda lon, lat: bd09_of(*gcj02_of(lon, lat))}


@pytest.mark.parametrize("datum", SHIFTS)
@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(74, 134), st.floats(4, 53)), min_size=1, max_size=20),
)
def test_inverse_is_exact(datum, points):
    lon, lat = np.array(points).T
    again = to_wgs84(*SHIFTS[datum](lon, lat), datum)
    assert np.abs(again[0] - lon).max() < EXACT
    assert np.abs(again[1] - lat).max() < EXACT


def test_published_pair_of_gcj02():
    # Tiananmen, as the widely copied reference implementations give it
    lon, lat = gcj02_of(np.array([116.404]), np.array([39.915]))
    assert lon[0] == pytest.approx(116.41024449916938, abs=1e-9)
    assert lat[0] == pytest.approx(39.91640428150164, abs=1e-9)


def test_published_pair_of_bd09():
    lon, lat = bd09_of(np.array([116.404]), np.array([39.915]))
    assert lon[0] == pytest.approx(116.41036949371029, abs=1e-9)
    assert lat[0] == pytest.approx(39.92133699351021, abs=1e-9)


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_outside_china_untouched(datum):
    lon, lat = np.array([-87.6, 2.35, 151.2]), np.array([41.8, 48.86, -33.9])
    out = to_wgs84(lon, lat, datum)
    assert (out[0] == lon).all()
    assert (out[1] == lat).all()


def test_missing_stays_missing_and_arguments_unchanged():
    lon, lat = np.array([np.nan, 103.77]), np.array([np.nan, 36.07])
    out = to_wgs84(lon, lat, "gcj02")
    assert np.isnan(out[0][0])
    assert out[0][1] != 103.77
    assert lon[1] == 103.77
