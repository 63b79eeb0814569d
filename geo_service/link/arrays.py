"""What the link rule reads and makes: reports, cases and events as arrays of records."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

NEVER = np.iinfo(np.int64).max
"""A time that has not come: later than every time, in microseconds."""

ALWAYS = np.iinfo(np.int64).min
"""Before every moment: when a report was received whose source does not say so."""

FOREVER = 1 << 60
"""The duplicate window of a case in hand, microseconds: it never lapses."""

MINUTE = 60_000_000

NO_LINK, NEW, DUPLICATE, REWORK, REBOUND = -1, 0, 1, 2, 3
"""Codes of `link`; the words are ``terms.LINKS``."""

KINDS = (
    *("verified", "failed", "returned", "dispatched", "accepted", "postponed", "fixed"),
    *("cancelled", "merged"),
)
"""Kinds of events that are walked, in the order that they have within one moment."""

VERIFY, FAIL, RETURN, DISPATCH, ACCEPT, POSTPONE, FIX, CANCEL, MERGE = range(9)
"""Codes of events: their places in :data:`KINDS`."""

AT_REST, DISPATCHED, WORKING, RETURNED, FAILED = range(5)
"""Codes of how far the work on an unfixed case is."""

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Small = NDArray[np.int8]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
AnyInts = NDArray[np.signedinteger[Any]]
Records = Any
"""An array of one of the types below, or one record of it."""

REPORT = np.dtype(
    [
        ("at", "i8"),  # when reported, microseconds, as all moments
        ("x", "f8"),  # metres, as all distances
        ("y", "f8"),
        ("reach", "f8"),  # link distance
        ("window", "i8"),  # D and W, microseconds
        ("rebound_window", "i8"),
        ("fixed", "i8"),  # what the row says, NEVER where nothing
        ("verified", "i8"),
        ("closed", "i8"),
        ("cancelled", "i8"),
        ("first_of", "i8"),  # first of the reports that were corrected together with it, or -1
        ("hidden_until", "i8"),  # a site that a split opens is taken before then only in need
        ("case", "i8"),  # made: its case, -1 before its turn or without
        ("following", "i8"),  # made: the report that joined the case after it, or -1
        ("cell", "i8"),  # number of the square in which it lies
        ("link", "i1"),  # made: code of its link
        ("alone", "?"),  # of a split: joins nothing but what `first_of` opens
        ("only_joins", "?"),  # its source calls it a duplicate
    ],
    align=True,
)
"""A report in the walk; what is made of it stands beside what it says."""

CASE = np.dtype(
    [
        ("fixed", "i8"),
        ("verified", "i8"),
        ("last", "i8"),  # its latest report
        ("window", "i8"),
        ("rebound_window", "i8"),
        ("cancelled", "i8"),  # from when on it is no problem, ALWAYS if it was merged away
        ("parent", "i8"),  # the case before it at its site, or -1
        ("opening", "i8"),  # the report that opened it
        ("latest", "i8"),  # of a site, which is named by its first case: its latest case
        ("x", "f8"),  # of a site: its point
        ("y", "f8"),
        ("next_site", "i8"),  # of a site: the next one in its square
        ("site_into", "i8"),  # of a site: the one of which it has become part, or -1
        ("into", "i8"),  # the case that it was merged into, or -1
        ("first", "i8"),  # its site
        ("tail", "i8"),  # its latest report that is no mere duplicate of its source
        ("row_fixed", "i8"),  # what its rows say, and what its events say: see `settle`
        ("row_verified", "i8"),
        ("event_fixed", "i8"),
        ("event_verified", "i8"),
        ("void", "i8"),  # when its last void fix ended, NEVER without
        ("confirmed", "i8"),  # the source's mere closing that a check confirmed later, or NEVER
        ("gap", "i8"),  # from the parent's verification to the opening, or -1
        ("episode", "i4"),
        ("rows", "i4"),  # how many reports
        ("reworks", "i4"),
        ("link", "i1"),  # of its opening report
        ("stage", "i1"),
        ("unverified", "?"),  # its verification is a mere closing of the source
        ("row_mere", "?"),  # so is that of its rows
        ("own_closing", "?"),  # the opening row's closing closes it
        ("beyond", "?"),  # opened after the rebound window
        ("given_up", "?"),  # line 4 opened a case after it
        ("hand", "?"),  # people here have it in hand
    ],
    align=True,
)
"""A case as the reports and events so far leave it; what decides its line comes first."""

EVENT = np.dtype(
    [
        ("before", "i8"),  # ahead of which report it acts
        ("kind", "i8"),
        ("report", "i8"),  # the report that it names, and the second one of a merge
        ("other", "i8"),
        ("moment", "i8"),
        ("here", "?"),  # made here, not in another system
    ],
    align=True,
)
"""An event in the walk, between its reports."""


def records(kind: np.dtype[Any], n: int) -> Records:
    """Return room for `n` records of `kind`, zero until written."""
    return np.zeros(n, dtype=kind).view(np.recarray)
