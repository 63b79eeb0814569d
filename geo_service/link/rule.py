"""The link rule, one pass over reports in order, over plain arrays.

The rule is sequential: what a report becomes depends on what the ones before it made. The loop is
therefore compiled; ``apply_rule.py_func`` is the same code uncompiled. Sites of one category are
hashed by square cells a little wider than the link distance, so that a report looks at nine cells
and the whole is linear in the number of reports.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

NEVER = np.iinfo(np.int64).max
MINUTE = 60_000_000

NO_LINK, NEW, DUPLICATE, REWORK, REBOUND = -1, 0, 1, 2, 3
"""Codes of `link`; the words are ``terms.LINKS``."""

_FIXED, _VERIFIED, _LAST, _WINDOW, _REBOUND_WINDOW, _CANCELLED = range(6)

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
    cell
        Number of the report's cell.
    around
        Numbers of each cell and the eight beside it, -1 where no report lies; shape (cells, 9).
    cells
        How many cells there are.
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
    cell: Ints
    around: Ints
    cells: int
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


def line_of(t: int, f: int, v: int, last: int, window: int, rebound_window: int) -> int:
    """Which of the four lines a report at `t` takes towards a case."""
    if t < f:
        return 1 if t <= last + window else 4
    if t < v:
        # without a verification a fix is waited for as long as an open case
        return 2 if v != NEVER or t <= f + window else 4
    return 3 if t <= v + rebound_window else 4


_line_of = njit(cache=True)(line_of)


@njit(cache=True)
def _first_fix_after(
    t: int, head: int, following: Ints, fixed: Ints, starts: Ints, at: Ints, verifies: Flags
) -> int:
    """Earliest fix known after `t` among a case's rows and their events."""
    best = NEVER
    row = head
    while row >= 0:
        if t < fixed[row] < best:
            best = fixed[row]
        for k in range(starts[row], starts[row + 1]):
            if not verifies[k] and t < at[k] < best:
                best = at[k]
        row = following[row]
    return best


@njit(cache=True)
def _first_verification_from(
    f: int,
    head: int,
    following: Ints,
    verified: Ints,
    unverified: Flags,
    starts: Ints,
    at: Ints,
    verifies: Flags,
) -> tuple[int, bool]:
    """Earliest verification at or after `f` of the same, and whether it is only a closing."""
    best, only_closed = NEVER, False
    row = head
    while row >= 0:
        if f <= verified[row] and (
            verified[row] < best or (verified[row] == best and only_closed and not unverified[row])
        ):
            best, only_closed = verified[row], unverified[row]
        for k in range(starts[row], starts[row + 1]):
            if verifies[k] and f <= at[k] <= best:
                best, only_closed = at[k], False
        row = following[row]
    return best, only_closed and best != NEVER


@njit(cache=True)
def _nearest_of_first_line(
    i: int,
    r: RuleInput,
    site_of_cell: Ints,
    next_site: Ints,
    spot: Floats,
    latest: Ints,
    opening: Ints,
    parent: Ints,
    stands: Ints,
) -> tuple[int, int, int]:
    """Find the first line that applies to report `i`, and the site and case it applies to.

    Within the line the nearest decides, then the latest opened, then the smallest id. Line 5 is
    "no site within reach".
    """
    t = r.at[i]
    line, nearest = 5, 0.0
    for look in range(2):
        # the first look finds the line and its smallest distance, the second decides among ties
        best_site, best = -1, -1
        for k in range(9):
            cell = r.around[r.cell[i], k]
            site = site_of_cell[cell] if cell >= 0 else -1
            while site >= 0:
                distance = np.hypot(spot[site, 0] - r.x[i], spot[site, 1] - r.y[i])
                if distance <= r.reach[i]:
                    c = latest[site]
                    while c >= 0 and stands[c, _CANCELLED] <= t:
                        c = parent[c]
                    latest[site] = c
                    if c >= 0:
                        its = _line_of(
                            t,
                            stands[c, _FIXED],
                            stands[c, _VERIFIED],
                            stands[c, _LAST],
                            stands[c, _WINDOW],
                            stands[c, _REBOUND_WINDOW],
                        )
                        if look == 0:
                            if its < line or (its == line and distance < nearest):
                                line, nearest = its, distance
                        elif its == line and distance <= nearest + r.tie:
                            o, than = opening[c], opening[best]
                            if (
                                best < 0
                                or r.at[o] > r.at[than]
                                or (r.at[o] == r.at[than] and r.rank[o] < r.rank[than])
                            ):
                                best_site, best = site, c
                site = next_site[site]
        if line == 5:
            break
    return line, best_site, best


