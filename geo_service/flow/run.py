"""What linking found becomes every figure of a run; of weeks that cannot differ, none."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from geo_service import coverage, hotspots, link, rebound
from geo_service.flow.basis import Basis
from geo_service.flow.duties import by_unit
from geo_service.flow.effects import campaign_effects
from geo_service.flow.labels import WeekLabels
from geo_service.flow.last_run import ABOUT, About, LastRun, arrays_of
from geo_service.flow.linked import coded_cases, coded_reports, coded_spells, histories, state_of
from geo_service.flow.locating import Settled
from geo_service.flow.ranked import Ranked, ranked
from geo_service.flow.weeks import MOST_WEEKS, ahead, weekly_blocks, weeks_that_hold
from geo_service.measure import Ints, Pairs, week_edges, week_labels, week_of
from geo_service.store import AREA_WORDS, Earlier, RunTables, SomeWeeks
from geo_service.terms import FRAMES

_TOLD = 5


def run_tables(
    basis: Basis,
    memory: link.Memory,
    as_of: datetime,
    *,
    settled: Settled,
    earlier: LastRun | None = None,
    renewed: link.Renewed | None = None,
    seen: coverage.Watch | None = None,
    labels: WeekLabels | None = None,
    due: Callable[[pd.DataFrame], Ints] | None = None,
) -> RunTables:
    """Compute the figures of a run.

    Parameters
    ----------
    memory
        What linking found as of `as_of`; at least one report is known.
    earlier, renewed
        The last run, made with the same `basis`, and how `memory` differs from what it saw;
        None where everything is computed.
    settled
        Where reports lie.
    seen
        Who looked where as of `as_of`; None without any log.
    labels
        What earlier runs called hot.
    due
        Returns the deadlines of CASES, microseconds; None: nobody has any.
    """
    reports, cases = coded_reports(memory), coded_cases(memory)
    spells = coded_spells(memory)
    start = int(memory.rows.reported[memory.known].min())
    first = pd.Timestamp(start, unit="us", tz="UTC").to_pydatetime()
    numbers = range(week_of(first, basis.timezone), week_of(as_of, basis.timezone))
    numbers = numbers[-MOST_WEEKS:]
    edges, weeks = week_edges(numbers, basis.timezone), week_labels(numbers)
    pairs = Pairs.of(basis.area_ids, reports, cases)
    about = About(basis.key, start, pairs.categories, settled)
    still = 0
    if earlier is not None and earlier.run.weeks == weeks[: len(earlier.run.weeks)]:
        still = weeks_that_hold(earlier, about, renewed, edges)

    valid = basis.valid_days(edges)
    observed = coverage.observed_weeks(
        seen, numbers, edges, start, len(basis.area_ids), basis.coverage_params, valid
    )
    public = basis.public
    counts = hotspots.weekly_counts(reports, cases, pairs, edges)
    order = None
    if still < len(weeks):
        late = None if due is None else due(link.case_table(memory))
        at = (edges, np.array(numbers), still)
        order = ranked(basis, memory, cases, pairs, counts, *at, late)
    # computed beside all that follows, and beside their being kept
    weekly = ahead(
        weekly_blocks(
            basis,
            cases,
            spells,
            counts,
            pairs,
            edges,
            weeks,
            still,
            observed,
            seen,
            valid,
            order,
        )
    )
    hot: dict[str, Any] = {}
    grounds = basis.grounds
    series = [counts.series(pairs)]
    if weeks:
        curves = rebound.area_curves(spells, pairs, int(edges[-1]), basis.rebound_params)
        series.append(("curve", category, array) for category, array in curves)
    tables = _tables(memory, earlier, renewed, still)
    told = histories(memory)
    own, fixes, cases_of, sites = (by_unit(basis.duties, one) for one in (spells, *told[:3]))
    rates = rebound.rates(
        own,
        basis.areas,
        basis.rebound_params,
        told=rebound.Histories(fixes, cases_of, sites, told.returns),
        assignments=basis.assignments,
        timezone=basis.timezone,
    )
    if seen is not None:
        # what the public reports anywhere is never out of sight
        inside = spells["area_id"].mask(spells["category"].isin(public))
        pieces = coverage.observed_pieces(
            spells.assign(area_id=inside), seen, timezone=basis.timezone
        )
        adjusted = coverage.adjusted_rates(rates, spells, basis.areas, pieces)
        rates = FRAMES["rates"].conform(adjusted)
        series.append(observed.series(seen, public))
    graph = None if basis.around is None else basis.around.neighbours.contact
    worked = campaign_effects(basis.campaigns, counts.cases, pairs, weeks, graph, basis.timezone)
    return RunTables(
        as_of=as_of,
        params=_params(order, earlier),
        rates=rates,
        weeks=weeks,
        weekly=_noting(weekly, hot, grounds),
        areas=_described(basis),
        series=chain.from_iterable(series),
        coverage_known=seen is not None,
        summary=state_of(memory)
        | _islands(basis)
        | _unseen(None if seen is None else observed)
        | worked,
        memory=arrays_of(memory)
        | {ABOUT: about.array}
        | ({} if basis.around is None else basis.around.arrays),
        recalled={} if earlier is None else arrays_of(earlier.memory),
        labels=_labels(hot, basis, as_of, labels or WeekLabels()),
        record=lambda told: hotspots.came_true(told, weeks, counts.cases, pairs, grounds),
        **tables,
    )


def _params(order: Ranked | None, earlier: LastRun | None) -> Mapping[str, Any]:
    """Return what ranks and how it did: what was chosen stands until a week closes."""
    if order is not None:
        return {"ranking": order.told}
    return {} if earlier is None else earlier.run.params


def _described(basis: Basis) -> pd.DataFrame:
    """Return what rows say of the areas that hold reports, in the arrays' order."""
    areas = basis.areas.set_index("area_id").loc[basis.area_ids].reset_index()
    return areas.rename(columns={"subdistrict_id": "subdistrict"})[list(AREA_WORDS)]


