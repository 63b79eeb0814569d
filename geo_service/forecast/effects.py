"""Did the clean-up work? What came, beside what was to be expected had nothing been done.

The worst places get better by themselves: what is expected is not what came before. It is an
exponential average drawn towards all areas, times what the areas that were left alone did at the
same time; and how far that is wrong is learnt from areas that looked the same at earlier times.
Where a coin decided who was served, the draw alone tells the effect, whatever places are like.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import special

from geo_service.measure import Flags, Floats, Ints, Shorts

_LEAST_SPREAD = 0.6
"""A season's spread is taken as at least so much of that of all times: it rests on few."""


@dataclass(frozen=True)
class EffectParams:
    """Lengths and weights.

    Parameters
    ----------
    half_life
        Weeks after which a week counts half.
    recent_weeks
        Areas look the same that had as many cases in so many last weeks.
    back_weeks, step_weeks
        Earlier times that are looked at: so far back, so far apart.
    least_weeks, least_times
        History before each time, and earlier times that are needed to say anything.
    season_weeks
        An earlier time of another season counts less: after so many weeks by e.
    """

    half_life: float = 13.0
    recent_weeks: int = 4
    back_weeks: int = 60
    step_weeks: int = 2
    least_weeks: int = 26
    least_times: int = 8
    season_weeks: float = 8.0


class Effect(NamedTuple):
    """Cases of some areas in some weeks.

    Parameters
    ----------
    observed
        Cases that came.
    expected
        Cases to be expected had nothing been done.
    change, low, high
        `observed` by `expected` less one, with its 95 % interval; NaN where the past is too short.
    before
        Cases of as many weeks before, never to be told alone.
    times
        Earlier times at which areas that looked the same were left alone.
    weekly
        What was expected of each week.
    """

    observed: int
    expected: float
    change: float
    low: float
    high: float
    before: int
    times: int
    weekly: Floats


class Expecter:
    """What each area leads one to expect at the end of each week, of that week and earlier ones.

    Parameters
    ----------
    cases
        Of each area and week; shape (areas, weeks).
    begun
        The first week of the record: those before it say nothing.
    """

    def __init__(self, cases: Shorts, begun: int = 0, params: EffectParams | None = None) -> None:
        self.params = params = params or EffectParams()
        self.begun, self.cases = begun, cases
        areas, weeks = cases.shape
        keep = 0.5 ** (1 / params.half_life)
        self._sums = np.zeros((areas, weeks + 1))
        np.cumsum(cases, axis=1, out=self._sums[:, 1:])
        self._mean, self._level = np.zeros((areas, weeks + 1)), np.zeros(weeks + 1)
        self._mass = np.zeros(weeks + 1)
        weight = squares = 0.0
        for week in range(begun, weeks):
            self._mean[:, week + 1] = self._mean[:, week] * keep + cases[:, week]
            self._level[week + 1] = self._level[week] * keep + cases[:, week].mean()
            weight, squares = weight * keep + 1, squares * keep**2 + 1
            self._mass[week + 1] = weight / squares

    def rates(self, at: int) -> Floats:
        """Return each area's rate in multiples of the mean area's, before week `at`.

        Gamma–Poisson: Marshall's moments (1991) of exponentially weighted counts.
        """
        level = self._level[at]
        if level <= 0:
            return np.ones(len(self._mean))
        own = self._mean[:, at] / level
        expected = level * self._mass[at]
        between = max(float(((own - 1) ** 2).mean()) - 1 / expected, 1e-3)
        return np.asarray(1 + (own - 1) * between / (between + 1 / expected))

    def came(self, first: int, last: int) -> Floats:
        """Return the cases of each area in weeks from `first` up to `last`."""
        return np.asarray(self._sums[:, last] - self._sums[:, first])

    def order(self, at: int) -> Ints:
        """Return the areas, those that look worst before week `at` first."""
        recent = self.came(max(at - self.params.recent_weeks, 0), at)
        return np.lexsort((np.arange(len(recent)), -self._mean[:, at], -recent))

    def ratio(self, which: Ints, first: int, last: int, control: Flags) -> tuple[float, float]:
        """Return cases of some areas, and those expected by the level of the control areas."""
        rates, came = self.rates(first), self.came(first, last)
        level = came[control].sum() / max(rates[control].sum(), 1e-9)
        return float(came[which].sum()), float(rates[which].sum() * level)

    def effect(self, treated: Flags, first: int, last: int, beside: Flags | None = None) -> Effect:
        """Compare what came in weeks from `first` up to `last` with what was to be expected.

        Parameters
        ----------
        treated
            The areas that are asked for; shape (areas,).
        beside
            Further areas that are no control: where problems may have been displaced to.

        Notes
        -----
        At earlier times areas with the ranks of the treated ones are asked the same question:
        nothing was done there, so the mean of their ratios is the error of the method, and their
        spread that of the answer. Half a case is added to both of each ratio.
        """
        params, which = self.params, np.flatnonzero(treated)
        control = ~treated if beside is None else ~(treated | beside)
        length = last - first
        observed, expected = self.ratio(which, first, last, control)
        before = int(self.came(max(first - length, 0), first)[which].sum())
        place = np.flatnonzero(treated[self.order(first)])
        earliest = max(first - length - params.back_weeks, self.begun + params.least_weeks)
        times = np.arange(first - length, earliest - 1, -params.step_weeks)
        nothing = np.full(length, np.nan)
        unknown = Effect(int(observed), np.nan, np.nan, np.nan, np.nan, before, 0, nothing)
        if len(times) < params.least_times or not len(which) or not control.any():
            return unknown
        ratios = np.empty(len(times))
        for number, at in enumerate(times.tolist()):
            alike = self.order(at)[place]
            alone = np.ones(len(treated), dtype=np.bool_)
            alone[alike] = False
            came, due = self.ratio(alike, at, at + length, alone)
            ratios[number] = (came + 0.5) / (due + 0.5)
        apart = (first - times) % 52
        weight = np.exp(-np.minimum(apart, 52 - apart) / params.season_weeks)
        weight /= weight.sum()
        logs = np.log(ratios)
        spread = np.sqrt((weight * (logs - weight @ logs) ** 2).sum())
        # times that overlap are fewer than they look
        count = max(1 / (weight**2).sum() * params.step_weeks / max(length, params.step_weeks), 1.0)
        width = 2.0 * max(spread, _LEAST_SPREAD * logs.std(ddof=1)) * np.sqrt(1 + 1 / count)
        off = float(weight @ ratios)
        expected *= off
        change = np.log((observed + 0.5) / (expected + 0.5))
        rates, level = self.rates(first), self.cases[control, first:last].sum(axis=0)
        weekly = rates[which].sum() * off * level / max(rates[control].sum(), 1e-9)
        return Effect(
            int(observed),
            expected,
            observed / expected - 1 if expected > 0 else np.nan,
            float(np.exp(change - width) - 1),
            float(np.exp(change + width) - 1),
            before,
            len(times),
            weekly,
        )


