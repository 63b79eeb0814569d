"""What linking found becomes every figure of a run; of weeks that cannot differ, none."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service import __version__, coverage, hotspots, link, rebound
from geo_service.flow.labels import WeekLabels
from geo_service.flow.last_run import ABOUT, About, Recalled
from geo_service.flow.locating import Settled
from geo_service.flow.neighbours import AreaNeighbours, neighbours_of_areas
from geo_service.measure import Pairs, week_edges, week_labels, week_of
from geo_service.store import Earlier, RunTables, Store
from geo_service.terms import FRAMES

MOST_WEEKS = 260
"""Weekly figures reach back at most five years: older weeks are history, not a map's slider."""

_FORMAT = 13
_TOLD = 5


@dataclass(frozen=True)
class Figures:
    """What turns figures, and what they are of.

    Parameters
    ----------
    areas, area_ids
        All areas, without shapes, and the ids of those that hold reports, in the arrays' order.
    linking
        What turns linking.
    timezone, epsg
        The store's zones.
    rebound_params, hotspot_params
        What turns the other steps.
    visits
        The version of the visits: where they change, every week is computed anew.
    coverage_params
        What turns coverage.
    around
        Who neighbours whom; None where nobody asks.
    pattern_params
        What turns patterns.
    assignments
        Which crew had which area on its list; only rates by crew rest on it, and they are always
        computed.
    """

    areas: pd.DataFrame
    area_ids: list[str]
    linking: link.Linking
    timezone: str
    epsg: int
    rebound_params: rebound.ReboundParams
    hotspot_params: hotspots.HotspotParams
    visits: int = 0
    coverage_params: coverage.CoverageParams = field(default_factory=coverage.CoverageParams)
    around: AreaNeighbours | None = None
    pattern_params: hotspots.PatternParams = field(default_factory=hotspots.PatternParams)
    assignments: pd.DataFrame | None = None

    @classmethod
    def of(cls, store: Store, timezone: str, epsg: int, earlier: Recalled | None = None) -> Figures:
        """Read what is needed of `store`, and was not known to `earlier` already."""
        areas = store.areas.read(geometry=False)
        holds = areas["kind"].isin(store.words.kinds().query("locates")["kind"])
        area_ids = areas.loc[holds, "area_id"].tolist()
        known = None if earlier is None else earlier.around
        return cls(
            areas,
            area_ids,
            link.Linking(store.words.categories(), epsg),
            timezone,
            epsg,
            rebound.ReboundParams(),
            hotspots.HotspotParams(),
            store.visits.version(),
            around=neighbours_of_areas(store, area_ids, epsg, known),
            assignments=store.assignments.of(),
        )

    @property
    def public(self) -> frozenset[str]:
        """The categories that public channels observe."""
        return coverage.public_categories(self.linking.categories)

    @cached_property
    def rules(self) -> str:
        """A digest of what turns the verdict."""
        steps = (self.hotspot_params, self.coverage_params, link.LinkParams())
        said = (_FORMAT, __version__, self.timezone, [asdict(one) for one in steps])
        return blake2b(repr(said).encode(), digest_size=8).hexdigest()

    @cached_property
    def key(self) -> str:
        """A digest of all that figures depend on beside reports; where it differs, all differ."""
        digest = blake2b(digest_size=16)
        steps = (
            self.rebound_params,
            self.hotspot_params,
            self.coverage_params,
            self.pattern_params,
        )
        params = [asdict(one) for one in (link.LinkParams(), *steps)]
        around = None if self.around is None else self.around.key
        said = (_FORMAT, __version__, self.timezone, self.epsg, self.visits, params, around)
        digest.update(repr(said).encode())
        for table in (
            self.areas.drop(columns="geometry", errors="ignore"),
            self.linking.categories,
        ):
            digest.update(pd.util.hash_pandas_object(table.astype("str"), index=False).to_numpy())
        digest.update(repr(self.area_ids).encode())
        return digest.hexdigest()


