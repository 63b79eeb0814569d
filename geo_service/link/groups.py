"""Groups of reports that reach each other by steps of the link distance, as reports enter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geo_service.link.components import components
from geo_service.link.rows import Codes, Flags, Rows
from geo_service.link.solving import Terms
from geo_service.measure import to_metres

STEP_SLACK_M = 1e-3
"""Groups may be joined that are a trifle too far apart: that costs time and changes nothing."""

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
    near = np.concatenate([np.flatnonzero(_may_touch(rows, group, coming, terms)), coming])
    x, y = to_metres(rows.lon[near], rows.lat[near], epsg)
    category = rows.category[near].astype(np.int64)
    here = components(category, x, y, terms.reach[category] + STEP_SLACK_M)
    _, here = np.unique(here, return_inverse=True)

    # what reaches each other here, and what was one group before, is one group now
    label, local = np.unique(group[near], return_inverse=True)
    nodes = int(here.max()) + 1 + len(label)
    old = group[near] >= 0
    edges = sparse.coo_matrix(
        (np.ones(int(old.sum())), (here[old], int(here.max()) + 1 + local[old])), (nodes, nodes)
    )
    _, whole = sparse.csgraph.connected_components(edges, directed=False)
    joined = np.unique(whole[here[len(near) - len(coming) :]])
    number = np.full(int(whole.max()) + 1, -1, dtype=np.int64)
    number[joined] = int(group.max(initial=-1)) + 1 + np.arange(len(joined))
    # the largest group that is joined gives its number: few reports change theirs
    of_label = whole[int(here.max()) + 1 :]
    size = np.bincount(group[group >= 0])
    known = np.flatnonzero((label >= 0) & np.isin(of_label, joined))
    known = known[np.argsort(size[label[known]], kind="stable")]
    number[of_label[known]] = label[known]

    out = group.astype(np.int32)
    renamed = np.arange(int(group.max(initial=-1)) + 1, dtype=np.int32)
    renamed[label[known]] = number[of_label[known]]
    taken = group >= 0
    out[taken] = renamed[group[taken]]
    out[coming] = number[whole[here[len(near) - len(coming) :]]]
    return out, number[joined]


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
