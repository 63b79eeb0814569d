"""How often something that comes back comes back: the mean cumulative function of many sites."""

from typing import NamedTuple

import numpy as np
from numba import njit
from scipy import special

from geo_service.measure.array_types import Flags, Floats, Ints


class Returns(NamedTuple):
    """One entry a group.

    Parameters
    ----------
    sites, events
        How many are watched at all, and what happened to them by the day asked for.
    mean, low, high
        Mean number of events of a site by that day, NaN without sites; its 95 % interval, NaN
        without events and for a single site.
    """

    sites: Ints
    events: Ints
    mean: Floats
    low: Floats
    high: Floats


class Watched(NamedTuple):
    """Sites and what happened to them, in the order of time.

    Parameters
    ----------
    day
        Of each event, and of each end of watching; an end after an event of the same day.
    site
        Whose it is.
    event
        Whether it is an event.
    followed
        For how many days each site is watched; shape (sites,).
    """

    day: Floats
    site: Ints
    event: Flags
    followed: Floats


def watched_sites(followed: Floats, site: Ints, day: Floats) -> Watched:
    """Put events and ends of watching in order.

    Each site is watched for so many days, shape (sites,). `site` and `day` are those of each event:
    whose it is, and how many days after the site's beginning; one after the end of watching is
    none.
    """
    seen = day <= followed[site]
    days = np.concatenate([day[seen], followed])
    whose = np.concatenate([site[seen], np.arange(len(followed))]).astype(np.int64)
    order = np.argsort(days, kind="stable")
    return Watched(days[order], whose[order], order < int(seen.sum()), followed)


def mean_returns(watched: Watched, group: Ints, groups: int, at: float) -> Returns:
    """Return the mean cumulative function of each group at a day.

    Parameters
    ----------
    group
        Of each site, -1 for none.
    at
        Days.

    Notes
    -----
    Nelson (1995): Σ dN/Y over sites at risk. Variance by Lawless and Nadeau (1995), each site's
    whole history one observation: Σ over sites of (∫ dN/Y − ∫ at risk dM/Y)². Interval on the
    logarithm; as the variance itself comes from that many sites, it is theirs − 1 that divides,
    and Student's t.

    >>> two = watched_sites(np.array([10.0, 4.0]), np.array([0, 0, 1]), np.array([2.0, 6.0, 3.0]))
    >>> mean_returns(two, np.zeros(2, dtype=np.int64), 1, 10).mean.tolist()
    [2.0]
    """
    sites = np.bincount(group + 1, minlength=groups + 1)[1:].astype(np.int64)
    events, mean, variance = _walk(
        watched.day, watched.site, watched.event, group, sites.astype(np.float64), at
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        free = np.where(sites > 1, sites - 1.0, np.nan)
        times = special.stdtrit(free, 0.975) * np.sqrt(sites / free)
        wide = np.where(mean > 0, np.exp(times * np.sqrt(variance) / mean), np.nan)
    mean = np.where(sites > 0, mean, np.nan)
    return Returns(sites, events, mean, mean / wide, mean * wide)


@njit(cache=True)
def _walk(
    day: Floats, site: Ints, event: Flags, group: Ints, left: Floats, at: float
) -> tuple[Ints, Floats, Floats]:  # pragma: no cover (compiled)
    groups = len(left)
    events, mean, variance = np.zeros(groups, np.int64), np.zeros(groups), np.zeros(groups)
    square = np.zeros(groups)
    own = np.zeros(len(group))
    gone = np.zeros(len(group), np.bool_)
    for i in range(len(day)):
        if day[i] > at:
            break
        one = site[i]
        g = group[one]
        if g < 0:
            continue
        if event[i]:
            events[g] += 1
            mean[g] += 1.0 / left[g]
            square[g] += 1.0 / (left[g] * left[g])
            own[one] += 1.0 / left[g]
        else:
            own[one] -= square[g]
            gone[one] = True
            left[g] -= 1.0
    for one in range(len(group)):
        if group[one] >= 0:
            rest = own[one] if gone[one] else own[one] - square[group[one]]
            variance[group[one]] += rest * rest
    return events, mean, variance
