"""Groups of reports that reach each other by steps of the link distance, as reports enter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

from geo_service.link.rows import Codes, Flags, Rows
from geo_service.link.solving import Terms
from geo_service.measure import to_metres

STEP_SLACK_M = 1e-3
"""Groups may be joined that are a trifle too far apart: that costs time and changes nothing."""

_FLOOR_M = 1e7
_METRES_A_DEGREE = 110_000.0
_BITS = 22
_MIX = np.uint64(0x9E3779B97F4A7C15)


def entered(
    rows: Rows, group: Codes, entering: Flags, terms: Terms, epsg: int
) -> tuple[Codes, NDArray[np.int64]]:
    """Let reports enter; those within reach of one join one group with it.

    Parameters
    ----------
    rows
        All reports, n of them.
    group
        Their groups, -1 for those that enter or take no part; shape (n,).
    entering
        Which enter; shape (n,).

    Returns
    -------
    group, new
        The groups now, and the numbers of those that hold a report which entered.
    """
    coming = np.flatnonzero(entering)
    if not len(coming):
        return group, np.empty(0, dtype=np.int64)
    near = np.flatnonzero(_may_touch(rows, group, coming, terms))
    here, there = _within_reach(rows, coming, near, terms, epsg)

    # nodes are the reports that enter, and after them the groups around
    label, local = np.unique(group[near], return_inverse=True)
    one, other = _within_reach(rows, coming, coming, terms, epsg)
    start = np.concatenate([here, one])
    stop = np.concatenate([len(coming) + local[there], other])
    nodes = len(coming) + len(label)
    edges = sparse.coo_matrix((np.ones(len(start)), (start, stop)), (nodes, nodes))
    _, whole = sparse.csgraph.connected_components(edges, directed=False)
    joined = np.unique(whole[: len(coming)])
    number = np.full(int(whole.max()) + 1, -1, dtype=np.int64)
    number[joined] = int(group.max(initial=-1)) + 1 + np.arange(len(joined))
    # the largest group that is joined gives its number: few reports change theirs
    of_label = whole[len(coming) :]
    size = np.bincount(group[group >= 0])
    known = np.flatnonzero(np.isin(of_label, joined))
    known = known[np.argsort(size[label[known]], kind="stable")]
    number[of_label[known]] = label[known]

    out = group.astype(np.int32)
    renamed = np.arange(int(group.max(initial=-1)) + 1, dtype=np.int32)
    renamed[label[known]] = number[of_label[known]]
    taken = group >= 0
    out[taken] = renamed[group[taken]]
    out[coming] = number[whole[: len(coming)]]
    return out, number[joined]


def _within_reach(
    rows: Rows,
    some: NDArray[np.int64],
    others: NDArray[np.int64],
    terms: Terms,
    epsg: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which of `some` reach which of `others` of their category, by their places in both."""
    if not len(others):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    trees = []
    for which in (some, others):
        x, y = to_metres(rows.lon[which], rows.lat[which], epsg)
        # categories lie on floors that nothing reaches across
        trees.append(cKDTree(np.column_stack([x, y, rows.category[which] * _FLOOR_M])))
    reach = terms.reach + STEP_SLACK_M
    found = trees[0].sparse_distance_matrix(trees[1], reach.max(), output_type="ndarray")
    near = found["v"] <= reach[rows.category[some[found["i"]]]]
    return found["i"][near], found["j"][near]


def _may_touch(rows: Rows, group: Codes, coming: NDArray[np.int64], terms: Terms) -> Flags:
    """Tell which reports may lie within reach of one that comes; some that do not are told too.

    Squares of a category, a little wider than its distance, are remembered by a hash of their
    place: two may share one, which is found out later.
    """
    step = (terms.reach + STEP_SLACK_M) / _METRES_A_DEGREE * 1.01
    lat_step = step[rows.category]
    row = np.floor(rows.lat / lat_step)
    widest = np.abs(rows.lat[coming]).max()
    column = np.floor(rows.lon * np.cos(np.radians(min(widest + 1.0, 89.0))) / lat_step)
    with np.errstate(invalid="ignore"):
        row, column = row.astype(np.int64), column.astype(np.int64)
    near = np.zeros(1 << _BITS, dtype=np.bool_)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            near[_hash(rows.category[coming], row[coming] + dy, column[coming] + dx)] = True
    return np.asarray((group >= 0) & near[_hash(rows.category, row, column)])


def _hash(category: Codes, row: NDArray[np.int64], column: NDArray[np.int64]) -> NDArray[np.int64]:
    key = (category.astype(np.int64) * 100_000_007 + row) * 100_000_007 + column
    mixed = key.astype(np.uint64) * _MIX
    return (mixed >> np.uint64(64 - _BITS)).astype(np.int64)
