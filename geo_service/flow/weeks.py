"""The weekly figures of a run, of those weeks alone that facts can have changed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from geo_service import coverage, hotspots, link, rebound
from geo_service.flow.basis import Basis
from geo_service.flow.last_run import About, LastRun
from geo_service.flow.ranked import Ranked
from geo_service.measure import Flags, Floats, Ints, Pairs
from geo_service.store import SomeWeeks
from geo_service.terms import HORIZON_LAYERS

MOST_WEEKS = 260
"""Weekly figures reach back at most five years: older weeks are history, not a map's slider."""

_CELLS = 1_200_000
"""About how many pairs × weeks are computed at once: memory, and what a processor's cache holds."""

_LEAST_WEEKS = 22
"""As many as `WordParams.new_weeks`: the weeks before a block lie in one block."""
_T = TypeVar("_T")


def weeks_that_hold(
    earlier: LastRun, about: About, renewed: link.Renewed | None, edges: Ints
) -> int:
    """Return how many weeks, from the first one, no fact that came can have changed."""
    then = earlier.about
    if renewed is None or (then.first, then.categories) != (about.first, about.categories):
        return 0
    over = int(np.searchsorted(edges[1:], renewed.since, side="right"))
    return min(over, len(earlier.run.weeks))


def weekly_blocks(
    basis: Basis,
    cases: pd.DataFrame,
    spells: pd.DataFrame,
    counts: hotspots.Counts,
    pairs: Pairs,
    edges: Ints,
    weeks: list[str],
    still: int,
    observed: coverage.Observed,
    seen: coverage.Watch | None,
    valid: Floats | None = None,
    ranked: Ranked | None = None,
) -> Iterator[tuple[hotspots.Weekly, SomeWeeks]]:
    """Yield the figures of the weeks from `still` on, some weeks at a time.

    What is said of them is what a run would say that ended with the last of them: no figure of a
    week looks at a later one. So no more is held at once than a few weeks' arrays.

    Parameters
    ----------
    counts
        Of all weeks, shape (pairs, w).
    edges
        Beginnings of the weeks and the end of the last, microseconds; shape (w + 1,).
    valid
        Days of each week on which there is the area, shape (areas, w); None: always.
    ranked
        What the order of the list rests on, and what was said of sites, from week `still` on.
    """
    size = max(_CELLS // max(len(pairs), 1), _LEAST_WEEKS)
    hot: Flags | None = None
    for first in range(still, len(weeks), size):
        last = min(first + size, len(weeks))
        some, looked = edges[: last + 1], observed.until(last)
        open_ = None if valid is None else valid[:, :last]
        weekly = _figures(
            basis,
            spells,
            counts.until(last),
            pairs,
            some,
            weeks[:last],
            first,
            looked,
            seen,
            open_,
            hot,
        )
        hot = weekly.verdict.hot
        part = slice(first - still, last - still)
        order = (
            None if ranked is None else {name: one[:, part] for name, one in ranked.columns.items()}
        )
        weekly = replace(weekly, ranked=order)
        kept = _kept(weekly, cases, some, basis.epsg, looked, seen)
        said = () if ranked is None else ranked.closings.items()
        yield weekly, kept._replace(risks=[(weeks[w], one) for w, one in said if first <= w < last])


def _kept(
    weekly: hotspots.Weekly,
    cases: pd.DataFrame,
    edges: Ints,
    epsg: int,
    observed: coverage.Observed,
    seen: coverage.Watch | None,
) -> SomeWeeks:
    """Return the rows of these weeks, and the values of the map's layers, areas in order."""
    weeks = weekly.weeks
    ours, first = weekly.params, weekly.first
    cells = hotspots.density_cells(cases, edges[1:], epsg=epsg, params=ours, first=first)
    alone = hotspots.weekly_cells(cases, edges, epsg=epsg, params=ours, first=first)
    looked = () if seen is None else observed.layers(weekly.first, weekly.public)
    return SomeWeeks(
        hotspots.weekly_rows(
            weekly, observed.trailing_days, None if seen is None else observed.state
        ),
        chain(
            (((layer, name, weeks[week]), array) for layer, name, week, array in weekly.layers()),
            (((layer, name, weeks[week]), array) for layer, name, week, array in looked),
            (((layer, name, weeks[week]), array) for layer, name, week, array in weekly.gi()),
            ((("density", name, weeks[week]), array) for (name, week), array in cells.items()),
            (((layer, name, weeks[week]), array) for layer, name, week, array in alone),
        ),
    )


def _figures(
    basis: Basis,
    spells: pd.DataFrame,
    counts: hotspots.Counts,
    pairs: Pairs,
    edges: Ints,
    weeks: list[str],
    first: int,
    observed: coverage.Observed,
    seen: coverage.Watch | None,
    valid: Floats | None,
    hot: Flags | None,
) -> hotspots.Weekly:
    """Return the figures of each week from `first` to the last of `edges`.

    `hot` is the verdict of the weeks right before these; None where it has still to be found.
    """
    public = basis.public
    around = basis.around
    graphs = () if around is None else around.neighbours.graphs
    its, ours = basis.rebound_params, basis.hotspot_params
    shares: dict[str, hotspots.Shares] = {}
    # the first comes last and stays: rows tell it, of the others the map alone speaks
    for days, layer in reversed(HORIZON_LAYERS.items()):
        at = replace(its, shown_horizon=days)
        risks = rebound.rolling_risk(spells, pairs, edges[1 + first :], at)
        risks = rebound.shrunk_risk(risks, pairs, at)
        classes = rebound.risk_classes(risks, at)
        shares[layer] = hotspots.Shares.of(risks, classes, its.least_n_eff)
    q_rebound, _ = rebound.excess(spells, pairs, edges[1 + first :], risks, its)
    before = min(basis.word_params.new_weeks, first) if hot is None else 0
    judged = hotspots.verdict(
        counts.cases,
        pairs,
        ours,
        first - before,
        exposure=None if seen is None else observed.days,
        since=observed.since,
        graphs=graphs,
        subdistricts=basis.subdistricts,
        public=public,
        valid=valid,
    )
    everywhere = public if seen is not None else frozenset()
    since_first: list[Any] = [part[:, before:] for part in judged]
    hot = judged.hot if hot is None else np.hstack([hot, judged.hot])
    return hotspots.Weekly(
        pairs=pairs,
        weeks=weeks,
        counts=counts,
        risks=risks,
        shares=shares,
        q_rebound=q_rebound,
        verdict=hotspots.Verdict(*since_first),
        least_n_eff=its.least_n_eff,
        params=ours,
        first=first,
        unseen=None if seen is None else observed.unseen,
        public=everywhere,
        open_days=observed.open_days,
        patterns=None
        if around is None
        else hotspots.patterns(
            counts.cases,
            pairs,
            observed.days,
            around.neighbours.contact,
            basis.pattern_params,
            first,
            public=everywhere,
            valid=valid,
        ),
        words=hotspots.words(
            counts.cases,
            pairs,
            observed.days,
            hot,
            basis.word_params,
            first,
            since=0 if seen is None else observed.since,
            public=everywhere,
            valid=valid,
        ),
        absent=None if valid is None else valid == 0,
        graph=None if around is None else around.neighbours.contact,
    )


def ahead(items: Iterator[_T]) -> Iterator[_T]:
    """Return what `items` yield, each computed while the one before is used; begins at once."""
    beside = ThreadPoolExecutor(1)
    begun = beside.submit(next, items, None)

    def rest() -> Iterator[_T]:
        with beside:
            coming = begun
            while (item := coming.result()) is not None:
                coming = beside.submit(next, items, None)
                yield item

    return rest()
