"""P(return ≤ h | fixed), how often sites return, and what is counted apart: columns of RATES."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.measure import (
    Floats,
    Ints,
    Risk,
    by_length,
    mean_returns,
    risks_by_group,
    watched_sites,
)
from geo_service.rebound.compared import expected_by_category, factors, ratio_interval
from geo_service.rebound.estimates import days_of, drawn, figure_columns
from geo_service.rebound.groups import Grouping, Keys
from geo_service.rebound.params import ReboundParams

Columns = dict[str, NDArray[np.generic]]

_COMPARED = {"crew": "area", "unit": "kind"}
"""Whom one compares, and for what beside the category. An area is its unit's alone: there its
kind stands for it."""
_APART = ("reports", "duplicates", "cases", "beyond_window", "lapsed")
_RECURRENT = ("district", "category", "kind", "subdistrict")


class Histories(NamedTuple):
    """What became of fixes, cases and sites.

    `category area_id source episode` of the first three are those of the case, and `unit_id`
    where units are asked for.

    Parameters
    ----------
    fixes
        One row a fix of a case that stands, and `opened_at started_at ended_at returned rework
        unverified`: from the fix until the case was sent back or the site had its next case, or to
        the end of what is known.
    cases
        One row a case that stands, and `reports reworks beyond_window lapsed`.
    sites
        One row a site with a verified closure: `followed`, days since the first of them.
    returns
        One row a later case of such a site: `site`, its row in `sites`, and `day`.
    """

    fixes: pd.DataFrame
    cases: pd.DataFrame
    sites: pd.DataFrame
    returns: pd.DataFrame


class SecondFigure:
    """Makes the columns that do not rest on verified closures.

    `keys` are those of the tables `fixes`, `cases` and `sites`.
    """

    def __init__(self, told: Histories, keys: Keys, params: ReboundParams) -> None:
        fixes = told.fixes
        self._params = params
        self._event = fixes["returned"].to_numpy(dtype=np.bool_)
        self._rework = fixes[["rework"]].to_numpy(dtype=np.int32)
        self._fixes = by_length(days_of(fixes), self._event, params.horizons)
        self._sites = watched_sites(
            told.sites["followed"].to_numpy(dtype=np.float64),
            told.returns["site"].to_numpy(dtype=np.int64),
            told.returns["day"].to_numpy(dtype=np.float64),
        )
        cases = told.cases.assign(
            cases=1, duplicates=told.cases["reports"] - 1 - told.cases["reworks"]
        )
        self._cases = np.ascontiguousarray(cases[list(_APART)].to_numpy(dtype=np.int32))
        self._keys = keys

    def columns(self, grouping: Grouping) -> Columns:
        """Return them for every number of a grouping."""
        risks = risks_by_group(self._fixes, grouping.codes["fixes"], grouping.size)
        out: Columns = {"fixes": risks[0].spells}
        out |= self._figures(risks, grouping)
        out["reworks"] = grouping.sums("fixes", self._rework)[:, 0]
        if grouping.level != "crew":
            out |= self._apart(grouping)
        if grouping.level in _RECURRENT and grouping.over_all:
            out |= self._recurrent(grouping)
        if grouping.level in _COMPARED:
            out |= self._compared(grouping, risks)
        return out

    def _figures(self, risks: list[Risk], grouping: Grouping) -> Columns:
        shown = sorted(self._params.horizons).index(self._params.shown_horizon)
        n_eff = risks[shown].n_eff
        figures = [np.stack([one.probability, one.low, one.high]) for one in risks]
        if grouping.level == "area":
            figures, _ = drawn(risks, grouping.category, shown, range(len(risks)))
        out = figure_columns(
            "return", self._params.horizons, risks, figures, n_eff >= self._params.least_n_eff
        )
        return out | {"n_eff_fixes": n_eff}

    def _apart(self, grouping: Grouping) -> Columns:
        counts = grouping.sums("cases", self._cases)
        return {name: counts[:, column] for column, name in enumerate(_APART)}

    def _recurrent(self, grouping: Grouping) -> Columns:
        got = mean_returns(
            self._sites, grouping.codes["sites"], grouping.size, self._params.recurrent_days
        )
        enough = got.sites >= self._params.least_n_eff
        return {
            "sites": got.sites,
            "site_returns": got.events,
            "mean_returns": np.where(enough, got.mean, np.nan),
            "mean_returns_low": np.where(enough, got.low, np.nan),
            "mean_returns_high": np.where(enough, got.high, np.nan),
        }

    def _compared(self, grouping: Grouping, risks: list[Risk]) -> Columns:
        horizon = self._params.shown_horizon
        shown = sorted(self._params.horizons).index(horizon)
        by_category = self._keys.grouping("category")
        expected = expected_by_category(
            self._fixes, by_category.codes["fixes"], by_category.size, horizon
        )
        level = _COMPARED[grouping.level]
        place = self._keys.grouping(level)
        of_place = place.codes["fixes"]
        events = risks_by_group(self._fixes, of_place, place.size)[shown].events
        sums = _sums(of_place, expected, place.size)
        factor = np.append(factors(events, sums, drawn=level == "area"), 1.0)
        mine = grouping.codes["fixes"]
        whole = _sums(mine, expected * factor[of_place], grouping.size)
        enough = risks[shown].n_eff >= self._params.least_n_eff
        ratio = ratio_interval(risks[shown].events, whole)
        names = ("return_ratio", "return_ratio_low", "return_ratio_high")
        told = {name: np.where(enough, one, np.nan) for name, one in zip(names, ratio, strict=True)}
        told[f"expected_returns_{horizon}"] = whole
        return told


def _sums(code: Ints, values: Floats, size: int) -> Floats:
    return np.bincount(code + 1, weights=values, minlength=size + 1)[1:].astype(np.float64)
