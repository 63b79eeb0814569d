"""RATES: P(rebound ≤ h | verified) by district, category, area, kind, subdistrict and more."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.measure import ByLength, Risk, by_length, pooled, risks_by_group, shrink
from geo_service.rebound.groups import ASKED, Grouping, Keys
from geo_service.rebound.params import ReboundParams
from geo_service.terms import FRAMES

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
        subdistrict by category as well; `key` names the group. Areas are drawn towards all areas
        of their category, the other groups speak for themselves.
    """
    params = params or ReboundParams()
    sorted_spells = _sorted(spells, params)
    keys = Keys.of(spells, areas)
    unverified = np.flatnonzero(spells["unverified"].to_numpy(dtype=np.bool_))
    parts = []
    for level, by_category in ASKED:
        grouping = keys.grouping(level, by_category=by_category)
        risks = risks_by_group(sorted_spells, grouping.code, grouping.size)
        rows = np.flatnonzero(risks[0].spells)
        if len(rows):
            part = grouping.named(rows)
            part |= _rebounds(risks, grouping, rows, params)
            part["unverified"] = grouping.tally(unverified)[rows]
            parts.append(pd.DataFrame(part))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return FRAMES["rates"].conform(table)


def _sorted(spells: pd.DataFrame, params: ReboundParams) -> ByLength:
    days = ((spells["ended_at"] - spells["started_at"]) / DAY).to_numpy(dtype=np.float64)
    event = spells["returned"].to_numpy(dtype=np.bool_)
    return by_length(days, event, params.horizons)


def _rebounds(
    risks: list[Risk], grouping: Grouping, rows: Ints, params: ReboundParams
) -> dict[str, NDArray[np.generic]]:
    horizons = sorted(params.horizons)
    shown = horizons.index(params.shown_horizon)
    n_eff = risks[shown].n_eff[rows]
    enough = n_eff >= params.least_n_eff
    events = np.stack([one.events[rows] for one in risks], axis=1)
    figures = [np.stack([r.probability, r.low, r.high])[:, rows] for r in risks]
    out: dict[str, NDArray[np.generic]] = {"closures": risks[0].spells[rows]}
    if grouping.level == "area":
        sizes = np.stack([one.n_eff[rows] for one in risks], axis=1)
        figures, out["p_worse"] = _drawn(events, sizes, grouping.category[rows], enough, shown)
    out |= {"n_eff": n_eff, "enough_data": enough}
    for place, horizon in enumerate(horizons):
        out[f"rebounds_{horizon}"] = events[:, place]
        for end, values in zip(("", "_low", "_high"), figures[place], strict=True):
            out[f"p_rebound_{horizon}{end}"] = np.where(enough, values, np.nan)
    return out


def _drawn(
    events: Ints, n_eff: Floats, family: Ints, enough: NDArray[np.bool_], shown: int
) -> tuple[list[Floats], Floats]:
    """Return each horizon's probability, low and high, and p_worse at the one shown."""
    level = pooled(events, n_eff, family, int(family.max()) + 1)
    level[:, np.arange(level.shape[1]) != shown] = np.nan  # of the others nobody asks
    # which groups get a figure is decided at the horizon shown, for all horizons
    found = shrink(events, n_eff, family, level, least=0.0)
    columns = range(events.shape[1])
    figures = [
        np.stack([found.probability[:, h], found.low[:, h], found.high[:, h]]) for h in columns
    ]
    return figures, np.where(enough, found.worse[:, shown], np.nan)