@dataclass(frozen=True)
class TrialEffect:
    """What a draw shows.

    Parameters
    ----------
    drawn, others
        Place-weeks that were drawn, and those that were not.
    cases_drawn, cases_others
        Cases there.
    difference, difference_low, difference_high
        Cases a place-week, drawn less others, with its 95 % interval.
    change, low, high
        The same as a share of what the others had; NaN where these had none.
    """

    drawn: int
    others: int
    cases_drawn: int
    cases_others: int
    difference: float
    difference_low: float
    difference_high: float
    change: float
    low: float
    high: float


def draw(size: int, k: int, weeks: int, seed: int) -> Flags:
    """Draw `k` of `size` places for each week, each place as likely as any; (weeks, size)."""
    rng = np.random.default_rng(seed)
    out = np.zeros((weeks, size), dtype=np.bool_)
    for week in out:
        week[rng.choice(size, k, replace=False)] = True
    return out


def trial_effect(cases: Shorts, drawn: Flags) -> TrialEffect:
    """Estimate what being drawn changed.

    Parameters
    ----------
    cases
        Of each place in each week, shape (weeks, places).
    drawn
        Who was drawn for the week, likewise; each week at least two and not all but one.

    Notes
    -----
    Each week is a stratum of its own: the mean of its difference in means, weeks alike, with
    Neyman's variance Σ (s₁²/n₁ + s₀²/n₀) / weeks², which a constant effect makes exact and any
    other too wide. The ratio by Fieller's theorem: means of drawn and others are independent.
    """
    weeks, size = cases.shape
    y = cases.astype(np.float64)
    n1 = drawn.sum(axis=1)
    means, spreads = [], []
    for which, n in ((drawn, n1), (~drawn, size - n1)):
        mean = (y * which).sum(axis=1) / n
        spread = (((y - mean[:, np.newaxis]) ** 2) * which).sum(axis=1) / np.maximum(n - 1, 1) / n
        means.append(mean.mean())
        spreads.append(spread.sum() / weeks**2)
    one, zero = (float(mean) for mean in means)
    var1, var0 = (float(spread) for spread in spreads)
    t = float(special.stdtrit(max(weeks * (size - 2), 1), 0.975))
    width = t * float(np.sqrt(var1 + var0))
    low, high = _fieller(one, zero, var1, var0, t)
    count = int(drawn.sum())
    came = int(cases[drawn].sum())
    difference = one - zero
    return TrialEffect(
        count,
        drawn.size - count,
        came,
        int(cases.sum()) - came,
        difference,
        difference - width,
        difference + width,
        one / zero - 1 if zero > 0 else np.nan,
        low - 1,
        high - 1,
    )


def _fieller(one: float, zero: float, var1: float, var0: float, t: float) -> tuple[float, float]:
    """Return the interval of ``one / zero``; NaN where it would be unbounded."""
    a = zero**2 - t**2 * var0
    inside = (one * zero) ** 2 - a * (one**2 - t**2 * var1)
    if a <= 0 or inside < 0:
        return np.nan, np.nan
    roots: Floats = (one * zero + np.array([-1.0, 1.0]) * np.sqrt(inside)) / a
    return float(roots[0]), float(roots[1])
