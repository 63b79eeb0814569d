"""`hot`: significantly more cases of late than history, level and exposure lead to expect.

Windows of several lengths are joined into one p. Benjamini–Hochberg over all areas × categories of
a week; the sums over categories (``*``), the tests of areas with their neighbours, and those of
subdistricts are families of their own.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geo_service.hotspots.counts import Grid, sums_before, trailing
from geo_service.hotspots.params import HotspotParams
from geo_service.hotspots.predictive import predict, together
from geo_service.measure import Flags, Floats, Ints, Pairs, benjamini_hochberg
from geo_service.measure.neighbours import Graph


class Verdict(NamedTuple):
    """Arrays of shape (pairs, weeks).

    Parameters
    ----------
    expected
        Cases expected in the trailing weeks; NaN where the history is too short.
    q_value
        Of all windows together; NaN likewise, and where nobody looked.
    hot
        Whether the false discovery rate allows to call it so.
    around
        The same of the area with its neighbours; False without a graph.
    uncertain
        Where `around` holds by the first graph, but by fewer than two of the given ones.
    leaning
        Whether the area's own test alone, without regard to all others, would call it hot.
    windows
        Which windows fired, one a bit, the shortest the lowest; 0 where it is not hot.
    whole
        Whether the subdistrict is hot in which the area lies; False without any.
    """

    expected: Floats
    q_value: Floats
    hot: Flags
    around: Flags
    uncertain: Flags
    leaning: Flags
    windows: NDArray[np.uint8]
    whole: Flags


class _Case(NamedTuple):
    """What is judged, but for the weeks."""

    pairs: Pairs
    params: HotspotParams
    graphs: tuple[Graph, ...]
    subdistricts: Ints | None
    public: frozenset[str]


def verdict(
    cases: Grid,
    pairs: Pairs,
    params: HotspotParams | None = None,
    first: int = 0,
    *,
    exposure: Floats | None = None,
    since: int = 0,
    graphs: tuple[Graph, ...] = (),
    subdistricts: Ints | None = None,
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
    subdistricts
        Number of the subdistrict of each area, −1 in none; shape (areas,). None: nobody asks.
    public
        Categories that public channels observe: each of their weeks counts seven days everywhere.
    valid
        Days of each week on which there is the area, shape (areas, w); None: always seven.
    """
    params = params or HotspotParams()
    areas, weeks = len(pairs.area_ids), cases.shape[1]
    always = np.full((areas, weeks), 7.0) if valid is None else valid
    case = _Case(pairs, params, graphs, subdistricts, frozenset())
    begun = _begun(cases, pairs, params)
    if exposure is None:
        return _judge(case, cases, begun, first, always, always)
    watched = case._replace(public=public)
    if since == 0:
        return _judge(watched, cases, begun, first, exposure, always)
    enough = since + params.least_history_weeks + params.gap_weeks + params.trailing_weeks - 1
    parts = []
    if first < enough:
        until = slice(0, min(enough, weeks))
        open_ = always[:, until]
        parts.append(_judge(case, cases[:, until], begun[:, until], first, open_, open_))
    if enough < weeks:
        start, then = max(first, enough) - since, slice(since, None)
        days, open_ = exposure[:, then], always[:, then]
        parts.append(_judge(watched, cases[:, then], begun[:, then], start, days, open_))
    return Verdict(*(np.concatenate(arrays, axis=1) for arrays in zip(*parts, strict=True)))


def _begun(cases: Grid, pairs: Pairs, params: HotspotParams) -> Flags:
    """Tell whether what lies before each week's windows holds weeks enough that hold enough.

    A source of which a few cases are known has not begun: whatever comes first is remarkable.
    Shape (categories, weeks).
    """
    each = [cases[pairs.category == number].sum(axis=0) for number in range(len(pairs.categories))]
    full = np.stack(each) >= params.begun_cases
    before = sums_before(full.astype(np.float64))
    stop = np.arange(1, cases.shape[1] + 1) - params.trailing_weeks - params.gap_weeks
    return before[:, np.maximum(stop, 0)] >= params.least_history_weeks


