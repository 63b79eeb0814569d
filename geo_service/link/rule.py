"""The link rule: which of the four lines a report takes, and what that makes of its case.

The rule is sequential: what a report becomes depends on what the ones before it made. Its steps are
therefore compiled; the walk that takes them is in :mod:`~geo_service.link.walk`, and what events
of people do in :mod:`~geo_service.link.events`. `reports` and `cases` are arrays of the records of
:mod:`~geo_service.link.arrays`.
"""

import numpy as np
from numba import njit

from geo_service.link.arrays import (
    AT_REST,
    DUPLICATE,
    FAILED,
    MINUTE,
    NEVER,
    NEW,
    REBOUND,
    REWORK,
    Floats,
    Ints,
    Records,
)


@njit(cache=True)
def line_towards(case: Records, t: int) -> int:
    """Which of the four lines a report at `t` takes towards a case."""
    if t < case.fixed:
        return 1 if t <= case.last + case.window else 4
    if t < case.verified:
        # without a verification a fix is waited for as long as an open case
        return 2 if case.verified != NEVER or t <= case.fixed + case.window else 4
    return 3 if t <= case.verified + case.rebound_window else 4


@njit(cache=True)
def case_of(c: int, cases: Records) -> int:
    """Return the case that has become of case `c`: another one if it was merged."""
    while cases[c].into >= 0:
        c = cases[c].into
    return c


@njit(cache=True)
def site_of(site: int, cases: Records) -> int:
    """Return the site that has become of one."""
    while cases[site].site_into >= 0:
        site = cases[site].site_into
    return site


@njit(cache=True)
def standing_case(site: int, t: int, cases: Records) -> int:
    """Return a site's latest case that is neither cancelled at `t` nor merged away, or -1."""
    c = cases[site].latest
    while c >= 0 and cases[c].cancelled <= t:
        c = cases[c].parent
    cases[site].latest = c
    return c


@njit(cache=True)
def reachable_sites(
    i: int, around: Ints, sites: Ints, near: Ints, away: Floats, reports: Records, cases: Records
) -> int:
    """Write the sites that report `i` may take, and how far they are; returns how many.

    `around` are the numbers of the nine squares in which they can lie, -1 where there is none,
    `sites` the first site of each square; the others follow by `next_site`. `near` and `away` are
    room for sites, and for metres.
    """
    report, found, hidden, others = reports[i], 0, 0, 0
    first = report.first_of
    if not report.alone:
        for k in range(9):
            site = sites[around[k]] if around[k] >= 0 else -1
            while site >= 0:
                distance = np.hypot(cases[site].x - report.x, cases[site].y - report.y)
                if distance <= report.reach:
                    near[found], away[found] = site, distance
                    found += 1
                    if reports[cases[site].opening].hidden_until > report.at:
                        hidden += 1
                    elif standing_case(site_of(site, cases), report.at, cases) >= 0:
                        others += 1
                site = cases[site].next_site
    kept = 0
    for j in range(found):
        # what a person parted takes reports from before only where no other site is near
        late = reports[cases[near[j]].opening].hidden_until > report.at if hidden else False
        if not late or others == 0:
            near[kept], away[kept] = site_of(near[j], cases), away[j]
            kept += 1
    if first >= 0 and first != i and reports[first].case >= 0:
        its = case_of(reports[first].case, cases)
        near[kept], away[kept] = site_of(cases[its].first, cases), report.reach
        kept += 1
    return kept


@njit(cache=True)
def first_line(
    t: int, near: Ints, away: Floats, count: int, tie: float, reports: Records, cases: Records
) -> tuple[int, int, int]:
    """Find the first line that applies to a report, and the site and case it applies to.

    Within the line the nearest decides, then the latest opened, then the smallest id. Line 5 is "no
    site within reach". The first `count` of `near` and `away` are the sites within reach, and how
    far away they are, metres; within `tie` metres two distances are equal.
    """
    line, nearest = 5, 0.0
    for j in range(count):
        c = standing_case(near[j], t, cases)
        if c >= 0:
            its = line_towards(cases[c], t)
            if its < line or (its == line and away[j] < nearest):
                line, nearest = its, away[j]
    best_site, best = -1, -1
    if line == 5:
        return line, best_site, best
    for j in range(count):
        c = cases[near[j]].latest
        if c < 0 or away[j] > nearest + tie or line_towards(cases[c], t) != line:
            continue
        # reports are numbered by moment and id: of one moment the smaller number has the smaller id
        o, than = cases[c].opening, cases[best].opening
        at, latest = reports[o].at, reports[than].at
        if best < 0 or at > latest or (at == latest and o < than):
            best_site, best = near[j], c
    return line, best_site, best


@njit(cache=True)
def closing_of(report: Records, hand: bool) -> tuple[int, int, bool]:
    """Return fix and verification of a row, and whether the latter is a mere closing.

    In a case in hand (`hand`) a mere closing closes nothing.
    """
    v, mere = report.verified, False
    if v == NEVER and not hand:
        v = report.closed
        mere = v != NEVER
    return v if report.fixed == NEVER else report.fixed, v, mere


