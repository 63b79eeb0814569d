"""What the site model said week by week: of each closing, of each area, of the list to re-inspect.

A model is fitted at every 26th week of the calendar, on what was over by then, and says what comes
until the next one: so a week's figures are those that were known at its end, from run to run.
"""

from typing import NamedTuple

import numpy as np

from geo_service.forecast.past import DAY_US, NEVER, Narrow, Past
from geo_service.forecast.site_features import FEATURES, Surroundings
from geo_service.forecast.site_model import Moments, SiteModel, fit_sites, joined_moments
from geo_service.measure import Floats, Ints

REFIT_WEEKS, STEP, _LEARNED = 26, 4, 26
WATCHED_DAYS, AHEAD_DAYS = 90, 28
_BESIDE = [FEATURES.index("open_30"), FEATURES.index("open_100")]


class ClosingRisks(NamedTuple):
    """What was said of each closing; shape (n,) each, in the order of the closings.

    Parameters
    ----------
    case, at
        Number of the case, and when it was closed, microseconds.
    p30, p90
        That its site is back within so many days of the closing; NaN before there was a model.
    beside
        Open cases within 100 m then.
    """

    case: Ints
    at: Ints
    p30: Floats
    p90: Floats
    beside: Ints

    def remaining(self, which: Ints, at: int) -> Floats:
        """Return the probability of some that their sites are back by day 90 if not at a moment."""
        return remaining(self.p30[which], self.p90[which], (at - self.at[which]) / DAY_US)


def remaining(p30: Floats, p90: Floats, age: Floats) -> Floats:
    """Return the probability of a return by day 90, of sites that are not back after `age` days.

    Between the two horizons returns are taken to come evenly.

    >>> remaining(np.array([0.1]), np.array([0.4]), np.array([30.0])).round(3).tolist()
    [0.333]
    """
    passed = np.where(age < 30, p30 * age / 30, p30 + (p90 - p30) * (np.minimum(age, 90) - 30) / 60)
    return np.asarray(np.maximum(p90 - passed, 0) / np.maximum(1 - passed, 1e-9))


def closing_risks(around: Surroundings, edges: Ints, weeks: Ints) -> ClosingRisks:
    """Return what was said of each closing in the weeks, by the model fitted before its week.

    Parameters
    ----------
    edges
        Beginnings of the weeks and the end of the last, microseconds; shape (w + 1,).
    weeks
        Their numbers; shape (w,).
    """
    closed = around.past.closed
    case = np.flatnonzero((closed >= edges[0]) & (closed < edges[-1]))
    case = case[np.argsort(closed[case], kind="stable")]
    moments = Moments.of(around, case, closed[case])
    said = {days: np.full(len(case), np.nan) for days in (30, 90)}
    week = np.searchsorted(edges, moments.at, side="right") - 1
    fits = np.flatnonzero(weeks % REFIT_WEEKS == 0)
    for begin, end in zip(fits, np.append(fits, len(weeks))[1:], strict=True):
        mine = np.flatnonzero((week > begin) & (week <= end))
        for days, chances in said.items():
            model = fit_sites(moments, days, int(edges[begin + 1])) if len(mine) else None
            if model is not None:
                chances[mine] = model.chances(moments.take(mine))
    near = np.expm1(moments.features[:, _BESIDE]).sum(axis=1).round().astype(np.int64)
    return ClosingRisks(case, moments.at, said[30], np.maximum(said[90], said[30]), near)


def model_risk(
    around: Surroundings, pairs: int, edges: Ints, weeks: Ints, first: int = 0
) -> Narrow:
    """Return how many sites of each pair the model expects back in 28 days, at week ends.

    Returns
    -------
    risk
        Shape (pairs, weeks); NaN before there was a model, and in weeks before `first` that are
        no trial of a ranking.
    """
    out = np.full((pairs, len(weeks)), np.nan, dtype=np.float32)
    seen: dict[int, tuple[Ints, Moments]] = {}
    model: SiteModel | None = None
    for week in range(len(weeks)):
        trial, at = weeks[week] % STEP == 0, int(edges[week + 1])
        if trial or week >= first:
            which = np.concatenate(_watched(around.past, at))
            seen[week] = which, Moments.of(around, which, np.full(len(which), at))
        if weeks[week] % REFIT_WEEKS == 0:
            learned = [moments for one, (_, moments) in seen.items() if weeks[one] % STEP == 0]
            if learned:
                model = fit_sites(joined_moments(learned[-_LEARNED:]), AHEAD_DAYS, at)
        if week in seen and model is not None:
            which, moments = seen[week]
            out[:, week] = around.past.counted(which, model.chances(moments), pairs)
        if week in seen and not trial:
            del seen[week]
    return out


def _watched(past: Past, at: int) -> tuple[Ints, Ints]:
    return past.resting(at - WATCHED_DAYS * DAY_US, at), past.open_at(at)


def list_record(
    past: Past, risks: ClosingRisks, edges: Ints, weeks: Ints, first: int, trials: int = 26
) -> dict[str, int]:
    """Return how many of the sites that came back stood among the first of the list before.

    The list holds the sites closed in the 90 days before and not back, the likeliest first.

    Parameters
    ----------
    first
        How many of the list count.

    Returns
    -------
    record
        ``first trials caught back``: at each fourth week, of the sites of the list that were
        `back` in the next 28 days those `caught` by its first ones, all trials together.
    """
    ends = edges[1:][(weeks % STEP == 0) & (edges[1:] + AHEAD_DAYS * DAY_US <= edges[-1])]
    known = ~np.isnan(risks.p90)
    caught = back = count = 0
    for at in ends[::-1].tolist():
        rests = (risks.at < at) & (risks.at > at - WATCHED_DAYS * DAY_US)
        which = np.flatnonzero(rests & (past.back[risks.case] >= at) & known)
        if not len(which) or count == trials:
            break
        came = past.back[risks.case[which]] < min(at + AHEAD_DAYS * DAY_US, NEVER)
        top = np.argsort(-risks.remaining(which, at), kind="stable")[:first]
        caught, back, count = caught + int(came[top].sum()), back + int(came.sum()), count + 1
    return {"first": first, "trials": count, "caught": caught, "back": back}
