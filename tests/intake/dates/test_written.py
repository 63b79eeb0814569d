"""The many ways in which one moment is written."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service.intake.dates.times import parse_times
from tests.intake.dates.samples import CHICAGO, LANZHOU, WHEN, moments, text


@pytest.mark.parametrize(
    "written",
    [
        "2026-06-28T08:30:00+08:00",
        "2026-06-28T00:30:00Z",
        "2026-06-28T00:30Z",
        "2026-06-28 08:30:00+0800",
        "2026-06-28 08:30:00 +08:00",
        "2026-06-28T08:30:00.000+08",
        "2026-06-28T08:30:00",
        "2026-06-28 08:30",
        "2026/6/28 8:30",
        "2026.06.28 08:30:00",
        "20260628083000",
        "20260628T083000",
        "20260628T003000Z",
        "28.06.2026 08:30",
        "28/06/2026 08:30:00",
        "06/28/2026 08:30:00 AM",
        "6/28/26 8:30 am",
        "Jun 28, 2026 8:30 AM",
        "28 June 2026 08:30",
        "2026年6月28日 08:30",
        "2026年6月28日8时30分",
        "2026年06月28日 8时30分00秒",
        "2026年6月28日 上午8:30",
        "２０２６年６月２８日 ０８：３０",
        "2026年6月28日 早上8点半",
        "民國115年6月28日 8時30分",
        "2026-06-28 08:30:00 +0800 CST",
        "46201.3541666667",
        "1782606600",
        "1782606600.0",
        "1782606600000",
    ],
)
def test_one_moment_written_in_many_ways(written):
    assert moments(written) == ["2026-06-28T00:30:00+00:00"]


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("2026年6月28日 晚上12点", "2026-06-29T00:00"),
        ("2026-06-28 24:00", "2026-06-29T00:00"),
        ("2026年6月28日 晚上12:30", "2026-06-29T00:30"),
        ("2026年6月28日 凌晨12:30", "2026-06-28T00:30"),
        ("2026-06-28 中午12:05", "2026-06-28T12:05"),
        ("2026-06-28 中午1:30", "2026-06-28T13:30"),
        ("2026-06-28 傍晚6点", "2026-06-28T18:00"),
        ("46201", "2026-06-28T00:00"),
    ],
)
def test_noon_night_and_what_a_sheet_counts(written, local):
    # beside another, or a lone midnight is a day
    at, _ = parse_times(text(written, "2026-06-28 08:30"), LANZHOU).utc
    assert at.tz_convert("Asia/Shanghai").isoformat()[:16] == local


FORMS = [
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y-%m-%d %H:%M:%S%z",
    "%Y/%m/%d %H:%M:%S.%f%z",
    "%Y-%m-%dT%H:%M:%S.%fZ",
]


@settings(deadline=None)
@given(st.lists(WHEN, min_size=1, max_size=20), st.sampled_from(FORMS), st.integers(-12, 14))
def test_what_is_written_with_an_offset_comes_back(when, form, hours):
    fine = [at.replace(microsecond=at.microsecond if "%f" in form else 0) for at in when]
    aware = [at.replace(tzinfo=UTC) for at in fine]
    zone = UTC if form.endswith("Z") else __import__("datetime").timezone(timedelta(hours=hours))
    got = parse_times(text(*(at.astimezone(zone).strftime(form) for at in aware)), CHICAGO)
    assert [at.to_pydatetime() for at in got.utc] == aware


@settings(deadline=None)
@given(st.lists(st.text(max_size=25), min_size=1, max_size=30))
def test_no_text_crashes_it(values):
    got = parse_times(text(*values), LANZHOU)
    assert len(got.utc) == len(values)
    assert (got.bad | got.utc.notna().to_numpy()).all()
