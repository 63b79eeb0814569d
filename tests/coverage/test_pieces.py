"""Spells cut where nobody looked."""

from __future__ import annotations

import pandas as pd
import pytest

from geo_service.coverage import observed_pieces
from tests.coverage.days import ZONE, seen_by


def spells(*rows):
    table = pd.DataFrame(rows, columns=["area_id", "started_at", "ended_at", "returned"])
    for name in ("started_at", "ended_at"):
        table[name] = pd.to_datetime(table[name], utc=True)
    return table


def daily(area, days):
    return [(f"{area}{day}", area, f"2026-01-{day:02d}T02:00Z", None) for day in days]


def test_time_that_nobody_watched_leaves_the_risk_set():
    seen = seen_by(*daily("a", [5, 6, 7, 8, 20, 21, 22, 23, 24, 25]))
    table = spells(("a", "2026-01-05T16:00Z", "2026-01-22T16:00Z", True))
    got = observed_pieces(table, seen, timezone=ZONE)
    # watched until the 8th has passed, blind for eleven days, watched again from the 20th on
    assert got.start.tolist() == [0, 14]
    assert got.stop.tolist() == [3, 17]
    assert got.event.tolist() == [False, True]
    assert not got.blind.any()


def test_a_return_first_seen_after_a_blind_gap_is_told_apart():
    seen = seen_by(*daily("a", [5, 6, 20, 21]))
    table = spells(("a", "2026-01-05T16:00Z", "2026-01-20T04:00Z", True))
    got = observed_pieces(table, seen, timezone=ZONE)
    assert got.blind.tolist() == [True]
    assert not got.event.any()
    assert got.stop.max() == pytest.approx(1)


def test_a_gap_of_a_week_is_not_blind():
    seen = seen_by(*daily("a", [5, 13]))
    table = spells(("a", "2026-01-05T16:00Z", "2026-01-12T18:00Z", True))
    got = observed_pieces(table, seen, timezone=ZONE)
    assert (got.start.tolist(), got.event.tolist(), got.blind.tolist()) == ([0], [True], [False])
