"""The link rule for one report that comes now: the four lines, towards a handful of cases.

`decide` and what follows from it are the rule of `rule.py` told for one step; a test feeds whole
histories through both. Times are microseconds, :data:`NEVER` where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import hypot
from typing import NamedTuple

from geo_service.link.closures import CANCELLED_STATUS, NEVER
from geo_service.link.params import DAY, LinkParams
from geo_service.link.rule import line_of
from geo_service.link.rule_arrays import MINUTE
from geo_service.link.solving import REACH_SLACK_M
from geo_service.measure import id_key

DUPLICATE_LINE, REWORK_LINE, REBOUND_LINE, NEW_LINE, NO_SITE = 1, 2, 3, 4, 5

_LINKS = {1: "duplicate", 2: "rework", 3: "rebound", 4: "new", 5: "new"}


class LinkTerms(NamedTuple):
    """Distance and windows of one category.

    Parameters
    ----------
    reach
        *d*, metres.
    window, short_window, rebound_window
        *D*, *D* where the source closes nothing, and *W*, microseconds.
    tie
        Two distances this close in metres are equal.
    """

    reach: float
    window: int
    short_window: int
    rebound_window: int
    tie: float

    @classmethod
    def of(
        cls,
        distance_m: float | None = None,
        duplicate_days: float | None = None,
        rebound_days: float | None = None,
        params: LinkParams | None = None,
    ) -> LinkTerms:
        """Take what a category leaves open from `params`."""
        its = params or LinkParams()
        return cls(
            its.distance_m if distance_m is None else distance_m,
            round((its.duplicate_days if duplicate_days is None else duplicate_days) * DAY),
            round(its.duplicate_days_without_closing * DAY),
            round((its.rebound_days if rebound_days is None else rebound_days) * DAY),
            its.tie_m,
        )


class Facts(NamedTuple):
    """What the rule reads of one report; see :class:`~geo_service.link.closures.Closings`."""

    report_id: str
    at: int
    fixed: int = NEVER
    verified: int = NEVER
    unverified: bool = False
    cancelled: int = NEVER
    only_joins: bool = False

    @property
    def order(self) -> tuple[int, tuple[bool, int, str, str]]:
        """Where the rule takes it."""
        return self.at, id_key(self.report_id)


def facts_of(
    report_id: str,
    at: int,
    fixed: int | None,
    verified: int | None,
    closed: int | None,
    status: str | None,
    is_duplicate: bool,
    as_of: int,
) -> Facts:
    """Read a row as `closures_of_rows` and `align_closures` do; from `as_of` on nothing is known.

    >>> facts_of("1", 0, None, None, 5, None, False, 10)[2:5]
    (5, 5, True)
    """
    if status is not None and status.strip().lower() in CANCELLED_STATUS:
        told = next((time for time in (closed, verified, fixed) if time is not None), at)
        return Facts(
            report_id, at, cancelled=told if told < as_of else NEVER, only_joins=is_duplicate
        )
    f, v, c = (
        NEVER if time is None or time >= as_of else time for time in (fixed, verified, closed)
    )
    unverified = v == NEVER and c != NEVER
    v = c if unverified else v
    return Facts(report_id, at, v if f == NEVER else f, v, unverified, only_joins=is_duplicate)


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as the reports joined so far leave it, the latest of its site.

    Parameters
    ----------
    case_id, site_id, episode
        Which it is.
    x, y
        The site's point, metres.
    opened_at, last
        Its opening and its latest report.
    window
        *D* for the source of its opening.
    rows
        Joined reports that may close it, in order.
    own_closing
        Whether the opening's own closing closes it.
    """

    case_id: str
    site_id: str
    episode: int
    x: float
    y: float
    opened_at: int
    window: int
    fixed: int
    verified: int
    unverified: bool
    last: int
    own_closing: bool
    rows: tuple[Facts, ...]
    reports: int = 1
    reworks: int = 0

    @classmethod
    def opened(
        cls, row: Facts, site_id: str, x: float, y: float, window: int, episode: int = 1
    ) -> Standing:
        """Return the case that `row` opens."""
        return cls(
            case_id=row.report_id,
            site_id=site_id,
            episode=episode,
            x=x,
            y=y,
            opened_at=row.at,
            window=window,
            fixed=row.fixed,
            verified=row.verified,
            unverified=row.unverified,
            last=row.at,
            own_closing=row.fixed != NEVER,
            rows=(row,),
        )

    def state(self, as_of: int, given_up: bool = False) -> str:
        """Return its state; `given_up` where line 4 opened a case after it."""
        waits_for_fix, waits_for_check = self.fixed == NEVER, self.verified == NEVER
        since = self.last if waits_for_fix else self.fixed if waits_for_check else as_of
        if given_up or since + self.window < as_of:
            return "lapsed"
        return "open" if waits_for_fix else "fixed" if waits_for_check else "verified"


