"""By which day how many problems are back: one curve an area, and the district's beside it."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geo_service.measure import ByLength, Ints, Pairs, Shorts, by_length, curves_by_group
from geo_service.rebound.params import ReboundParams
from geo_service.terms import AT_RISK_DAYS, CURVE_DAYS

_DAY_US = 86_400_000_000


def area_curves(
    spells: pd.DataFrame, pairs: Pairs, end: int, params: ReboundParams | None = None
) -> Iterator[tuple[str, Shorts]]:
    """Yield (category, curves): what had happened of the closures of a year by the `end` of a week.

    What came after it, microseconds, is not known.

    Yields
    ------
    curves
        A row an area, in the order of the areas, and last the district's: per mille back by each of
        `CURVE_DAYS` (Kaplan–Meier), then how many are at risk at each of `AT_RISK_DAYS`; -1 and 0
        where nothing was closed.
    """
    params = params or ReboundParams()
    start = pd.DatetimeIndex(spells["started_at"]).as_unit("us").asi8
    asked = (start >= end - params.window_weeks * 7 * _DAY_US) & (start < end)
    spells, start = spells[asked], start[asked]
    stop = pd.DatetimeIndex(spells["ended_at"]).as_unit("us").asi8
    event = spells["returned"].to_numpy(dtype=np.bool_) & (stop < end)
    days = (np.minimum(stop, end) - start) / _DAY_US
    sorted_spells = by_length(days, event, CURVE_DAYS)
    areas, width = len(pairs.area_ids), len(CURVE_DAYS) + len(AT_RISK_DAYS)
    category = np.append(pairs.category, -1)[pairs.number(spells)]
    whole = np.zeros(len(days), dtype=np.int64)
    of_area = _table(sorted_spells, pairs.number(spells), len(pairs))
    of_whole_area = _table(sorted_spells, pairs.whole_area(spells), len(pairs))
    of_category = _table(sorted_spells, category, len(pairs.categories))
    of_district = _table(sorted_spells, whole, 1)
    for number, (name, mine, place) in enumerate(pairs.by_category()):
        out = np.zeros((areas + 1, width), np.int32)
        out[:, : len(CURVE_DAYS)] = -1
        out[place] = (of_area if number else of_whole_area)[mine]
        out[areas] = of_category[number] if number else of_district[0]
        yield name, out


def _table(spells: ByLength, group: Ints, groups: int) -> Shorts:
    ended, at_risk = curves_by_group(spells, group, groups)
    total = np.bincount(group + 1, minlength=groups + 1)[1:]
    later = [CURVE_DAYS.index(day) for day in AT_RISK_DAYS[1:]]
    per_mille = np.nan_to_num(np.round(ended * 1000), nan=-1)
    return np.column_stack([per_mille, total, at_risk[:, later]]).astype(np.int32)