@njit(cache=True)
def apply_rule(r: RuleInput) -> RuleOutput:
    """Go through the reports in order and give each its case."""
    n = len(r.at)
    case_of = np.full(n, -1, np.int64)
    link_of = np.full(n, NO_LINK, np.int64)
    following = np.full(n, -1, np.int64)

    opening = np.full(n, -1, np.int64)
    parent = np.full(n, -1, np.int64)
    first = np.full(n, -1, np.int64)
    episode = np.zeros(n, np.int64)
    rows = np.zeros(n, np.int64)
    reworks = np.zeros(n, np.int64)
    case_link = np.zeros(n, np.int64)
    unverified = np.zeros(n, np.bool_)
    gap = np.full(n, -1, np.int64)
    beyond = np.zeros(n, np.bool_)
    lapsed = np.zeros(n, np.bool_)
    tail = np.full(n, -1, np.int64)
    own_closing = np.zeros(n, np.bool_)

    # a site is named by its first case; `latest` is its latest case, `next_site` a list per cell;
    # `spot` repeats its point: most sites that are looked at are too far, and only that is needed
    spot = np.empty((n, 2), np.float64)
    # what decides the line stands side by side, so that a case costs one look at memory
    stands = np.empty((n, 6), np.int64)
    latest = np.full(n, -1, np.int64)
    next_site = np.full(n, -1, np.int64)
    site_of_cell = np.full(r.cells, -1, np.int64)
    count = 0

    for i in range(n):
        t = r.at[i]
        line, best_site, best = _nearest_of_first_line(
            i, r, site_of_cell, next_site, spot, latest, opening, parent, stands
        )
        if r.only_joins[i] and line != 1:
            continue

        if line <= 2:
            c = best
            case_of[i] = c
            link_of[i] = DUPLICATE if line == 1 else REWORK
            rows[c] += 1
            stands[c, _LAST] = t
            if r.only_joins[i]:
                continue
            following[tail[c]] = i
            tail[c] = i
            if line == 2:
                reworks[c] += 1
                own_closing[c] = False
                stands[c, _FIXED] = _first_fix_after(
                    t, opening[c], following, r.fixed, r.event_start, r.event_at, r.event_verifies
                )
                stands[c, _VERIFIED], unverified[c] = NEVER, False
                if stands[c, _FIXED] != NEVER:
                    stands[c, _VERIFIED], unverified[c] = _first_verification_from(
                        stands[c, _FIXED],
                        opening[c],
                        following,
                        r.verified,
                        r.unverified,
                        r.event_start,
                        r.event_at,
                        r.event_verifies,
                    )
            elif r.fixed[i] != NEVER and not own_closing[c]:
                if reworks[c] > 0:
                    takes = stands[c, _FIXED] == NEVER
                else:
                    mine = r.verified[i] if r.verified[i] != NEVER else r.fixed[i]
                    its = (
                        stands[c, _VERIFIED] if stands[c, _VERIFIED] != NEVER else stands[c, _FIXED]
                    )
                    takes = its == NEVER or mine > its
                if takes:
                    stands[c, _FIXED], stands[c, _VERIFIED], unverified[c] = (
                        r.fixed[i],
                        r.verified[i],
                        r.unverified[i],
                    )
            continue

        c = count
        count += 1
        case_of[i] = c
        opening[c] = i
        tail[c] = i
        rows[c] = 1
        stands[c, _LAST] = t
        stands[c, _FIXED], stands[c, _VERIFIED] = r.fixed[i], r.verified[i]
        stands[c, _WINDOW], stands[c, _REBOUND_WINDOW] = r.window[i], r.rebound_window[i]
        stands[c, _CANCELLED], unverified[c] = r.cancelled[i], r.unverified[i]
        own_closing[c] = r.fixed[i] != NEVER

        if line == 5:
            link_of[i] = case_link[c] = NEW
            first[c] = c
            episode[c] = 1
            latest[c] = c
            spot[c, 0], spot[c, 1] = r.x[i], r.y[i]
            next_site[c] = site_of_cell[r.cell[i]]
            site_of_cell[r.cell[i]] = c
            continue

        first[c] = best_site
        latest[best_site] = c
        parent[c] = best
        episode[c] = episode[best] + 1
        link_of[i] = case_link[c] = REBOUND if line == 3 else NEW
        if t >= stands[best, _VERIFIED] and t >= stands[best, _FIXED]:
            gap[c] = max(t - stands[best, _VERIFIED], MINUTE)
            beyond[c] = line == 4
        else:
            lapsed[best] = True

    return RuleOutput(
        case_of,
        link_of,
        count,
        opening[:count],
        parent[:count],
        first[:count],
        episode[:count],
        rows[:count],
        reworks[:count],
        case_link[:count],
        stands[:count, _FIXED].copy(),
        stands[:count, _VERIFIED].copy(),
        unverified[:count],
        stands[:count, _LAST].copy(),
        gap[:count],
        beyond[:count],
        lapsed[:count],
    )
