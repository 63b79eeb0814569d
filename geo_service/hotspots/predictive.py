"""How many cases four weeks lead one to expect, and how remarkable what came is.

One category at a time: an area's own history, the district's level now, the days on which
somebody looked; a negative binomial that is as wide as earlier periods were uneven.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from scipy import sparse

from geo_service.hotspots.counts import sums_before, trailing_days, trailing_sum
from geo_service.hotspots.params import HotspotParams
from geo_service.measure import Floats, Ints, Shorts

_USUAL_SPREAD = 0.3
_LEAST_SPREAD = 1e-3


class Predictive(NamedTuple):
    """Arrays of shape (areas, weeks), of one category.

    Parameters
    ----------
    cases
        Of the trailing weeks.
    mean
        What was to be expected.
    spread
        Variance of the area's own rate relative to its square, beyond chance.
    level
        The same of the district's level, which all areas share.
    """

    cases: Floats
    mean: Floats
    spread: Floats
    level: Floats

    def mid_p(self, which: Ints) -> Floats:
        """P(Y > y) + ½ P(Y = y) of these areas."""
        mean = self.mean[which]
        beyond = mean**2 * (self.spread[which] + self.level[which])
        return mid_p(self.cases[which], mean, beyond)

    def around(self, neighbours: sparse.csr_array, which: Ints) -> Floats:
        """Return the mid-P of these areas, each together with its neighbours."""
        whole = (neighbours + sparse.eye_array(neighbours.shape[0], format="csr"))[which]
        mean = whole @ self.mean
        beyond = whole @ (self.mean**2 * self.spread) + mean**2 * self.level[which]
        return mid_p(np.round(whole @ self.cases), mean, beyond)


class Exposure(NamedTuple):
    """Days on which somebody looked, summed as :func:`predict` asks for them.

    Parameters
    ----------
    trailing
        Of each week's trailing weeks; shape (areas, weeks).
    before
        Of all that lies before each week, and last of all; shape (areas, weeks + 1).
    """

    trailing: Floats
    before: Floats

    @classmethod
    def of(cls, days: Floats, params: HotspotParams) -> "Exposure":
        """Sum the days of each week; shape (areas, weeks)."""
        return cls(trailing_days(days, params.trailing_weeks), sums_before(days))


def predict(cases: Shorts, exposure: Exposure, params: HotspotParams, first: int = 0) -> Predictive:
    """Say what each area's trailing weeks lead one to expect, of the past alone.

    Parameters
    ----------
    cases
        Of one category by area and week, all areas; shape (areas, weeks).
    exposure
        Days on which somebody looked.
    first
        The arrays that are returned begin with this week.

    Returns
    -------
    predictive
        NaN in weeks whose history is too short.

    Notes
    -----
    Rates of areas have a gamma prior with Marshall's moments (1991); h cases on e days make it
    Gamma(a + h, b + e). The district's level is what all other areas had, compared with their
    history, leaning towards no change. Over-dispersion by moments over earlier periods of the
    same length, all areas together.
    """
    n, weeks = params.trailing_weeks, cases.shape[1]
    sums = np.ascontiguousarray(trailing_sum(cases, n), dtype=np.float64)
    days, day_total = exposure
    case_total = sums_before(cases)
    stop = np.maximum(np.arange(first, weeks) + 1 - n, 0)
    start = np.maximum(stop - params.history_weeks, 0)
    history = case_total[:, stop] - case_total[:, start]
    watched = day_total[:, stop] - day_total[:, start]

    rate, spread = _prior(history, watched)
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = 1 / spread, 1 / (rate * spread)
        other_rate = (history.sum(axis=0) - history) / (watched.sum(axis=0) - watched)
    other_rate = np.where(np.isfinite(other_rate), other_rate, 0.0)
    now, now_days = sums[:, first:], days[:, first:]
    others = np.maximum(now.sum(axis=0) - now, 0) + params.level_cases
    level = others / (other_rate * (now_days.sum(axis=0) - now_days) + params.level_cases)
    whole = sums.sum(axis=0), days.sum(axis=0)
    lean = float(params.level_cases)
    dispersion = _dispersion(sums, days, *whole, history, other_rate, start, stop, n, lean)
    periods = np.maximum((stop - start) / n, 1.0)
    with np.errstate(invalid="ignore"):
        mean = now_days * level * (a + history) / (b + watched)
    # history that is uneven in itself says less about the rate
    own = 1 / (a + history) + dispersion * (1 + 1 / periods)
    short = (stop - start) < params.least_history_weeks
    mean = np.where(np.isfinite(mean), mean, 0.0)
    mean[:, short] = np.nan
    return Predictive(now, mean, own, 1 / others)


def _prior(history: Floats, watched: Floats) -> tuple[Floats, Floats]:
    """Return Marshall's mean rate, and the variance of rates relative to its square."""
    areas = np.maximum((watched > 0).sum(axis=0), 1)
    total = np.maximum(watched.sum(axis=0), 1e-12)
    mean = history.sum(axis=0) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.where(watched > 0, history / watched, 0.0)
        between = (watched * (rates - mean) ** 2).sum(axis=0) / total - mean / (total / areas)
        spread = np.where(mean > 0, between / mean**2, 1.0)
    return mean, np.maximum(spread, _LEAST_SPREAD)


