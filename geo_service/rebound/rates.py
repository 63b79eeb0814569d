"""RATES: P(rebound ≤ h | verified) by district, category, area, kind, subdistrict and more."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo_service.measure import kaplan_meier_at
from geo_service.rebound.params import ReboundParams
from geo_service.terms import ALL_CATEGORIES, FRAMES

LEVELS = ("district", "category", "area", "kind", "subdistrict", "episode", "source")
DAY = np.timedelta64(86_400_000_000, "us")


def rates(
    spells: pd.DataFrame,
    areas: pd.DataFrame,
    sources: pd.Series,
    params: ReboundParams | None = None,
) -> pd.DataFrame:
    """Return the rates of every group that has a closure, one row a group.

    Parameters
    ----------
    spells
        SPELLS.
    areas
        `area_id kind subdistrict_id` of all areas.
    sources
        The opening report's source, by `case_id`.

    Returns
    -------
    rates
        RATES. Every level is given over all categories (``*``), and district, area, kind and
        subdistrict by category as well; `key` names the group.
    """
    params = params or ReboundParams()
    described = spells.merge(areas[["area_id", "kind", "subdistrict_id"]], on="area_id", how="left")
    described["source"] = described["case_id"].map(sources).astype("str")
    described["episode_group"] = (described["episode"].astype("int64") - 1).clip(upper=4)
    described["episode_group"] = described["episode_group"].astype("str").replace("4", "4+")
    key_of = {
        "district": None,
        "category": "category",
        "area": "area_id",
        "kind": "kind",
        "subdistrict": "subdistrict_id",
        "episode": "episode_group",
        "source": "source",
    }
    both = ("area", "kind", "subdistrict")
    parts = [_level(described, level, key_of[level], params, by_category=False) for level in LEVELS]
    parts += [_level(described, level, key_of[level], params, by_category=True) for level in both]
    table = pd.concat([part for part in parts if len(part)] or [pd.DataFrame()], ignore_index=True)
    return FRAMES["rates"].conform(table)


def _level(
    spells: pd.DataFrame, level: str, key: str | None, params: ReboundParams, *, by_category: bool
) -> pd.DataFrame:
    if key is not None:
        spells = spells[spells[key].notna()]
    if spells.empty:
        return pd.DataFrame()
    keys = [k for k in (key, "category" if by_category else None) if k is not None]
    group, table = _groups(spells, keys)
    days = ((spells["ended_at"] - spells["started_at"]) / DAY).to_numpy(dtype=np.float64)
    event = spells["returned"].to_numpy(dtype=np.bool_)
    count = len(table)

    out = pd.DataFrame({"level": level, "closures": np.bincount(group, minlength=count)})
    out["key"] = table[key].astype("str").to_numpy() if key else "*"
    out["category"] = ALL_CATEGORIES
    if by_category or key == "category":
        out["category"] = table["category"].to_numpy()
    if level in ("area", "subdistrict"):
        out["area_id"] = table[key].to_numpy()
    risks = kaplan_meier_at(group, days, event, count, params.horizons)
    for horizon, risk in zip(params.horizons, risks, strict=True):
        if horizon == params.shown_horizon:
            enough = risk.n_eff >= params.least_n_eff
            out["n_eff"], out["enough_data"] = risk.n_eff, enough
        out[f"rebounds_{horizon}"] = risk.events
        out[f"p_rebound_{horizon}"] = risk.probability
        out[f"p_rebound_{horizon}_low"] = risk.low
        out[f"p_rebound_{horizon}_high"] = risk.high
    figures = [name for name in out.columns if name.startswith("p_rebound")]
    out.loc[~out["enough_data"], figures] = np.nan
    unverified = spells["unverified"].to_numpy(dtype=np.float64)
    out["unverified"] = np.bincount(group, weights=unverified, minlength=count).astype(np.int64)
    return out


def _groups(spells: pd.DataFrame, keys: list[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the group of each row that `keys` make, numbered in their order, and the names."""
    code = np.zeros(len(spells), dtype=np.int64)
    for key in keys:
        number, names = pd.factorize(spells[key], sort=True)
        code = code * max(len(names), 1) + number
    _, first, group = np.unique(code, return_index=True, return_inverse=True)
    return group.astype(np.int64), spells.iloc[first][keys].reset_index(drop=True)
