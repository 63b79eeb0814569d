"""Weeks made of the days on which somebody looked."""

from __future__ import annotations

import numpy as np

from geo_service.coverage import observed_weeks
from geo_service.measure import week_edges, week_number
from geo_service.terms import OBSERVED
from tests.coverage.days import ZONE, seen_by

FIRST = week_number("2026-W01")
WEEKS = range(FIRST, FIRST + 9)


def words_of(got):
    return np.array(OBSERVED)[got.state]


def test_weeks_count_days_of_the_log_and_before_it_nobody_knows():
    rows = [(str(day), "a", f"2026-01-{day:02d}T02:00Z", None) for day in (12, 13, 20)]
    got = observed_weeks(seen_by(*rows), WEEKS, week_edges(WEEKS, ZONE), 0, 2)
    assert got.known.tolist() == [False, False] + [True] * 7
    assert got.watched[0, :4].tolist() == [-1, -1, 2, 1]
    assert words_of(got)[:, 1].tolist() == ["unknown", "unknown"]
    # four weeks back from the fourth week the log had two weeks, and somebody looked in both
    assert words_of(got)[:, 3].tolist() == ["yes", "no"]
    assert words_of(got)[0, 5] == "partly"
    assert words_of(got)[0, 8] == "no"
    assert got.unseen[1, 2:].all()


def test_without_a_log_every_day_since_the_first_report_counts():
    edges = week_edges(WEEKS, ZONE)
    start = int(edges[0]) + 2 * 86_400_000_000
    got = observed_weeks(None, WEEKS, edges, start, 1)
    assert got.days[0, :2].tolist() == [5, 7]
    assert set(words_of(got).ravel()) == {"unknown"}
