"""The walk: reports and events in their order, each report by the sites of its cell and around.

The loop is compiled; ``apply_rule.py_func`` is the same code uncompiled. Sites of one category are
hashed by square cells a little wider than the link distance, so that a report looks at nine cells
and the whole is linear in the number of reports.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from geo_service.link import arrays
from geo_service.link.arrays import Codes, Flags, Floats, Ints, Records, Small
from geo_service.link.events import act
from geo_service.link.facts import Facts
from geo_service.link.params import Terms
from geo_service.link.rule import first_line, join, open_case, reachable_sites
from geo_service.measure import to_metres

REACH_SLACK_M = 1e-6
"""Projecting there and back moves a point by a few nanometres; "at most d" must not feel it."""

_CELL_SLACK_M = 1e-3
_LEAST_SIDE_M = 2.0
"""Cells are not smaller, so that the numbers of all columns of the earth fit into a key."""
_BITS = 24
_HALF = 1 << (_BITS - 1)


class Cases(NamedTuple):
    """Cases in the order of their openings; shape (k,) each. What each says, ``CASE`` tells.

    `opening` is a row of all reports; `parent` and `first` are numbers of cases here.
    """

    opening: Codes
    parent: Codes
    first: Codes
    episode: Codes
    rows: Codes
    reworks: Codes
    link: Small
    stage: Small
    fixed: Ints
    verified: Ints
    last: Ints
    gap: Ints
    cancelled: Ints
    confirmed: Ints
    unverified: Flags
    beyond: Flags
    given_up: Flags
    hand: Flags

    def take(self, places: arrays.AnyInts) -> "Cases":
        """Return some of the cases."""
        return Cases._make(column[places] for column in self)


@njit(cache=True)
def apply_rule(
    reports: Records, events: Records, cases: Records, around: Ints, sites: Ints, tie: float
) -> int:
    """Go through reports and events in order and give each report its case.

    Parameters
    ----------
    reports, events
        Records by category, moment and id, and between them; what is made is written into them.
    cases
        Room for as many as there are reports: by the order of opening within a category, those
        merged away among them.
    around
        Numbers of each square and the eight beside it, -1 where no report lies; shape (cells, 9).
    sites
        Room for the first site of each square, -1 so far; shape (cells,).
    tie
        Metres within which two distances are equal.

    Returns
    -------
    count
        How many cases were made.
    """
    n, m = len(reports), len(events)
    near, away = np.empty(n + 1, np.int64), np.empty(n + 1, np.float64)
    k, count = 0, int(np.int64(0))  # a plain 0 is a type of its own: one more to compile for
    for i in range(n):
        while k < m and events[k].before <= i:
            act(events[k], reports, cases)
            k += 1
        report = reports[i]
        found = reachable_sites(i, around[report.cell], sites, near, away, reports, cases)
        line, site, best = first_line(report.at, near, away, found, tie, reports, cases)
        if report.only_joins and line != 1:
            continue
        if line <= 2:
            join(i, line, best, reports, cases)
            continue
        open_case(i, line, site, best, count, reports, cases)
        if line == 5:
            cases[count].next_site = sites[report.cell]
            sites[report.cell] = count
        count += 1
    while k < m:
        act(events[k], reports, cases)
        k += 1
    return count


def solve(facts: Facts, terms: Terms, window: Ints, epsg: int) -> tuple[Codes, Small, Cases]:
    """Apply the rule.

    Parameters
    ----------
    facts
        Reports in the order of moment and id, n of them, and events.
    terms, window
        Distances and windows by category, and *D* of each row as an opening.
    epsg
        The zone of metres.

    Returns
    -------
    case, link
        Number of each report's case and code of its link, -1 without; shape (n,).
    cases
        In the order of their openings.
    """
    rows = facts.rows
    # a category at a time: what a report looks at then lies close together in memory
    members = np.flatnonzero(facts.takes_part)
    members = members[np.argsort(rows.category[members], kind="stable")]
    category = rows.category[members]
    place = np.full(len(rows.reported) + 1, -1, dtype=np.int64)
    place[members] = np.arange(len(members))
    reports = arrays.records(arrays.REPORT, len(members))
    reports.x, reports.y = to_metres(rows.lon[members], rows.lat[members], epsg)
    reports.cell, around = _cells(reports.x, reports.y, category, terms)
    reports.at = rows.reported[members]
    reports.reach = terms.reach[category] + REACH_SLACK_M
    reports.window, reports.rebound_window = window[members], terms.rebound_window[category]
    for name in ("fixed", "verified", "closed", "cancelled", "only_joins"):
        reports[name] = getattr(rows, name)[members]
    for name in ("alone", "hidden_until"):
        reports[name] = getattr(facts, name)[members]
    reports.first_of = place[facts.first_of[members]]
    reports.case = reports.following = -1
    reports.link = arrays.NO_LINK
    events = facts.events.placed(place, reports.at, category)
    sites = np.full(len(around), -1, dtype=np.int64)
    cases = arrays.records(arrays.CASE, len(members))
    count = apply_rule(reports, events, cases, around, sites, terms.tie)
    return _laid_out(reports, cases[:count], members, len(rows.reported))


def _laid_out(reports: Records, made: Records, members: Ints, n: int) -> tuple[Codes, Small, Cases]:
    """Return rows numbered as before the walk, cases by their openings; merged ones are gone."""
    into, site_into = _ends(made["into"]), _ends(made["site_into"])
    standing = np.flatnonzero(made["into"] < 0)
    standing = standing[np.argsort(members[made["opening"][standing]], kind="stable")]
    # the last stays -1: no case
    number = np.full(len(made) + 1, -1, dtype=np.int32)
    number[standing] = np.arange(len(standing))
    case, link = np.full(n, -1, dtype=np.int32), np.full(n, -1, dtype=np.int8)
    case[members], link[members] = number[np.append(into, -1)[reports.case]], reports.link
    # a case that followed one that was merged away follows what is before that
    parent, gone = made["parent"].copy(), np.append(made["into"] >= 0, False)
    while gone[parent].any():
        parent = np.where(gone[parent], np.append(parent, -1)[parent], parent)
    its = {name: np.take(made[name], standing) for name in Cases._fields}
    its["opening"] = members[its["opening"]].astype(np.int32)
    its["parent"], its["first"] = number[parent[standing]], number[site_into[its["first"]]]
    return case, link, Cases(**its)


def _ends(into: Ints) -> Ints:
    """Return what each case or site was merged into in the end, itself if into none."""
    out = np.where(into >= 0, into, np.arange(len(into)))
    while (out[out] != out).any():
        out = out[out]
    return out


def _cells(x: Floats, y: Floats, category: Codes, terms: Terms) -> tuple[Ints, Ints]:
    """Return the number of each report's cell, and of each cell and the eight beside it.

    Shapes (n,), (cells, 9); -1 where a cell beside holds no report.
    """
    width = np.maximum(terms.reach + _CELL_SLACK_M, _LEAST_SIDE_M)[category]
    column = np.floor(x / width).astype(np.int64) + _HALF
    row = np.floor(y / width).astype(np.int64) + _HALF
    key = (((category.astype(np.int64) << _BITS) + row) << _BITS) + column
    order = np.argsort(key, kind="stable")
    begins = np.append(True, key[order][1:] != key[order][:-1])[: len(key)]
    cell = np.empty(len(key), dtype=np.int64)
    cell[order] = np.cumsum(begins) - 1
    keys = key[order][begins]
    steps = np.array([(dy << _BITS) + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1)])
    wanted = keys[:, None] + steps[None, :]
    found = np.searchsorted(keys, wanted).clip(max=max(len(keys) - 1, 0))
    around = np.where(keys[found] == wanted, found, -1) if len(keys) else found
    return cell, around.astype(np.int64)
