"""HOTSPOTS: one table a week, the rows in which anything happened; and the map's layers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.hotspots.counts import Counts, trailing_sum
from geo_service.hotspots.params import HotspotParams
from geo_service.hotspots.patterns import Patterns
from geo_service.hotspots.verdict import Verdict
from geo_service.hotspots.zones import NO_ZONE, zones
from geo_service.measure import Pairs
from geo_service.measure.neighbours import Graph
from geo_service.terms import FRAMES, PATTERNS

NULL = np.uint16(65535)
"""What a layer's array holds where there is no value."""

NO_Z = np.int16(-32768)
"""What the layer ``gi`` holds where there is no Gi*."""

_Z_UNIT, _Z_MOST, _Z_DIGITS = 100, 32767, 4
_NAMES = pd.Series([*(one.name for one in PATTERNS), None], dtype="str").array
_WORDS = pd.Series([*(one.word or None for one in PATTERNS), None], dtype="str").array


class Risks(Protocol):
    """What the weekly rows need of the rolling 30-day risk: arrays of shape (pairs, weeks)."""

    @property
    def spells(self) -> NDArray[np.int32]:
        """Denominator."""

    @property
    def events(self) -> NDArray[np.int32]:
        """Numerator."""

    @property
    def probability(self) -> NDArray[np.float64]:
        """Estimate."""

    @property
    def low(self) -> NDArray[np.float64]:
        """Lower end of its interval."""

    @property
    def high(self) -> NDArray[np.float64]:
        """Upper end."""

    @property
    def n_eff(self) -> NDArray[np.float64]:
        """Effective size."""

    @property
    def worse(self) -> NDArray[np.float64] | None:
        """P(rate > 1.5 × district), NaN without enough data; None where nobody asked."""


@dataclass(frozen=True)
class Weekly:
    """Everything the weekly rows are made of.

    Parameters
    ----------
    weeks
        Names of all weeks.
    counts
        Arrays of shape (pairs, weeks).
    risks, verdict
        Arrays that begin with week `first`, shape (pairs, weeks − first).
    first
        The first week whose rows and layers are wanted.
    unseen
        Where nobody looked in a week's trailing weeks, shape (areas, weeks); None: nobody knows.
    public
        Categories that public channels observe: there nothing is unseen.
    open_days
        Days of each week's trailing weeks since the first report, shape (weeks,): those of public
        categories.
    patterns
        Arrays that begin with week `first`; None where nobody asked.
    graph
        Which areas touch; None where nobody asks for zones.
    """

    pairs: Pairs
    weeks: list[str]
    counts: Counts
    risks: Risks
    verdict: Verdict
    least_n_eff: float
    params: HotspotParams
    first: int = 0
    unseen: NDArray[np.bool_] | None = None
    patterns: Patterns | None = None
    graph: Graph | None = None
    public: frozenset[str] = frozenset()
    open_days: NDArray[np.float64] | None = None

    @property
    def everywhere(self) -> NDArray[np.bool_]:
        """Whether the category of each pair is a public one; shape (pairs,)."""
        names = np.array([name in self.public for name in self.pairs.categories], dtype=np.bool_)
        return names[self.pairs.category]

    def layers(self) -> Iterator[tuple[str, str, int, NDArray[np.uint16]]]:
        """Yield (layer, category, week, values in the order of the areas)."""
        enough = self.risks.n_eff >= self.least_n_eff
        with np.errstate(invalid="ignore"):
            per_mille = np.where(enough, np.round(self.risks.probability * 1000), NULL)
        cases = trailing_sum(self.counts.cases, self.params.trailing_weeks, self.first)
        layers = {
            "rebound": (np.nan_to_num(per_mille, nan=float(NULL)).astype(np.uint16), NULL),
            "hotspots": (self.verdict.hot.astype(np.uint16), np.uint16(0)),
            "cases": (np.minimum(cases, 65534).astype(np.uint16), np.uint16(0)),
        }
        for number, category in enumerate(self.pairs.categories):
            mine = np.flatnonzero(self.pairs.category == number)
            place = self.pairs.area[mine]
            for layer, (grid, nothing) in layers.items():
                values = np.full((grid.shape[1], len(self.pairs.area_ids)), nothing, np.uint16)
                values[:, place] = grid[mine].T
                if self.unseen is not None and category not in self.public:
                    values[self.unseen[:, self.first :].T] = NULL
                for week in range(grid.shape[1]):
                    yield layer, category, self.first + week, values[week]

    def gi(self) -> Iterator[tuple[str, str, int, NDArray[np.int16]]]:
        """Yield (``gi``, category, week, hundredths of Gi* and its marks; shape (2, areas))."""
        if self.patterns is None:
            return
        with np.errstate(invalid="ignore"):
            z = np.round(self.patterns.z * _Z_UNIT).clip(-_Z_MOST, _Z_MOST)
        z = np.nan_to_num(z, nan=float(NO_Z)).astype(np.int16)
        for number, category in enumerate(self.pairs.categories):
            mine = np.flatnonzero(self.pairs.category == number)
            values = np.zeros((z.shape[1], 2, len(self.pairs.area_ids)), np.int16)
            values[:, 0] = NO_Z
            values[:, 0, self.pairs.area[mine]] = z[mine].T
            values[:, 1, self.pairs.area[mine]] = self.patterns.mark[mine].T
            for week in range(z.shape[1]):
                yield "gi", category, self.first + week, values[week]

    def series(self) -> Iterator[tuple[str, str, NDArray[np.int32]]]:
        """Yield (count, category, array of shape (areas, weeks))."""
        for name in ("reports", "cases", "closures", "rebounds"):
            grid = getattr(self.counts, name)
            for number, category in enumerate(self.pairs.categories):
                mine = np.flatnonzero(self.pairs.category == number)
                out = np.zeros((len(self.pairs.area_ids), len(self.weeks)), np.int32)
                out[self.pairs.area[mine]] = grid[mine]
                yield name, category, out


