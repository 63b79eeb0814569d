"""What people did, in the rule: dispatches, fixes, checks, cancellings and merges act on cases."""

from numba import njit

from geo_service.link import arrays
from geo_service.link.arrays import NEVER, Records
from geo_service.link.rule import (
    case_of,
    closing_of,
    read_rows,
    settle,
    site_of,
    standing_case,
    void_fix,
)


@njit(cache=True)
def act(event: Records, reports: Records, cases: Records) -> None:
    """Let an event move the case that it fits; else it moves nothing."""
    held = reports[event.report].case
    if held < 0:
        return
    if event.kind == arrays.MERGE:
        _merge(event, reports, cases)
        return
    t, kind = event.moment, event.kind
    holder = cases[case_of(held, cases)]
    c = standing_case(site_of(holder.first, cases), t, cases)
    # what was opened before the case that holds the report is another problem
    if c < 0 or cases[c].opening < holder.opening:
        return
    case = cases[c]
    verified = case.verified <= t and not case.unverified
    if kind == arrays.CANCEL:
        if case.verified > t:
            case.cancelled = t
    elif kind == arrays.FAIL:
        if case.fixed < t and not verified:
            _take_in_hand(case, event.here, reports)
            void_fix(case, t, reports)
            case.stage = arrays.FAILED
    elif kind == arrays.VERIFY:
        if not verified:
            _verify(case, event, reports)
    elif case.fixed > t or (event.here and _only_merely_closed(case, t, reports)):
        _take_in_hand(case, event.here, reports)
        _work(case, kind, t)


@njit(cache=True)
def _work(case: Records, kind: int, t: int) -> None:
    """Let a dispatch, an acceptance, a return or a fix act; a postponement moves no state."""
    if kind == arrays.FIX:
        case.event_fixed = min(case.event_fixed, t)
    elif kind == arrays.DISPATCH:
        case.stage = arrays.DISPATCHED
    elif kind == arrays.ACCEPT:
        case.stage = arrays.WORKING
    elif kind == arrays.RETURN:
        case.stage = arrays.RETURNED
    settle(case)


@njit(cache=True)
def _only_merely_closed(case: Records, t: int, reports: Records) -> bool:
    """Tell whether nothing but mere closings of the source says that it was fixed by `t`."""
    if not case.unverified or case.event_fixed <= t:
        return False
    i = case.opening
    while i >= 0:
        f, _, _ = closing_of(reports[i], True)
        if f <= t and (case.void == NEVER or f > case.void):
            return False
        i = reports[i].following
    return True


@njit(cache=True)
def _verify(case: Records, event: Records, reports: Records) -> None:
    """Let a check pass: it confirms the fix that stands, or is fix and check in one."""
    t, fixed, closed = event.moment, case.fixed, case.verified
    merely = case.unverified and closed <= t
    _take_in_hand(case, event.here, reports)
    case.event_fixed, case.event_verified = min(fixed, t), t
    if merely:
        case.confirmed = closed
        case.row_verified, case.row_mere = NEVER, False
    settle(case)


@njit(cache=True)
def _take_in_hand(case: Records, here: bool, reports: Records) -> None:
    """From now on people here have the case: it never lapses, and no mere closing closes it."""
    if not here or case.hand:
        return
    case.hand, case.given_up = True, False
    case.window = arrays.FOREVER
    # its opening row's later cancelling does not end it any more
    case.cancelled = NEVER
    read_rows(case, reports)
    settle(case)


@njit(cache=True)
def _merge(event: Records, reports: Records, cases: Records) -> None:
    """Let the case opened later join the other with all its reports."""
    t, other = event.moment, reports[event.other].case
    if other < 0:
        return
    a, b = case_of(reports[event.report].case, cases), case_of(other, cases)
    # cases are numbered in the order of their openings
    first, later = min(a, b), max(a, b)
    kept, gone = cases[first], cases[later]
    if a == b or min(kept.cancelled, kept.verified, gone.cancelled, gone.verified) <= t:
        return
    site, its = site_of(kept.first, cases), site_of(gone.first, cases)
    before = gone.parent if site == its else standing_case(site, t, cases)
    while before >= 0 and cases[before].cancelled <= t:
        before = cases[before].parent
    if before != first or standing_case(its, t, cases) != later:
        return
    back = kept.fixed <= t
    gone.into, gone.cancelled = first, arrays.ALWAYS
    reports[gone.opening].link = arrays.REWORK if back else arrays.DUPLICATE
    kept.rows += gone.rows
    kept.last = max(kept.last, gone.last)
    reports[kept.tail].following = gone.opening
    kept.tail = gone.tail
    kept.given_up = False
    if kept.stage == arrays.AT_REST:
        kept.stage = gone.stage
    if site != its:
        cases[its].site_into = site
    cases[site].latest = first
    _take_in_hand(kept, gone.hand, reports)
    if back:
        void_fix(kept, t, reports)
    else:
        read_rows(kept, reports)
        settle(kept)
