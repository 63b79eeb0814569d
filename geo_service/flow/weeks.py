"""The weekly figures of a run, of those weeks alone that facts can have changed."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service import coverage, hotspots, link, rebound
from geo_service.flow.basis import Basis
from geo_service.flow.last_run import About, LastRun
from geo_service.measure import Ints, Pairs

MOST_WEEKS = 260
"""Weekly figures reach back at most five years: older weeks are history, not a map's slider."""


def weeks_that_hold(
    earlier: LastRun, about: About, renewed: link.Renewed | None, edges: Ints
) -> int:
    """Return how many weeks, from the first one, no fact that came can have changed."""
    then = earlier.about
    if renewed is None or (then.first, then.categories) != (about.first, about.categories):
        return 0
    over = int(np.searchsorted(edges[1:], renewed.since, side="right"))
    return min(over, len(earlier.run.weeks))


def weekly_figures(
    basis: Basis,
    reports: pd.DataFrame,
    cases: pd.DataFrame,
    spells: pd.DataFrame,
    pairs: Pairs,
    edges: Ints,
    weeks: list[str],
    still: int,
    observed: coverage.Observed,
    seen: coverage.Watch | None,
) -> hotspots.Weekly:
    """Return the figures of each week from `still` on."""
    public = basis.public
    counts = hotspots.weekly_counts(reports, cases, pairs, edges)
    around = basis.around
    graphs = () if around is None else around.neighbours.graphs
    its, ours = basis.rebound_params, basis.hotspot_params
    return hotspots.Weekly(
        pairs=pairs,
        weeks=weeks,
        counts=counts,
        risks=rebound.shrunk_risk(
            rebound.rolling_risk(spells, pairs, edges[1 + still :], its), pairs, its
        ),
        verdict=hotspots.verdict(
            counts.cases,
            pairs,
            ours,
            still,
            exposure=None if seen is None else observed.days,
            since=observed.since,
            graphs=graphs,
            public=public,
        ),
        least_n_eff=its.least_n_eff,
        params=ours,
        first=still,
        unseen=None if seen is None else observed.unseen,
        public=public if seen is not None else frozenset(),
        open_days=observed.open_days,
        patterns=None
        if around is None
        else hotspots.patterns(
            counts.cases,
            pairs,
            observed.days,
            around.neighbours.contact,
            basis.pattern_params,
            still,
            public=public if seen is not None else frozenset(),
        ),
        graph=None if around is None else around.neighbours.contact,
    )


def weekly_values(
    weekly: hotspots.Weekly,
    cases: pd.DataFrame,
    ends: Ints,
    epsg: int,
    observed: coverage.Observed | None,
) -> Iterator[tuple[tuple[str, str, str], NDArray[Any]]]:
    """Yield (layer, category, week) and the values of the map's layers, areas in order."""
    weeks = weekly.weeks
    cells = hotspots.density_cells(cases, ends, epsg=epsg, params=weekly.params, first=weekly.first)
    looked = () if observed is None else observed.layers(weekly.first, weekly.public)
    return chain(
        (((layer, name, weeks[week]), array) for layer, name, week, array in weekly.layers()),
        (((layer, name, weeks[week]), array) for layer, name, week, array in looked),
        (((layer, name, weeks[week]), array) for layer, name, week, array in weekly.gi()),
        ((("density", name, weeks[week]), array) for (name, week), array in cells.items()),
    )
