"""HOTSPOTS: one table a week, the rows in which anything happened; and the map's layers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.hotspots.counts import Counts, trailing_sum
from geo_service.hotspots.params import HotspotParams
from geo_service.hotspots.patterns import Patterns
from geo_service.hotspots.reasons import COUNTED, EXPECTED, rank_of, reasons
from geo_service.hotspots.verdict import Verdict
from geo_service.hotspots.zones import NO_ZONE, zones
from geo_service.measure import Flags, Floats, Pairs, Risk, Shorts
from geo_service.measure.neighbours import Graph
from geo_service.terms import OBSERVED, PATTERN_WORDS, PATTERNS, REASONS

NULL = np.uint16(65535)
"""What a layer's array holds where there is no value."""

NO_Z = np.int16(-32768)
"""What the layer ``gi`` holds where there is no Gi*."""

_Z_UNIT, _Z_MOST, _DIGITS = 100, 32767, 4
_AT_ONCE = 26
_YES = OBSERVED.index("yes")


class Shares(NamedTuple):
    """What the map shows of the probability of one horizon; arrays of shape (pairs, weeks).

    Parameters
    ----------
    per_mille
        uint16, `NULL` where n_eff is too small for a figure.
    classes
        How each pair stands beside all areas, -1 where nobody knows.
    """

    per_mille: NDArray[np.uint16]
    classes: NDArray[np.int8]

    @classmethod
    def of(cls, risks: Risk, classes: NDArray[np.int8], least_n_eff: float) -> "Shares":
        """Keep of `risks` what the map shows."""
        with np.errstate(invalid="ignore"):
            shown = np.where(risks.n_eff >= least_n_eff, np.round(risks.probability * 1000), NULL)
        return cls(np.nan_to_num(shown, nan=float(NULL)).astype(np.uint16), classes)


@dataclass(frozen=True)
class Weekly:
    """Everything the weekly rows are made of.

    Parameters
    ----------
    weeks
        Names of all weeks up to the last one that is wanted.
    counts
        Arrays of shape (pairs, weeks).
    risks, verdict
        The rolling 30-day risk and what is hot: arrays that begin with week `first`, shape
        (pairs, weeks − first).
    first
        The first week whose rows and layers are wanted.
    shares
        What the map shows of the risk and of other horizons', by the layer's name; arrays that
        begin with week `first`, too.
    unseen
        Where nobody looked in a week's trailing weeks, shape (areas, weeks); None: nobody knows.
    public
        Categories that public channels observe: there nothing is unseen.
    open_days
        Days of each week's trailing weeks since the first report, shape (weeks,): those of public
        categories.
    patterns, words
        Arrays that begin with week `first`; None where nobody asked.
    graph
        Which areas touch; None where nobody asks for zones.
    absent
        Where there is no such area in a week, shape (areas, weeks): no row, no value; None: never.
    q_rebound
        Whether a pair is hot by its rebounds; begins with week `first`, too; None: nobody asked.
    ranked
        What the order rests on, by column; arrays that begin with week `first`; None: no order.
    """

    pairs: Pairs
    weeks: list[str]
    counts: Counts
    risks: Risk
    verdict: Verdict
    least_n_eff: float
    params: HotspotParams
    first: int = 0
    shares: Mapping[str, Shares] = field(default_factory=dict)
    unseen: Flags | None = None
    patterns: Patterns | None = None
    words: NDArray[np.int8] | None = None
    graph: Graph | None = None
    public: frozenset[str] = frozenset()
    open_days: Floats | None = None
    absent: Flags | None = None
    q_rebound: Floats | None = None
    ranked: Mapping[str, NDArray[np.float32]] | None = None

    @property
    def everywhere(self) -> Flags:
        """Whether the category of each pair is a public one; shape (pairs,)."""
        names = np.array([name in self.public for name in self.pairs.categories], dtype=np.bool_)
        return names[self.pairs.category]

    def layers(self) -> Iterator[tuple[str, str, int, NDArray[np.uint16]]]:
        """Yield (layer, category, week, values in the order of the areas)."""
        cases = trailing_sum(self.counts.cases, self.params.trailing_weeks, self.first)
        layers = {
            "hotspots": (self.verdict.hot.astype(np.uint16), np.uint16(0)),
            "cases": (np.minimum(cases, 65534).astype(np.uint16), np.uint16(0)),
        }
        for layer, (per_mille, classes) in self.shares.items():
            known = np.where(classes < 0, NULL, classes).astype(np.uint16)
            layers |= {layer: (per_mille, NULL), f"{layer}_class": (known, NULL)}
        for category, mine, place in self.pairs.by_category():
            for layer, (grid, nothing) in layers.items():
                values = np.full((grid.shape[1], len(self.pairs.area_ids)), nothing, np.uint16)
                values[:, place] = grid[mine].T
                if self.unseen is not None and category not in self.public:
                    values[self.unseen[:, self.first :].T] = NULL
                if self.absent is not None:
                    values[self.absent[:, self.first :].T] = NULL
                for week in range(grid.shape[1]):
                    yield layer, category, self.first + week, values[week]

    def gi(self) -> Iterator[tuple[str, str, int, NDArray[np.int16]]]:
        """Yield (``gi``, category, week, hundredths of Gi* and its marks; shape (2, areas))."""
        if self.patterns is None:
            return
        with np.errstate(invalid="ignore"):
            z = np.round(self.patterns.z * _Z_UNIT).clip(-_Z_MOST, _Z_MOST)
        z = np.nan_to_num(z, nan=float(NO_Z)).astype(np.int16)
        for category, mine, place in self.pairs.by_category():
            values = np.zeros((z.shape[1], 2, len(self.pairs.area_ids)), np.int16)
            values[:, 0] = NO_Z
            values[:, 0, place] = z[mine].T
            values[:, 1, place] = self.patterns.mark[mine].T
            if self.absent is not None:
                values[:, 0][self.absent[:, self.first :].T] = NO_Z
            for week in range(z.shape[1]):
                yield "gi", category, self.first + week, values[week]