def _noting(
    weekly: Iterator[tuple[hotspots.Weekly, SomeWeeks]],
    hot: dict[str, Any],
    grounds: hotspots.Grounds,
) -> Iterator[SomeWeeks]:
    """Yield what is kept of the weeks, and note in `hot` what is called so."""
    for some, kept in weekly:
        said = hotspots.hot_labels(some, grounds)
        hot |= {some.weeks[week]: label for week, label in said.items()}
        yield kept


def _labels(
    hot: Mapping[str, Any], basis: Basis, as_of: datetime, labels: WeekLabels
) -> Iterator[tuple[str, Any]]:
    """Yield what was called hot when each week closed; `hot` is read when first asked."""
    yield from labels.joined_by(
        hot,
        as_of=as_of.astimezone(ZoneInfo(basis.timezone)).date().isoformat(),
        areas="" if basis.around is None else basis.around.key,
        rules=basis.rules,
    ).items()


def _islands(basis: Basis) -> dict[str, Any]:
    """Return how many areas touch no other, and the first of them."""
    if basis.around is None:
        return {}
    alone = basis.around.islands
    return {"islands": len(alone), "first_islands": [basis.area_ids[i] for i in alone[:_TOLD]]}


def _unseen(observed: coverage.Observed | None) -> dict[str, Any]:
    """Return at how many areas nobody looked in the last weeks; nothing without a log."""
    if observed is None or not observed.unseen.shape[1]:
        return {}
    return {"unseen": int(observed.unseen[:, -1].sum())}


def _tables(
    memory: link.Memory, earlier: LastRun | None, renewed: link.Renewed | None, still: int
) -> dict[str, Any]:
    """Return CASES, SITES, SPELLS and links: all, or what may differ from the last run's."""
    rows, cases = memory.rows, memory.cases
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
        "cases": link.case_table(memory, which),
        "sites": link.site_table(memory, which),
        "spells": link.spell_table(memory, some),
        "links": link.link_table(memory, linked),
        "earlier": taken,
    }
