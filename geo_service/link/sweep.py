"""What a sweep over late facts reads, and how far it has come."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo_service.link.grid import Grid, rows_around
from geo_service.link.rule_arrays import (
    NEVER,
    NO_LINK,
    REBOUND,
    REWORK,
    RuleInput,
    RuleOutput,
    RuleState,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int32]
Bytes = NDArray[np.uint8]

VISIT, LOOSE, FACTS = 1, 2, 4
"""What is to be done with a report: look at it, let it choose, mind that its facts are others."""

SLOTS, PAIRS, CASES = range(3)
"""Places in the counts of a sweep."""


class Facts(NamedTuple):
    """What is said of the reports by now, in the order of the rule; shape (n,) each.

    Parameters
    ----------
    reported, category, source, only_joins, fixed, verified, closed, cancelled
        As in :class:`~geo_service.link.rows.Rows`.
    member
        Whether it is known and has a point of its own.
    window
        *D* by source and category, microseconds; shape (sources + 1, categories).
    rebound_window
        *W* by category, microseconds.
    reach
        Link distance by category, metres, with its slack.
    tie
        Metres within which two distances are equal.
    end
        First moment not seen.
    """

    reported: Ints
    category: Codes
    source: Codes
    only_joins: Flags
    fixed: Ints
    verified: Ints
    closed: Ints
    cancelled: Ints
    member: Flags
    window: Ints
    rebound_window: Ints
    reach: Floats
    tie: float
    end: int


class Made(NamedTuple):
    """What the rule made before, and where those reports are by now.

    Parameters
    ----------
    case, link
        Of the reports before.
    opening, first, parent, episode
        Of the cases before.
    was
        Where each report was before, -1 where it comes or comes elsewhere; shape (n,).
    now
        Where each report before is by now, -1 where it went or went elsewhere.
    """

    case: Codes
    link: NDArray[np.int8]
    opening: Codes
    first: Codes
    parent: Codes
    episode: Codes
    was: Codes
    now: Codes


class Changes(NamedTuple):
    """What the late facts concern.

    Parameters
    ----------
    loose
        Reports that come.
    facts
        Reports of which something else is known.
    case, low, after
        The cases these were in, the earliest moment their facts named or name, and the first of
        the reports.
    gone_case, gone_after, gone_x, gone_y, gone_category
        Of reports that went: the case each was in, the last report now that is before it, and
        point and category of its site.
    """

    loose: Ints
    facts: Ints
    case: Ints
    low: Ints
    after: Ints
    gone_case: Ints
    gone_after: Ints
    gone_x: Floats
    gone_y: Floats
    gone_category: Codes


class Revised(NamedTuple):
    """What became of the stretches that were walked through.

    Parameters
    ----------
    done
        Whether it was worth it; else all else is void.
    row, applied
        The reports that were looked at, which the output numbers so, and which took their lines.
    output
        What the rule made; the parent and number of a stretch's first case are void.
    site_row
        The first report of each case's site.
    base
        Of a site's first report: the one whose case the stretch begins with; shape (n,).
    stop
        Of a site's first report: the report up to which it stands otherwise, whose case goes on as
        before; n where it does to the end, 0 where it stands as before; shape (n,).
    """

    done: bool
    row: Ints
    applied: Flags
    output: RuleOutput
    site_row: Ints
    base: Codes
    stop: Codes


SLOT, HEAD = range(2)
"""Columns of a sweep's reports: its slot and its first pair, counted from 1, 0 if none."""

SITE, BASE, UPTO, BEGIN, STOP = range(5)
"""Columns of a sweep's sites: the slot among the cases, counted from 1, -1 if nobody opened it
after all; from which report on it was walked through, and up to which one; the stretch in which it
stands otherwise.
"""


class Sweep(NamedTuple):
    """How far the sweep has come; reports that it looks at get a slot, in the order of looking.

    Parameters
    ----------
    todo
        What is to be done with a report; shape (n,).
    looks
        Slot and first pair of a report; shape (n, 2).
    sites
        How far a site was walked through, by its first report; shape (n, 5). What belongs together
        stands side by side, so that it costs one look at memory.
    site_row
        The first report of the site, by case.
    row, applied
        The report of a slot, and whether it took its line.
    pair_next, pair_site
        Reports paired with the first reports of sites that may win or lose them.
    counts
        Slots, pairs and cases so far.
    around, some
        Room for reports.
    """

    todo: Bytes
    looks: NDArray[np.int32]
    sites: NDArray[np.int32]
    site_row: Ints
    row: Ints
    applied: Flags
    pair_next: Codes
    pair_site: Codes
    counts: Ints
    around: Ints
    some: Ints


