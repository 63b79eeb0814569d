"""Days that somebody looked, weeks made of them, and spells cut where nobody did."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
import shapely

from geo_service.coverage import observed_pieces, observed_weeks, track_points, watch
from geo_service.coverage.adjusted import entering_risk
from geo_service.measure import week_edges, week_number
from geo_service.terms import FRAMES

ZONE = "Asia/Shanghai"
AS_OF = datetime(2026, 3, 1, 16, tzinfo=UTC)
FIRST = week_number("2026-W01")
WEEKS = range(FIRST, FIRST + 9)


def visits(*rows):
    table = pd.DataFrame(rows, columns=["visit_id", "area_id", "started_at", "ended_at"])
    return FRAMES["visits"].conform(table)


def seen_by(*rows, areas=("a", "b")):
    nothing = pd.DataFrame({"area_id": [], "at": pd.to_datetime([], utc=True)})
    return watch(visits(*rows), nothing, list(areas), timezone=ZONE, as_of=AS_OF)


def test_a_visit_counts_on_its_local_days_and_no_log_is_none():
    assert seen_by() is None
    # half past eleven in the evening until half past midnight, in Lanzhou
    got = seen_by(("1", "a", "2026-01-05T15:30Z", "2026-01-05T16:30Z"))
    assert got.days[:, :3].tolist() == [[True, True, False], [False, False, False]]
    assert got.last.tolist() == [got.first + 1, -1]


def test_a_visit_that_begins_after_the_as_of_moment_is_not_known():
    assert seen_by(("1", "a", "2026-03-02T00:00Z", None)) is None


def test_weeks_count_days_of_the_log_and_before_it_nobody_knows():
    rows = [(str(day), "a", f"2026-01-{day:02d}T02:00Z", None) for day in (12, 13, 20)]
    got = observed_weeks(seen_by(*rows), WEEKS, week_edges(WEEKS, ZONE), 0, 2)
    assert got.known.tolist() == [False, False] + [True] * 7
    assert got.watched[0, :4].tolist() == [-1, -1, 2, 1]
    assert got.words[:, 1].tolist() == ["unknown", "unknown"]
    # four weeks back from the fourth week the log had two weeks, and somebody looked in both
    assert got.words[:, 3].tolist() == ["yes", "no"]
    assert got.words[0, 5] == "partly"
    assert got.words[0, 8] == "no"
    assert got.unseen[1, 2:].all()


def test_without_a_log_every_day_since_the_first_report_counts():
    edges = week_edges(WEEKS, ZONE)
    start = int(edges[0]) + 2 * 86_400_000_000
    got = observed_weeks(None, WEEKS, edges, start, 1)
    assert got.days[0, :2].tolist() == [5, 7]
    assert set(got.words.ravel()) == {"unknown"}


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


def test_delayed_entry_is_kaplan_meier_over_those_at_risk():
    rng = np.random.default_rng(0)
    n = 300
    start = np.where(rng.random(n) < 0.5, 0.0, rng.uniform(0, 20, n))
    stop = start + rng.exponential(15, n)
    event = rng.random(n) < 0.6
    group = rng.integers(0, 3, n)
    risk, green, events = entering_risk(group, start, stop, event, 3, 30)
    for one in range(3):
        mine = group == one
        s, v = 1.0, 0.0
        for t in np.unique(stop[mine & event & (stop <= 30)]):
            at_risk = np.sum(mine & (start < t) & (t <= stop))
            d = np.sum(mine & event & (stop == t))
            s *= 1 - d / at_risk
            v += d / (at_risk * (at_risk - d)) if at_risk > d else np.inf
        assert risk[one] == pytest.approx(1 - s)
        assert green[one] == pytest.approx(v)
        assert events[one] == np.sum(mine & event & (stop <= 30))


def test_a_track_is_asked_every_few_metres_and_its_time_passes_evenly():
    table = visits(("1", None, "2026-01-05T02:00Z", "2026-01-05T03:00Z"), ("2", "a", None, None))
    line = shapely.LineString([(103.75, 36.05), (103.751, 36.05)])
    table["geometry"] = np.array([line, None], dtype=object)
    got = track_points(table, epsg=32648)
    assert set(got["visit_id"]) == {"1"}
    assert len(got) == 11  # 90 m, a point each 10 m at most
    assert (got["at"].iloc[0], got["at"].iloc[-1]) == (
        pd.Timestamp("2026-01-05T02:00Z"),
        pd.Timestamp("2026-01-05T03:00Z"),
    )
    assert got["at"].is_monotonic_increasing
    assert got["lon"].is_monotonic_increasing
