"""What the link rule reads, what it has made so far, and what it gives, as plain arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

NEVER = np.iinfo(np.int64).max
MINUTE = 60_000_000

NO_LINK, NEW, DUPLICATE, REWORK, REBOUND = -1, 0, 1, 2, 3
"""Codes of `link`; the words are ``terms.LINKS``."""

FIXED, VERIFIED, LAST, WINDOW, REBOUND_WINDOW, CANCELLED = range(6)
"""Columns of what decides the line of a case."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class RuleInput(NamedTuple):
    """Reports in the order of the rule, shape (n,) each unless said otherwise.

    Parameters
    ----------
    at
        When reported, microseconds.
    rank
        Place of the id in the order of ids.
    x, y
        Metres.
    reach
        Link distance, metres.
    window, rebound_window
        D and W, microseconds.
    only_joins
        Rows that their source calls a duplicate.
    fixed, verified, unverified, cancelled
        As in :class:`~geo_service.link.closures.Closings`.
    event_start, event_at, event_verifies
        The event log by report, shapes (n + 1,), (m,), (m,).
    tie
        Metres within which two distances are equal.
    """

    at: Ints
    rank: Ints
    x: Floats
    y: Floats
    reach: Floats
    window: Ints
    rebound_window: Ints
    only_joins: Flags
    fixed: Ints
    verified: Ints
    unverified: Flags
    cancelled: Ints
    event_start: Ints
    event_at: Ints
    event_verifies: Flags
    tie: float


class RuleOutput(NamedTuple):
    """What the rule makes of the reports; case arrays have shape (total,).

    Parameters
    ----------
    case, link
        Of each report: number of its case and code of its link, -1 without; shape (n,).
    total
        Number of cases.
    opening, parent, first
        Of each case: its opening report, the case before it at the site (-1), the site's first.
    episode, rows, reworks
        How many-eth case of the site, how many reports, how often sent back.
    case_link
        Code of the opening report's link.
    fixed, verified, unverified, last
        As the rule leaves them, microseconds.
    gap
        From the parent's verification to the opening, microseconds, or -1.
    beyond, lapsed
        Opened after the window; given up because nothing was heard of it.
    """

    case: Ints
    link: Ints
    total: int
    opening: Ints
    parent: Ints
    first: Ints
    episode: Ints
    rows: Ints
    reworks: Ints
    case_link: Ints
    fixed: Ints
    verified: Ints
    unverified: Flags
    last: Ints
    gap: Ints
    beyond: Flags
    lapsed: Flags


class RuleState(NamedTuple):
    """What the walk has made so far: by report, and by case in the order of making.

    Parameters
    ----------
    case, link
        As in :class:`RuleOutput`; -1 before a report's turn.
    following
        The report that joined a case after this one, -1 if none.
    opening, parent, first, episode, rows, reworks, case_link, unverified, gap, beyond, lapsed
        As in :class:`RuleOutput`.
    tail
        The case's latest report that is no mere duplicate of its source.
    own_closing
        Whether the closing is that of the opening report.
    stands
        What decides the line, side by side, so that a case costs one look at memory: fixed,
        verified, last, window, rebound window, cancelled; shape (cases, 6).
    latest
        Of a site, which is named by its first case: its latest case that may stand.
    spot
        Of a site: its point, metres; shape (cases, 2).
    """

    case: Ints
    link: Ints
    following: Ints
    opening: Ints
    parent: Ints
    first: Ints
    episode: Ints
    rows: Ints
    reworks: Ints
    case_link: Ints
    unverified: Flags
    gap: Ints
    beyond: Flags
    lapsed: Flags
    tail: Ints
    own_closing: Flags
    stands: Ints
    latest: Ints
    spot: Floats


@njit(cache=True)
def blank_state(reports: int, cases: int) -> RuleState:
    """Return room for a state: of reports to be filled, of cases written as they open."""
    return RuleState(
        np.empty(reports, np.int64),
        np.empty(reports, np.int64),
        np.empty(reports, np.int64),
        np.empty(cases, np.int64),
        np.empty(cases, np.int64),
        np.empty(cases, np.int64),
        np.empty(cases, np.int64),
        np.empty(cases, np.int64),
        np.empty(cases, np.int64),
        np.empty(cases, np.int64),
        np.empty(cases, np.bool_),
        np.empty(cases, np.int64),
        np.empty(cases, np.bool_),
        np.empty(cases, np.bool_),
        np.empty(cases, np.int64),
        np.empty(cases, np.bool_),
        np.empty((cases, 6), np.int64),
        np.empty(cases, np.int64),
        np.empty((cases, 2), np.float64),
    )


@njit(cache=True)
def output_of(s: RuleState, count: int) -> RuleOutput:
    """Return what a walk made."""
    return RuleOutput(
        s.case,
        s.link,
        count,
        s.opening[:count],
        s.parent[:count],
        s.first[:count],
        s.episode[:count],
        s.rows[:count],
        s.reworks[:count],
        s.case_link[:count],
        s.stands[:count, FIXED].copy(),
        s.stands[:count, VERIFIED].copy(),
        s.unverified[:count],
        s.stands[:count, LAST].copy(),
        s.gap[:count],
        s.beyond[:count],
        s.lapsed[:count],
    )
