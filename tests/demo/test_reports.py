from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
import shapely

from geo_service.measure import geometries_to_metres, to_metres
from geo_service.terms import FRAMES

ZONE = "Asia/Shanghai"


@pytest.fixture(scope="module")
def local(demo):
    return demo.reports["reported_at"].dt.tz_convert(ZONE)


def share(mask) -> float:
    return float(np.mean(mask))


def test_reports_are_a_table_of_the_flow(demo):
    frame = FRAMES["reports"]
    assert list(demo.reports.columns) == frame.given
    assert demo.reports.dtypes.equals(frame.conform(demo.reports)[frame.given].dtypes)
    assert demo.reports["report_id"].is_unique
    assert demo.reports["reported_at"].is_monotonic_increasing


def test_two_years_up_to_a_sunday(demo, local):
    assert 58_000 <= len(demo.reports) <= 62_000
    assert local.min() >= pd.Timestamp("2024-07-01", tz=ZONE)
    assert local.max() >= pd.Timestamp("2026-06-28", tz=ZONE)
    end = datetime(2026, 6, 28, 16, tzinfo=UTC)
    times = demo.reports[["reported_at", "fixed_at", "verified_at"]]
    assert (times.max() < end).all()


def test_sources(demo):
    mix = demo.reports["source"].value_counts(normalize=True)
    assert set(mix.index) == {"inspector", "resident", "hotline"}
    assert mix.min() > 0.1


def test_places_unknown_by_point(demo):
    reports = demo.reports
    bare = reports["lon"].isna()
    assert 0.02 < share(bare) < 0.045
    assert (reports["lat"].isna() == bare).all()
    assert reports.loc[bare, "precision"].isna().all()
    assert (reports.loc[~bare, "precision"] == "point").all()
    named = bare & reports["address"].notna()
    towns = set(demo.areas.loc[demo.areas["kind"] == "subdistrict", "name"])
    assert set(reports.loc[named, "subdistrict"]) <= towns
    heads = reports.loc[named, "address"].head(200)
    names = tuple(demo.areas["name"])
    assert all(text.startswith(names) for text in heads)
    assert 50 < (bare & ~named).sum() < 600


def test_closings_follow_openings(demo):
    r = demo.reports
    fixed, verified = r["fixed_at"].notna(), r["verified_at"].notna()
    assert (r["fixed_at"][fixed] > r["reported_at"][fixed]).all()
    assert (r["verified_at"][verified] > r["fixed_at"][verified]).all()
    old = (r["reported_at"] < "2026-05-01") & ~r["is_duplicate"]
    ended = verified | r["closed_at"].notna()
    # but for other people's reports of what was no case, nothing lies open for ever
    assert share(~ended[old]) < 0.003
    assert 0.02 < share(r["is_cancelled"][old]) < 0.04
    took = (r["fixed_at"] - r["reported_at"])[fixed & (r["category"] == "D03")]
    assert 0.03 < share(took > pd.Timedelta(days=2)) < 0.15


def test_points_lie_in_or_near_the_area_they_name(demo):
    rows = demo.reports.dropna(subset=["lon", "area_name"])
    areas = demo.areas.set_index("name")
    x, y = to_metres(rows["lon"], rows["lat"], 32648)
    home = geometries_to_metres(areas.loc[rows["area_name"]].geometry.to_numpy(), 32648)
    away = shapely.distance(home, shapely.points(x, y))
    assert 0.01 < share(away > 0) < 0.12
    assert 0 < share(away > 30) < 0.005
