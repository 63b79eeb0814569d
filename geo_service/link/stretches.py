"""The stretch of a site in which it stands otherwise: walked through, and told around."""

from __future__ import annotations

import numpy as np
from numba import njit

from geo_service.link.grid import Grid
from geo_service.link.rule import standing_case, take_line
from geo_service.link.rule_arrays import NEVER, RuleInput, RuleState
from geo_service.link.sweep import (
    BASE,
    BEGIN,
    CASES,
    FACTS,
    HEAD,
    PAIRS,
    SITE,
    SLOT,
    STOP,
    UPTO,
    VISIT,
    Facts,
    Made,
    Sweep,
    had_opened,
    home_of,
    line_before,
    look_around,
    site_before,
    slot_of,
    was_of,
)


@njit(cache=True)
def bring_up(
    first: int,
    i: int,
    facts: Facts,
    grid: Grid,
    made: Made,
    rule: RuleInput,
    state: RuleState,
    w: Sweep,
) -> None:
    """Walk through a site up to a report, if that was not done yet."""
    if w.sites[first, SITE] < 0:
        return
    current = (
        w.sites[first, BEGIN] <= i <= w.sites[first, STOP]
        and w.sites[first, UPTO] >= w.sites[first, BEGIN]
    )
    if w.sites[first, SITE] == 0 or not current:
        look_into(first, i, False, facts, grid, made, rule, state, w)


@njit(cache=True)
def look_into(
    first: int,
    i: int,
    also: bool,
    facts: Facts,
    grid: Grid,
    made: Made,
    rule: RuleInput,
    state: RuleState,
    w: Sweep,
) -> None:
    """Walk through a site up to a report, from a case on that lets none before it matter.

    Parameters
    ----------
    first
        The site's first report, which was its first before.
    also
        Whether the report may open the case to begin with.
    """
    site = made.case[made.was[first]]
    found = look_around(first, facts, grid, w)
    if w.sites[first, SITE] == 0:
        start = first
        for place in range(found):
            g = w.around[place]
            later = start < g < i + also and facts.cancelled[g] == NEVER
            if later and was_of(g, site, made) and had_opened(g, made):
                start = g
        _start(first, start, facts, grid, made, rule, state, w)
    some = 0
    for place in range(found):
        g = w.around[place]
        seen = w.looks[g, SLOT] > 0 and w.applied[w.looks[g, SLOT] - 1]
        if w.sites[first, BASE] < g < i and not seen and was_of(g, site, made):
            w.some[some] = g
            some += 1
    w.some[:some].sort()
    for place in range(some):
        g = w.some[place]
        keep(g, made.case[made.was[g]], facts, grid, made, rule, state, w)
    w.sites[first, UPTO] = i


@njit(cache=True)
def _start(
    first: int,
    start: int,
    facts: Facts,
    grid: Grid,
    made: Made,
    rule: RuleInput,
    state: RuleState,
    w: Sweep,
) -> None:
    """Begin a site with the case that a report opened in it."""
    k = slot_of(start, facts, grid, rule, state, w)
    case = w.counts[CASES]
    w.counts[CASES] = take_line(k, 5, -1, -1, rule, state, case)
    w.applied[k] = True
    before = made.was[start]
    state.episode[case] = made.episode[made.case[before]]
    state.link[k] = made.link[before]
    state.spot[case, 0], state.spot[case, 1] = grid.x[first], grid.y[first]
    w.site_row[case] = first
    w.sites[first, SITE] = case + 1
    w.sites[first, BASE] = start


@njit(cache=True)
def keep(
    i: int,
    case: int,
    facts: Facts,
    grid: Grid,
    made: Made,
    rule: RuleInput,
    state: RuleState,
    w: Sweep,
) -> None:
    """Let a report take the line that it took before; its site was walked through up to it."""
    k = slot_of(i, facts, grid, rule, state, w)
    first = home_of(case, made)
    site = w.sites[first, SITE] - 1
    best = standing_case(site, rule.at[k], state.latest, state.parent, state.stands)
    w.site_row[w.counts[CASES]] = first
    line = line_before(i, case, made)
    w.counts[CASES] = take_line(k, line, site, best, rule, state, w.counts[CASES])
    w.applied[k] = True


@njit(cache=True)
def stands_otherwise(
    first: int,
    found: int,
    at: int,
    begin: int,
    since: int,
    after: int,
    facts: Facts,
    grid: Grid,
    made: Made,
    w: Sweep,
) -> None:
    """Pair a site that stands otherwise with the reports near it that come while it does.

    Parameters
    ----------
    first, found
        The site's first report, and how many reports around it are in `w.around`.
    at
        The report whose turn it is.
    begin
        The report from which on the site is walked through.
    since
        Reports after this one are asked, up to the first one after `after` which opened a case of
        the site that lets none before it matter.
    """
    x, y, category = grid.x[first], grid.y[first], facts.category[first]
    site, until = site_before(first, made), len(facts.reported)
    for place in range(found if site >= 0 else 0):
        i = w.around[place]
        if not after < i < until or w.todo[i] & FACTS or facts.cancelled[i] != NEVER:
            continue
        if was_of(i, site, made) and had_opened(i, made):
            until = i
    if w.sites[first, STOP] == 0 or w.sites[first, STOP] < at:
        w.sites[first, BEGIN], w.sites[first, STOP] = begin, until
    else:
        w.sites[first, BEGIN] = min(begin, w.sites[first, BEGIN])
        w.sites[first, STOP] = max(until, w.sites[first, STOP])
    for place in range(found):
        i = w.around[place]
        if i < w.sites[first, BEGIN] or i > w.sites[first, STOP]:
            continue
        if site >= 0 and was_of(i, site, made):
            w.todo[i] |= VISIT
        if since < i <= until and np.hypot(grid.x[i] - x, grid.y[i] - y) <= facts.reach[category]:
            pair = w.counts[PAIRS]
            if pair >= len(w.pair_next):
                return
            w.counts[PAIRS] += 1
            w.pair_site[pair], w.pair_next[pair] = first, w.looks[i, HEAD]
            w.looks[i, HEAD] = pair + 1
            w.todo[i] |= VISIT