def weekly_rows(
    weekly: Weekly,
    areas: pd.DataFrame,
    exposure_days: NDArray[np.float64],
    *,
    as_of: pd.Timestamp,
    run_id: str,
    observed: NDArray[np.object_] | None = None,
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield (week, HOTSPOTS) for every week that is wanted.

    Parameters
    ----------
    areas
        `area_id name kind subdistrict_id`, in any order.
    exposure_days
        Days of each week's trailing weeks on which somebody looked, or a report could have come;
        shape (areas, weeks) or, where it is the same for all areas, (weeks,).
    as_of, run_id
        Of the run.
    observed
        Words for whether anybody looked, shape (areas, weeks); None: nobody knows.
    """
    pairs, n = weekly.pairs, weekly.params.trailing_weeks
    exposure = np.broadcast_to(exposure_days, (len(pairs.area_ids), len(weekly.weeks)))
    counts = Counts(*(trailing_sum(grid, n, weekly.first) for grid in weekly.counts))
    described = areas.set_index("area_id").reindex(pairs.area_ids)
    texts = {
        "area_id": np.asarray(pairs.area_ids, dtype=object)[pairs.area],
        "name": described["name"].to_numpy(dtype=object)[pairs.area],
        "kind": described["kind"].to_numpy(dtype=object)[pairs.area],
        "subdistrict": described["subdistrict_id"].to_numpy(dtype=object)[pairs.area],
        "category": np.asarray(pairs.categories, dtype=object)[pairs.category],
    }
    fixed = {name: pd.Series(values, dtype="str").array for name, values in texts.items()}
    ids = pd.Series(pairs.area_ids, dtype="str").array
    integers = {
        "reports": counts.reports,
        "cases": counts.cases,
        "closures": counts.closures,
        "closures_unverified": counts.unverified,
        "rebounds": counts.rebounds,
        "rebound_spells": weekly.risks.spells,
        "rebound_events_30": weekly.risks.events,
    }
    numbers = {
        "p_rebound_30": weekly.risks.probability,
        "p_rebound_30_low": weekly.risks.low,
        "p_rebound_30_high": weekly.risks.high,
        "n_eff": weekly.risks.n_eff,
        "expected": weekly.verdict.expected,
        "q_value": weekly.verdict.q_value,
    }
    zone, everywhere = _zones(weekly, counts.cases), weekly.everywhere
    happened = (counts.reports > 0) | (counts.cases > 0) | (counts.closures > 0)
    happened |= weekly.risks.spells > 0
    for number, week in enumerate(weekly.weeks[weekly.first :]):
        rows = np.flatnonzero(happened[:, number])
        columns = {name: fixed[name].take(rows) for name in fixed}
        for name, grid in integers.items():
            columns[name] = _integers(grid[rows, number])
        columns |= _pattern_columns(weekly.patterns, rows, number)
        columns["zone"] = ids.take(zone[rows, number], allow_fill=True)
        enough = weekly.risks.n_eff[rows, number] >= weekly.least_n_eff
        for name, figures in numbers.items():
            columns[name] = figures[rows, number]
        for name in ("p_rebound_30", "p_rebound_30_low", "p_rebound_30_high"):
            columns[name] = np.where(enough, columns[name], np.nan)
        columns["enough_data"] = enough
        worse = weekly.risks.worse
        if worse is not None:
            columns["p_worse"] = np.where(enough, worse[rows, number], np.nan)
        columns["exposure_days"] = exposure[pairs.area[rows], weekly.first + number]
        if weekly.open_days is not None:
            always = weekly.open_days[weekly.first + number]
            columns["exposure_days"] = np.where(everywhere[rows], always, columns["exposure_days"])
        for name, verdict in _verdicts(weekly.verdict).items():
            columns[name] = verdict[rows, number]
        if weekly.unseen is not None:
            unseen = weekly.unseen[pairs.area[rows], weekly.first + number] & ~everywhere[rows]
            for name in _verdicts(weekly.verdict):
                columns[name] = columns[name] & ~unseen
            columns["q_value"] = np.where(unseen, np.nan, columns["q_value"])
        columns["rank"] = _integers(
            rank_of(
                pairs.category[rows] == 0,
                enough,
                columns["p_rebound_30" if worse is None else "p_worse"],
                counts.cases[rows, number],
            )
        )
        table = pd.DataFrame(columns, index=pd.RangeIndex(len(rows)))
        told = {"week": week, "as_of": as_of, "run_id": run_id, "observed": "unknown"}
        if observed is not None:
            words = observed[pairs.area[rows], weekly.first + number]
            told["observed"] = np.where(everywhere[rows], "yes", words)
        yield week, FRAMES["hotspots"].conform(table.assign(**told))


def _zones(weekly: Weekly, cases: NDArray[np.int32]) -> NDArray[np.int32]:
    if weekly.graph is None:
        return np.full(cases.shape, NO_ZONE, dtype=np.int32)
    unseen = None if weekly.unseen is None else weekly.unseen[:, weekly.first :]
    return zones(weekly.verdict, cases, weekly.pairs, weekly.graph, unseen, weekly.everywhere)


def _pattern_columns(
    patterns: Patterns | None, rows: NDArray[np.intp], number: int
) -> dict[str, Any]:
    if patterns is None:
        return {}
    which = patterns.number[rows, number]
    # the last text is for what has no class, -1
    return {
        "gi_z": np.round(patterns.z[rows, number], _Z_DIGITS),
        "pattern": _NAMES.take(which % len(_NAMES)),
        "pattern_word": _WORDS.take(which % len(_WORDS)),
    }


def _verdicts(verdict: Verdict) -> dict[str, NDArray[np.bool_]]:
    return {"hot": verdict.hot, "hot_around": verdict.around, "uncertain": verdict.uncertain}


def _integers(values: NDArray[np.integer[Any]]) -> pd.api.extensions.ExtensionArray:
    """Return nullable integers, none of them null, without looking for nulls."""
    whole = values.astype(np.int64)
    return pd.arrays.IntegerArray(whole, np.zeros(len(whole), dtype=bool))


def rank_of(
    whole: NDArray[np.bool_],
    enough: NDArray[np.bool_],
    probability: NDArray[np.float64],
    cases: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Rank a week's rows, 1 the worst; the sums over categories are ranked among themselves.

    Without a forecast the order is by p_worse × cases, without p_worse too by p_rebound_30 × cases;
    rows without enough data follow by cases. Ties share a rank.

    Parameters
    ----------
    whole
        Whether a row is a sum over categories; shape (k,), as the others.
    enough, probability, cases
        `enough_data`, `p_worse` or `p_rebound_30` (NaN without) and `cases`.

    >>> yes, no = np.array([True] * 3), np.array([False] * 3)
    >>> rank_of(no, yes, np.array([0.5, 0.1, 0.1]), np.array([2, 3, 3], dtype=np.int32)).tolist()
    [1, 2, 2]
    """
    score = np.where(enough, probability * cases, cases.astype(np.float64))
    order = np.lexsort((-score, ~enough, whole))
    family, follows, value = whole[order], ~enough[order], score[order]
    differs = np.ones(len(order), dtype=bool)
    differs[1:] = (family[1:] != family[:-1]) | (follows[1:] != follows[:-1])
    differs[1:] |= value[1:] != value[:-1]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = family[1:] != family[:-1]
    place = np.arange(len(order))
    first_of_family = np.maximum.accumulate(np.where(begins, place, 0))
    first_of_tie = np.maximum.accumulate(np.where(differs, place, 0))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = first_of_tie - first_of_family + 1
    return rank