def _judge(
    case: _Case, cases: Grid, begun: Flags, first: int, days: Floats, open_: Floats
) -> Verdict:
    pairs, params, matrices = case.pairs, case.params, [one.matrix for one in case.graphs]
    # no week is judged by more weeks than these
    reach = max(params.windows) + params.gap_weeks + params.history_weeks
    begin = max(first + 1 - reach, 0)
    cases, days, open_, begun = (
        cases[:, begin:],
        days[:, begin:],
        open_[:, begin:],
        begun[:, first:],
    )
    first -= begin
    areas, weeks = days.shape
    shape = (len(pairs), max(weeks - first, 0))
    expected, own_p = np.full(shape, np.nan), np.full(shape, np.nan)
    near_p = [np.full(shape, np.nan) for _ in matrices]
    fired = np.zeros(shape, dtype=np.uint8)
    watched = np.zeros((areas, shape[1]), dtype=bool)
    seen, logged = np.zeros(shape, dtype=bool), np.zeros(len(pairs), dtype=bool)
    within = inside(case.subdistricts, areas)
    whole_p = np.full((len(pairs.categories), within.shape[0], shape[1]), np.nan)
    exposure, always = sums_before(days), sums_before(open_)
    eye = sparse.eye_array(areas, format="csr")
    for number, (category, mine, place) in enumerate(pairs.by_category()):
        known = begun[number]
        if not known.any():
            continue
        # areas without a pair never had a case: what is expected there counts too
        grid = np.zeros((areas, weeks), dtype=np.int32)
        grid[place] = cases[mine]
        everywhere = category in case.public
        before = always if everywhere else exposure
        found = predict(grid, before, params, first)
        for one in found:
            one.mean[:, ~known] = np.nan
        shown = found[params.windows.index(params.trailing_weeks)].mean
        expected[mine] = shown[place]
        laws = [one.law(place) for one in found]
        own_p[mine], fired[mine] = together(laws, params.window_level)
        if everywhere:
            seen[mine] = shown[place] > 0
        else:
            watched |= shown > 0
            logged[mine] = True
        for matrix, p in zip(matrices, near_p, strict=True):
            with_it = (matrix + eye)[place]
            sums = sums_before(with_it @ grid)
            came = (trailing(sums, n, shape[1]) for n in params.windows)
            laws = [one.around(with_it, place, y) for one, y in zip(found, came, strict=True)]
            p[mine], _ = together(laws)
        if within.shape[0]:
            # few wholes say little of how uneven they are: as uneven as their areas at least
            uneven = [within @ (one.mean**2 * one.spread) for one in found]
            found = predict(within @ grid, within @ before, params, first)
            laws = [one.law(np.arange(within.shape[0])) for one in found]
            p, _ = together(
                [(y, m, np.maximum(v, u)) for (y, m, v), u in zip(laws, uneven, strict=True)]
            )
            whole_p[number] = np.where(known, p, np.nan)

    seen[logged] = watched[pairs.area[logged]]
    q = _q_values(np.where(seen, own_p, np.nan), pairs.category, watched.sum(axis=0), begun)
    level = params.false_discovery
    around = [_q_values(p, pairs.category, areas, begun) <= level for p in near_p]
    nowhere = np.zeros(shape, dtype=bool)
    votes = sum((one.astype(np.int8) for one in around), nowhere.astype(np.int8))
    first_says = around[0] if around else nowhere
    least = min(2, len(around))
    uncertain = first_says & (votes < least)
    whole = nowhere
    if case.subdistricts is not None and within.shape[0]:
        categories = np.repeat(np.arange(len(whole_p)), within.shape[0])
        q_whole = _q_values(whole_p.reshape(-1, shape[1]), categories, within.shape[0], begun)
        its = case.subdistricts[pairs.area]
        whole = (q_whole.reshape(whole_p.shape) <= level)[pairs.category, its] & (its >= 0)[:, None]
    hot = q <= level
    return Verdict(
        expected, q, hot, first_says, uncertain, own_p <= level, np.where(hot, fired, 0), whole
    )


def inside(subdistricts: Ints | None, areas: int) -> sparse.csr_array:
    """Return ones where an area lies in a subdistrict; shape (subdistricts, areas)."""
    its = np.full(areas, -1) if subdistricts is None else subdistricts
    held = np.flatnonzero(its >= 0)
    shape = (int(its.max(initial=-1)) + 1, areas)
    return sparse.csr_array((np.ones(len(held)), (its[held], held)), shape=shape)


def _q_values(p: Floats, category: Ints, areas: Ints | int, begun: Flags) -> Floats:
    """Control false discoveries in each week; areas without a pair are tests as well.

    Those whose p is 1 need not be sorted.
    """
    q = np.where(np.isnan(p), np.nan, 1.0)
    row, week = np.nonzero(p < 1)
    own = begun[1:].sum(axis=0)
    for family, tests in ((category == 0, 1), (category > 0, np.maximum(own, 1))):
        mine = np.flatnonzero(family[row])
        count = np.broadcast_to(areas * tests, begun.shape[1:])
        for one in np.unique(week[mine]):
            rows = row[mine][week[mine] == one]
            q[rows, one] = benjamini_hochberg(p[rows, one], max(int(count[one]), len(rows)))
    return q
