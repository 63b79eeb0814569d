"""The rule over rows: which reports it sees, with which distances and windows, what it gives."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo_service.link.closures import NEVER, Closings
from geo_service.link.grid import Grid, cells_of
from geo_service.link.reaches import Terms
from geo_service.link.rows import Flags, Rows
from geo_service.link.rule_arrays import RuleInput, RuleOutput
from geo_service.link.walking import apply_rule

REACH_SLACK_M = 1e-6
"""Projecting there and back moves a point by a few nanometres; "at most d" must not feel it."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def known_at(rows: Rows, end: int) -> Flags:
    """Tell which rows are known before `end`, microseconds."""
    return np.asarray((rows.reported < end) & (rows.received < end))


def closings_of(rows: Rows, end: int) -> Closings:
    """Return what the rows themselves say of their closing; from `end` on nothing is known."""
    fixed, verified, closed, cancelled = (
        np.where(times < end, times, NEVER)
        for times in (rows.fixed, rows.verified, rows.closed, rows.cancelled)
    )
    unverified = (verified == NEVER) & (closed != NEVER)
    verified = np.where(unverified, closed, verified)
    return Closings(
        fixed=np.where(fixed == NEVER, verified, fixed),
        verified=verified,
        unverified=unverified,
        cancelled=cancelled,
        event_start=np.zeros(len(fixed) + 1, dtype=np.int64),
        event_at=np.empty(0, dtype=np.int64),
        event_verifies=np.empty(0, dtype=np.bool_),
    )


def sources_that_close(rows: Rows, known: Flags, closings: Closings, sources: int) -> Flags:
    """Tell which sources close anything at all; the last entry is for rows without a source."""
    closes = np.zeros(sources + 1, dtype=np.bool_)
    has = known & ((closings.fixed != NEVER) | (closings.verified != NEVER))
    closes[rows.source[has]] = True
    return closes


def windows_by_source(closes: Flags, terms: Terms) -> Ints:
    """Return *D* of an opening by its source and category, microseconds; the last is of none."""
    return np.where(closes[:, None], terms.window[None, :], terms.short_window)


def windows_of(rows: Rows, terms: Terms, closes: Flags) -> Ints:
    """Return *D* of each row as the opening of a case, microseconds."""
    return windows_by_source(closes, terms)[rows.source, rows.category]


def solve(
    rows: Rows, closings: Closings, window: Ints, members: Ints, terms: Terms, grid: Grid
) -> RuleOutput:
    """Apply the rule to some rows, which no other row is within reach of.

    Parameters
    ----------
    rows, closings, window
        Of all rows.
    members
        Rows that are known and have a point of their own, ascending; shape (m,).
    grid
        All rows by cells.

    Returns
    -------
    made
        Rows are numbered as in `members`.
    """
    # a category at a time: what a report looks at then lies close together in memory
    order = np.argsort(rows.category[members], kind="stable")
    members = members[order]
    category = rows.category[members]
    cell, around = cells_of(grid, members)
    begins, counts = closings.event_start[members], np.diff(closings.event_start)[members]
    event_start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    events = np.repeat(begins - event_start[:-1], counts) + np.arange(event_start[-1])
    made = apply_rule(
        RuleInput(
            at=rows.reported[members],
            # rows stand in the order of moment and id, so their place ranks ids of one moment
            rank=members,
            x=grid.x[members],
            y=grid.y[members],
            reach=terms.reach[category] + REACH_SLACK_M,
            window=window[members],
            rebound_window=terms.rebound_window[category],
            only_joins=rows.only_joins[members],
            fixed=closings.fixed[members],
            verified=closings.verified[members],
            unverified=closings.unverified[members],
            cancelled=closings.cancelled[members],
            event_start=event_start,
            event_at=closings.event_at[events],
            event_verifies=closings.event_verifies[events],
            tie=terms.tie,
        ),
        cell,
        around,
        len(around),
    )
    return _by_opening(made, order)


def _by_opening(made: RuleOutput, order: Ints) -> RuleOutput:
    """Undo `order`: rows are numbered as before it, cases by their openings."""
    opening = order[made.opening]
    turn = np.argsort(opening, kind="stable")
    # the last stays -1: no case
    number = np.full(len(turn) + 1, -1, dtype=np.int64)
    number[turn] = np.arange(len(turn))
    case, link = np.empty_like(made.case), np.empty_like(made.link)
    case[order], link[order] = number[made.case], made.link
    renamed = made._replace(opening=opening, parent=number[made.parent], first=number[made.first])
    of_cases: Any = [column[turn] for column in renamed[3:]]
    return RuleOutput(case, link, made.total, *of_cases)
