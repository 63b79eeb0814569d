"""What linking remembers from one refresh to the next, and how little of it new facts touch.

Cases are a function of all facts, so a late one may change old cases; but every choice of the rule
looks no farther than the link distance. Reports are therefore kept in groups that reach each other
by such steps. Facts that came, changed or became known by the passing of time concern their
groups; these are solved anew, and all else stands as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo_service.link.comparing import Renewed, compared, differ
from geo_service.link.components import components
from geo_service.link.groups import entered
from geo_service.link.params import LinkParams
from geo_service.link.rows import Codes, Flags, Rows, Words, merged, rows_of
from geo_service.link.solving import (
    Terms,
    closings_of,
    known_at,
    solve,
    sources_that_close,
    windows_of,
)
from geo_service.link.splicing import spliced
from geo_service.link.standing import Cases, Small, Spells, spells_of, states_of
from geo_service.measure import microseconds_of, to_metres

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Memory:
    """All reports and what the rule made of them before `end`.

    Parameters
    ----------
    rows, words
        The reports, n of them, and what their numbers mean.
    end
        First moment not seen, microseconds.
    closes
        Whether a source closes anything; the last entry is for rows without a source.
    group
        Group of each report, -1 where it takes no part; shape (n,), as the next two.
    case, link
        Number of its case and code of its link, -1 without.
    cases, state
        The cases in the order of their openings, and how they stand at `end`.
    """

    rows: Rows
    words: Words
    end: int
    closes: Flags
    group: Codes
    case: Codes
    link: Small
    cases: Cases
    state: Small

    @property
    def known(self) -> Flags:
        """Which reports are known before `end`."""
        return known_at(self.rows, self.end)

    @cached_property
    def spells(self) -> Spells:
        """The spells in the order of the cases that begin them."""
        opened = self.rows.reported[self.cases.opening]
        return spells_of(self.cases, self.state, opened, self.end)


@dataclass(frozen=True)
class Linking:
    """What turns linking: distances and windows of CATEGORIES, the store's zone of metres."""

    categories: pd.DataFrame
    epsg: int
    params: LinkParams | None = None

    def terms(self, words: Words) -> Terms:
        """Return distances and windows by the numbers of `words`."""
        return Terms.of(self.categories, words, self.params)


def remember(reports: pd.DataFrame, linking: Linking, as_of: datetime) -> Memory:
    """Link all of REPORTS, whose rows say themselves how they were closed."""
    rows, words = rows_of(reports)
    return _solved(rows, words, linking, microseconds_of(as_of))


def _solved(rows: Rows, words: Words, linking: Linking, end: int) -> Memory:
    terms = linking.terms(words)
    closings, known = closings_of(rows, end), known_at(rows, end)
    closes = sources_that_close(rows, known, closings, len(words.sources))
    window = windows_of(rows, terms, closes)
    members = np.flatnonzero(known & rows.own_point)
    made = solve(rows, closings, window, members, terms, linking.epsg)
    group = np.full(len(known), -1, dtype=np.int32)
    x, y = to_metres(rows.lon[members], rows.lat[members], linking.epsg)
    category = rows.category[members]
    group[members] = components(category.astype(np.int64), x, y, terms.reach[category] + 1e-3)
    case = np.full(len(known), -1, dtype=np.int32)
    link = np.full(len(known), -1, dtype=np.int8)
    case[members], link[members] = made.case, made.link
    cases = Cases.of(made, members)
    state = states_of(cases, closings.cancelled, window, end)
    return Memory(rows, words, end, closes, group, case, link, cases, state)


def renew(before: Memory, reports: pd.DataFrame, linking: Linking, as_of: datetime) -> Renewed:
    """Link anew what facts that came can have changed.

    Parameters
    ----------
    before
        As of a moment not after `as_of`, with the same categories, distances and windows.
    reports
        Located REPORTS that are new, or that may say something else than before.
    """
    end = microseconds_of(as_of)
    fresh, words = rows_of(reports, before.words)
    gone, match = _replaced(before.rows, fresh)
    rows, came = merged(before.rows, fresh, gone)
    n = len(gone)
    # where each row was before, by its id: -1 if it was not there
    was = np.where(came < n, came, -1)
    is_fresh = came >= n
    was[is_fresh] = match[came[is_fresh] - n]

    closings, known = closings_of(rows, end), known_at(rows, end)
    closes = sources_that_close(rows, known, closings, len(words.sources))
    if _turned(before, closes).any():
        # a source that begins to close changes the windows of all that it ever opened
        memory = _solved(rows, words, linking, end)
        return compared(before, memory, was, is_fresh, np.ones(len(known), dtype=np.bool_))

    terms = linking.terms(words)
    member = known & rows.own_point
    # a report that says something new at its old place stays in its group
    stays = ~is_fresh | (was >= 0)
    again = np.flatnonzero(is_fresh & (was >= 0))
    stays[again] = ~differ(rows, again, before.rows, was[again], ("category", "lon", "lat"))
    kept = np.where(stays & member, before.group[was], -1)
    entering = member & (kept < 0)
    touched = np.zeros(int(before.group.max(initial=-1)) + 1, dtype=np.bool_)
    touched[before.group[gone & (before.group >= 0)]] = True
    by_time = (kept >= 0) & _became_known(rows, before.end, end)
    touched[kept[by_time]] = True
    group, new = entered(rows, kept, entering, terms, linking.epsg)
    more = int(group.max(initial=-1)) + 1 - len(touched)
    touched = np.append(touched, np.zeros(max(more, 0), dtype=np.bool_))
    touched[new] = True
    # groups that were merged into a new one carry its number now
    anew = member & np.append(touched, False)[group]
    window = windows_of(rows, terms, closes)
    members = np.flatnonzero(anew)
    made = solve(rows, closings, window, members, terms, linking.epsg)
    stays = (group >= 0) & ~anew
    cases, case, link = spliced(before.cases, before.case, before.link, was, stays, made, members)
    state = states_of(cases, closings.cancelled, window, end)
    memory = Memory(rows, words, end, closes, group, case, link, cases, state)
    return compared(before, memory, was, is_fresh, anew)


def _replaced(rows: Rows, fresh: Rows) -> tuple[Flags, Ints]:
    """Tell which rows come again, and which row each of the fresh ones was (-1: none)."""
    ids = pa.array(rows.report_id)
    wanted = pa.array(fresh.report_id)
    gone = np.asarray(pc.is_in(ids, value_set=wanted).fill_null(False), dtype=np.bool_)
    places = np.flatnonzero(gone)
    found = pc.index_in(wanted, value_set=ids.take(pa.array(places))).fill_null(-1)
    number = np.asarray(found, dtype=np.int64)
    return gone, np.where(number >= 0, np.append(places, -1)[number], -1)


def _turned(before: Memory, closes: Flags) -> Flags:
    """Tell which sources that had reports close now and did not before, or the other way round."""
    had = np.zeros(len(closes), dtype=np.bool_)
    had[before.rows.source] = True
    closed = np.zeros(len(closes), dtype=np.bool_)
    closed[: len(before.closes) - 1], closed[-1] = before.closes[:-1], before.closes[-1]
    return np.asarray(had & (closes != closed))


def _became_known(rows: Rows, start: int, end: int) -> Flags:
    """Tell which rows name a moment from `start` on and before `end`."""
    out = np.zeros(len(rows.reported), dtype=np.bool_)
    for moment in (
        rows.reported,
        rows.received,
        rows.fixed,
        rows.verified,
        rows.closed,
        rows.cancelled,
    ):
        out |= (moment >= start) & (moment < end)
    return out
