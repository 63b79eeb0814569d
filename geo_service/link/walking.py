"""The link rule, one pass over all reports in order.

The loop is compiled; ``apply_rule.py_func`` is the same code uncompiled. Sites of one category are
hashed by square cells a little wider than the link distance, so that a report looks at nine cells
and the whole is linear in the number of reports.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from geo_service.link.rule import first_line, take_line
from geo_service.link.rule_arrays import (
    NO_LINK,
    Ints,
    RuleInput,
    RuleOutput,
    blank_state,
    output_of,
)


@njit(cache=True)
def apply_rule(r: RuleInput, cell: Ints, around: Ints, cells: int) -> RuleOutput:
    """Go through the reports in order and give each its case.

    Parameters
    ----------
    cell
        Number of each report's cell, shape (n,).
    around
        Numbers of each cell and the eight beside it, -1 where no report lies; shape (cells, 9).
    cells
        How many cells there are.
    """
    n = len(r.at)
    s = blank_state(n, n)
    s.case[:], s.link[:], s.following[:] = -1, NO_LINK, -1
    # the sites of a cell are a list
    next_site = np.empty(n, np.int64)
    site_of_cell = np.full(cells, -1, np.int64)
    near, away = np.empty(n, np.int64), np.empty(n, np.float64)
    count = 0
    for i in range(n):
        found = 0
        for k in range(9):
            around_it = around[cell[i], k]
            site = site_of_cell[around_it] if around_it >= 0 else -1
            while site >= 0:
                distance = np.hypot(s.spot[site, 0] - r.x[i], s.spot[site, 1] - r.y[i])
                if distance <= r.reach[i]:
                    near[found], away[found] = site, distance
                    found += 1
                site = next_site[site]
        line, site, best = first_line(
            r.at[i],
            near,
            away,
            found,
            r.at,
            r.rank,
            r.tie,
            s.latest,
            s.opening,
            s.parent,
            s.stands,
        )
        before = count
        count = take_line(i, line, site, best, r, s, count)
        if line == 5 and count > before:
            next_site[before] = site_of_cell[cell[i]]
            site_of_cell[cell[i]] = before
    return output_of(s, count)
