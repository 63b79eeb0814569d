"""Rows and events become what the rule walks."""

from __future__ import annotations

import numpy as np

from geo_service.link import facts_of, rows_of
from geo_service.link.arrays import NEVER
from tests.link.reference import DAY, Event
from tests.link.sides import event_table, report_table
from tests.link.test_rule import AS_OF, T0, row


def facts(rows, events=(), as_of=AS_OF):
    told, words = rows_of(report_table(rows))
    return facts_of(told, words, event_table(list(events)), as_of)


def test_what_happens_from_the_as_of_moment_on_is_not_known():
    got = facts([row("1", 0, closed_at=5), row("2", 9)], as_of=T0 + 5 * DAY)
    assert got.rows.closed.tolist() == [NEVER, NEVER]
    assert got.known.tolist() == [True, False]
    assert not got.closes.any()


def test_a_correction_changes_what_a_report_says_and_keeps_the_reports_together():
    rows = [row("1", 0), row("2", 1), row("3", 2)]
    event = Event("e", "recategorised", "2", T0 + 9 * DAY, reports=("2", "3"), category="B")
    got = facts(rows, [event])
    words = [got.words.categories[code] for code in got.rows.category]
    assert words == ["A", "B", "B"]
    assert got.first_of.tolist() == [-1, 1, 1]
    assert not got.alone.any()


def test_of_two_corrections_the_later_holds_and_what_was_taken_back_was_never_there():
    moved = [Event(f"e{k}", "moved", "1", T0 + k * DAY, x=500_000.0 + k, y=4e6) for k in (2, 3, 4)]
    back = Event("e5", "withdrawn", "1", T0 + 5 * DAY, takes_back="e4")
    got = facts([row("1", 0)], [*moved, back])
    third = facts([row("1", 0)], moved[:2])
    assert got.rows.lon.tolist() == third.rows.lon.tolist()
    assert len(got.events.kind) == 0


def test_a_report_that_is_named_keeps_its_point_and_is_no_mere_duplicate():
    reports = report_table([row("1", 0, is_duplicate=True), row("2", 1, is_duplicate=True)])
    reports["precision"] = "area"
    told, words = rows_of(reports)
    got = facts_of(told, words, event_table([Event("e", "noted", "1", T0)]), AS_OF)
    assert got.takes_part.tolist() == [True, False]
    assert got.rows.only_joins.tolist() == [False, True]


def test_events_stand_by_moment_and_kind_and_none_before_its_report():
    named = [("c", "fixed", 5), ("b", "verified", 5), ("a", "dispatched", -3)]
    events = [Event(name, kind, "1", T0 + day * DAY) for name, kind, day in named]
    got = facts([row("1", 0), row("2", 5)], events).events
    assert ((got.moment - T0) // DAY).tolist() == [0, 5, 5]
    assert got.late.tolist() == [True, False, False]
    placed = got.placed(np.array([0, 1, -1]), np.array([T0, T0 + 5 * DAY]), np.array([0, 0]))
    # after its own report; before the report of the same moment
    assert placed.before.tolist() == [1, 1, 1]