def run_tables(
    figures: Figures,
    memory: link.Memory,
    as_of: datetime,
    *,
    settled: Settled,
    earlier: Recalled | None = None,
    renewed: link.Renewed | None = None,
    seen: coverage.Watch | None = None,
    labels: WeekLabels | None = None,
) -> RunTables:
    """Compute the figures of a run.

    Parameters
    ----------
    memory
        What linking found as of `as_of`; at least one report is known.
    earlier, renewed
        The last run, made with the same `figures`, and how `memory` differs from what it saw;
        None where everything is computed.
    settled
        Where reports lie.
    seen
        Who looked where as of `as_of`; None without any log.
    labels
        What earlier runs called hot.
    """
    reports, cases = link.coded_reports(memory), link.coded_cases(memory)
    spells = link.coded_spells(memory)
    start = int(memory.rows.reported[memory.known].min())
    first = pd.Timestamp(start, unit="us", tz="UTC").to_pydatetime()
    numbers = range(week_of(first, figures.timezone), week_of(as_of, figures.timezone))
    numbers = numbers[-MOST_WEEKS:]
    edges, weeks = week_edges(numbers, figures.timezone), week_labels(numbers)
    pairs = Pairs.of(figures.area_ids, reports, cases)
    about = About(figures.key, start, pairs.categories, settled)
    still = 0
    if earlier is not None and earlier.run.weeks == weeks[: len(earlier.run.weeks)]:
        still = _weeks_that_hold(earlier, about, renewed, edges)

    observed = coverage.observed_weeks(
        seen, numbers, edges, start, len(figures.area_ids), figures.coverage_params
    )
    public = figures.public
    # beside the weekly figures, which need nothing of it: most of both is compiled code
    with ThreadPoolExecutor(1) as beside:
        rating = beside.submit(_rates, figures, memory, spells)
        weekly = _weekly(
            figures, reports, cases, spells, pairs, edges, weeks, still, observed, seen
        )
        series = {(name, category): array for name, category, array in weekly.series()}
        if weeks:
            curves = rebound.area_curves(spells, pairs, int(edges[-1]), figures.rebound_params)
            series |= {("curve", category): array for category, array in curves}
        tables = _tables(memory, earlier, renewed, still)
        rates = rating.result()
    if seen is not None:
        # what the public reports anywhere is never out of sight
        inside = spells["area_id"].mask(spells["category"].isin(public))
        pieces = coverage.observed_pieces(
            spells.assign(area_id=inside), seen, timezone=figures.timezone
        )
        adjusted = coverage.adjusted_rates(rates, spells, figures.areas, pieces)
        rates = FRAMES["rates"].conform(adjusted)
        looked = observed.series(seen, public)
        series |= {(name, category): array for name, category, array in looked}
    return RunTables(
        as_of=as_of,
        rates=rates,
        weeks=weeks,
        week_rows=hotspots.weekly_rows(
            weekly,
            figures.areas,
            observed.trailing_days,
            as_of=as_of,
            run_id="",
            observed=None if seen is None else observed.words,
        ),
        values=_values(weekly, cases, edges[1:], figures.epsg, None if seen is None else observed),
        area_ids=figures.area_ids,
        series=series,
        coverage_known=seen is not None,
        summary=link.state_of(memory)
        | _islands(figures)
        | _unseen(None if seen is None else observed),
        memory=link.arrays_of(memory)
        | {ABOUT: about.array}
        | ({} if figures.around is None else figures.around.arrays),
        recalled={} if earlier is None else link.arrays_of(earlier.memory),
        labels=_labels(weekly, figures, as_of, labels or WeekLabels()),
        **tables,
    )


def _weekly(
    figures: Figures,
    reports: pd.DataFrame,
    cases: pd.DataFrame,
    spells: pd.DataFrame,
    pairs: Pairs,
    edges: NDArray[np.int64],
    weeks: list[str],
    still: int,
    observed: coverage.Observed,
    seen: coverage.Watch | None,
) -> hotspots.Weekly:
    """Return the figures of each week from `still` on."""
    public = figures.public
    counts = hotspots.weekly_counts(reports, cases, pairs, edges)
    around = figures.around
    graphs = () if around is None else around.neighbours.graphs
    its, ours = figures.rebound_params, figures.hotspot_params
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
            figures.pattern_params,
            still,
            public=public if seen is not None else frozenset(),
        ),
        graph=None if around is None else around.neighbours.contact,
    )


