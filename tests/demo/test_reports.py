from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
import shapely

from geo_service.demo import demo_district
from geo_service.measure import geometries_to_metres, to_metres
from geo_service.terms import FRAMES, packaged_categories

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


def test_mix_follows_the_published_counts(demo):
    mix = demo.reports["category"].value_counts(normalize=True)
    own = packaged_categories().query("scheme == 'qilihe'")["code"]
    assert set(mix.index) == set(own)
    assert set(mix.index[:5]) == {"D01", "D02", "D03", "D04", "D05"}
    assert mix.index[0] == "D01"
    assert mix[:5].sum() > 0.7


def test_sources(demo):
    mix = demo.reports["source"].value_counts(normalize=True)
    assert set(mix.index) == {"inspector", "resident", "hotline"}
    assert mix.min() > 0.1


def test_summer_brings_stalls(demo, local):
    stalls = demo.reports["category"] == "D04"
    month = local[stalls].dt.month.value_counts()
    assert month[[6, 7, 8]].sum() > 1.3 * month[[12, 1, 2]].sum()


def test_weekends_are_quieter_but_for_stalls(demo, local):
    weekend = local.dt.day_of_week >= 5
    stalls = demo.reports["category"] == "D04"
    assert share(weekend[demo.reports["category"] == "D01"]) < 0.25
    assert share(weekend[stalls]) > 0.3


def test_market_days_are_busy(demo, local):
    areas = demo.areas.set_index("name")["kind"]
    at_market = demo.reports["area_name"].map(areas) == "market"
    days = local[at_market & demo.reports["category"].isin(["D03", "D04"])].dt.day
    # 3, 6 and 9 are three tenths of the days
    assert share(days.isin([3, 6, 9, 13, 16, 19, 23, 26, 29])) > 0.38


def test_hours_are_those_of_people(demo, local):
    hour = local.dt.hour
    assert share(hour.between(7, 20)) > 0.9
    stalls, ads = (hour[demo.reports["category"] == code] for code in ("D04", "D01"))
    assert share(stalls.between(17, 20)) > 2 * share(ads.between(17, 20))


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
    assert 0.025 < share(~verified[old]) < 0.055
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


def test_moved_by_whole_weeks(demo):
    later = demo_district(end=date(2026, 7, 15))
    assert later.end == date(2026, 7, 13)
    shift = pd.Timedelta(weeks=2)
    same = demo.reports.assign(
        **{name: demo.reports[name] + shift for name in ("reported_at", "fixed_at", "verified_at")}
    )
    pd.testing.assert_frame_equal(later.reports, same)
    assert later.truth["rebounding"] == demo.truth["rebounding"]


def test_a_sunday_as_end_shows_the_sunday_before():
    assert demo_district(end=date(2026, 7, 5)).end == date(2026, 6, 29)
