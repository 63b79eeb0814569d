"""The heat map in fixed units: cases per 100 m cell in 30 days."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geo_service.hotspots.params import HotspotParams
from geo_service.measure import Ints, Shorts, numbers_in, to_metres
from geo_service.terms import ALL_CATEGORIES

DAY_US = 86_400_000_000
_ROW = 10_000_000
_LAPSED_DAYS = 180


def density_cells(
    cases: pd.DataFrame,
    ends: Ints,
    *,
    epsg: int,
    params: HotspotParams | None = None,
    first: int = 0,
) -> dict[tuple[str, int], Shorts]:
    """Return the cells that hold a case, by category and week, from week `first` on.

    Parameters
    ----------
    ends
        Ends of the weeks, microseconds; shape (w,).
    epsg
        The store's UTM zone; cell (i, j) reaches from i·cell_m to (i + 1)·cell_m.

    Returns
    -------
    cells
        By (category, number of the week): rows of column, row and count, int32, shape (k, 3).
    """
    params = params or HotspotParams()
    standing = cases[(cases["state"] != "cancelled") & cases["lon"].notna()]
    names = sorted(standing["category"].unique())
    if first and first < len(ends):
        begin = pd.Timestamp(int(ends[first]) - params.cell_days * DAY_US, unit="us", tz="UTC")
        standing = standing[standing["opened_at"] >= begin]
    at = pd.DatetimeIndex(standing["opened_at"]).as_unit("us").asi8
    order = np.argsort(at, kind="stable")
    at = at[order]
    x, y = to_metres(standing["lon"], standing["lat"], epsg)
    column = np.floor(x[order] / params.cell_m).astype(np.int64)
    row = np.floor(y[order] / params.cell_m).astype(np.int64)
    code = numbers_in(standing["category"], names)[order]

    out: dict[tuple[str, int], Shorts] = {}
    key = row * _ROW + column
    low = np.searchsorted(at, ends - params.cell_days * DAY_US)
    high = np.searchsorted(at, ends)
    for week in range(first, len(ends)):
        window = slice(low[week], high[week])
        out[ALL_CATEGORIES, week] = _count(key[window])
        for number, name in enumerate(names):
            out[str(name), week] = _count(key[window][code[window] == number])
    return out


def _count(keys: Ints) -> Shorts:
    cell, count = np.unique(keys, return_counts=True)
    return np.column_stack([cell % _ROW, cell // _ROW, count]).astype(np.int32)


def weekly_cells(
    cases: pd.DataFrame,
    edges: Ints,
    *,
    epsg: int,
    params: HotspotParams | None = None,
    first: int = 0,
) -> Iterator[tuple[str, str, int, Shorts]]:
    """Yield the cells of each week alone, from week `first` on, of which windows are summed.

    Parameters
    ----------
    edges
        Beginnings of the weeks and the end of the last, microseconds; shape (w + 1,).

    Yields
    ------
    tuple
        ``heat_cases`` and ``heat_rebounds`` of the week, or ``heat_unsolved`` at its end; category;
        number of the week; rows of column, row and count as of :func:`density_cells`.
    """
    params = params or HotspotParams()
    standing = cases[(cases["state"] != "cancelled") & cases["lon"].notna()]
    names = sorted(standing["category"].unique())
    code = numbers_in(standing["category"], names)
    x, y = to_metres(standing["lon"], standing["lat"], epsg)
    cell = np.floor(np.stack([x, y]) / params.cell_m).astype(np.int64)
    key = cell[1] * _ROW + cell[0]
    opened = pd.DatetimeIndex(standing["opened_at"]).as_unit("us").asi8
    solved = pd.DatetimeIndex(standing["verified_at"]).as_unit("us")
    until = np.where(solved.isna(), np.iinfo(np.int64).max, solved.asi8)
    # what nobody spoke of for so long has lapsed
    until = np.minimum(until, opened + _LAPSED_DAYS * DAY_US)
    back = (standing["link"] == "rebound").to_numpy(dtype=bool)
    for week in range(first, len(edges) - 1):
        begin, end = edges[week : week + 2]
        new = (opened >= begin) & (opened < end)
        chosen = {"cases": new, "rebounds": new & back, "unsolved": (opened < end) & (until >= end)}
        for what, mask in chosen.items():
            yield f"heat_{what}", ALL_CATEGORIES, week, _count(key[mask])
            for number in np.unique(code[mask]):
                yield f"heat_{what}", names[number], week, _count(key[mask & (code == number)])
