"""What crews and units would have had, had their fixes fared like others of their kind."""

import numpy as np
from scipy import special

from geo_service.measure import AnyInts, ByLength, Floats, Ints


def expected_by_category(
    spells: ByLength, category: Ints, categories: int, horizon: float
) -> Floats:
    """Return how many returns each spell lets one expect within its first days.

    `category` is that of each spell, -1 for none, shape (n,); `horizon` days, one of those of
    `spells`.

    Returns
    -------
    expected
        The cumulative hazard (Nelson–Aalen) of its category at the spell's end or the horizon,
        whichever comes first; shape (n,). Over a category they add up to its returns.
    """
    cut = spells.cut[spells.horizons.index(horizon)]
    order = spells.order[:cut]
    mine, event = category[order], spells.event[:cut]
    out = np.zeros(len(category))
    whole = np.zeros(categories + 1)
    for one in range(categories):
        places = np.flatnonzero(mine == one)
        at_risk = int((category == one).sum()) - np.arange(len(places))
        hazard = np.cumsum(event[places] / at_risk)
        out[order[places]] = hazard
        whole[one] = hazard[-1] if len(hazard) else 0.0
    long = np.ones(len(category), dtype=np.bool_)
    long[order] = False
    out[long] = whole[category[long]]
    return out


def factors(events: AnyInts, expected: Floats, *, drawn: bool) -> Floats:
    """Return by how much each group exceeds what is expected of it; 1 where nothing is.

    Where they are `drawn` together, by Marshall's estimate (1991): an area with few fixes stays
    near all areas.

    >>> factors(np.array([3, 1]), np.array([2.0, 2.0]), drawn=False).tolist()
    [1.5, 0.5]
    """
    some = expected > 0
    rate = np.divide(events, expected, out=np.ones(len(events)), where=some)
    if not drawn or not some.any():
        return rate
    total = expected[some].sum()
    mean = events[some].sum() / total
    spread = (expected[some] * (rate[some] - mean) ** 2).sum() / total
    between = max(0.0, spread - mean / (total / some.sum()))
    if between == 0.0:
        return np.where(some, mean, 1.0)
    with np.errstate(divide="ignore"):
        trust = between / (between + np.where(some, mean / expected, np.inf))
    return mean + (rate - mean) * trust


def ratio_interval(events: AnyInts, expected: Floats) -> tuple[Floats, Floats, Floats]:
    """Return observed by expected and its exact 95 % interval (Garwood 1936).

    >>> low, high = ratio_interval(np.array([10]), np.array([10.0]))[1:]
    >>> float(low[0].round(3)), float(high[0].round(3))
    (0.48, 1.839)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(events > 0, special.gammaincinv(np.maximum(events, 1), 0.025), 0.0)
        high = special.gammaincinv(events + 1.0, 0.975)
        return events / expected, low / expected, high / expected
