"""The 30-day probability of 1,000 groups, beside a loop over ``scipy.stats.ecdf``.

Ours gives the interval and the effective size as well; the peer gives the estimate alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.stats import CensoredData, ecdf

from benchmarks.clock import in_turn
from benchmarks.rows import Row
from geo_service.measure import kaplan_meier

GROUPS, SPELLS, HORIZON = 1_000, 100_000, 30.0
SEED = 20260629


def measure() -> Iterator[Row]:
    """Yield the row of Kaplan–Meier by group."""
    rng = np.random.default_rng(SEED)
    group = np.sort(rng.integers(0, GROUPS, SPELLS))
    returns = np.ceil(rng.exponential(60, SPELLS))
    watched = np.ceil(rng.uniform(1, 200, SPELLS))
    days, event = np.minimum(returns, watched), returns <= watched
    edges = np.searchsorted(group, np.arange(GROUPS + 1))

    def peer() -> NDArray[np.float64]:
        out = np.empty(GROUPS)
        for number, (start, end) in enumerate(pairwise(edges)):
            one, ended = days[start:end], event[start:end]
            sample = CensoredData(uncensored=one[ended], right=one[~ended])
            out[number] = 1 - ecdf(sample).sf.evaluate(HORIZON)
        return out

    times = in_turn(
        lambda: kaplan_meier(group, days, event, GROUPS, HORIZON).probability,
        peer,
        same=lambda one, other: bool(np.allclose(one, other, rtol=0, atol=1e-9)),
    )
    yield Row.of(
        "rebound_kaplan_meier",
        times.ours,
        peer="scipy.stats.ecdf, a group at a time",
        peer_times=times.peer,
        note=f"{GROUPS:,} groups, {SPELLS:,} spells",
    )
