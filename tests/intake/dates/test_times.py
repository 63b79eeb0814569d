"""Times: every way of writing them, zones, dates without a time, changes of clocks."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service.intake.dates.times import TimeRules, decide_order, parse_times
from geo_service.intake.dates.written import DAY_FIRST, MONTH_FIRST
from tests.intake.dates.samples import CHICAGO, LANZHOU, WHEN, moments, text


@pytest.mark.parametrize(
    "written",
    [
        "2026-06-28",
        "2026/6/28",
        "20260628",
        "28.6.2026",
        "2026年6月28日",
        "Jun 28, 2026",
    ],
)
def test_date_alone_begins_an_opening_and_ends_a_closing(written):
    assert moments(written) == ["2026-06-27T16:00:00+00:00"]
    assert moments(written, closing=True) == ["2026-06-28T16:00:00+00:00"]


@pytest.mark.parametrize(
    "written",
    [
        "yesterday",
        "2026-13-01",
        "2026-02-30",
        "30/02/2026",
        "2026-06-28T25:00:00",
        "28/06/2026 13:30 XM",
        "12",
        "12345678901234567890",
        "2026-06-28T08:30:00+08:00junk",
        "00/00/0000",
        "0000-00-00",
    ],
)
def test_what_is_no_time_is_bad(written):
    got = parse_times(text(written, "2026-01-01"), LANZHOU)
    assert got.bad.tolist() == [True, False]


def test_missing_is_not_bad():
    got = parse_times(text(None, "2026-01-01"), LANZHOU)
    assert got.bad.tolist() == [False, False]
    assert pd.isna(got.utc[0])


def test_whole_column_decides_day_or_month():
    assert moments("01/02/2026", "13/02/2026")[0] == "2026-01-31T16:00:00+00:00"
    assert moments("01/02/2026", "02/13/2026")[0] == "2026-01-01T16:00:00+00:00"


def test_majority_decides_and_the_others_are_bad():
    got = parse_times(text("13/02/2026", "14/02/2026", "02/15/2026"), LANZHOU)
    assert got.bad.tolist() == [False, False, True]


def test_another_column_helps_a_silent_one():
    order = decide_order([text("02/13/2026"), text("01/02/2026")])
    assert order == MONTH_FIRST
    assert moments("01/02/2026", file_order=order) == ["2026-01-01T16:00:00+00:00"]


def test_silent_columns_are_day_first_with_a_warning_unless_the_preset_says():
    got = parse_times(text("01/02/2026", "03/03/2026"), LANZHOU)
    assert got.utc[0].isoformat() == "2026-01-31T16:00:00+00:00"
    assert [(w.key, w.count) for w in got.warnings] == [("intake.day_first_assumed", 1)]
    told = parse_times(text("01/02/2026"), TimeRules("Asia/Shanghai", month_first=True))
    assert told.utc[0].isoformat() == "2026-01-01T16:00:00+00:00"
    assert told.warnings == []


def test_evidence_goes_before_the_preset():
    rules = TimeRules("Asia/Shanghai", month_first=True)
    assert moments("01/02/2026", "13/02/2026", rules=rules)[0] == "2026-01-31T16:00:00+00:00"
    assert decide_order([text("13/02/2026")]) == DAY_FIRST


def test_leap_of_clocks_moves_forward_and_the_first_of_two_is_meant():
    got = parse_times(
        text("2015-03-08 02:30:00", "2015-11-01 01:30:00", "2015-07-01 12:00:00"), CHICAGO
    )
    assert [at.isoformat() for at in got.utc] == [
        "2015-03-08T08:00:00+00:00",
        "2015-11-01T06:30:00+00:00",
        "2015-07-01T17:00:00+00:00",
    ]
    assert [(w.key, w.count) for w in got.warnings] == [("intake.clock_change", 2)]


def test_day_of_the_clock_change_ends_at_its_own_midnight():
    assert moments("2015-03-08", rules=CHICAGO) == ["2015-03-08T06:00:00+00:00"]
    assert moments("2015-03-08", rules=CHICAGO, closing=True) == ["2015-03-09T05:00:00+00:00"]


def test_told_format_goes_first_and_its_date_alone_is_enough():
    rules = TimeRules("Asia/Shanghai", time_format="%d-%m-%Y %H.%M")
    assert moments("01-02-2026 08.30", "01-02-2026", "2026-02-01T08:30", rules=rules) == [
        "2026-02-01T00:30:00+00:00",
        "2026-01-31T16:00:00+00:00",
        "2026-02-01T00:30:00+00:00",
    ]
    closing = moments("01-02-2026", rules=rules, closing=True)
    assert closing == ["2026-02-01T16:00:00+00:00"]


def test_told_format_leaves_nothing_to_guess():
    rules = TimeRules("Asia/Shanghai", time_format="%Y%m%d")
    got = parse_times(text("20260201", "01/02/2026"), rules)
    assert got.bad.tolist() == [False, True]


def test_false_offsets_can_be_ignored():
    rules = TimeRules("America/Vancouver", ignore_offset=True)
    assert moments("2024-01-24T01:46:04+03:00", rules=rules) == ["2024-01-24T09:46:04+00:00"]


@settings(deadline=None)
@given(
    st.lists(WHEN, min_size=1, max_size=20),
    st.sampled_from(["America/Chicago", "Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe"]),
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%m/%d/%Y %I:%M:%S %p"]),
)
def test_local_times_come_back_as_the_zone_says(when, zone, form):
    local = [at.replace(microsecond=0, tzinfo=ZoneInfo(zone)) for at in when]
    # fold 0 is the first of two; what the clocks leapt over is left out
    real = [at for at in local if at.astimezone(UTC).astimezone(ZoneInfo(zone)) == at]
    real = [at for at in real if at.astimezone(UTC).astimezone(at.tzinfo).hour == at.hour]
    rules = TimeRules(zone, month_first=True)
    got = parse_times(text(*(at.strftime(form) for at in real)), rules, file_order=MONTH_FIRST)
    assert [at.to_pydatetime() for at in got.utc] == [at.astimezone(UTC) for at in real]
