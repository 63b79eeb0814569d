"""Spells cut where nobody looked: unobserved time leaves the risk set and re-enters."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from geo_service.coverage.params import CoverageParams
from geo_service.coverage.watch import Watch
from geo_service.measure import Flags, Floats, Ints

_FAR = 1 << 20


class Pieces(NamedTuple):
    """Pieces of spells in which a return would have been seen.

    Parameters
    ----------
    spell
        The spell's place in the table; shape (m,), as `start`, `stop` and `event`.
    start, stop
        Days since the closure: at risk for start < t ≤ stop.
    event
        Whether the problem returned at `stop`.
    blind
        Of each spell, whether it returned, but was first seen after a blind gap; shape (n,).
    """

    spell: Ints
    start: Floats
    stop: Floats
    event: Flags
    blind: Flags


def observed_pieces(
    spells: pd.DataFrame, seen: Watch, *, timezone: str, params: CoverageParams | None = None
) -> Pieces:
    """Cut spells at the gaps of their area that are longer than `blind_days`.

    Of `spells` are read ``area_id started_at ended_at returned``; before the first day of `seen`
    nothing is cut. A return on the day that ends a gap, or within it, is told apart: nobody knows
    when it came.
    """
    params = params or CoverageParams()
    n = len(spells)
    area = pd.Index(seen.area_ids).get_indexer(pd.Index(spells["area_id"].astype("str")))
    start = pd.DatetimeIndex(spells["started_at"]).as_unit("us").asi8 / 86_400_000_000
    end = pd.DatetimeIndex(spells["ended_at"]).as_unit("us").asi8 / 86_400_000_000
    # moments as local days and their fractions
    offset = day_fraction(spells["started_at"], timezone) - start
    first, last = start + offset, day_fraction(spells["ended_at"], timezone)
    gap_area, begins, ends = blind_gaps(seen, params.blind_days)
    key = gap_area * float(_FAR)
    low = np.searchsorted(key + ends, np.where(area < 0, -1.0, area * float(_FAR) + first), "right")
    high = np.searchsorted(
        key + begins, np.where(area < 0, -1.0, area * float(_FAR) + last), "left"
    )
    count = np.maximum(high - low, 0)
    count[area < 0] = 0

    spell = np.repeat(np.arange(n), count + 1)
    nth = np.arange(len(spell)) - np.repeat(np.cumsum(count + 1) - (count + 1), count + 1)
    gap = low[spell] + nth
    none = len(begins)
    enters = np.append(ends, 0)[np.clip(gap - 1, 0, none)]
    leaves = np.append(begins, 0)[np.clip(gap, 0, none)]
    final = nth == count[spell]
    piece_start = np.where(nth == 0, first[spell], enters)
    piece_stop = np.where(final, last[spell], leaves)
    returned = spells["returned"].to_numpy(dtype=bool)
    latest = np.append(ends, -np.inf)[np.where(count > 0, high - 1, none)]
    blind = returned & (count > 0) & (last < latest + 1)
    event = final & (returned & ~blind)[spell]
    whole = np.where(final, end[spell] - start[spell], piece_stop - first[spell])
    keep = (whole > piece_start - first[spell]) & ~(final & blind[spell])
    return Pieces(spell[keep], (piece_start - first[spell])[keep], whole[keep], event[keep], blind)


def blind_gaps(seen: Watch, most: int) -> tuple[Ints, Ints, Ints]:
    """Return area, first day and day after the last of each gap longer than `most` days.

    Sorted by area and day; a gap that is still open ends with the log.
    """
    edge = np.zeros((len(seen.area_ids), 1), dtype=np.int8)
    blind = np.hstack([edge, (~seen.days).astype(np.int8), edge])
    step = np.diff(blind, axis=1)
    area, begins = np.nonzero(step == 1)
    _, ends = np.nonzero(step == -1)
    long = ends - begins > most
    return (
        area[long].astype(np.int64),
        (begins[long] + seen.first).astype(np.int64),
        (ends[long] + seen.first).astype(np.int64),
    )


def day_fraction(moments: pd.Series, timezone: str) -> Floats:
    """Return local days since 1970-01-01 with the part of the day that has passed."""
    local = pd.DatetimeIndex(moments).tz_convert(timezone).tz_localize(None)
    return np.asarray(local.as_unit("us").asi8 / 86_400_000_000, dtype=np.float64)