@njit(cache=True)
def settle(case: Records) -> None:
    """Make fix and verification of a case the earlier of what its rows and its events say."""
    f, v, mere = case.row_fixed, case.row_verified, case.row_mere
    if case.event_fixed < f:
        f = case.event_fixed
        if v < f:
            v = NEVER
    if case.event_verified <= v:
        v, mere = case.event_verified, False
    case.fixed, case.verified, case.unverified = f, v, mere and v != NEVER


@njit(cache=True)
def _take_latest(case: Records, f: int, v: int, mere: bool) -> None:
    """Let the closing of one more row count: the latest fix and verification, each for itself."""
    if f != NEVER and (case.row_fixed == NEVER or f > case.row_fixed):
        case.row_fixed = f
    its = case.row_verified
    if v != NEVER and (its == NEVER or v > its or (v == its and not mere)):
        case.row_verified, case.row_mere = v, mere


@njit(cache=True)
def read_rows(case: Records, reports: Records) -> None:
    """Find anew what the rows joined so far say of a case's closing."""
    f, v, mere = closing_of(reports[case.opening], case.hand)
    if case.void == NEVER:
        case.row_fixed, case.row_verified, case.row_mere = f, v, mere
        case.own_closing = f != NEVER
        i = reports[case.opening].following
        while i >= 0 and not case.own_closing:
            f, v, mere = closing_of(reports[i], case.hand)
            _take_latest(case, f, v, mere)
            i = reports[i].following
        return
    # after a void fix: the earliest fix that was known then and comes after it
    case.row_fixed, case.row_verified, case.row_mere = NEVER, NEVER, False
    i = case.opening
    while i >= 0:
        f, _, _ = closing_of(reports[i], case.hand)
        if reports[i].at <= case.void < f < case.row_fixed:
            case.row_fixed = f
        i = reports[i].following
    known = case.row_fixed != NEVER
    i = case.opening
    while i >= 0:
        f, v, mere = closing_of(reports[i], case.hand)
        its = case.row_verified
        if known:
            counts = reports[i].at <= case.void and case.row_fixed <= v
            if counts and (v < its or (v == its and not mere)):
                case.row_verified, case.row_mere = v, mere
        elif reports[i].at > case.void and f != NEVER:
            # none: the first closing of a row that came later
            case.row_fixed, case.row_verified, case.row_mere = f, v, mere
            return
        i = reports[i].following


@njit(cache=True)
def void_fix(case: Records, t: int, reports: Records) -> None:
    """Let the fix of a case be void from `t` on: it goes back."""
    if case.hand or case.event_fixed != NEVER:
        case.stage = FAILED
    case.reworks += 1
    case.own_closing = False
    case.void = t
    case.event_fixed = case.event_verified = case.confirmed = NEVER
    read_rows(case, reports)
    settle(case)


@njit(cache=True)
def join(i: int, line: int, c: int, reports: Records, cases: Records) -> None:
    """Let report `i` join case `c` as a duplicate or a rework."""
    report, case = reports[i], cases[c]
    report.case = c
    report.link = DUPLICATE if line == 1 else REWORK
    case.rows += 1
    case.last = report.at
    if report.only_joins:
        return
    reports[case.tail].following = i
    case.tail = i
    if line == 2:
        void_fix(case, report.at, reports)
        return
    f, v, mere = closing_of(report, case.hand)
    if f == NEVER or case.own_closing:
        return
    if case.void == NEVER:
        _take_latest(case, f, v, mere)
    elif case.fixed == NEVER:
        case.row_fixed, case.row_verified, case.row_mere = f, v, mere
    settle(case)


@njit(cache=True)
def open_case(
    i: int, line: int, site: int, best: int, c: int, reports: Records, cases: Records
) -> None:
    """Let report `i` open case `c`: on a new site by line 5, else after `best` at `site`."""
    report, case = reports[i], cases[c]
    t = report.at
    report.case = c
    case.opening = case.tail = i
    case.rows, case.gap, case.stage, case.episode = 1, -1, AT_REST, 1
    case.into = case.site_into = -1
    case.last, case.cancelled = t, report.cancelled
    case.window, case.rebound_window = report.window, report.rebound_window
    case.event_fixed = case.event_verified = case.void = case.confirmed = NEVER
    read_rows(case, reports)
    settle(case)
    case.parent, case.first = best, site
    report.link = case.link = REBOUND if line == 3 else NEW
    if line == 5:
        case.first = case.latest = c
        case.x, case.y = report.x, report.y
        return
    cases[site].latest = c
    before = cases[best]
    case.episode = before.episode + 1
    if t >= before.verified and t >= before.fixed:
        case.gap = max(t - before.verified, MINUTE)
        case.beyond = line == 4
    else:
        before.given_up = True
