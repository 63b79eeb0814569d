"""Deadlines: each clock, no limit, and what a pause adds."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_service.casework import NO_LIMIT, Limits, clock_code, deadlines, postponed
from geo_service.measure import microseconds_of, moment_at
from geo_service.measure.worktime import WorkTime
from geo_service.terms import CLOCKS

LANZHOU = ZoneInfo("Asia/Shanghai")
WORKED = WorkTime(date(2026, 1, 1), date(2027, 12, 31), "Asia/Shanghai")


def at(text):
    return microseconds_of(datetime.fromisoformat(text).replace(tzinfo=LANZHOU))


def told(moment):
    return f"{moment_at(int(moment)).astimezone(LANZHOU):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("clock", "limit", "due"),
    [
        ("natural", 24, "06-27 17:00"),
        ("urgent", 2, "06-26 19:00"),
        ("working", 2, "06-29 10:00"),
        ("days", 2, "06-30 18:00"),
    ],
)
def test_each_clock_from_a_friday_afternoon(clock, limit, due):
    limits = Limits(np.array([float(limit)]), np.array([clock_code(clock)]))
    assert told(deadlines(np.array([at("2026-06-26 17:00")]), limits, WORKED)[0]) == due


@pytest.mark.parametrize(("limit", "clock"), [(np.nan, 1), (4.0, -1), (0.0, 1)])
def test_without_a_limit_there_is_no_deadline(limit, clock):
    limits = Limits(np.array([limit]), np.array([clock]))
    assert deadlines(np.array([at("2026-06-26 17:00")]), limits, WORKED)[0] == NO_LIMIT


@pytest.mark.parametrize(
    ("clock", "due"),
    [("natural", "07-03 10:00"), ("working", "07-01 10:00")],
)
def test_a_pause_adds_what_the_clock_would_have_counted(clock, due):
    paused, until = at("2026-06-26 17:00"), at("2026-06-29 10:00")
    # natural: 65 hours more; working: one hour of Friday and one of Monday
    start = at("2026-06-30 17:00")
    moved = postponed(start, CLOCKS.index(clock), paused, until, WORKED)
    assert told(moved) == due


def test_a_pause_that_is_over_before_it_began_moves_nothing():
    assert postponed(7, 0, 9, 9, WORKED) == 7
    assert postponed(NO_LIMIT, 0, 1, 9, WORKED) == NO_LIMIT


moments = st.integers(at("2026-01-05"), at("2026-10-05"))
clocks = st.integers(0, len(CLOCKS) - 1)
limits = st.floats(0.1, 200)
spans = st.integers(0, 40 * 86_400_000_000)


def due_of(opened, limit, clock):
    asked = Limits(np.array([limit]), np.array([clock]))
    return int(deadlines(np.array([opened]), asked, WORKED)[0])


@given(moments, clocks, limits, limits)
def test_more_time_never_shortens(opened, clock, one, more):
    assert opened <= due_of(opened, one, clock) <= due_of(opened, one + more, clock)


@given(moments, clocks, st.floats(0.1, 40), moments, spans, spans)
def test_a_longer_pause_never_shortens_and_two_are_one(opened, clock, limit, begins, long, more):
    due, middle, ends = due_of(opened, limit, clock), begins + long, begins + long + more
    first, once = (postponed(due, clock, begins, until, WORKED) for until in (middle, ends))
    assert due <= first <= once
    assert postponed(first, clock, middle, ends, WORKED) == once
