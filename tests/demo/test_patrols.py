"""The patrols' log: uneven, blind in five areas, with a campaign and two mock assessments."""

import numpy as np
import pandas as pd
import pytest

from geo_service.terms import FRAMES


@pytest.fixture
def days(demo):
    local = demo.visits["started_at"].dt.tz_convert("Asia/Shanghai")
    return demo.visits.assign(date=local.dt.date.astype("str"), hour=local.dt.hour)


def test_visits_are_a_table_of_the_flow_and_lie_within_the_last_year(demo, days):
    assert list(demo.visits.columns) == FRAMES["visits"].names
    assert demo.visits["visit_id"].is_unique
    assert set(demo.visits["area_id"]) <= set(demo.areas["area_id"])
    assert days["date"].min() == "2025-06-23"
    assert days["date"].max() == "2026-06-28"
    assert days["hour"].between(8, 18).all()


def test_nobody_walks_two_areas_at_a_time(demo):
    rows = demo.visits.sort_values(["person", "started_at"])
    same = rows["person"] == rows["person"].shift()
    assert (rows["started_at"] >= rows["ended_at"].shift())[same].all()


def test_rounds_are_uneven(demo):
    rounds = demo.visits[demo.visits["kind"] == "patrol"].groupby("area_id").size() / 53
    assert rounds.min() < 0.6
    assert rounds.max() > 5
    assert rounds.std() > 1


def test_nobody_visits_five_areas_that_have_problems(demo):
    unvisited = demo.truth["unvisited"]
    assert len(unvisited) == 5
    ids = [row["area_id"] for row in unvisited]
    assert not set(ids) & set(demo.visits["area_id"])
    for row in unvisited:
        assert row["cases"] >= 100
        assert 0 <= row["reports"] <= row["cases"] / 5
    names = [row["name"] for row in unvisited]
    there = demo.reports["area_name"].isin(names) & demo.reports["lon"].notna()
    assert not (demo.reports.loc[there, "source"] == "inspector").any()
    planted = [row["area_id"] for role in ("rebounding", "emerging", "fading", "busy")
               for row in demo.truth[role]]  # fmt: skip
    assert not set(ids) & set(planted)
    locating = set(demo.areas.loc[demo.areas["kind"] != "subdistrict", "area_id"])
    assert locating - set(demo.visits["area_id"]) == set(ids)


def test_what_is_planted_is_seen_each_week(demo):
    planted = [row["area_id"] for role in ("rebounding", "emerging", "fading")
               for row in demo.truth[role]]  # fmt: skip
    visits = demo.visits[demo.visits["area_id"].isin(planted)]
    weeks = visits["started_at"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    seen = visits.groupby("area_id").size() / 53
    assert seen.min() > 1.5
    gaps = weeks.groupby(visits["area_id"]).diff()
    assert (gaps > pd.Timedelta(days=8)).mean() < 0.01


def test_the_campaign_looks_more_often_and_mock_assessments_take_a_day_each(demo, days):
    campaign = demo.truth["campaign"]
    extra = days[days["kind"] == "campaign"]
    assert extra["date"].min() >= campaign["first"]
    assert extra["date"].max() <= campaign["last"]
    assert len(extra) > 1_000
    assert campaign["effect_on_problems"] == 0
    mocks = days[days["kind"] == "assessment"]
    told = {one["date"]: set(one["areas"]) for one in campaign["assessments"]}
    assert len(told) == 2
    assert {date: set(rows) for date, rows in mocks.groupby("date")["area_id"]} == told
    assert [len(areas) for areas in told.values()] == [40, 40]
    assert np.all([campaign["first"] <= date <= campaign["last"] for date in told])