def blank_sweep(most: int) -> Sweep:
    """Return a sweep that has not looked at anything yet."""
    # not compiled: what numpy gives as zeros costs nothing where nobody looks
    return Sweep(
        np.zeros(most, np.uint8),
        np.zeros((most, 2), np.int32),
        np.zeros((most, 5), np.int32),
        np.empty(most, np.int64),
        np.empty(most, np.int64),
        np.empty(most, np.bool_),
        np.empty(4 * most, np.int32),
        np.empty(4 * most, np.int32),
        np.zeros(3, np.int64),
        np.empty(most, np.int64),
        np.empty(most, np.int64),
    )


def blank_rule(most: int, tie: float) -> RuleInput:
    """Return room for what the rule sees of the reports, without any event log."""
    return RuleInput(
        np.empty(most, np.int64),
        np.empty(most, np.int64),
        np.empty(most, np.float64),
        np.empty(most, np.float64),
        np.empty(most, np.float64),
        np.empty(most, np.int64),
        np.empty(most, np.int64),
        np.empty(most, np.bool_),
        np.empty(most, np.int64),
        np.empty(most, np.int64),
        np.empty(most, np.bool_),
        np.empty(most, np.int64),
        np.zeros(most + 1, np.int64),
        np.empty(0, np.int64),
        np.empty(0, np.bool_),
        tie,
    )


@njit(cache=True)
def slot_of(i: int, facts: Facts, grid: Grid, rule: RuleInput, state: RuleState, w: Sweep) -> int:
    """Return a report's slot, with what the rule sees of it."""
    if w.looks[i, SLOT] > 0:
        return w.looks[i, SLOT] - 1
    k = w.counts[SLOTS]
    w.counts[SLOTS] += 1
    w.looks[i, SLOT] = k + 1
    w.row[k] = i
    w.applied[k] = False
    category, end = facts.category[i], facts.end
    rule.at[k], rule.rank[k] = facts.reported[i], i
    rule.x[k], rule.y[k] = grid.x[i], grid.y[i]
    rule.reach[k] = facts.reach[category]
    rule.window[k] = facts.window[facts.source[i], category]
    rule.rebound_window[k] = facts.rebound_window[category]
    rule.only_joins[k] = facts.only_joins[i]
    verified, closed = facts.verified[i], facts.closed[i]
    rule.unverified[k] = verified >= end and closed < end
    rule.verified[k] = verified if verified < end else (closed if closed < end else NEVER)
    rule.fixed[k] = facts.fixed[i] if facts.fixed[i] < end else rule.verified[k]
    rule.cancelled[k] = facts.cancelled[i] if facts.cancelled[i] < end else NEVER
    state.case[k], state.link[k], state.following[k] = -1, NO_LINK, -1
    return k


@njit(cache=True, forceinline=True)
def line_before(i: int, case: int, made: Made) -> int:
    """Which line a report took that has a case."""
    if made.now[made.opening[case]] != i:
        return 2 if made.link[made.was[i]] == REWORK else 1
    if made.first[case] == case:
        return 5
    return 3 if made.link[made.was[i]] == REBOUND else 4


@njit(cache=True, forceinline=True)
def case_before(i: int, made: Made) -> int:
    """Return the case that a report was in, -1 if in none."""
    before = made.was[i]
    return made.case[before] if before >= 0 else -1


@njit(cache=True, forceinline=True)
def home_of(case: int, made: Made) -> int:
    """Return the first report of a case's site, -1 if it went."""
    return made.now[made.opening[made.first[case]]]


@njit(cache=True, forceinline=True)
def was_of(i: int, site: int, made: Made) -> bool:
    """Tell whether a report was of a site."""
    case = case_before(i, made)
    return case >= 0 and made.first[case] == site


@njit(cache=True, forceinline=True)
def had_opened(i: int, made: Made) -> bool:
    """Tell whether a report that was in a case opened it."""
    before = made.was[i]
    return made.opening[made.case[before]] == before


@njit(cache=True, forceinline=True)
def site_before(i: int, made: Made) -> int:
    """Return the site that a report began, -1 if it began none."""
    case = case_before(i, made)
    return case if case >= 0 and made.first[case] == case and had_opened(i, made) else -1


@njit(cache=True)
def look_around(first: int, facts: Facts, grid: Grid, w: Sweep) -> int:
    """Write the reports around one into `w.around`; returns how many."""
    return rows_around(grid, facts.category[first], grid.x[first], grid.y[first], w.around)
