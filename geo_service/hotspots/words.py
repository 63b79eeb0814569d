"""The four words a supervisor reads: new, lasting, growing, easing; else none.

A score test on counts: given how many cases an area had in half a year, do they lie later, or
sooner, than if it had only followed the district? The words of a week look at no later one.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from geo_service.hotspots.counts import Grid, trailing_sum
from geo_service.measure import Flags, Floats, Pairs, Shorts, benjamini_hochberg

NONE, NEW, LASTING, GROWING, EASING = -1, 0, 1, 2, 3
"""In ``terms.PATTERN_WORDS``; −1 is no word."""

_USUAL_SPREAD, _LEAST_LEVEL = 0.3, 0.05
_LEAN = 1.0
"""The district's level of a week leans towards that of all weeks as if one case said so."""
_LEAST_SPREAD = 1e-3
_REMARKABLE = 1.0
"""Below this score no exact test is significant either."""


@dataclass(frozen=True)
class WordParams:
    """Lengths and levels.

    Parameters
    ----------
    weeks
        Weeks whose counts make a word.
    least_weeks
        So many of these must have been watched.
    new_weeks
        An area is new that was hot in none of so many weeks before.
    least_cases
        With fewer in all weeks there is no slope to speak of: no test.
    exact_below
        With fewer cases the test is exact; with more they are nearly normal.
    false_discovery
        Share of false slopes among those said, in each direction.
    times, sure
        Lasting: the rate is above so many times the level, as surely.
    """

    weeks: int = 26
    least_weeks: int = 20
    new_weeks: int = 22
    least_cases: int = 4
    exact_below: int = 10
    false_discovery: float = 0.05
    times: float = 1.5
    sure: float = 0.95


class Slope(NamedTuple):
    """One entry an area, shape (areas,); NaN where there is no test.

    Parameters
    ----------
    z
        Score of a log-linear slope beside the district's, by its standard deviation.
    rising, falling
        One-sided p.
    """

    z: Floats
    rising: Floats
    falling: Floats


def slope(
    cases: Shorts,
    days: Floats,
    params: WordParams | None = None,
    all_days: Floats | None = None,
) -> Slope:
    """Test each area's weekly counts for a slope that the district has not.

    Parameters
    ----------
    cases
        Of one category, by area and week; shape (areas, weeks).
    days
        On which somebody looked; likewise. Cases of a week without any take no part.
    all_days
        Their sum by week over all areas, where those without a case are left out; None: they are
        not.

    Notes
    -----
    T = Σ y (s − m), s the weeks' numbers, m their mean under p_t ∝ days × the level of all other
    areas: the score of a log-linear slope, a multinomial given n = Σ y. Its variance is wider by
    the unevenness of weeks, by moments over all areas, each about its own slope; and by the noise
    of the level itself. Where the others had no case in any week the level is even.
    """
    params = params or WordParams()
    y = (cases * (days > 0)).astype(np.float64)
    weeks, each = y.shape[1], np.ones(y.shape[1])
    n = y @ each
    tested = (n >= params.least_cases) & ((days > 0) @ each >= params.least_weeks)
    out = Slope(*(np.full(len(y), np.nan) for _ in Slope._fields))
    all_cases = y.sum(axis=0)
    all_days = days.sum(axis=0) if all_days is None else all_days
    if not tested.any():
        return out
    y, days, n = y[tested], days[tested], n[tested]
    others, other_days = all_cases - y, all_days - days
    base = others.sum(axis=1, keepdims=True) / np.maximum(other_days.sum(1, keepdims=True), 1e-9)
    level = np.where(
        base > 0, (others * base + _LEAN * base) / np.maximum(other_days * base + _LEAN, 1e-9), 1.0
    )
    p = days * level
    p /= p.sum(axis=1, keepdims=True)
    s = np.arange(weeks) - (weeks - 1) / 2
    mean = p @ s
    away = s - mean[:, np.newaxis]
    by_chance = (p * away**2).sum(axis=1)
    score = (y * away).sum(axis=1)
    own = score / np.maximum(n * by_chance, 1e-9)
    mu = n[:, np.newaxis] * p * np.maximum(1 + own[:, np.newaxis] * away, _LEAST_LEVEL)
    mu *= (n / mu.sum(axis=1))[:, np.newaxis]
    # busy areas tell more, but not in proportion: there unevenness itself is the noise
    weight = 1 / (1 + _USUAL_SPREAD * n / weeks) ** 2
    beyond = ((y - mu) ** 2).sum(axis=1) * weeks / max(weeks - 2, 1) - n
    uneven = (weight * beyond).sum() / (weight * (mu**2).sum(axis=1)).sum()
    shared = np.where(base > 0, 1 / (others + _LEAN), 0.0) + max(uneven, 0.0)
    wider = ((n[:, np.newaxis] * p * away) ** 2 * shared).sum(axis=1)
    spread = np.sqrt(np.maximum(n * by_chance + wider, 1e-9))
    z = score / spread
    above, below = special.ndtr(-z), special.ndtr(z)
    few = np.flatnonzero((n < params.exact_below) & (np.abs(z) > _REMARKABLE))
    if len(few):
        # unevenness draws the score in by as much as it widens the normal one
        drawn = z[few] * np.sqrt(n * by_chance)[few]
        above[few], below[few] = _exact(p[few], n[few], mean[few], drawn)
    for array, found in zip(out, (z, above, below), strict=True):
        array[tested] = found
    return out


