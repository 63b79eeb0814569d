"""The link rule over plain arrays: what one report takes part in, and what that makes of it.

The rule is sequential: what a report becomes depends on what the ones before it made. Its steps are
therefore compiled. Two walks take them: over all reports (:mod:`~geo_service.link.walking`), and
over those that late facts touch (:mod:`~geo_service.link.revising`).
"""

from __future__ import annotations

from numba import njit

from geo_service.link.rule_arrays import (
    CANCELLED,
    DUPLICATE,
    FIXED,
    LAST,
    MINUTE,
    NEVER,
    NEW,
    REBOUND,
    REBOUND_WINDOW,
    REWORK,
    VERIFIED,
    WINDOW,
    Flags,
    Floats,
    Ints,
    RuleInput,
    RuleState,
)


def line_of(t: int, f: int, v: int, last: int, window: int, rebound_window: int) -> int:
    """Which of the four lines a report at `t` takes towards a case."""
    if t < f:
        return 1 if t <= last + window else 4
    if t < v:
        # without a verification a fix is waited for as long as an open case
        return 2 if v != NEVER or t <= f + window else 4
    return 3 if t <= v + rebound_window else 4


_line_of = njit(cache=True, forceinline=True)(line_of)


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


@njit(cache=True, forceinline=True)
def standing_case(site: int, t: int, latest: Ints, parent: Ints, stands: Ints) -> int:
    """Return a site's latest case that is not cancelled at `t`, -1 if there is none."""
    c = latest[site]
    while c >= 0 and stands[c, CANCELLED] <= t:
        c = parent[c]
    latest[site] = c
    return c


@njit(cache=True, forceinline=True)
def line_towards(c: int, t: int, stands: Ints) -> int:
    """Which line a report at `t` takes towards case `c`."""
    return _line_of(
        t,
        stands[c, FIXED],
        stands[c, VERIFIED],
        stands[c, LAST],
        stands[c, WINDOW],
        stands[c, REBOUND_WINDOW],
    )


@njit(cache=True, forceinline=True)
def first_line(
    t: int,
    near: Ints,
    away: Floats,
    count: int,
    at: Ints,
    rank: Ints,
    tie: float,
    latest: Ints,
    opening: Ints,
    parent: Ints,
    stands: Ints,
) -> tuple[int, int, int]:
    """Find the first line that applies to a report, and the site and case it applies to.

    Within the line the nearest decides, then the latest opened, then the smallest id. Line 5 is
    "no site within reach".

    Parameters
    ----------
    near, away
        The sites within reach, and how far away they are; the first `count` of each.
    """
    line, nearest = 5, 0.0
    for j in range(count):
        c = standing_case(near[j], t, latest, parent, stands)
        if c >= 0:
            its = line_towards(c, t, stands)
            if its < line or (its == line and away[j] < nearest):
                line, nearest = its, away[j]
    best_site, best = -1, -1
    if line == 5:
        return line, best_site, best
    for j in range(count):
        c = latest[near[j]]
        if c < 0 or away[j] > nearest + tie or line_towards(c, t, stands) != line:
            continue
        o, than = opening[c], opening[best]
        if best < 0 or at[o] > at[than] or (at[o] == at[than] and rank[o] < rank[than]):
            best_site, best = near[j], c
    return line, best_site, best


@njit(cache=True, forceinline=True)
def take_line(
    i: int, line: int, site: int, best: int, r: RuleInput, s: RuleState, count: int
) -> int:
    """Let report `i` take its line; returns the number of cases.

    Parameters
    ----------
    site, best
        The site and case it takes it towards, -1 on line 5.
    count
        Cases so far: a new one gets this number.
    """
    t = r.at[i]
    if r.only_joins[i] and line != 1:
        return count
    if line <= 2:
        _join(i, line, best, r, s)
        return count

    c = count
    s.case[i] = c
    s.opening[c] = i
    s.tail[c] = i
    s.rows[c] = 1
    s.reworks[c] = 0
    s.stands[c, LAST] = t
    s.stands[c, FIXED], s.stands[c, VERIFIED] = r.fixed[i], r.verified[i]
    s.stands[c, WINDOW], s.stands[c, REBOUND_WINDOW] = r.window[i], r.rebound_window[i]
    s.stands[c, CANCELLED], s.unverified[c] = r.cancelled[i], r.unverified[i]
    s.own_closing[c] = r.fixed[i] != NEVER
    s.gap[c], s.beyond[c], s.lapsed[c] = -1, False, False
    s.parent[c] = best

    if line == 5:
        s.link[i] = s.case_link[c] = NEW
        s.first[c] = c
        s.episode[c] = 1
        s.latest[c] = c
        s.spot[c, 0], s.spot[c, 1] = r.x[i], r.y[i]
        return count + 1

    s.first[c] = site
    s.latest[site] = c
    s.episode[c] = s.episode[best] + 1
    s.link[i] = s.case_link[c] = REBOUND if line == 3 else NEW
    if t >= s.stands[best, VERIFIED] and t >= s.stands[best, FIXED]:
        s.gap[c] = max(t - s.stands[best, VERIFIED], MINUTE)
        s.beyond[c] = line == 4
    else:
        s.lapsed[best] = True
    return count + 1


@njit(cache=True)
def _join(i: int, line: int, c: int, r: RuleInput, s: RuleState) -> None:
    """Let report `i` join case `c` as a duplicate or a rework."""
    t = r.at[i]
    s.case[i] = c
    s.link[i] = DUPLICATE if line == 1 else REWORK
    s.rows[c] += 1
    s.stands[c, LAST] = t
    if r.only_joins[i]:
        return
    s.following[s.tail[c]] = i
    s.tail[c] = i
    if line == 2:
        s.reworks[c] += 1
        s.own_closing[c] = False
        s.stands[c, FIXED] = _first_fix_after(
            t, s.opening[c], s.following, r.fixed, r.event_start, r.event_at, r.event_verifies
        )
        s.stands[c, VERIFIED], s.unverified[c] = NEVER, False
        if s.stands[c, FIXED] != NEVER:
            s.stands[c, VERIFIED], s.unverified[c] = _first_verification_from(
                s.stands[c, FIXED],
                s.opening[c],
                s.following,
                r.verified,
                r.unverified,
                r.event_start,
                r.event_at,
                r.event_verifies,
            )
    elif r.fixed[i] != NEVER and not s.own_closing[c]:
        if s.reworks[c] > 0:
            takes = s.stands[c, FIXED] == NEVER
        else:
            mine = r.verified[i] if r.verified[i] != NEVER else r.fixed[i]
            its = s.stands[c, VERIFIED] if s.stands[c, VERIFIED] != NEVER else s.stands[c, FIXED]
            takes = its == NEVER or mine > its
        if takes:
            s.stands[c, FIXED], s.stands[c, VERIFIED], s.unverified[c] = (
                r.fixed[i],
                r.verified[i],
                r.unverified[i],
            )
