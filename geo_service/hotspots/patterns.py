"""How the Gi* series of an area behaved over half a year: the published emerging hot spots.

The classes are those of Esri's Emerging Hot Spot Analysis as documented. Weeks share the cases of
their trailing windows, so the trend is tested by Hamed and Rao's Mann–Kendall, up to the distance
at which windows share weeks. Everything looks back only: the pattern of a week never changes by
what comes later.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from geo_service.hotspots.counts import Grid, trailing_days, trailing_sum
from geo_service.hotspots.gi_star import Marks, gi_star, significant, star_weights
from geo_service.measure import Floats, Pairs, hamed_rao
from geo_service.measure.neighbours import Graph

_NONE, _NEW, _CONSECUTIVE, _INTENSIFYING, _PERSISTENT = range(5)
_DIMINISHING, _SPORADIC, _OSCILLATING, _HISTORICAL = range(5, 9)
_KINDS = 8
UNKNOWN = -1
_FOUR_WEEKS = 28.0
_TREND = 32
"""Added to a number whose trend has still to be tested."""


@dataclass(frozen=True)
class PatternParams:
    """Lengths and levels.

    Parameters
    ----------
    trailing_weeks
        Weeks whose cases a Gi* compares.
    weeks
        Weeks whose Gi* make a pattern.
    least_weeks
        So many of these must have been watched.
    watched_days
        With fewer watched days in its trailing weeks an area's rate is noise: it takes no part.
    false_discovery
        Share of areas called hot or cold in a week and category that are neither.
    level
        Of the test for a trend.
    """

    trailing_weeks: int = 4
    weeks: int = 26
    least_weeks: int = 20
    watched_days: float = 4.0
    false_discovery: float = 0.05
    level: float = 0.05


class Patterns(NamedTuple):
    """Arrays of shape (pairs, weeks − first).

    Parameters
    ----------
    z
        Gi* of the cases per watched day of the trailing weeks; NaN where nobody watched or where
        there is nothing to compare.
    mark
        1 hot, −1 cold, 0 neither, false discoveries held within category and week.
    number
        In ``terms.PATTERNS``; −1 where the past is too short or was not watched.
    """

    z: Floats
    mark: Marks
    number: Marks


def patterns(
    cases: Grid,
    pairs: Pairs,
    exposure: Floats,
    graph: Graph,
    params: PatternParams | None = None,
    first: int = 0,
    *,
    public: frozenset[str] = frozenset(),
    valid: Floats | None = None,
) -> Patterns:
    """Classify every pair in every week from `first` on.

    Parameters
    ----------
    cases
        Cases by pair and week, shape (g, w).
    exposure
        Days on which each area was watched in each week, shape (areas, w).
    graph
        Which areas touch, in the order of `pairs.area_ids`.
    first
        The arrays that are returned begin with this week.
    public
        Categories that public channels observe: each of their weeks counts seven days everywhere.
    valid
        Days of each week on which there is the area, shape (areas, w); None: always seven.
    """
    params = params or PatternParams()
    weeks = cases.shape[1]
    begin = max(first - params.weeks + 1, 0)
    counts = trailing_sum(cases, params.trailing_weeks, begin)
    days = trailing_days(exposure, params.trailing_weeks, begin)
    watched = np.where(days >= params.watched_days, days, np.nan)
    always = np.full(exposure.shape, 7.0) if valid is None else valid
    always = trailing_days(always if public else exposure, params.trailing_weeks, begin)
    if valid is not None:
        always = np.where(always > 0, always, np.nan)
    weights = star_weights(graph.indptr, graph.indices)
    shape = (len(pairs), weeks - first)
    out = Patterns(np.empty(shape), np.empty(shape, np.int8), np.empty(shape, np.int8))
    for category in range(len(pairs.categories) if pairs.area_ids else 0):
        # an area without a single case has none: it is compared with, and tested, as any other
        mine = np.flatnonzero(pairs.category == category)
        whole = np.zeros(watched.shape)
        whole[pairs.area[mine]] = counts[mine]
        theirs = always if pairs.categories[category] in public else watched
        z = gi_star(weights, whole * _FOUR_WEEKS / theirs)
        mark = significant(z, params.false_discovery)
        place = pairs.area[mine]
        z, mark = z[place], mark[place]
        out.z[mine], out.mark[mine] = z[:, first - begin :], mark[:, first - begin :]
        out.number[mine] = classify(z, mark, params, first - begin)
    return out


def classify(z: Floats, mark: Marks, params: PatternParams | None = None, first: int = 0) -> Marks:
    """Return the class of each series at each week from `first` on, by the `weeks` up to it.

    Parameters
    ----------
    z, mark
        Gi* and whether it is significantly hot (1) or cold (−1); shape (k, w). NaN: not watched.
    first
        From which column on classes are asked for.

    Returns
    -------
    numbers
        In ``terms.PATTERNS``; −1 where the weeks up to it are too few, or too few of them were
        watched; shape (k, w − first).

    Notes
    -----
    With T the last week, h hot in it and f the share of hot weeks: *new* h_T, never before;
    *consecutive* a final run of two or more, none before it, f < .9; *intensifying*, *persistent*,
    *diminishing* h_T, f ≥ .9 and Gi* rises, does neither, falls; *oscillating* h_T, f < .9, cold
    before; *sporadic* h_T, f < .9 otherwise; *historical* not h_T, f ≥ .9. The same eight for cold,
    where a Gi* that falls intensifies.
    """
    params = params or PatternParams()
    weeks = params.weeks
    start = max(first, weeks - 1)
    out = np.full((len(z), z.shape[1] - first), UNKNOWN, dtype=np.int8)
    if start >= z.shape[1]:
        return out
    found = out[:, start - first :]
    _classify(
        np.ascontiguousarray(z), np.ascontiguousarray(mark), weeks, params.least_weeks, start, found
    )
    # a trend is asked for only of areas that were hot or cold nearly always: of few
    row, column = np.nonzero(found >= _TREND)
    place = (column + start - weeks + 1)[:, None] + np.arange(weeks)
    # values share weeks with those less than a window away, with others none
    trend = hamed_rao(z[row[:, None], place], params.trailing_weeks - 1)
    sure = trend.p < params.level
    base = found[row, column] - _TREND
    up = np.where(base == 0, trend.s > 0, trend.s < 0)
    which = np.where(sure & up, _INTENSIFYING, np.where(sure, _DIMINISHING, _PERSISTENT))
    found[row, column] = base + which
    return out


@njit(cache=True)
def _classify(
    z: Floats, mark: Marks, weeks: int, least: int, start: int, out: Marks
) -> None:  # pragma: no cover (compiled)
    for row in range(len(z)):
        hot, cold, known = 0, 0, 0
        for week in range(max(start - weeks + 1, 0), z.shape[1]):
            if not np.isnan(z[row, week]):
                known += 1
                hot += mark[row, week] == 1
                cold += mark[row, week] == -1
            if week < start:
                continue
            oldest = week - weeks
            if oldest >= max(start - weeks + 1, 0) and not np.isnan(z[row, oldest]):
                known -= 1
                hot -= mark[row, oldest] == 1
                cold -= mark[row, oldest] == -1
            if known < least or np.isnan(z[row, week]):
                continue
            now = mark[row, week]
            if now == 1 or (now == 0 and 10 * hot >= 9 * known):
                side, mine, other, kinds = 1, hot, cold, 0
            elif now == -1 or 10 * cold >= 9 * known:
                side, mine, other, kinds = -1, cold, hot, _KINDS
            else:
                out[row, week - start] = _NONE
                continue
            kind = _of_one_side(z[row], mark[row], side, mine, other, known, week, weeks)
            out[row, week - start] = kind + kinds


@njit(cache=True)
def _of_one_side(
    z: Floats, mark: Marks, side: int, mine: int, other: int, known: int, week: int, weeks: int
) -> int:  # pragma: no cover (compiled)
    """Return the class of a series that is, or nearly always was, on a `side`."""
    if mark[week] != side:
        return _HISTORICAL
    if mine == 1:
        return _NEW
    if 10 * mine >= 9 * known:
        return _TREND
    run = 0
    for place in range(week, max(week - weeks, -1), -1):
        if np.isnan(z[place]):
            continue
        if mark[place] != side:
            break
        run += 1
    if run == mine:
        return _CONSECUTIVE
    return _OSCILLATING if other > 0 else _SPORADIC
