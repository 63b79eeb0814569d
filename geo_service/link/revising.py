"""The link rule after late facts: only reports whose choice they can change choose again.

A report looks at the sites within reach of it, and at nothing else. So what a late fact changes
spreads from site to site: the site it concerns stands otherwise from some moment on, up to a case
of it that begins anew; reports near it that came meanwhile are asked whether it could win them
now, or they were its own; those that may choose otherwise choose; where one does, the site that it
leaves and the one that it takes stand otherwise too. One sweep over time finds them all: nothing
acts on what was before it. Of a site only that stretch is walked through; all else stays.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo_service.link.grid import Grid, rows_around
from geo_service.link.rule import first_line, line_towards, standing_case, take_line
from geo_service.link.rule_arrays import RuleInput, RuleState, blank_state, output_of
from geo_service.link.stretches import bring_up, keep, look_into, stands_otherwise
from geo_service.link.sweep import (
    BASE,
    BEGIN,
    CASES,
    FACTS,
    HEAD,
    LOOSE,
    PAIRS,
    SITE,
    SLOT,
    SLOTS,
    STOP,
    UPTO,
    VISIT,
    Changes,
    Facts,
    Made,
    Revised,
    Sweep,
    blank_rule,
    blank_sweep,
    case_before,
    home_of,
    line_before,
    look_around,
    site_before,
    slot_of,
    was_of,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_FEW = 1000
_NO_SITE = 9


def revise(facts: Facts, grid: Grid, made: Made, changes: Changes) -> Revised:
    """Let the reports choose again that late facts concern."""
    most = len(facts.reported) + 1
    return _swept(facts, grid, made, changes, blank_rule(most, facts.tie), blank_sweep(most))


@njit(cache=True)
def _swept(
    facts: Facts, grid: Grid, made: Made, changes: Changes, rule: RuleInput, w: Sweep
) -> Revised:
    n, most = len(facts.reported), len(facts.reported) + 1
    state = blank_state(most, most)
    _begin(facts, grid, made, changes, w)
    near, away = np.empty(most, np.int64), np.empty(most, np.float64)
    done = True
    for i in range(n):
        if w.todo[i] & (VISIT | LOOSE) == 0 or not facts.member[i]:
            continue
        if w.counts[PAIRS] > 3 * most or w.counts[SLOTS] > most // 2 + _FEW:
            done = False
            break
        case = case_before(i, made)
        asked = w.looks[i, HEAD] > 0
        if w.todo[i] & LOOSE or (asked and _may_choose(i, case, facts, grid, made, rule, state, w)):
            _choose(i, case, near, away, facts, grid, made, rule, state, w)
        elif case >= 0:
            home = home_of(case, made)
            if w.sites[home, BEGIN] <= i <= w.sites[home, STOP]:
                if w.sites[home, SITE] == 0 or w.sites[home, UPTO] < w.sites[home, BEGIN]:
                    look_into(home, i, True, facts, grid, made, rule, state, w)
                if w.looks[i, SLOT] == 0 or not w.applied[w.looks[i, SLOT] - 1]:
                    keep(i, case, facts, grid, made, rule, state, w)
                w.sites[home, UPTO] = i + 1
    for case in range(w.counts[CASES] if done else 0):
        # nobody came to the stretch of a site that was looked into before
        first = w.site_row[case]
        if w.sites[first, SITE] > 0 and w.sites[first, UPTO] < w.sites[first, BEGIN]:
            look_into(first, w.sites[first, BEGIN], False, facts, grid, made, rule, state, w)
    slots, cases = w.counts[SLOTS], w.counts[CASES]
    return Revised(
        done,
        w.row[:slots],
        w.applied[:slots],
        output_of(state, cases),
        w.site_row[:cases],
        w.sites[:, BASE],
        w.sites[:, STOP],
    )


@njit(cache=True)
def _begin(facts: Facts, grid: Grid, made: Made, changes: Changes, w: Sweep) -> None:
    """Say what the late facts themselves concern."""
    for i in changes.loose:
        w.todo[i] |= LOOSE
    for i in changes.facts:
        w.todo[i] |= FACTS
    for j in range(len(changes.case)):
        case = changes.case[j]
        site = made.first[case]
        first, opening = made.now[made.opening[site]], made.now[made.opening[case]]
        if first < 0 or opening < 0:
            continue
        low = changes.low[j]
        found = look_around(first, facts, grid, w)
        for place in range(found):
            i = w.around[place]
            if case_before(i, made) == case:
                low = min(low, facts.fixed[i], facts.verified[i], facts.closed[i])
                low = min(low, facts.cancelled[i])
        after = changes.after[j]
        since = max(np.searchsorted(facts.reported, low) - 1, after)
        stands_otherwise(first, found, -1, opening, since, after, facts, grid, made, w)
    for j in range(len(changes.gone_case)):
        case = changes.gone_case[j]
        site = made.first[case]
        first, after = made.now[made.opening[site]], changes.gone_after[j]
        if first >= 0:
            opening = made.now[made.opening[case]]
            begin = opening if opening >= 0 else after + 1
            found = look_around(first, facts, grid, w)
            stands_otherwise(first, found, -1, begin, after, after, facts, grid, made, w)
            continue
        category, x, y = changes.gone_category[j], changes.gone_x[j], changes.gone_y[j]
        found = rows_around(grid, category, x, y, w.around)
        for place in range(found):
            i = w.around[place]
            case = case_before(i, made)
            # without it, ties may be others
            near = np.hypot(grid.x[i] - x, grid.y[i] - y) <= facts.reach[category]
            tied = near and _tied(i, case, x, y, facts, grid, made)
            if tied or (case >= 0 and made.first[case] == site):
                w.todo[i] |= LOOSE


@njit(cache=True)
def _tied(i: int, case: int, x: float, y: float, facts: Facts, grid: Grid, made: Made) -> bool:
    """Tell whether a site at a point is as far away from a report as the site that it took."""
    if case < 0:
        return False
    first = home_of(case, made)
    if first < 0 or first == i:
        return True
    mine = np.hypot(grid.x[first] - grid.x[i], grid.y[first] - grid.y[i])
    return abs(np.hypot(x - grid.x[i], y - grid.y[i]) - mine) <= facts.tie


@njit(cache=True)
def _may_choose(
    i: int,
    case: int,
    facts: Facts,
    grid: Grid,
    made: Made,
    rule: RuleInput,
    state: RuleState,
    w: Sweep,
) -> bool:
    """Tell whether one of the sites that a report is paired with may win or lose it."""
    home = -1
    if case >= 0:
        home = home_of(case, made)
        if home < 0:
            return True
    pair = w.looks[i, HEAD]
    while pair > 0:
        first = w.pair_site[pair - 1]
        pair = w.pair_next[pair - 1]
        if first != i and _may_win(i, case, home, first, facts, grid, made, rule, state, w):
            return True
    return False


@njit(cache=True)
def _may_win(
    i: int,
    case: int,
    home: int,
    first: int,
    facts: Facts,
    grid: Grid,
    made: Made,
    rule: RuleInput,
    state: RuleState,
    w: Sweep,
) -> bool:
    """Tell whether a site may win a report, or lose it, or change what it does there."""
    bring_up(first, i, facts, grid, made, rule, state, w)
    t, site = facts.reported[i], w.sites[first, SITE] - 1
    its, best = _NO_SITE, -1
    if site >= 0:
        best = standing_case(site, t, state.latest, state.parent, state.stands)
    if best >= 0:
        its = line_towards(best, t, state.stands)
    if case < 0:
        # its source calls it a duplicate, and there was nothing to join
        return its == 1
    line = line_before(i, case, made)
    if first == home:
        then = made.opening[case if line <= 2 else made.parent[case]]
        return its != line or w.row[state.opening[best]] != made.now[then]
    if line == 5 or its < line:
        return its < line
    away = np.hypot(grid.x[first] - grid.x[i], grid.y[first] - grid.y[i])
    mine = np.hypot(grid.x[home] - grid.x[i], grid.y[home] - grid.y[i])
    # where two are as far away, one of them decides who else is
    return (its == line and away <= mine + facts.tie) or abs(away - mine) <= facts.tie


@njit(cache=True)
def _choose(
    i: int,
    case: int,
    near: Ints,
    away: Floats,
    facts: Facts,
    grid: Grid,
    made: Made,
    rule: RuleInput,
    state: RuleState,
    w: Sweep,
) -> None:
    """Let a report choose as if it came now, and see who is concerned if it chooses otherwise."""
    k = slot_of(i, facts, grid, rule, state, w)
    count = _sites_near(i, k, near, away, facts, grid, made, rule, state, w)
    home = home_of(case, made) if case >= 0 else -1
    if home >= 0 and home != i:
        bring_up(home, i, facts, grid, made, rule, state, w)
    line, site, best = first_line(
        rule.at[k],
        near,
        away,
        count,
        rule.at,
        rule.rank,
        rule.tie,
        state.latest,
        state.opening,
        state.parent,
        state.stands,
    )
    taken = -1 if site < 0 else w.site_row[site]
    joins = -1 if best < 0 else w.row[state.opening[best]]
    new = w.counts[CASES]
    w.counts[CASES] = take_line(k, line, site, best, rule, state, new)
    w.applied[k] = True
    has = state.case[k] >= 0
    if line == 5 and has:
        taken = i
        w.sites[i, SITE], w.sites[i, BASE] = new + 1, i
    if has:
        w.site_row[new] = taken
        w.sites[taken, UPTO] = i + 1
    if case >= 0:
        then = line_before(i, case, made)
        if has and taken == home:
            if then == line == 5 or (then in (3, 4) and line in (3, 4)):
                return
            if then == line and joins == made.now[made.opening[case]]:
                return
        if home == i:
            _give_up(i, made.first[case], facts, grid, made, w)
        elif home >= 0:
            _changes_from(home, i, facts, grid, made, w)
    if has and (taken != home or case < 0):
        _changes_from(taken, i, facts, grid, made, w)


@njit(cache=True)
def _sites_near(
    i: int,
    k: int,
    near: Ints,
    away: Floats,
    facts: Facts,
    grid: Grid,
    made: Made,
    rule: RuleInput,
    state: RuleState,
    w: Sweep,
) -> int:
    """Write the sites within reach of a report, as they stand then; returns how many."""
    found = rows_around(grid, facts.category[i], grid.x[i], grid.y[i], near)
    count = 0
    for place in range(found):
        first = near[place]
        if first >= i or w.sites[first, SITE] < 0:
            continue
        distance = np.hypot(grid.x[first] - grid.x[i], grid.y[first] - grid.y[i])
        if distance > rule.reach[k]:
            continue
        if w.sites[first, SITE] == 0 and site_before(first, made) < 0:
            continue
        bring_up(first, i, facts, grid, made, rule, state, w)
        near[count], away[count] = w.sites[first, SITE] - 1, distance
        count += 1
    return count


@njit(cache=True)
def _changes_from(first: int, i: int, facts: Facts, grid: Grid, made: Made, w: Sweep) -> None:
    """Let a site stand otherwise after a report."""
    found = look_around(first, facts, grid, w)
    stands_otherwise(first, found, i, i, i, i, facts, grid, made, w)


@njit(cache=True)
def _give_up(first: int, site: int, facts: Facts, grid: Grid, made: Made, w: Sweep) -> None:
    """Let all reports of a site choose again whose first report chose otherwise."""
    w.sites[first, SITE] = -1
    found = look_around(first, facts, grid, w)
    for place in range(found):
        i = w.around[place]
        if i > first and was_of(i, site, made):
            w.todo[i] |= LOOSE
    n = len(facts.reported)
    stands_otherwise(first, found, first, first, first, n, facts, grid, made, w)
