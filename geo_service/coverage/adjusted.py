"""RATES from what could be seen, beside the raw ones."""

import numpy as np
import pandas as pd

from geo_service.coverage.params import CoverageParams
from geo_service.coverage.pieces import Pieces
from geo_service.measure import Flags, Floats, Ints
from geo_service.measure.intervals import risk_interval
from geo_service.terms import ALL_CATEGORIES

_BOTH = ("area", "kind", "subdistrict")


def adjusted_rates(
    rates: pd.DataFrame,
    spells: pd.DataFrame,
    areas: pd.DataFrame,
    pieces: Pieces,
    params: CoverageParams | None = None,
) -> pd.DataFrame:
    """Return RATES with the columns of what was observed filled in.

    `spells` are SPELLS that `rates` are of, and `pieces` theirs; of `areas` are read `area_id kind
    subdistrict_id`. Groups of a level that is not known here stay without.

    Notes
    -----
    Kaplan–Meier with delayed entry: at t those are at risk with start < t ≤ stop. Interval by
    Greenwood's variance, log-log; `n_eff` = events / probability, at least `least_n_eff`.
    """
    params = params or CoverageParams()
    described = areas.drop_duplicates("area_id").set_index("area_id")
    of_area = spells["area_id"].astype("str")
    words = {
        "district": pd.Series("*", index=spells.index, dtype="str"),
        "category": spells["category"].astype("str"),
        "area": of_area,
        "kind": of_area.map(described["kind"]),
        "subdistrict": of_area.map(described["subdistrict_id"]),
        "episode": spells["episode"].clip(upper=5).map({1: "0", 2: "1", 3: "2", 4: "3", 5: "4+"}),
        "source": spells["source"].astype("str") if "source" in spells else None,
    }
    parts = []
    for level, key in words.items():
        if key is None or not (rates["level"] == level).any():
            continue
        for split in (False, True) if level in _BOTH else (False,):
            whole = pd.Series(ALL_CATEGORIES, index=spells.index, dtype="str")
            category = words["category"] if split or level == "category" else whole
            table = pd.DataFrame({"key": key, "category": category})
            parts.append(_level(table, pieces, params).assign(level=level))
    found = pd.concat(parts, ignore_index=True)
    by = ["level", "key", "category"]
    columns = [name for name in found.columns if name not in by]
    return rates.drop(columns=columns, errors="ignore").merge(found, on=by, how="left")


def _level(table: pd.DataFrame, pieces: Pieces, params: CoverageParams) -> pd.DataFrame:
    grouped = table.groupby(["key", "category"], sort=False, dropna=True)
    group = grouped.ngroup().fillna(-1).to_numpy(dtype=np.int64, copy=True)
    group[table.isna().any(axis=1).to_numpy()] = -1
    count = int(group.max(initial=-1)) + 1
    first = np.full(count, 0, dtype=np.int64)
    first[group[group >= 0]] = np.flatnonzero(group >= 0)
    names = table.iloc[first]
    risk, green, events = entering_risk(
        group[pieces.spell], pieces.start, pieces.stop, pieces.event, count, params.horizon_days
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        n_eff = np.where(events > 0, events / risk, 0.0)
    watched = np.zeros(count)
    mine = group[pieces.spell] >= 0
    at_risk = np.minimum(pieces.stop, params.horizon_days) - pieces.start
    np.add.at(watched, group[pieces.spell][mine], np.clip(at_risk, 0, None)[mine])
    low, high = risk_interval(risk, green, np.maximum(n_eff, 1.0))
    enough = n_eff >= params.least_n_eff
    blind = np.bincount(group[pieces.blind & (group >= 0)], minlength=count)
    return pd.DataFrame(
        {
            "key": names["key"].to_numpy(),
            "category": names["category"].to_numpy(),
            "observed_days": np.round(watched, 3),
            "observed_rebounds_30": pd.array(events.astype(np.int64), dtype="Int64"),
            "blind_rebounds": pd.array(blind.astype(np.int64), dtype="Int64"),
            "p_observed_30": np.where(enough, risk, np.nan),
            "p_observed_30_low": np.where(enough, low, np.nan),
            "p_observed_30_high": np.where(enough, high, np.nan),
        }
    )


def entering_risk(
    group: Ints, start: Floats, stop: Floats, event: Flags, groups: int, horizon: float
) -> tuple[Floats, Floats, Ints]:
    """Return probability, Greenwood's sum and events within `horizon`, by group.

    Each piece, shape (m,), is of a group, -1 for none, at risk for start < t ≤ stop, and ends with
    an event or not.

    >>> two = np.zeros(2, dtype=np.int64)
    >>> out = entering_risk(two, np.array([0.0, 5.0]), np.array([4.0, 6.0]),
    ...                     np.array([True, False]), 1, 30)
    >>> out[0].tolist(), out[2].tolist()
    ([1.0], [1])
    """
    some = (group >= 0) & (start < horizon)
    group, start, stop, event = group[some], start[some], stop[some], event[some]
    ends = event & (stop <= horizon)
    wide = horizon + 2.0
    stop = np.minimum(stop, horizon + 1.0)
    key = group * wide
    entries, exits = np.sort(key + start), np.sort(key + stop)
    at, deaths = np.unique((key + stop)[ends], return_counts=True)
    at_risk = np.searchsorted(entries, at, "left") - np.searchsorted(exits, at, "left")
    where = (at // wide).astype(np.int64)
    # as many entered as left in the groups before: those cancel
    with np.errstate(divide="ignore", invalid="ignore"):
        kept = np.log1p(-deaths / at_risk)
        green = deaths / (at_risk * (at_risk - deaths).astype(np.float64))
    log_s = np.zeros(groups)
    np.add.at(log_s, where, kept)
    variance = np.zeros(groups)
    np.add.at(variance, where, green)
    events = np.bincount(group[ends], minlength=groups).astype(np.int64)
    seen = np.bincount(group, minlength=groups) > 0
    return np.where(seen, -np.expm1(log_s), np.nan), variance, events
