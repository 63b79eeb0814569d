"""How many rebounds sites are good for by counting: a hazard by earlier cases and days at rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from geo_service.forecast.past import DAY_US, Narrow, Past
from geo_service.measure import Floats, Ints


@dataclass(frozen=True)
class RiskParams:
    """What turns the counting.

    Parameters
    ----------
    bands
        Days after a closing at which a band ends; the first begins with the closing.
    most_earlier
        From how many earlier cases on sites are one class.
    own_returns
        A category has a hazard of its own where so many of its sites came back.
    prior_returns, prior_daily
        Every class has seen so many returns more, in the days that this daily hazard takes.
    ahead
        Days in which a return is expected.
    closed_in
        Days in which a case that is open is taken to be closed.
    chronic, lately
        A site of so many earlier cases is told where it was closed within so many days.
    """

    bands: tuple[float, ...] = (3, 7, 14, 21, 28, 42, 56, 90)
    most_earlier: int = 4
    own_returns: int = 500
    prior_returns: float = 2
    prior_daily: float = 0.003
    ahead: float = 28
    closed_in: float = 14
    chronic: int = 4
    lately: float = 14


class AreaRisk(NamedTuple):
    """What sites are good for at week ends; shape (pairs, weeks) each, the others from `first` on.

    Parameters
    ----------
    rebounds
        Expected in the days ahead, the sum over the sites.
    chronic
        How many chronic sites were closed lately and are not back.
    third
        Cases of the four weeks before that are their site's third or a later one.
    overdue
        Open cases past their deadlines.
    """

    rebounds: Narrow
    chronic: Narrow
    third: Narrow
    overdue: Narrow


def overlap(begin: Floats, end: Floats, bands: tuple[float, ...]) -> Floats:
    """Return the days of each span that lie in each band; shape (n, bands).

    >>> overlap(np.array([1.0]), np.array([5.0]), (3, 7)).tolist()
    [[2.0, 2.0]]
    """
    last = np.array(bands)
    first = np.append(0.0, last[:-1])
    inside = np.minimum(end[:, None], last) - np.maximum(begin[:, None], first)
    return np.maximum(inside, 0.0)


def hazards(
    cases: Past, edges: Ints, params: RiskParams | None = None
) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Yield for each week the daily hazard as known at its end, with what it was counted from.

    Parameters
    ----------
    edges
        Beginnings of the weeks and the end of the last, microseconds; shape (w + 1,).

    Yields
    ------
    hazard, returns, days
        Of a category, a class of earlier cases and a band of days at rest: (returns + 2) / (days
        at risk + 2 / .003), shape (categories, classes, bands) each.
    """
    params = params or RiskParams()
    classes, bands = params.most_earlier + 1, params.bands
    shape = (int(cases.category.max(initial=-1)) + 1, classes, len(bands))
    returns, days, seen = np.zeros(shape), np.zeros(shape), np.zeros(shape[0])
    kind = cases.category * classes + np.minimum(cases.earlier, params.most_earlier)
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        since = start - int(bands[-1] * DAY_US)
        lived = (cases.closed < end) & (cases.closed > since) & (cases.back > start)
        some = np.flatnonzero(lived)
        began = np.maximum(start - cases.closed[some], 0) / DAY_US
        ended = (np.minimum(end, cases.back[some]) - cases.closed[some]) / DAY_US
        inside = overlap(began, ended, bands)
        for band in range(len(bands)):
            flat = np.bincount(kind[some], inside[:, band], shape[0] * classes)
            days[:, :, band] += flat.reshape(shape[:2])
        came = cases.back[some] < end
        band = np.searchsorted(np.array(bands), ended[came], side="right")
        place = kind[some][came][band < len(bands)] * len(bands) + band[band < len(bands)]
        returns += np.bincount(place, minlength=returns.size).reshape(shape)
        seen += np.bincount(cases.category[some][came], minlength=shape[0])
        own = (seen >= params.own_returns)[:, None, None]
        counted = np.where(own, returns, returns.sum(0)) + params.prior_returns
        watched = np.where(own, days, days.sum(0)) + params.prior_returns / params.prior_daily
        yield counted / watched, returns, days


def site_chances(
    cases: Past, which: Ints, at: int, hazard: Floats, params: RiskParams | None = None
) -> Floats:
    """Return the probability that each site is back in the days ahead; shape of `which`.

    ``1 − exp(−Σ hazard · days in the band)``; an open case is taken to be closed in a fortnight.

    Parameters
    ----------
    which
        Cases that are closed and not back, or open.
    at
        The moment, microseconds.
    hazard
        As known then, shape (categories, classes, bands).
    """
    params = params or RiskParams()
    age = (at - cases.closed[which]) / DAY_US
    rests = cases.closed[which] < at
    begin = np.where(rests, age, 0.0)
    end = np.where(rests, age + params.ahead, params.ahead - params.closed_in)
    earlier = np.minimum(cases.earlier[which], params.most_earlier)
    rate = hazard[cases.category[which], earlier]
    return -np.expm1(-(rate * overlap(begin, end, params.bands)).sum(axis=1))


def area_risk(
    cases: Past, pairs: int, edges: Ints, first: int = 0, params: RiskParams | None = None
) -> AreaRisk:
    """Return what the sites of each pair are good for at each week's end.

    Parameters
    ----------
    pairs
        How many pairs there are.
    edges
        As for :func:`hazards`; nothing of after a week's end is in its figures.
    first
        From which week on others than `rebounds` are wanted.
    """
    params = params or RiskParams()
    weeks = len(edges) - 1
    wide = [weeks, *[weeks - first] * (len(AreaRisk._fields) - 1)]
    out = AreaRisk(*(np.zeros((pairs, one), dtype=np.float32) for one in wide))
    for week, (hazard, _, _) in enumerate(hazards(cases, edges, params)):
        at = int(edges[week + 1])
        rests = cases.resting(at - int(params.bands[-1] * DAY_US), at)
        open_ = cases.open_at(at)
        some = np.concatenate([rests, open_])
        chances = site_chances(cases, some, at, hazard, params)
        out.rebounds[:, week] = cases.counted(some, chances, pairs)
        if week < first:
            continue
        lately = cases.closed[rests] > at - params.lately * DAY_US
        told = {
            "chronic": rests[lately & (cases.earlier[rests] >= params.chronic)],
            "overdue": open_[cases.due[open_] < at],
            "third": np.flatnonzero(
                (cases.opened < at) & (cases.opened >= at - 28 * DAY_US) & (cases.earlier >= 2)
            ),
        }
        for name, which in told.items():
            getattr(out, name)[:, week - first] = cases.counted(which, None, pairs)
    return out
