"""Gi*: where many cases lie close together, compared with the whole district.

Getis and Ord's statistic with an area itself among its neighbours, for many columns at once. It is
the analyst's: it says where cases concentrate, not whether there are more than an area's own past
leads one to expect.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse, special

from geo_service.measure import Floats, Shorts

Marks = NDArray[np.int8]

HOT, COLD = 1, -1


def star_weights(indptr: NDArray[Any], indices: NDArray[Any]) -> sparse.csr_array:
    """Return weights of one for an area and each of its neighbours.

    Parameters
    ----------
    indptr, indices
        The neighbours of area i are ``indices[indptr[i]:indptr[i + 1]]``; i may be among them.
    """
    areas = len(indptr) - 1
    ones = np.ones(len(indices))
    neighbours = sparse.csr_array((ones, indices, indptr), shape=(areas, areas))
    whole = (neighbours + sparse.eye_array(areas, format="csr")).tocsr()
    whole.data[:] = 1.0
    whole.sort_indices()
    return whole


def gi_star(weights: sparse.csr_array, values: Floats) -> Floats:
    """Return Gi* of each area in each column.

    Parameters
    ----------
    weights
        Of each area's neighbours, itself among them, none negative; shape (areas, areas).
    values
        Shape (areas, columns); an area whose value is NaN takes no part in that column.

    Returns
    -------
    z
        Shape (areas, columns); NaN where there is no value, and where there is nothing to compare:
        all values are equal, or all areas are neighbours.

    Notes
    -----
    (Σ_j w_ij y_j − ȳ W_i) / (s √[(n S1_i − W_i²)/(n − 1)]), W_i = Σ w, S1_i = Σ w², s the standard
    deviation of the population (Ord and Getis 1995). Multiplying a row of `weights` by a number
    changes nothing.
    """
    values = np.ascontiguousarray(values, dtype=np.float64)
    known = np.isfinite(values)
    if known.all():
        mean, spread = values.mean(axis=0), values.std(axis=0)
        total, squares = (np.asarray(one.sum(axis=1)) for one in (weights, weights.power(2)))
        width = _or_nan(len(values) * squares - total**2) / max(len(values) - 1, 1)
        scales = mean, 1 / _or_nan(spread, np.abs(mean)), total, 1 / np.sqrt(width)
        out = np.empty_like(values)
        _standardise(weights.indptr, weights.indices, weights.data, values, *scales, out)
        return out
    n = known.sum(axis=0).astype(np.float64)
    filled = np.where(known, values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = filled.sum(axis=0) / n
        spread = np.sqrt((np.where(known, values - mean, 0.0) ** 2).sum(axis=0) / n)
        total = weights @ known.astype(np.float64)
        squares = weights.power(2) @ known.astype(np.float64)
        scale = _or_nan(spread, np.abs(mean)) * np.sqrt(_or_nan(n * squares - total**2) / (n - 1))
        z = (weights @ filled - mean * total) / scale
    return np.where(known, z, np.nan)


def significant(z: Floats, false_discovery: float = 0.05) -> Marks:
    """Tell which areas are hot (1) or cold (−1), false discoveries held within each column.

    Parameters
    ----------
    z
        Shape (areas, columns).
    false_discovery
        Accepted share of areas among those called hot or cold that are neither.

    Notes
    -----
    Benjamini and Hochberg (1995) on two-sided p over the areas of a column that have a value.
    """
    areas, columns = z.shape
    enough = float(special.ndtri(1 - false_discovery / 2))
    # |z| that is asked of the largest k of n areas: the p of BH, read backwards
    share = np.arange(1, areas + 1) * false_discovery
    out = np.zeros(z.shape, dtype=np.int8)
    known = np.isfinite(z).sum(axis=0)
    with np.errstate(invalid="ignore"):
        for column in range(columns):
            mine = z[:, column]
            far = np.flatnonzero(np.abs(mine) >= enough)
            if len(far) == 0:
                continue
            size = np.abs(mine[far])
            p = np.sort(special.erfc(size / np.sqrt(2)))
            kept = np.flatnonzero(p <= share[: len(p)] / known[column])
            if len(kept):
                found = far[special.erfc(size / np.sqrt(2)) <= p[kept[-1]]]
                out[found, column] = np.where(mine[found] > 0, HOT, COLD)
    return out


def _or_nan(values: Floats, beside: Floats | float = 0.0) -> Floats:
    """Return `values`, NaN where they are nothing but rounding."""
    return np.where(values > 1e-12 * np.maximum(beside, 1e-12), values, np.nan)


@njit(cache=True, fastmath=False)
def _standardise(
    indptr: Shorts,
    indices: Shorts,
    data: Floats,
    values: Floats,
    mean: Floats,
    by_spread: Floats,
    total: Floats,
    by_width: Floats,
    out: Floats,
) -> None:  # pragma: no cover (compiled)
    """Sum each area's neighbours and compare, a row of `out` at a time while it is in the cache."""
    areas, columns = values.shape
    for area in range(areas):
        row = out[area]
        row[:] = 0.0
        for place in range(indptr[area], indptr[area + 1]):
            weight, other = data[place], values[indices[place]]
            for column in range(columns):
                row[column] += weight * other[column]
        for column in range(columns):
            row[column] = (
                (row[column] - mean[column] * total[area]) * by_spread[column] * by_width[area]
            )
