"""What linking gives: all reports, their cases and how those stand; kept from run to run."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo_service.link.arrays import MINUTE, NEVER, Codes, Flags, Ints, Records, Small
from geo_service.link.facts import facts_of
from geo_service.link.params import LinkParams, Terms
from geo_service.link.rows import Rows, Words, known_at, rows_of
from geo_service.link.walk import Cases, solve
from geo_service.measure import microseconds_of

STATES = (
    *("cancelled", "lapsed", "verified", "fixed"),
    *("open", "dispatched", "working", "returned", "failed"),
)
"""The states of cases by their codes; the unfixed ones stand last, by how far the work is."""

CANCELLED, LAPSED, VERIFIED, FIXED, OPEN = range(5)
"""Codes of `state`."""


class Spells(NamedTuple):
    """From each verified closure to the site's next case that stands, or to the end.

    Parameters
    ----------
    case, following
        Numbers of the cases; `following` is -1 where the site is still at rest.
    started, ended
        Microseconds.
    unverified
        Whether it began with a mere closing.
    """

    case: Ints
    following: Ints
    started: Ints
    ended: Ints
    unverified: Flags


@dataclass(frozen=True)
class Memory:
    """All reports and what the rule made of them before `end`.

    Parameters
    ----------
    rows, words
        The reports, n of them, as people corrected them, and what their numbers mean.
    end
        First moment not seen, microseconds.
    case, link
        Number of each report's case and code of its link, -1 without; shape (n,).
    cases, state
        The cases in the order of their openings, and how they stand at `end`; shape (k,).
    """

    rows: Rows
    words: Words
    end: int
    case: Codes
    link: Small
    cases: Cases
    state: Small

    @property
    def known(self) -> Flags:
        """Which reports are known before `end`; shape (n,)."""
        return known_at(self.rows, self.end)

    @property
    def opened(self) -> Ints:
        """When each case was opened, microseconds; shape (k,)."""
        return self.rows.reported[self.cases.opening]

    @cached_property
    def following(self) -> Ints:
        """The next case that stands at the site of each, -1 without; shape (k,)."""
        parent, state = np.append(self.cases.parent, -1), np.append(self.state, -1)
        before = parent[:-1].copy()
        # a cancelled case follows nobody and is followed by nobody
        while (state[before] == CANCELLED).any():
            before = np.where(state[before] == CANCELLED, parent[before], before)
        following = np.full(len(self.state) + 1, -1, dtype=np.int64)
        standing = np.flatnonzero(self.state != CANCELLED)
        following[before[standing]] = standing
        return following[:-1]

    @cached_property
    def spells(self) -> Spells:
        """The spells in the order of the cases that begin them."""
        cases = self.cases
        case = np.flatnonzero(self.state == VERIFIED)
        after = self.following[case]
        started = cases.verified[case]
        ended = np.where(after >= 0, self.opened[after], self.end)
        spells = Spells(
            case, after, started, np.maximum(ended, started + MINUTE), cases.unverified[case]
        )
        confirmed = np.flatnonzero((self.state == VERIFIED) & (cases.confirmed != NEVER))
        if not len(confirmed):
            return spells
        # up to the check nobody can know how the source's own closing would have fared
        began, checked = cases.confirmed[confirmed], cases.verified[confirmed]
        none, true = np.full(len(confirmed), -1), np.ones(len(confirmed), dtype=np.bool_)
        mere = Spells(confirmed, none, began, np.maximum(checked, began + MINUTE), true)
        both = Spells._make(np.concatenate(pair) for pair in zip(mere, spells, strict=True))
        order = np.argsort(both.case, kind="stable")
        return Spells._make(column[order] for column in both)


@dataclass(frozen=True)
class Linking:
    """What turns linking: distances and windows of CATEGORIES, the store's zone of metres."""

    categories: pd.DataFrame
    epsg: int
    params: LinkParams | None = None


def remember(
    reports: pd.DataFrame, events: pd.DataFrame, linking: Linking, as_of: datetime
) -> Memory:
    """Return what linking all of REPORTS by EVENTS finds."""
    rows, words = rows_of(reports)
    return link_rows(rows, words, events, linking, microseconds_of(as_of))


def link_rows(
    rows: Rows,
    words: Words,
    events: pd.DataFrame,
    linking: Linking,
    end: int,
    closing_sources: Collection[str] | None = None,
) -> Memory:
    """Return what linking all of `rows` finds.

    Parameters
    ----------
    events
        EVENTS; those that name other reports move nothing.
    end
        First moment not seen, microseconds.
    closing_sources
        Sources that close anything at all, where `rows` are only some of all and cannot tell.
    """
    facts = facts_of(rows, words, events, end)
    terms = Terms.of(linking.categories, facts.words, linking.params)
    closes = facts.closes
    if closing_sources is not None:
        closes = np.array([name in closing_sources for name in (*facts.words.sources, "")])
    window = terms.window_of(facts.rows, closes)
    case, link, cases = solve(facts, terms, window, linking.epsg)
    corrected = facts.rows._replace(
        fixed=rows.fixed, verified=rows.verified, closed=rows.closed, cancelled=rows.cancelled
    )
    state = states_of(cases, window[cases.opening], end)
    return Memory(corrected, facts.words, end, case, link, cases, state)


def states_of(cases: Cases | Records, window: Ints, end: int) -> Small:
    """Return the code of each case's state at `end`, the first moment not seen; shape (k,).

    `window` is *D* of each case, microseconds.
    """
    is_open = cases.fixed == NEVER
    fixed_only = ~is_open & (cases.verified == NEVER)
    since = np.where(is_open, cases.last, np.where(fixed_only, cases.fixed, end))
    lapsed = cases.given_up | (~cases.hand & (since + window < end))
    return np.select(
        [cases.cancelled < end, lapsed, ~is_open & ~fixed_only, fixed_only],
        [CANCELLED, LAPSED, VERIFIED, FIXED],
        OPEN + cases.stage,
    ).astype(np.int8)


def state_at(case: Records, end: int) -> str:
    """Return the state at `end` of `case`, one record, whose window is its own."""
    one = np.atleast_1d(np.asarray(case)).view(np.recarray)
    return STATES[states_of(one, one.window, end)[0]]
