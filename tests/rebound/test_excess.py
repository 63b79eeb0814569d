"""More rebounds of late than the closings at risk lead one to expect."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo_service.measure import Pairs
from geo_service.rebound import ReboundParams, excess, rolling_risk

DAY = 86_400_000_000
FIRST = pd.Timestamp("2026-01-05", tz="UTC")
AREAS = [f"A{number:02d}" for number in range(20)]
ENDS = FIRST.value // 1000 + np.arange(40, 53) * 7 * DAY


def spells(of=None, since=0, after=20.0):
    """Three closings a week and area; every tenth returns, of the area `of` every third."""
    rows = []
    for area in AREAS:
        for number in range(52 * 3):
            start = FIRST + pd.Timedelta(days=number * 7 / 3)
            every = 3 if area == of and number >= since * 3 else 10
            back = number % every == 0
            end = start + pd.Timedelta(days=after if back else 400)
            rows.append((area, "D01", start, end, back))
    table = pd.DataFrame(rows, columns=["area_id", "category", "started_at", "ended_at", "r"])
    return table.rename(columns={"r": "returned"})


def judged(table, ends=ENDS):
    pairs = Pairs.of(AREAS, table)
    params = ReboundParams()
    return excess(table, pairs, ends, rolling_risk(table, pairs, ends, params), params)


def test_an_area_that_returns_three_times_as_often_is_found_and_no_other():
    q, closings = judged(spells(of="A03", since=38))
    hot = q[:, -1] <= 0.05
    assert np.flatnonzero(hot).tolist() == [3, 23]
    assert not (judged(spells())[0] <= 0.05).any()
    # twelve weeks of three closings, and those before that were no older than ninety days
    assert 60 < closings[3, -1] <= 12 * 3 + 90 * 3 / 7


def test_later_weeks_have_no_say():
    table = spells(of="A03", since=38)
    whole, early = judged(table)[0], judged(table, ENDS[:7])[0]
    np.testing.assert_array_equal(whole[:, :7], early)


def test_without_enough_data_nothing_is_said():
    table = spells(of="A03", since=38)
    few = table[(table["area_id"] != "A05") | (table["started_at"] < FIRST + pd.Timedelta("8D"))]
    q, _ = judged(few)
    assert np.isnan(q[5]).all()
    assert np.isfinite(q[4]).all()
