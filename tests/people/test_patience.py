from datetime import UTC, datetime, timedelta

import pytest

from geo_service.people import delay_after

NOON = datetime(2026, 6, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (2, 0), (3, 1), (4, 2), (8, 32), (12, 512), (13, 900), (10**6, 900)],
)
def test_the_wait_doubles_from_the_third_to_a_quarter_of_an_hour(failures, seconds):
    assert delay_after(failures, NOON, NOON) == timedelta(seconds=seconds)


def test_time_that_passed_counts():
    assert delay_after(5, NOON, NOON + timedelta(seconds=3)) == timedelta(seconds=1)
    assert delay_after(5, NOON, NOON + timedelta(hours=1)) == timedelta(0)


def test_nothing_to_wait_for():
    assert delay_after(5, None, NOON) == timedelta(0)


def test_a_clock_set_back_lets_everybody_try():
    noon = datetime(2026, 6, 29, 12, tzinfo=UTC)
    assert delay_after(50, noon, noon - timedelta(days=1)) == timedelta(0)
