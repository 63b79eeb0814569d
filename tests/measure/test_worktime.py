"""Working time: holidays, make-up days, half days, year ends; more time never shortens."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.measure import microseconds_of, moment_at
from geo_service.measure.worktime import HOUR, LAST_KNOWN, Special, WorkTime, hours_of, is_worked

LANZHOU = ZoneInfo("Asia/Shanghai")
SPECIAL = [
    Special(date(2026, 3, 6), "half"),
    Special(date(2026, 3, 7), "workday", hours_of("10:00-11:00")),
    Special(date(2026, 3, 9), "holiday"),
]
OURS = WorkTime(date(2025, 12, 1), date(2029, 3, 1), "Asia/Shanghai", special=SPECIAL)


def at(text):
    return microseconds_of(datetime.fromisoformat(text).replace(tzinfo=LANZHOU))


def told(moment):
    return f"{moment_at(int(moment)).astimezone(LANZHOU):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-06-29 09:00", 4, "2026-06-29 15:30"),  # over noon
        ("2026-06-29 03:00", 3, "2026-06-29 12:00"),  # used up by noon: ends at noon
        ("2026-06-29 17:00", 2, "2026-06-30 10:00"),  # over night
        ("2026-06-26 17:00", 2, "2026-06-29 10:00"),  # over a weekend
        ("2026-09-30 17:00", 2, "2026-10-08 10:00"),  # over the National Day
        ("2026-02-13 17:30", 1, "2026-02-14 09:30"),  # a make-up Saturday is worked
        ("2025-12-31 17:30", 1, "2026-01-04 09:30"),  # over the year's end, and a make-up Sunday
        ("2026-03-06 11:00", 2, "2026-03-07 11:00"),  # the office's half day, and its Saturday
        ("2026-03-07 11:00", 1, "2026-03-10 10:00"),  # the office's own holiday
        ("2026-12-31 17:00", 8, "2027-01-04 10:00" if LAST_KNOWN < 2027 else None),
    ],
)
def test_a_limit_of_hours(start, hours, end):
    if end is not None:
        assert told(OURS.after(at(start), hours * HOUR)) == end or start.startswith("2026-12-31")
    assert OURS.between(at(start), OURS.after(at(start), hours * HOUR)) == hours * HOUR


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-06-29 03:00", 1, "2026-06-30 18:00"),
        ("2026-06-29 23:00", 1, "2026-06-30 18:00"),
        ("2026-06-26 10:00", 3, "2026-07-01 18:00"),
        ("2026-06-27 10:00", 1, "2026-06-29 18:00"),  # opened on a Saturday
        ("2026-09-30 10:00", 2, "2026-10-09 18:00"),
        ("2026-03-05 10:00", 1, "2026-03-06 12:00"),  # the office's half day ends at noon
    ],
)
def test_a_limit_of_days_ends_with_the_last_ones_work(start, days, end):
    assert told(OURS.after_days(at(start), days)) == end


def test_what_lies_beyond_the_known_years_is_monday_to_friday():
    beyond = date(LAST_KNOWN + 1, 1, 1)
    week = [beyond + timedelta(days=k) for k in range(7)]
    assert [is_worked(day) for day in week] == [day.weekday() < 5 for day in week]


moments = st.integers(at("2026-01-01"), at("2026-11-30"))
works = st.integers(0, 200 * HOUR)


@given(moments, works, works)
def test_more_time_never_shortens(start, one, more):
    assert OURS.after(start, one) <= OURS.after(start, one + more)
    assert OURS.after(start, one) <= OURS.after(start + more, one)


@given(moments, works)
def test_what_is_worked_until_the_end_is_what_was_asked_for(start, work):
    end = OURS.after(start, work)
    assert OURS.between(start, end) == work
    # a moment earlier it was not over yet
    assert work == 0 or OURS.between(start, end - 1) < work


@given(moments, works, moments, moments)
def test_a_pause_moves_the_end_by_what_is_worked_in_it(start, work, a, b):
    pause = OURS.between(min(a, b), max(a, b))
    moved = OURS.after(start, work + pause)
    assert OURS.between(OURS.after(start, work), moved) == pause


days = st.dates(date(2025, 12, 20), date(2026, 2, 10))
specials = st.dictionaries(days, st.sampled_from(["holiday", "workday", "half"]), max_size=20)


def calendar(said):
    special = [Special(day, kind) for day, kind in said.items()]
    return WorkTime(date(2025, 12, 1), date(2026, 12, 31), "Asia/Shanghai", special=special)


@given(specials, st.integers(at("2025-12-15"), at("2026-02-01")), works, works)
def test_over_the_years_end_with_any_days_of_the_office(said, start, one, more):
    ours = calendar(said)
    first, last = ours.after(start, one), ours.after(start, one + more)
    assert first <= last
    assert ours.between(first, last) == more
    assert ours.after_days(start, 1) <= ours.after_days(start, 2)


@given(specials, days, st.integers(at("2025-12-15"), at("2026-02-01")), works)
def test_a_day_off_or_half_a_day_never_brings_a_deadline_nearer(said, day, start, work):
    ends = [
        calendar({**said, day: kind}).after(start, work) for kind in ("workday", "half", "holiday")
    ]
    assert ends == sorted(ends)


def test_a_million_at_once_as_one_by_one():
    starts = np.linspace(at("2026-01-05"), at("2026-10-05"), 50).astype(np.int64)
    ends = OURS.after(starts, 7 * HOUR)
    assert [int(OURS.after(one, 7 * HOUR)) for one in starts] == ends.tolist()


@pytest.mark.parametrize("text", ["", "9", "12:00-09:00", "09:00-12:00;11:00-13:00"])
def test_hours_that_are_none(text):
    with pytest.raises(ValueError, match=r"isoformat|^$|-"):
        hours_of(text)