def weekly_rows(
    weekly: Weekly, exposure_days: Floats, observed: NDArray[np.int8] | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (week, columns of HOTSPOTS) for every week that is wanted, in few words.

    `area` and `zone` stand for area ids: places among the areas of the pairs, -1 where there is
    none; what is known of an area is left out. Words are categoricals.

    Parameters
    ----------
    exposure_days
        Days of each week's trailing weeks on which somebody looked, or a report could have come;
        shape (areas, weeks) or, where it is the same for all areas, (weeks,).
    observed
        Whether anybody looked, numbers into OBSERVED, shape (areas, weeks); None: nobody knows.
    """
    pairs, first = weekly.pairs, weekly.first
    shape = (len(pairs.area_ids), len(weekly.weeks))
    by_area: dict[str, NDArray[Any]] = {
        "exposure_days": np.broadcast_to(exposure_days, shape),
        "observed": np.broadcast_to(np.int8(0) if observed is None else observed, shape),
        "unseen": np.broadcast_to(False if weekly.unseen is None else weekly.unseen, shape),
    }
    grids = _grids(weekly)
    happened = (grids["reports"] > 0) | (grids["cases"] > 0) | (grids["closures"] > 0)
    happened |= grids["rebound_spells"] > 0
    if weekly.absent is not None:
        happened &= ~weekly.absent[pairs.area, first:]
    # a few weeks at a time are turned round: a week's figures then lie side by side
    for start in range(first, len(weekly.weeks), _AT_ONCE):
        some = slice(start - first, start - first + _AT_ONCE)
        occurs = np.ascontiguousarray(happened[:, some].T)
        turned = {name: np.ascontiguousarray(grid[:, some].T) for name, grid in grids.items()}
        for number, which in enumerate(occurs):
            rows = np.flatnonzero(which)
            columns = {name: grid[number][rows] for name, grid in turned.items()}
            area = pairs.area[rows]
            columns |= {name: grid[area, start + number] for name, grid in by_area.items()}
            yield weekly.weeks[start + number], _week(weekly, columns, rows, start + number)


def _grids(weekly: Weekly) -> dict[str, NDArray[Any]]:
    """Return what is known of each pair and week from the first wanted one on."""
    counts = Counts(
        *(trailing_sum(grid, weekly.params.trailing_weeks, weekly.first) for grid in weekly.counts)
    )
    risks, verdict, patterns = weekly.risks, weekly.verdict, weekly.patterns
    grids: dict[str, NDArray[Any]] = {
        "reports": counts.reports,
        "cases": counts.cases,
        "closures": counts.closures,
        "closures_unverified": counts.unverified,
        "rebounds": counts.rebounds,
        "rebound_spells": risks.spells,
        "rebound_events_30": risks.events,
        "p_rebound_30": risks.probability,
        "p_rebound_30_low": risks.low,
        "p_rebound_30_high": risks.high,
        "n_eff": risks.n_eff,
        "expected": verdict.expected,
        "q_value": verdict.q_value,
        "hot": verdict.hot,
        "hot_around": verdict.around,
        "uncertain": verdict.uncertain,
        "hot_subdistrict": verdict.whole,
        "windows": verdict.windows,
        "q_rebound": np.full(verdict.hot.shape, np.nan)
        if weekly.q_rebound is None
        else weekly.q_rebound,
        "zone": _zones(weekly, counts.cases),
    }
    if risks.worse is not None:
        grids["p_worse"] = risks.worse
    if patterns is not None:
        grids |= {"gi_z": patterns.z, "pattern": patterns.number}
    if weekly.words is not None:
        grids["pattern_word"] = weekly.words
    return grids | dict(weekly.ranked or {})


def _week(
    weekly: Weekly, columns: dict[str, NDArray[Any]], rows: NDArray[np.intp], week: int
) -> dict[str, Any]:
    """Return the columns of one week's rows, given what the grids hold of them."""
    pairs, everywhere = weekly.pairs, weekly.everywhere[rows]
    enough = columns["n_eff"] >= weekly.least_n_eff
    worst = "p_worse" if "p_worse" in columns else "p_rebound_30"
    for name in ("p_rebound_30", "p_rebound_30_low", "p_rebound_30_high", worst):
        columns[name] = np.where(enough, columns[name], np.nan)
    if weekly.open_days is not None:
        always = weekly.open_days[week]
        columns["exposure_days"] = np.where(everywhere, always, columns["exposure_days"])
    unseen = columns.pop("unseen") & ~everywhere
    for name in ("hot", "hot_around", "uncertain", "hot_subdistrict"):
        columns[name] = columns[name] & ~unseen
    fired = np.where(columns["hot"], columns["windows"], 0)
    columns["windows"] = _words(fired.astype(np.int16) - 1, _fired_words(weekly.params.windows))
    for name in ("q_value", "q_rebound"):
        columns[name] = np.where(unseen, np.nan, columns[name])
    columns["hot_rebound"] = columns["q_rebound"] <= weekly.params.false_discovery
    category = pairs.category[rows]
    known = {
        "area": pairs.area[rows].astype(np.int32),
        "category": _words(category, pairs.categories),
        "enough_data": enough,
        "observed": _words(np.where(everywhere, _YES, columns["observed"]), OBSERVED),
    }
    if "order" in columns:
        known["rank"] = rank_of(category == 0, columns.pop("order")).astype(np.int32)
        known["reason"] = _words(reasons(columns, category), REASONS)
        for name in COUNTED:
            columns[name] = columns[name].astype(np.int32)
        for name in EXPECTED:
            columns[name] = np.round(columns[name].astype(np.float64), _DIGITS)
    if "pattern" in columns:
        known["gi_z"] = np.round(columns["gi_z"], _DIGITS)
        known["pattern"] = _words(columns["pattern"], PATTERNS)
    if "pattern_word" in columns:
        said = np.where(unseen, -1, columns["pattern_word"])
        known["pattern_word"] = _words(said, PATTERN_WORDS)
    return columns | known


def _words(code: NDArray[np.integer[Any]], words: Sequence[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(code, categories=pd.Index(words, dtype="str"), validate=False)


def _fired_words(windows: Sequence[int]) -> list[str]:
    """Return what each set of windows but the empty one is called, the shortest the lowest bit."""
    return [
        ";".join(str(weeks) for bit, weeks in enumerate(windows) if fired >> bit & 1)
        for fired in range(1, 1 << len(windows))
    ]


def _zones(weekly: Weekly, cases: Shorts) -> Shorts:
    if weekly.graph is None:
        return np.full(cases.shape, NO_ZONE, dtype=np.int32)
    unseen = None if weekly.unseen is None else weekly.unseen[:, weekly.first :]
    return zones(weekly.verdict, cases, weekly.pairs, weekly.graph, unseen, weekly.everywhere)
