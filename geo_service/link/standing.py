"""Cases and spells as arrays: what the rule made, and how it stands at the as-of moment."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo_service.link.closures import NEVER, Times
from geo_service.link.rows import Codes, Flags
from geo_service.link.rule_arrays import MINUTE, RuleOutput

STATES = ("cancelled", "lapsed", "verified", "fixed", "open")
CANCELLED, LAPSED, VERIFIED, FIXED, OPEN = range(5)
"""Codes of `state`."""

Small = NDArray[np.int8]


class Cases(NamedTuple):
    """Cases in the order of their openings; shape (k,) each.

    Parameters
    ----------
    opening
        Row of the opening report.
    parent, first
        Case before it at its site, -1 without, and the site's first.
    episode, rows, reworks
        How many-eth case of the site, how many reports, how often sent back.
    case_link
        Code of the opening report's link.
    fixed, verified, last
        As the rule leaves them, microseconds.
    gap
        From the parent's verification to the opening, microseconds, or -1.
    unverified, beyond, given_up
        Only closed; opened after the window; given up because line 4 opened a case after it.
    """

    opening: Codes
    parent: Codes
    first: Codes
    episode: Codes
    rows: Codes
    reworks: Codes
    case_link: Small
    fixed: Times
    verified: Times
    last: Times
    gap: Times
    unverified: Flags
    beyond: Flags
    given_up: Flags

    @classmethod
    def of(cls, made: RuleOutput, members: NDArray[np.int64]) -> Cases:
        """Take what the rule made of the rows `members`."""
        return cls(
            members[made.opening].astype(np.int32),
            made.parent.astype(np.int32),
            made.first.astype(np.int32),
            made.episode.astype(np.int32),
            made.rows.astype(np.int32),
            made.reworks.astype(np.int32),
            made.case_link.astype(np.int8),
            made.fixed,
            made.verified,
            made.last,
            made.gap,
            made.unverified,
            made.beyond,
            made.lapsed,
        )

    def take(self, places: NDArray[np.int64]) -> Cases:
        """Return some of the cases."""
        return Cases._make(column[places] for column in self)


def states_of(cases: Cases, cancelled: Times, window: Times, end: int) -> Small:
    """Return the code of each case's state at `end`.

    Parameters
    ----------
    cancelled, window
        Of the reports that open them: from when on it is no problem, and its *D*; shape (k,).
    end
        First moment not seen.
    """
    is_open = cases.fixed == NEVER
    fixed_only = ~is_open & (cases.verified == NEVER)
    since = np.where(is_open, cases.last, np.where(fixed_only, cases.fixed, end))
    lapsed = cases.given_up | (since + window < end)
    return np.select(
        [cancelled < end, lapsed, ~is_open & ~fixed_only, fixed_only],
        [CANCELLED, LAPSED, VERIFIED, FIXED],
        OPEN,
    ).astype(np.int8)


class Spells(NamedTuple):
    """From each verified closure to the site's next case that stands, or to the end.

    Parameters
    ----------
    case, following
        Numbers of the cases; `following` is -1 where the site is still at rest.
    started, ended
        Microseconds.
    """

    case: NDArray[np.int64]
    following: NDArray[np.int64]
    started: Times
    ended: Times


def spells_of(cases: Cases, state: Small, opened: Times, end: int) -> Spells:
    """Return the spells in the order of the cases that begin them.

    Parameters
    ----------
    opened
        When each case was opened, microseconds; shape (k,).
    """
    # cases are numbered in order of opening, so the next of a site is the next that stands
    number = np.flatnonzero(state != CANCELLED)
    by_site = number[np.argsort(cases.first[number], kind="stable")]
    following = np.full(len(state), -1, dtype=np.int64)
    same = cases.first[by_site[1:]] == cases.first[by_site[:-1]]
    following[by_site[:-1][same]] = by_site[1:][same]
    case = np.flatnonzero(state == VERIFIED)
    after = following[case]
    started = cases.verified[case]
    ended = np.maximum(np.where(after >= 0, opened[after], end), started + MINUTE)
    return Spells(case, after, started, ended)
