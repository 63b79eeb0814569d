from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service.measure import (
    local_midnight,
    microseconds_of,
    week_edges,
    week_labels,
    week_number,
    week_of,
)

HOUR = 3_600_000_000
CHICAGO = "America/Chicago"


def weeks(first, last):
    return week_labels(range(week_number(first), week_number(last) + 1))


def test_weeks_go_over_the_end_of_a_year_of_53_and_of_52_weeks():
    assert weeks("2020-W52", "2021-W02") == ["2020-W52", "2020-W53", "2021-W01", "2021-W02"]
    assert weeks("2025-W51", "2026-W01") == ["2025-W51", "2025-W52", "2026-W01"]


def test_the_first_days_of_january_may_lie_in_the_old_years_last_week():
    assert week_labels(range(week_of(datetime(2021, 1, 3, 12, tzinfo=UTC), "UTC"), 2661)) == [
        "2020-W53"
    ]
    assert week_labels([week_of(datetime(2024, 12, 30, tzinfo=UTC), "UTC")]) == ["2025-W01"]


@given(st.dates(date(1980, 1, 1), date(2060, 12, 31)))
@settings(max_examples=80, deadline=None)
def test_a_days_week_is_the_calendars(day):
    number = week_of(datetime(day.year, day.month, day.day, 13, tzinfo=UTC), "UTC")
    year, week, _ = day.isocalendar()
    assert week_labels([number]) == [f"{year}-W{week:02d}"]
    assert week_number(f"{year}-W{week:02d}") == number


@pytest.mark.parametrize("label", ["2026-W54", "2025-W53", "2026-W00", "2026", "W12", "x-Wy", ""])
def test_what_is_no_iso_week_is_refused(label):
    with pytest.raises(ValueError, match=r".*"):
        week_number(label)


def test_a_week_begins_at_the_local_monday_midnight_and_is_half_open():
    monday = local_midnight(date(2026, 6, 22), "Asia/Shanghai")
    assert week_of(monday, "Asia/Shanghai") == week_number("2026-W26")
    just_before = monday - timedelta(microseconds=1)
    assert week_of(just_before, "Asia/Shanghai") == week_number("2026-W25")


def test_a_week_with_a_change_of_clocks_is_an_hour_shorter_or_longer():
    spring, autumn = week_number("2014-W10"), week_number("2014-W44")
    for number, hours in ((spring, 167), (spring + 1, 168), (autumn, 169), (autumn + 1, 168)):
        begin, end = week_edges(range(number, number + 1), CHICAGO)
        assert (end - begin) / HOUR == hours


def test_edges_are_the_local_midnights_of_mondays():
    numbers = range(week_number("2013-W40"), week_number("2014-W20"))
    edges = week_edges(numbers, CHICAGO)
    assert len(edges) == len(numbers) + 1
    for edge in edges:
        local = datetime.fromtimestamp(edge / 1e6, ZoneInfo(CHICAGO))
        assert (local.weekday(), local.hour, local.minute) == (0, 0, 0)
        assert edge == microseconds_of(local_midnight(local.date(), CHICAGO))


@pytest.mark.parametrize(
    "timezone",
    ["Asia/Shanghai", CHICAGO, "America/Sao_Paulo", "Asia/Tehran", "Asia/Kathmandu"],
)
def test_a_moment_lies_between_the_edges_of_its_week(timezone):
    rng = np.random.default_rng(1)
    first = week_number("2010-W01")
    edges = week_edges(range(first, first + 600), timezone)
    assert (np.diff(edges) >= 166 * HOUR).all()
    for edge in rng.choice(edges[1:-1], 40):
        for shift in (-1, 0, 1):
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(edge) + shift)
            number = week_of(moment, timezone)
            assert edges[number - first] <= edge + shift < edges[number - first + 1]


@pytest.mark.parametrize("timezone", ["Asia/Jerusalem", "Europe/Sofia"])
def test_a_monday_midnight_that_comes_twice_is_meant_the_first_time(timezone):
    # 2001-09-24 in Jerusalem and 1980-09-29 in Sofia were Mondays on which 00:00 came twice
    day = date(2001, 9, 24) if timezone == "Asia/Jerusalem" else date(1980, 9, 29)
    number = week_of(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), timezone)
    begin, end = week_edges(range(number, number + 1), timezone)
    assert (end - begin) / HOUR == 169
    assert begin == microseconds_of(local_midnight(day, timezone))


def test_midnight_on_the_day_the_clocks_skip_it_is_the_days_first_moment():
    # on 2018-11-04 São Paulo went from 23:59:59 to 01:00
    moment = local_midnight(date(2018, 11, 4), "America/Sao_Paulo")
    assert moment.astimezone(ZoneInfo("America/Sao_Paulo")).hour == 1
    before = moment - timedelta(microseconds=1)
    assert before.astimezone(ZoneInfo("America/Sao_Paulo")).day == 3


def test_no_weeks_have_one_edge():
    assert len(week_edges(range(2000, 2000), "UTC")) == 1


@given(st.datetimes(timezones=st.just(UTC)))
@settings(max_examples=60, deadline=None)
def test_microseconds_are_exact(moment):
    back = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds_of(moment))
    assert back == moment
