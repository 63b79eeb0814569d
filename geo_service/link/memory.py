"""What linking remembers from one refresh to the next: all reports, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import pandas as pd

from geo_service.link.grid import Grid, grid_of
from geo_service.link.params import LinkParams
from geo_service.link.reaches import Terms
from geo_service.link.rows import Codes, Flags, Rows, Words, rows_of
from geo_service.link.solving import closings_of, known_at, solve, sources_that_close, windows_of
from geo_service.link.standing import Cases, Small, Spells, spells_of, states_of
from geo_service.measure import microseconds_of


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
    case, link
        Number of each report's case and code of its link, -1 without; shape (n,).
    cases, state
        The cases in the order of their openings, and how they stand at `end`.
    grid
        The reports by cells; None in what earlier versions remembered.
    """

    rows: Rows
    words: Words
    end: int
    closes: Flags
    case: Codes
    link: Small
    cases: Cases
    state: Small
    grid: Grid | None = None

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
    return solved(rows, words, linking, microseconds_of(as_of))


def solved(rows: Rows, words: Words, linking: Linking, end: int) -> Memory:
    """Link all of `rows`."""
    terms = linking.terms(words)
    closings, known = closings_of(rows, end), known_at(rows, end)
    closes = sources_that_close(rows, known, closings, len(words.sources))
    window = windows_of(rows, terms, closes)
    members = np.flatnonzero(known & rows.own_point)
    grid = grid_of(rows, terms, linking.epsg)
    made = solve(rows, closings, window, members, terms, grid)
    case = np.full(len(known), -1, dtype=np.int32)
    link = np.full(len(known), -1, dtype=np.int8)
    case[members], link[members] = made.case, made.link
    cases = Cases.of(made, members)
    state = states_of(cases, closings.cancelled[cases.opening], window[cases.opening], end)
    return Memory(rows, words, end, closes, case, link, cases, state, grid)