def _rates(figures: Figures, memory: link.Memory, spells: pd.DataFrame) -> pd.DataFrame:
    """Return the rates of all groups."""
    return rebound.rates(
        spells,
        figures.areas,
        figures.rebound_params,
        told=link.histories(memory),
        assignments=figures.assignments,
        timezone=figures.timezone,
    )


def _labels(
    weekly: hotspots.Weekly, figures: Figures, as_of: datetime, labels: WeekLabels
) -> dict[str, Any]:
    """Return what was called hot when each week closed."""
    return labels.joined_by(
        {weekly.weeks[week]: ids for week, ids in hotspots.hot_labels(weekly).items()},
        as_of=as_of.astimezone(ZoneInfo(figures.timezone)).date().isoformat(),
        areas="" if figures.around is None else figures.around.key,
        rules=figures.rules,
    )


def _islands(figures: Figures) -> dict[str, Any]:
    """Return how many areas touch no other, and the first of them."""
    if figures.around is None:
        return {}
    alone = figures.around.islands
    return {"islands": len(alone), "first_islands": [figures.area_ids[i] for i in alone[:_TOLD]]}


def _unseen(observed: coverage.Observed | None) -> dict[str, Any]:
    """Return at how many areas nobody looked in the last weeks; nothing without a log."""
    if observed is None or not observed.unseen.shape[1]:
        return {}
    return {"unseen": int(observed.unseen[:, -1].sum())}


def _weeks_that_hold(
    earlier: Recalled, about: About, renewed: link.Renewed | None, edges: NDArray[np.int64]
) -> int:
    """Return how many weeks, from the first one, no fact that came can have changed."""
    then = earlier.about
    if renewed is None or (then.first, then.categories) != (about.first, about.categories):
        return 0
    over = int(np.searchsorted(edges[1:], renewed.since, side="right"))
    return min(over, len(earlier.run.weeks))


def _values(
    weekly: hotspots.Weekly,
    cases: pd.DataFrame,
    ends: NDArray[np.int64],
    epsg: int,
    observed: coverage.Observed | None,
) -> Iterator[tuple[tuple[str, str, str], NDArray[Any]]]:
    weeks = weekly.weeks
    cells = hotspots.density_cells(cases, ends, epsg=epsg, params=weekly.params, first=weekly.first)
    looked = () if observed is None else observed.layers(weekly.first, weekly.public)
    return chain(
        (((layer, name, weeks[week]), array) for layer, name, week, array in weekly.layers()),
        (((layer, name, weeks[week]), array) for layer, name, week, array in looked),
        (((layer, name, weeks[week]), array) for layer, name, week, array in weekly.gi()),
        ((("density", name, weeks[week]), array) for (name, week), array in cells.items()),
    )


def _tables(
    memory: link.Memory, earlier: Recalled | None, renewed: link.Renewed | None, still: int
) -> dict[str, Any]:
    """Return CASES, SITES, SPELLS and links: all, or what may differ from the last run's."""
    rows, words, cases = memory.rows, memory.words, memory.cases
    if earlier is None or renewed is None:
        which, linked, some = None, np.flatnonzero(memory.known), None
        taken = None
    else:
        which, some = renewed.cases, np.isin(memory.spells.case, renewed.cases)
        linked = renewed.rows
        opened = rows.report_id[cases.opening[which]]
        ids = {*opened, *rows.report_id[linked], *renewed.gone}
        taken = Earlier(earlier.run.run_id, still, sorted(ids), sorted(rows.report_id[linked]))
        linked = linked[memory.known[linked]]
    return {
        "cases": link.case_table(rows, words, cases, memory.state, which),
        "sites": link.site_table(rows, words, cases, which),
        "spells": link.spell_table(rows, words, cases, memory.spells, some),
        "links": link.link_table(rows, cases, memory.case, memory.link, linked),
        "earlier": taken,
    }
