"""HOTSPOTS: one table a week, the rows in which anything happened; and the map's layers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.hotspots.counts import Counts, trailing_sum
from geo_service.hotspots.params import HotspotParams
from geo_service.hotspots.verdict import Verdict
from geo_service.measure import Pairs
from geo_service.terms import FRAMES

NULL = np.uint16(65535)
"""What a layer's array holds where there is no value."""


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


@dataclass(frozen=True)
class Weekly:
    """Everything the weekly rows are made of; arrays of shape (pairs, weeks)."""

    pairs: Pairs
    weeks: list[str]
    counts: Counts
    risks: Risks
    verdict: Verdict
    least_n_eff: float
    params: HotspotParams

    def layers(self) -> Iterator[tuple[str, str, int, NDArray[np.uint16]]]:
        """Yield (layer, category, week, values in the order of the areas)."""
        enough = self.risks.n_eff >= self.least_n_eff
        with np.errstate(invalid="ignore"):
            per_mille = np.where(enough, np.round(self.risks.probability * 1000), NULL)
        cases = trailing_sum(self.counts.cases, self.params.trailing_weeks)
        layers = {
            "rebound": (np.nan_to_num(per_mille, nan=float(NULL)).astype(np.uint16), NULL),
            "hotspots": (self.verdict.hot.astype(np.uint16), np.uint16(0)),
            "cases": (np.minimum(cases, 65534).astype(np.uint16), np.uint16(0)),
        }
        for number, category in enumerate(self.pairs.categories):
            mine = np.flatnonzero(self.pairs.category == number)
            place = self.pairs.area[mine]
            for layer, (grid, nothing) in layers.items():
                values = np.full((len(self.weeks), len(self.pairs.area_ids)), nothing, np.uint16)
                values[:, place] = grid[mine].T
                for week in range(len(self.weeks)):
                    yield layer, category, week, values[week]

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
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield (week, HOTSPOTS) for every week.

    Parameters
    ----------
    areas
        `area_id name kind subdistrict_id`, in any order.
    exposure_days
        Days of each week's trailing weeks on which a report could have come; shape (w,).
    as_of, run_id
        Of the run.
    """
    pairs, n = weekly.pairs, weekly.params.trailing_weeks
    counts = Counts(*(trailing_sum(grid, n) for grid in weekly.counts))
    described = areas.set_index("area_id").reindex(pairs.area_ids)
    fixed = pd.DataFrame(
        {
            "area_id": np.asarray(pairs.area_ids, dtype=object)[pairs.area],
            "name": described["name"].to_numpy(dtype=object)[pairs.area],
            "kind": described["kind"].to_numpy(dtype=object)[pairs.area],
            "subdistrict": described["subdistrict_id"].to_numpy(dtype=object)[pairs.area],
            "category": np.asarray(pairs.categories, dtype=object)[pairs.category],
        }
    ).astype("str")

    happened = (counts.reports > 0) | (counts.cases > 0) | (counts.closures > 0)
    happened |= weekly.risks.spells > 0
    for number, week in enumerate(weekly.weeks):
        rows = np.flatnonzero(happened[:, number])
        table = fixed.iloc[rows].reset_index(drop=True)
        enough = weekly.risks.n_eff[rows, number] >= weekly.least_n_eff

        table = table.assign(
            week=week,
            as_of=as_of,
            run_id=run_id,
            reports=counts.reports[rows, number],
            cases=counts.cases[rows, number],
            closures=counts.closures[rows, number],
            closures_unverified=counts.unverified[rows, number],
            rebounds=counts.rebounds[rows, number],
            rebound_spells=weekly.risks.spells[rows, number],
            rebound_events_30=weekly.risks.events[rows, number],
            p_rebound_30=np.where(enough, weekly.risks.probability[rows, number], np.nan),
            p_rebound_30_low=np.where(enough, weekly.risks.low[rows, number], np.nan),
            p_rebound_30_high=np.where(enough, weekly.risks.high[rows, number], np.nan),
            n_eff=weekly.risks.n_eff[rows, number],
            enough_data=enough,
            exposure_days=exposure_days[number],
            observed="unknown",
            expected=weekly.verdict.expected[rows, number],
            q_value=weekly.verdict.q_value[rows, number],
            hot=weekly.verdict.hot[rows, number],
        )
        yield week, FRAMES["hotspots"].conform(rank_rows(table))


def rank_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Rank a week's rows, 1 the worst; the sums over categories are ranked among themselves.

    Without a forecast and `p_worse` the order is by p_rebound_30 × cases; rows without enough data
    follow by cases. Ties share a rank.
    """
    score = (table["p_rebound_30"] * table["cases"]).fillna(-1.0)
    follows = ~table["enough_data"].to_numpy(dtype=np.bool_)
    keys = pd.DataFrame(
        {
            "family": table["category"] == "*",
            "follows": follows,
            "score": np.where(follows, table["cases"], score),
        }
    )
    order = keys.sort_values(["family", "follows", "score"], ascending=[True, True, False])
    place = order.groupby("family").cumcount() + 1
    rank = place.groupby([order["family"], order["follows"], order["score"]]).transform("min")
    return table.assign(rank=rank.reindex(table.index))