def _exact(p: Floats, n: Floats, mean: Floats, score: Floats) -> tuple[Floats, Floats]:
    """Return P(T ≥ score) and P(T ≤ score) of n cases that fall into weeks by p."""
    weeks, most = p.shape[1], int(n.max())
    size = (weeks - 1) * most + 1
    # the sum of n draws: a power of what one draw is, transformed
    one = np.fft.rfft(p, size, axis=1)
    pmf = np.fft.irfft(one ** n[:, np.newaxis], size, axis=1).clip(min=0)
    at = np.arange(size) - n[:, np.newaxis] * ((weeks - 1) / 2 + mean)[:, np.newaxis]
    asked = score[:, np.newaxis]
    return (
        np.minimum((pmf * (at >= asked - 1e-9)).sum(axis=1), 1.0),
        np.minimum((pmf * (at <= asked + 1e-9)).sum(axis=1), 1.0),
    )


def above_level(
    cases: Shorts,
    days: Floats,
    times: float,
    all_days: Floats | None = None,
    areas: int | None = None,
) -> Floats:
    """Return P(an area's rate > `times` × the district's), all weeks together; shape (areas,).

    Nought where nobody looked, and where the area's own rate is not above that. `all_days` and
    `areas`, how many somebody looked at, are of all areas where those without a case are left out.

    Notes
    -----
    Gamma–Poisson: rates of areas have a gamma prior with Marshall's moments (1991), mean one
    level.
    """
    y = (cases * (days > 0)).astype(np.float64)
    total = days.sum(axis=0) if all_days is None else all_days
    n, expected = y @ np.ones(y.shape[1]), days @ (y.sum(axis=0) / np.maximum(total, 1e-9))
    there = expected > 0
    out = np.zeros(len(y))
    if not there.any():
        return out
    count = int((days.sum(axis=1) > 0).sum()) if areas is None else areas
    # areas without a case are expected to have some: all that is expected is what came
    squares = float((n[there] ** 2 / expected[there]).sum())
    between = squares / n.sum() - 1 - count / n.sum()
    shape = 1 / max(between, _LEAST_SPREAD)
    some = there & (n > times * expected)
    out[some] = special.gammaincc(shape + n[some], times * (shape + expected[some]))
    return out


def words(
    cases: Grid,
    pairs: Pairs,
    exposure: Floats,
    hot: Flags,
    params: WordParams | None = None,
    first: int = 0,
    *,
    since: int = 0,
    public: frozenset[str] = frozenset(),
    valid: Floats | None = None,
) -> NDArray[np.int8]:
    """Return the word of each pair in each week from `first` on; shape (pairs, weeks − first).

    Parameters
    ----------
    cases
        Cases by pair and week, shape (pairs, weeks).
    exposure
        Days of each week on which each area was watched, shape (areas, weeks).
    hot
        The verdict of the last weeks of `cases`: of those from `first` on and of as many before
        as there are, at best ``new_weeks``; shape (pairs, k).
    since
        The first week that a log speaks of: a half-year that holds earlier ones counts each of its
        days, as days looked at and days on which a report could have come are not comparable.
    public
        Categories that public channels observe: each of their weeks counts seven days everywhere.
    valid
        Days of each week on which there is the area, shape (areas, weeks); None: always seven.

    Notes
    -----
    In order: *growing*, *easing* (Benjamini–Hochberg over all areas × categories of the week with
    a test, the sums over categories a family of their own), *new*, *lasting*.
    """
    params = params or WordParams()
    weeks, n = cases.shape[1], params.weeks
    out = np.full((len(pairs), weeks - first), NONE, np.int8)
    always = np.full(exposure.shape, 7.0) if valid is None else valid
    before = hot.shape[1] - out.shape[1]
    lately = trailing_sum(hot.astype(np.int32), params.new_weeks + 1)
    counts = trailing_sum(cases, n, first)
    for week in range(max(first, n - 1), weeks):
        half_year = slice(week - n + 1, week + 1)
        at, looked = week - first, exposure if half_year.start >= since else always
        now, p = np.full(len(pairs), NONE, np.int8), np.full((2, len(pairs)), np.nan)
        watched = {}
        for category, mine, place in pairs.by_category():
            some = counts[mine, at] > 0
            if not some.any():
                continue
            everywhere = category in public
            if everywhere not in watched:
                days = (always if everywhere else looked)[:, half_year]
                watched[everywhere] = days, days.sum(axis=0), int((days.sum(axis=1) > 0).sum())
            days, all_days, areas = watched[everywhere]
            which, own_days = mine[some], days[place[some]]
            own = cases[which, half_year]
            found = slope(own, own_days, params, all_days)
            p[:, which] = found.rising, found.falling
            sure = above_level(own, own_days, params.times, all_days, areas) > params.sure
            now[which[sure]] = LASTING
        if before + at >= params.new_weeks:
            now[hot[:, before + at] & (lately[:, before + at] == 1)] = NEW
        for word, one_sided in ((EASING, p[1]), (GROWING, p[0])):
            for family in (pairs.category == 0, pairs.category > 0):
                known = np.flatnonzero(family & np.isfinite(one_sided))
                if len(known):
                    q = benjamini_hochberg(one_sided[known])
                    now[known[q <= params.false_discovery]] = word
        out[:, at] = now
    return out