class Decision(NamedTuple):
    """Which line applies and to which case; no case where no site is within reach."""

    line: int
    case: Standing | None

    @property
    def joins(self) -> bool:
        """Whether the report joins the case."""
        return self.line <= REWORK_LINE

    @property
    def link(self) -> str:
        """The report's link."""
        return _LINKS[self.line]


class After(NamedTuple):
    """What the opening of a case says of the one before it.

    Parameters
    ----------
    gap
        From its verification to the opening, microseconds, if it was verified.
    beyond
        Whether the opening came after the rebound window.
    lapsed
        Whether it was given up.
    """

    gap: int | None
    beyond: bool
    lapsed: bool


def decide(
    at: int, x: float, y: float, candidates: Iterable[Standing], terms: LinkTerms
) -> Decision:
    """Say what a report becomes.

    Parameters
    ----------
    at
        When it was made.
    x, y
        Where, metres.
    candidates
        Of each site of its category the latest case that stands at `at`; those farther than d
        are passed over.
    """
    line, nearest = NO_SITE, 0.0
    offered: list[tuple[int, float, Standing]] = []
    for case in candidates:
        distance = hypot(case.x - x, case.y - y)
        if distance > terms.reach + REACH_SLACK_M:
            continue
        its = line_of(at, case.fixed, case.verified, case.last, case.window, terms.rebound_window)
        offered.append((its, distance, case))
        if its < line or (its == line and distance < nearest):
            line, nearest = its, distance
    equal = [case for its, far, case in offered if its == line and far <= nearest + terms.tie]
    if not equal:
        return Decision(NO_SITE, None)
    return Decision(line, min(equal, key=lambda case: (-case.opened_at, id_key(case.case_id))))


def joined(case: Standing, row: Facts, line: int) -> Standing:
    """Return `case` after `row` joined it by line 1 or 2."""
    case = replace(case, last=row.at, reports=case.reports + 1)
    if row.only_joins:
        return case
    case = replace(case, rows=(*case.rows, row))
    if line == REWORK_LINE:
        fixed = min((one.fixed for one in case.rows if one.fixed > row.at), default=NEVER)
        checks = [
            (one.verified, one.unverified) for one in case.rows if fixed <= one.verified < NEVER
        ]
        verified, unverified = min(checks, default=(NEVER, False))
        return replace(
            case,
            reworks=case.reworks + 1,
            own_closing=False,
            fixed=fixed,
            verified=verified,
            unverified=unverified,
        )
    if row.fixed == NEVER or case.own_closing:
        return case
    if case.reworks:
        takes = case.fixed == NEVER
    else:
        mine = row.fixed if row.verified == NEVER else row.verified
        its = case.fixed if case.verified == NEVER else case.verified
        takes = its == NEVER or mine > its
    if not takes:
        return case
    return replace(case, fixed=row.fixed, verified=row.verified, unverified=row.unverified)


def after(case: Standing, at: int, line: int) -> After:
    """Say what a case opened at `at` by line 3 or 4 means to `case`, the one before it."""
    if at >= case.verified and at >= case.fixed:
        return After(max(at - case.verified, MINUTE), line == NEW_LINE, False)
    return After(None, False, True)


def replayed(
    opening: Standing, others: Sequence[tuple[Facts, str]], terms: LinkTerms
) -> Standing | None:
    """Let a case's reports join it again, in order.

    Parameters
    ----------
    opening
        The case as its opening made it.
    others
        The other reports, in order, each with the link that is stored for it.

    Returns
    -------
    case
        None where a stored link is not what the rule says: facts came since it was stored.
    """
    case = opening
    for row, link in others:
        line = line_of(
            row.at, case.fixed, case.verified, case.last, case.window, terms.rebound_window
        )
        if line > REWORK_LINE or _LINKS[line] != link or (row.only_joins and line == REWORK_LINE):
            return None
        case = joined(case, row, line)
    return case
