"""RATES: P(rebound ≤ h | verified) by district, category, area, kind, subdistrict and more."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.measure import kaplan_meier_at
from geo_service.rebound.params import ReboundParams
from geo_service.terms import ALL_CATEGORIES, FRAMES

LEVELS = ("district", "category", "area", "kind", "subdistrict", "episode", "source")
EPISODES = ("0", "1", "2", "3", "4+")
"""How many episodes a site had before the case: the names of those groups."""

DAY = np.timedelta64(86_400_000_000, "us")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def rates(
    spells: pd.DataFrame, areas: pd.DataFrame, params: ReboundParams | None = None
) -> pd.DataFrame:
    """Return the rates of every group that has a closure, one row a group.

    Parameters
    ----------
    spells
        SPELLS, and `source`, the opening report's. Categorical columns are welcome.
    areas
        `area_id kind subdistrict_id` of all areas.

    Returns
    -------
    rates
        RATES. Every level is given over all categories (``*``), and district, area, kind and
        subdistrict by category as well; `key` names the group.
    """
    params = params or ReboundParams()
    days = ((spells["ended_at"] - spells["started_at"]) / DAY).to_numpy(dtype=np.float64)
    event = spells["returned"].to_numpy(dtype=np.bool_)
    # sorted once by length: each level then only gathers its groups
    order = np.lexsort((~event, days))
    known = _Spells(
        days=days[order],
        event=event[order],
        unverified=spells["unverified"].to_numpy(dtype=np.float64)[order],
    )
    keys = {name: _Key(key.code[order], key.names) for name, key in _keys(spells, areas).items()}
    both = ("area", "kind", "subdistrict")
    asked = [(level, False) for level in LEVELS] + [(level, True) for level in both]
    parts = [_level(known, keys, level, params, by_category=by) for level, by in asked]
    table = pd.concat([part for part in parts if len(part)] or [pd.DataFrame()], ignore_index=True)
    return FRAMES["rates"].conform(table)


class _Spells(NamedTuple):
    days: Floats
    event: NDArray[np.bool_]
    unverified: Floats


class _Key(NamedTuple):
    """What groups spells: a number for each, -1 for none, and the names in their order."""

    code: Ints
    names: pd.Index


def _keys(spells: pd.DataFrame, areas: pd.DataFrame) -> dict[str, _Key]:
    area = _key(spells["area_id"])
    described = areas.drop_duplicates("area_id").set_index("area_id").reindex(area.names)
    episode = (spells["episode"].to_numpy(dtype=np.int64) - 1).clip(max=len(EPISODES) - 1)
    return {
        "category": _key(spells["category"]),
        "area": area,
        "kind": _through(area, described["kind"]),
        "subdistrict": _through(area, described["subdistrict_id"]),
        "episode": _Key(episode, pd.Index(EPISODES, dtype="str")),
        "source": _key(spells["source"]),
    }


def _key(words: pd.Series) -> _Key:
    if isinstance(words.dtype, pd.CategoricalDtype):
        code, names = words.cat.codes.to_numpy(), words.cat.categories
    else:
        code, names = pd.factorize(words)
    text = pd.Series(names, dtype="str")
    order = np.argsort(text.to_numpy(dtype=object), kind="stable")
    place = np.full(len(order) + 1, -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    return _Key(place[code], pd.Index(text.iloc[order]))


def _through(area: _Key, words: pd.Series) -> _Key:
    """Group areas by one of their words, and spells with them."""
    of_area = _key(words)
    return _Key(np.append(of_area.code, -1)[area.code], of_area.names)


def _level(
    spells: _Spells, keys: dict[str, _Key], level: str, params: ReboundParams, *, by_category: bool
) -> pd.DataFrame:
    nothing = _Key(np.zeros(len(spells.days), dtype=np.int64), pd.Index(["*"]))
    mine = keys.get(level, nothing)
    category = keys["category"] if by_category else nothing
    wide = max(len(category.names), 1)
    code = np.where(mine.code >= 0, mine.code * wide + category.code, -1)
    size = max(len(mine.names), 1) * wide
    closures = np.bincount(code[code >= 0], minlength=size)
    occurs = np.flatnonzero(closures)
    if not len(occurs):
        return pd.DataFrame()
    number = np.full(size + 1, -1, dtype=np.int64)
    number[occurs] = np.arange(len(occurs))
    group = number[code]
    some = group >= 0
    group, days, event = group[some], spells.days[some], spells.event[some]
    count = len(occurs)

    out = pd.DataFrame({"level": level, "closures": closures[occurs]})
    out["key"] = mine.names.take(occurs // wide).astype("str").to_numpy()
    out["category"] = ALL_CATEGORIES
    if by_category:
        out["category"] = category.names.take(occurs % wide).to_numpy()
    elif level == "category":
        out["category"] = out["key"]
    if level in ("area", "subdistrict"):
        out["area_id"] = out["key"]
    risks = kaplan_meier_at(group, days, event, count, params.horizons, sorted_by_days=True)
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
    unverified = np.bincount(group, weights=spells.unverified[some], minlength=count)
    out["unverified"] = unverified.astype(np.int64)
    return out
