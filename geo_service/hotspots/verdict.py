"""`hot`: significantly more cases in four weeks than history, level and exposure lead to expect.

Benjamini–Hochberg over all areas × categories of a week; the sums over categories (``*``) and the
tests of areas with their neighbours are families of their own.
"""

from typing import NamedTuple

import numpy as np

from geo_service.hotspots.counts import Grid
from geo_service.hotspots.params import HotspotParams
from geo_service.hotspots.predictive import Exposure, predict
from geo_service.measure import Flags, Floats, Ints, Pairs, benjamini_hochberg
from geo_service.measure.neighbours import Graph


class Verdict(NamedTuple):
    """Arrays of shape (pairs, weeks).

    Parameters
    ----------
    expected
        Cases expected in the trailing weeks; NaN where the history is too short.
    q_value
        NaN likewise, and where nobody looked.
    hot
        Whether the false discovery rate allows to call it so.
    around
        The same of the area with its neighbours; False without a graph.
    uncertain
        Where `around` holds by the first graph, but by fewer than two of the given ones.
    leaning
        Whether the area's own test alone, without regard to all others, would call it hot.
    """

    expected: Floats
    q_value: Floats
    hot: Flags
    around: Flags
    uncertain: Flags
    leaning: Flags


def verdict(
    cases: Grid,
    pairs: Pairs,
    params: HotspotParams | None = None,
    first: int = 0,
    *,
    exposure: Floats | None = None,
    since: int = 0,
    graphs: tuple[Graph, ...] = (),
    public: frozenset[str] = frozenset(),
    valid: Floats | None = None,
) -> Verdict:
    """Judge every pair in every week from `first` on.

    Parameters
    ----------
    cases
        Cases by pair and week, shape (g, w).
    pairs
        The area × category pairs.
    first
        The arrays that are returned begin with this week.
    exposure
        Days of each week on which somebody looked, shape (areas, w); seven where nobody says.
    since
        The first week that `exposure` speaks of. Days on which somebody looked and days on which
        a report could have come say different things: from then on a history holds later weeks
        alone. Until those are enough each week counts seven days.
    graphs
        Of the areas' neighbours: the one that is used, then those that it is compared with.
    public
        Categories that public channels observe: each of their weeks counts seven days everywhere.
    valid
        Days of each week on which there is the area, shape (areas, w); None: always seven.
    """
    params = params or HotspotParams()
    areas, weeks = len(pairs.area_ids), cases.shape[1]
    always = np.full((areas, weeks), 7.0) if valid is None else valid
    if exposure is None:
        return _judge(cases, pairs, params, first, always, always, graphs)
    if since == 0:
        return _judge(cases, pairs, params, first, exposure, always, graphs, public)
    enough = since + params.least_history_weeks + params.trailing_weeks - 1
    parts = []
    if first < enough:
        until = slice(0, min(enough, weeks))
        open_ = always[:, until]
        parts.append(_judge(cases[:, until], pairs, params, first, open_, open_, graphs))
    if enough < weeks:
        start = max(first, enough) - since
        days, open_ = exposure[:, since:], always[:, since:]
        parts.append(_judge(cases[:, since:], pairs, params, start, days, open_, graphs, public))
    return Verdict(*(np.concatenate(arrays, axis=1) for arrays in zip(*parts, strict=True)))


def _judge(
    cases: Grid,
    pairs: Pairs,
    params: HotspotParams,
    first: int,
    days: Floats,
    open_: Floats,
    graphs: tuple[Graph, ...],
    public: frozenset[str] = frozenset(),
) -> Verdict:
    # no week is judged by more weeks than these
    begin = max(first + 1 - params.trailing_weeks - params.history_weeks, 0)
    cases, days, open_ = cases[:, begin:], days[:, begin:], open_[:, begin:]
    first -= begin
    areas, weeks = days.shape
    shape = (len(pairs), max(weeks - first, 0))
    # each pair is of one of the categories: no cell is left as it is
    expected, own_p = np.empty(shape), np.empty(shape)
    near_p = [np.empty(shape) for _ in graphs]
    matrices = [graph.matrix for graph in graphs]
    watched = np.zeros((areas, shape[1]), dtype=bool)
    seen, logged = np.zeros(shape, dtype=bool), np.zeros(len(pairs), dtype=bool)
    exposure = Exposure.of(days, params)
    always = Exposure.of(open_, params) if public else exposure
    for category, mine, place in pairs.by_category():
        # areas without a pair never had a case: what is expected there counts too
        grid = np.zeros((areas, weeks), dtype=np.int32)
        grid[place] = cases[mine]
        everywhere = category in public
        found = predict(grid, always if everywhere else exposure, params, first)
        expected[mine], own_p[mine] = found.mean[place], found.mid_p(place)
        if everywhere:
            seen[mine] = found.mean[place] > 0
        else:
            watched |= found.mean > 0
            logged[mine] = True
        for matrix, p in zip(matrices, near_p, strict=True):
            p[mine] = found.around(matrix, place)

    seen[logged] = watched[pairs.area[logged]]
    tests = watched.sum(axis=0)
    q = _q_values(np.where(seen, own_p, np.nan), pairs, tests)
    level = params.false_discovery
    around = [_discovered(p, pairs, areas, level) for p in near_p]
    nowhere = np.zeros(shape, dtype=bool)
    votes = sum((one.astype(np.int8) for one in around), nowhere.astype(np.int8))
    first_says = around[0] if around else nowhere
    least = min(2, len(around))
    uncertain = first_says & (votes < least)
    return Verdict(expected, q, q <= level, first_says, uncertain, own_p <= level)


def _q_values(p: Floats, pairs: Pairs, areas: Ints) -> Floats:
    """Control false discoveries in each week; areas without a pair are tests as well."""
    q = np.full(p.shape, np.nan)
    names = len(pairs.categories)
    for family, tests in ((pairs.category == 0, 1), (pairs.category > 0, max(names - 1, 1))):
        mine = np.flatnonzero(family)
        for week in range(p.shape[1]):
            known = mine[np.isfinite(p[mine, week])]
            if len(known):
                count = max(int(areas[week]) * tests, len(known))
                q[known, week] = benjamini_hochberg(p[known, week], count)
    return q


def _discovered(p: Floats, pairs: Pairs, areas: int, level: float) -> Flags:
    """Tell whose q-value is at most `level`; those whose p alone is larger need not be sorted."""
    out = np.zeros(p.shape, dtype=np.bool_)
    names = len(pairs.categories)
    row, week = np.nonzero(p <= level)
    for family, tests in ((pairs.category == 0, 1), (pairs.category > 0, max(names - 1, 1))):
        mine = np.flatnonzero(family[row])
        for one in np.unique(week[mine]):
            rows = row[mine][week[mine] == one]
            out[rows, one] = benjamini_hochberg(p[rows, one], areas * tests) <= level
    return out
