"""Zones: hot areas that touch, of one category and week."""

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from geo_service.hotspots.counts import Grid
from geo_service.hotspots.verdict import Verdict
from geo_service.measure import Flags, Pairs, Shorts
from geo_service.measure.neighbours import Graph

NO_ZONE = -1


def zones(
    verdict: Verdict,
    cases: Grid,
    pairs: Pairs,
    graph: Graph,
    unseen: Flags | None = None,
    everywhere: Flags | None = None,
) -> Shorts:
    """Return in which zone each pair lies in each week; shape (pairs, weeks), as all are.

    Parameters
    ----------
    verdict
        An area takes part that is hot; and one that is surely hot with its neighbours and leans
        towards it itself, or every neighbour of a single hot area would.
    cases
        Of the trailing weeks.
    graph
        Which areas touch.
    unseen
        Where nobody looked: no part of a zone; shape (areas, weeks).
    everywhere
        Pairs that are observed wherever they lie; shape (pairs,).

    Returns
    -------
    zone
        Number of the area that has most cases beyond those expected: the zone is called by it.
        −1 where an area is not hot, or none of those that it touches is.
    """
    hot = verdict.hot | (verdict.around & ~verdict.uncertain & verdict.leaning)
    if unseen is not None:
        known = False if everywhere is None else everywhere[:, np.newaxis]
        hot &= ~unseen[pairs.area] | known
    out = np.full(hot.shape, NO_ZONE, dtype=np.int32)
    pair, week = np.nonzero(hot)
    areas, weeks = len(pairs.area_ids), hot.shape[1]
    # each area has a number of its own in each category and week
    sheet = pairs.category[pair] * weeks + week
    code = sheet * areas + pairs.area[pair]
    order = np.argsort(code)
    pair, week, sheet, code = pair[order], week[order], sheet[order], code[order]
    degree = np.diff(graph.indptr)[pairs.area[pair]]
    one = np.repeat(np.arange(len(code)), degree)
    start = np.repeat(graph.indptr[pairs.area[pair]] - (np.cumsum(degree) - degree), degree)
    beside = sheet[one] * areas + graph.indices[start + np.arange(len(one))]
    other = np.searchsorted(code, beside).clip(max=max(len(code) - 1, 0))
    both = code[other] == beside if len(code) else np.zeros(0, dtype=np.bool_)
    one, other = one[both], other[both]
    touch = sparse.csr_array((np.ones(len(one)), (one, other)), shape=(len(code), len(code)))
    _, part = connected_components(touch, directed=False)
    beyond = cases[pair, week] - verdict.expected[pair, week]
    # the first of each zone is the one with most beyond, then the first area
    worst = np.lexsort((pairs.area[pair], -beyond, part))
    _, begins, size = np.unique(part[worst], return_index=True, return_counts=True)
    lead = pairs.area[pair][worst][begins]
    out[pair, week] = np.where(size[part] > 1, lead[part], NO_ZONE)
    return out