@njit(cache=True)
def _dispersion(
    sums: Floats,
    days: Floats,
    all_sums: Floats,
    all_days: Floats,
    history: Floats,
    other_rate: Floats,
    start: Ints,
    stop: Ints,
    n: int,
    lean: float,
) -> Floats:
    """Return the variance of a period's cases beyond chance, relative to the squared mean."""
    areas, weeks = history.shape
    out = np.zeros(weeks)
    for t in range(weeks):
        low, high = start[t] + n - 1, stop[t]
        periods = high - low
        if periods < 2:
            continue
        kept = 1.0 - n / (stop[t] - start[t])
        if kept <= 0:
            continue
        above, below = 0.0, 0.0
        for i in range(areas):
            h = history[i, t]
            if h < 2:
                continue
            sy = syy = sw = sww = syw = 0.0
            for u in range(low, high):
                y, d = sums[i, u], days[i, u]
                others = other_rate[i, t] * (all_days[u] - d)
                w = d * (all_sums[u] - y + lean) / (others + lean)
                sy += y
                sw += w
                syy += y * y
                sww += w * w
                syw += y * w
            if sw <= 0:
                continue
            ratio = sy / sw
            residual = syy - 2 * ratio * syw + ratio * ratio * sww
            # busy areas tell more, but not in proportion: there unevenness itself is the noise
            weight = 1.0 / (1.0 + _USUAL_SPREAD * sy / periods) ** 2
            above += weight * (residual / kept - sy)
            below += weight * ratio * ratio * sww * (h - 1) / h
        if below > 0:
            out[t] = max(above / below, 0.0)
    return out


def mid_p(cases: Floats, mean: Floats, beyond: Floats) -> Floats:
    """Return P(Y > y) + ½ P(Y = y), Y negative binomial; NaN where the mean is.

    Parameters
    ----------
    cases
        y, whole numbers; shape (a, w), as the others.
    mean
        Of Y, not negative; where it is 0 nothing could come and nothing is remarkable: 1.
    beyond
        Variance of Y less its mean.

    >>> y, mean = np.array([[0.0]]), np.array([[2.0]])
    >>> float(mid_p(y, mean, np.array([[2.0]]))[0, 0].round(6))
    0.875
    """
    out = np.empty(cases.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        shape = np.where(beyond > 0, mean**2 / beyond, np.inf)
    _mid_p(cases.ravel(), np.ascontiguousarray(mean).ravel(), shape.ravel(), out.reshape(-1))
    return out


@njit(cache=True)
def _mid_p(cases: Floats, mean: Floats, shape: Floats, out: Floats) -> None:
    for k in range(len(cases)):
        y, mu, s = cases[k], mean[k], min(shape[k], 1e9)
        if not mu > 0:
            out[k] = mu if mu != mu else 1.0
            continue
        none = -s * math.log1p(mu / s)
        if y == 0:
            out[k] = 1.0 - math.exp(none) / 2
            continue
        ratio = mu / (mu + s)
        # lgamma(s + y) − lgamma(s) loses its digits where s is large: there it is a sum
        rising = 0.0
        if s > 1e4 and y < 1e4:
            for j in range(int(y)):
                rising += math.log1p(j / s)
            rising += y * math.log(s)
        else:
            rising = math.lgamma(s + y) - math.lgamma(s)
        here = math.exp(none + rising - math.lgamma(y + 1) + y * math.log(ratio))
        total, term, j = here / 2, here, y
        if y > mu:
            while term > 1e-17 * total and term > 0:
                term *= (s + j) / (j + 1) * ratio
                j += 1
                total += term
            out[k] = total
        else:
            while j > 0 and term > 1e-17 * total:
                term *= j / ((s + j - 1) * ratio)
                j -= 1
                total += term
            out[k] = max(1.0 - total, 0.0)
