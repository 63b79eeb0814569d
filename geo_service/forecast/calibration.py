"""What came where so much was expected: least squares trial by trial, and a rising curve."""

from typing import NamedTuple

import numpy as np

from geo_service.forecast.past import Narrow
from geo_service.measure import Flags, Floats, Shorts

_LEAST_CAME, _GROUPS = 20, 8
_LOWEST, _FINE, _BINS = -12.0, 24, 400


class Sums(NamedTuple):
    """Of each trial what least squares ask for: XᵀWX, XᵀWy, the sums of X and y; shape (t, …)."""

    known: Flags
    square: Floats
    both: Floats
    said: Floats
    came: Floats

    @classmethod
    def of(cls, grids: tuple[Floats | Narrow, ...], came: Shorts) -> "Sums":
        """Sum up over areas; `grids` and `came` have the shape (areas, t)."""
        known = np.asarray(~np.isnan(grids[0]).all(axis=0))
        x = [np.nan_to_num(grid).astype(np.float64) for grid in grids]
        # the spread of a count grows with its mean
        weight = 1 / (sum(x) / len(x) + 0.01)
        square = np.array([[(weight * a * b).sum(axis=0) for b in x] for a in x])
        both = np.array([(weight * came * a).sum(axis=0) for a in x])
        said = np.array([a.sum(axis=0) for a in x])
        return cls(known, np.moveaxis(square, 2, 0), both.T, said.T, came.sum(axis=0) * 1.0)


def bins_of(expected: Floats, came: Shorts) -> Floats:
    """Return areas, their expected and come sums by bins of what was expected; shape (3, bins)."""
    some = expected > 0
    x, y = expected[some], came[some]
    place = np.clip((np.log(x) - _LOWEST) * _FINE, 0, _BINS - 1).astype(np.int64)
    return np.array([np.bincount(place, one, _BINS) for one in (np.ones(len(x)), x, y)])


def curve_of(bins: Floats) -> tuple[Floats, Floats] | None:
    """Return what came, group by group of equal expected sums, as points of a rising curve.

    Parameters
    ----------
    bins
        As :func:`bins_of` gives them, trials added up by what they count; shape (3, bins).

    Returns
    -------
    points
        Logarithms of what was expected of an area in each group, and of what came; None where too
        little did.
    """
    if bins[2].sum() < _LEAST_CAME * _GROUPS:
        return None
    middle = np.cumsum(bins[1]) - bins[1] / 2
    group = np.minimum((middle * _GROUPS / bins[1].sum()).astype(np.int64), _GROUPS - 1)
    sums = np.array([np.bincount(group, one, _GROUPS) for one in bins])
    sums = sums[:, sums[0] > 0]
    said, rose = sums[1] / sums[0], np.maximum.accumulate(np.maximum(sums[2], 1) / sums[0])
    return np.log(said), np.log(rose)


def bent(expected: Floats, curve: tuple[Floats, Floats] | None) -> Floats:
    """Return what comes where so much is expected; beyond the curve in the ratio of its ends."""
    if curve is None:
        return expected
    said, rose = curve
    with np.errstate(divide="ignore"):
        at = np.log(expected)
        ratio = np.interp(at, said, rose - said)
    return np.where(expected > 0, expected * np.exp(ratio), 0.0)
