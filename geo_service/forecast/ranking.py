"""The order of the list: candidates, how each did on this district's past, and the one in use.

A candidate says of each area × category pair how many rebounds and new cases are expected in the
next 28 days; a pair ranks by rebounds + w × cases. All are tried at each fourth week of the past,
knowing what was known then, and what they would have put first is held against what came.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import nnls

from geo_service.forecast.calibration import Sums, bent, bins_of, curve_of
from geo_service.forecast.past import Narrow
from geo_service.forecast.signals import ewma
from geo_service.measure import Floats, Ints, Shorts

EWMA = "ewma"
"""The simple rule that the others have to beat."""

_Value = Callable[[Ints], Ints | Floats]
_TINY = 1e-9
_AS_SAID = np.array([1.0, 0.0, 0.0])


@dataclass(frozen=True)
class RankingParams:
    """What turns the order.

    Parameters
    ----------
    case_weight
        What a new case counts beside a rebound.
    half_lives
        Weeks; which one the average takes is chosen on the past.
    step
        Weeks between two trials, and weeks ahead that are looked at.
    trials, least_trials
        The latest so many are judged by; with fewer than the least the average ranks.
    first_places, first_share
        How much of the list counts as its beginning.
    fitted_half_life
        Weeks after which a past week counts half where expected rebounds are calibrated.
    samples
        Of the bootstrap.
    """

    case_weight: float = 0.1
    half_lives: tuple[float, ...] = (4, 8, 13, 26, 52)
    usual_half_life: float = 13
    step: int = 4
    trials: int = 26
    least_trials: int = 8
    first_places: int = 20
    first_share: float = 0.05
    fitted_half_life: float = 26
    samples: int = 2000


class Expected(NamedTuple):
    """What is expected of the next 28 days at week ends; shape (pairs, weeks) each.

    Parameters
    ----------
    rebounds, cases
        How many.
    order
        What a pair ranks by, rebounds + w × cases.
    """

    rebounds: Narrow
    cases: Narrow
    order: Narrow


class Ranking(NamedTuple):
    """What ranks at the last week's end, and how all did before.

    Parameters
    ----------
    expected
        Each week by the candidate that was best on the trials over by then.
    told
        What is kept of it: the candidate in use, its half-life, and a row a candidate.
    """

    expected: Expected
    told: dict[str, Any]


def rank_areas(
    cases: Shorts,
    rebounds: Shorts,
    risks: Mapping[str, Narrow],
    home: Ints,
    weeks: Ints,
    areas: int,
    first: int = 0,
    params: RankingParams | None = None,
) -> Ranking:
    """Try the candidates on the past, and rank each week by the best of those tried before it.

    Parameters
    ----------
    cases, rebounds
        New cases and rebounds of each pair and week; shape (pairs, w).
    risks
        By the candidate's name: what it expects of sites at each week's end, shape (pairs, w),
        NaN in weeks of which it says nothing.
    home
        The pair of each pair's area with all categories; shape (pairs,).
    weeks
        Numbers of the weeks, so that the trials stay where they are from run to run; shape (w,).
    areas
        How many areas there are.
    first
        The first week that is to be ranked.

    Returns
    -------
    ranking
        Its arrays begin with week `first`.
    """
    params = params or RankingParams()
    told = _Trials(cases, rebounds, risks, home, weeks, areas, params)
    weeks_ranked = range(first, cases.shape[1])
    shape = (len(cases), len(weeks_ranked))
    expected = Expected(*(np.empty(shape, dtype=np.float32) for _ in Expected._fields))
    for week in weeks_ranked:
        name = told.best(week)
        for grid, column in zip(expected, told.said(name, week), strict=True):
            grid[:, week - first] = column
    return Ranking(expected, told.record(cases.shape[1] - 1))


class _Trials:
    """All candidates at all trials; each week asks for those that were over by then."""

    def __init__(
        self,
        cases: Shorts,
        rebounds: Shorts,
        risks: Mapping[str, Narrow],
        home: Ints,
        weeks: Ints,
        areas: int,
        params: RankingParams,
    ) -> None:
        self.params, self.risks, self.home = params, risks, home
        self.whole = whole = np.flatnonzero(home == np.arange(len(home)))
        self.cases, self.rebounds = cases, rebounds
        self.means: dict[float, Floats] = {}
        self.sums = [grid[whole].sum(axis=0) for grid in (cases, rebounds)]
        self.returned = ewma(rebounds, params.usual_half_life) * params.step
        begun = np.flatnonzero(self.sums[1])
        first = int(begun[0]) if len(begun) else cases.shape[1]
        at = np.flatnonzero(weeks % params.step == 0)
        self.at = at[(at >= first) & (at + params.step < cases.shape[1])]
        self.counts = {what: _ahead(grid[whole], params.step) for what, grid in self._came()}
        self.most = [min(params.first_places, areas), max(round(areas * params.first_share), 1)]
        self.lives = {life: self._caught(ewma(cases[whole], life)) for life in params.half_lives}
        self.learned: dict[tuple[str, float], Sums] = {}
        self.fits: dict[tuple[str, int], Floats] = {}
        self.names = [EWMA, *risks]
        self.curves: dict[tuple[str, int], tuple[Floats, Floats] | None] = {}
        self.bins: dict[str, list[Floats]] = {name: [] for name in self.names}
        self.caught = {}
        for name in self.names:
            for week in self.at:
                came = self.counts["rebounds"][:, week]
                self.bins[name].append(bins_of(self._raw(name, week)[0][whole], came))
            self.caught[name] = self._caught_at([self.said(name, w)[2][whole] for w in self.at])

    def _came(self) -> list[tuple[str, Shorts]]:
        return [("rebounds", self.rebounds), ("cases", self.cases)]

    def _mean(self, life: float) -> Floats:
        """Return the average cases of four weeks at each week's end, made when first asked for."""
        if life not in self.means:
            self.means[life] = ewma(self.cases, life) * self.params.step
        return self.means[life]

    def over(self, week: int) -> Ints:
        """Return the numbers of the last trials whose weeks were over by the end of one."""
        return np.flatnonzero(self.at + self.params.step <= week)[-self.params.trials :]

    def _caught(self, order: Floats) -> Ints:
        return self._caught_at([order[:, week] for week in self.at])

    def _caught_at(self, orders: list[Floats]) -> Ints:
        """Return what fell on the first of each trial: (trials, rebounds|cases, places|share)."""
        out = np.zeros((len(self.at), 2, 2), dtype=np.int64)
        for trial, (week, order) in enumerate(zip(self.at, orders, strict=True)):
            first = np.argsort(-order, kind="stable")
            for what, came in enumerate(self.counts.values()):
                for part, most in enumerate(self.most):
                    out[trial, what, part] = came[first[:most], week].sum()
        return out

    def _value(self, caught: Ints) -> Floats:
        """Return what a trial's first share was worth: rebounds, and cases by their weight."""
        return caught[:, 0, 1] + self.params.case_weight * caught[:, 1, 1]

    def half_life(self, week: int) -> float:
        """Return the half-life whose average was worth most on the trials over by then."""
        over = self.over(week)
        if len(over) < self.params.least_trials:
            return self.params.usual_half_life
        return max(self.lives, key=lambda life: self._value(self.lives[life][over]).sum())

    def said(self, name: str, week: int) -> tuple[Floats, Floats, Floats]:
        """Return what a candidate expects at a week's end: rebounds, cases, and its order."""
        rebounds, cases = self._raw(name, week)
        area = rebounds[self.home]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(area > 0, bent(area, self._curve(name, week)) / area, 1.0)
        rebounds = rebounds * ratio
        return rebounds, cases, rebounds + self.params.case_weight * cases

    def _curve(self, name: str, week: int) -> tuple[Floats, Floats] | None:
        """Return how what came rose with what was expected on the trials over by then.

        A place where much is expected comes back more than once; a sum of chances does not see it.
        """
        over = self.over(week)
        key = name, int(over[-1]) if len(over) else -1
        if key not in self.curves:
            self.curves[key] = None
            if len(over) >= self.params.least_trials:
                bins = np.stack([self.bins[name][trial] for trial in over])
                self.curves[key] = curve_of(np.tensordot(self._age(over), bins, 1))
        return self.curves[key]

    def _raw(self, name: str, week: int) -> tuple[Floats, Floats]:
        """Return expected rebounds and cases before what came is held against them."""
        cases = self._mean(self.half_life(week))[:, week]
        if name == EWMA:
            past = slice(max(week - 51, 0), week + 1)
            came, back = (each[past].sum() for each in self.sums)
            rebounds = cases * (back / max(came, 1))
        else:
            known = (np.nan_to_num(self.risks[name][:, week]), cases, self.returned[:, week])
            weights = self._fit(name, week)
            rebounds = np.stack(known, axis=1).astype(np.float64) @ weights
        return rebounds, cases

    def _fit(self, name: str, week: int) -> Floats:
        """Return what sites' chances, new cases and earlier rebounds were worth in rebounds so far.

        Weighted non-negative least squares over areas and trials, the later ones counting more;
        then all are scaled so that the sums agree: the level moves with the seasons.
        """
        over = self.over(week)
        key = name, int(over[-1]) if len(over) else -1
        if key not in self.fits:
            self.fits[key] = self._fitted(name, over, week)
        return self.fits[key]

    def _age(self, over: Ints) -> Floats:
        """Return what each trial counts: the later ones more."""
        weeks = self.at[over[-1]] - self.at[over]
        return np.asarray(0.5 ** (weeks / self.params.fitted_half_life))

    def _fitted(self, name: str, over: Ints, week: int) -> Floats:
        key = name, self.half_life(week)
        if key not in self.learned:
            here = np.ix_(self.whole, self.at)
            grids = (self.risks[name][here], self._mean(key[1])[here], self.returned[here])
            self.learned[key] = Sums.of(grids, self.counts["rebounds"][:, self.at])
        sums = self.learned[key]
        over = over[sums.known[over]]
        if len(over) < 2:
            return _AS_SAID
        age = self._age(over)
        square, both, said, came = (np.tensordot(age, one[over], 1) for one in sums[1:])
        root = np.linalg.cholesky(square + np.eye(len(both)) * _TINY)
        found, _ = nnls(root.T, np.linalg.solve(root, both))
        expected = said @ found
        return found * came / expected if expected > 0 else _AS_SAID

    def best(self, week: int) -> str:
        """Return the candidate that ranks at a week's end: the average where none beats it."""
        over = self.over(week)
        if len(over) < self.params.least_trials:
            return EWMA
        others = {n: self._value(self.caught[n][over]).sum() for n in self.names[1:]}
        name = max(others, key=lambda one: others[one], default=EWMA)
        if name == EWMA or self._ahead_by(name, over, self._value)[1] <= 0:
            return EWMA
        return name

    def _ahead_by(self, name: str, over: Ints, value: _Value) -> tuple[float, float, float]:
        """Return by how much a candidate is ahead of the average, with its 95 % interval.

        In shares of all that came. A trial looks four weeks ahead and is a block of the bootstrap.
        """
        came = np.stack([self.counts[w][:, self.at[over]].sum(axis=0) for w in self.counts], 1)
        whole = value(np.repeat(came[:, :, None], 2, axis=2))
        gain = value(self.caught[name][over]) - value(self.caught[EWMA][over])
        drawn = np.random.default_rng(0).integers(0, len(over), (self.params.samples, len(over)))
        shares = gain[drawn].sum(axis=1) / np.maximum(whole[drawn].sum(axis=1), 1e-9)
        low, high = np.quantile(shares, (0.025, 0.975))
        return float(gain.sum() / max(whole.sum(), 1e-9)), float(low), float(high)

    def record(self, week: int) -> dict[str, Any]:
        """Return what is kept of the trials over by a week's end."""
        over, used = self.over(week), self.best(week)
        came = {what: int(grid[:, self.at[over]].sum()) for what, grid in self.counts.items()}
        rows = []
        for name in self.names:
            caught = self.caught[name][over].sum(axis=0)
            row: dict[str, Any] = {"ranking": name, "used": name == used, "trials": len(over)}
            for what, whole in enumerate(("rebounds", "cases")):
                row[whole] = came[whole]
                row |= {f"{whole}_{part}": int(caught[what, n]) for n, part in enumerate((20, 5))}
            ahead = (
                self._ahead_by(name, over, lambda one: one[:, 0, 1]) if len(over) else (0.0,) * 3
            )
            row["minus_ewma_5"] = [round(one, 4) for one in ahead]
            rows.append(row)
        return {
            "used": used,
            "half_life": self.half_life(week),
            "case_weight": self.params.case_weight,
            "rankings": rows,
        }


def _ahead(grid: Shorts, weeks: int) -> Shorts:
    """Return what came in the `weeks` after each week; less at the end."""
    total = np.zeros((len(grid), grid.shape[1] + weeks + 1), dtype=np.int64)
    np.cumsum(grid, axis=1, out=total[:, 1 : grid.shape[1] + 1])
    total[:, grid.shape[1] + 1 :] = total[:, grid.shape[1], None]
    now = np.arange(grid.shape[1]) + 1
    return (total[:, now + weeks] - total[:, now]).astype(np.int32)
