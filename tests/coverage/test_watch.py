"""Days that somebody looked."""

from __future__ import annotations

from tests.coverage.days import seen_by


def test_a_visit_counts_on_its_local_days_and_no_log_is_none():
    assert seen_by() is None
    # half past eleven in the evening until half past midnight, in Lanzhou
    got = seen_by(("1", "a", "2026-01-05T15:30Z", "2026-01-05T16:30Z"))
    assert got.days[:, :3].tolist() == [[True, True, False], [False, False, False]]
    assert got.last.tolist() == [got.first + 1, -1]


def test_a_visit_that_begins_after_the_as_of_moment_is_not_known():
    assert seen_by(("1", "a", "2026-03-02T00:00Z", None)) is None
