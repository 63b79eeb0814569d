"""Reports as arrays in the order of the rule, words as numbers."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo_service.link.arrays import ALWAYS, NEVER, AnyInts, Codes, Flags, Floats, Ints
from geo_service.measure import id_rank, rule_order
from geo_service.terms import UNSPECIFIED

OWN_POINT = ("point", "address")
"""Precisions whose point is the report's own; only such a report opens or joins a case."""

Ids = Any


class Words(NamedTuple):
    """What the numbers of :class:`Rows` mean; -1 means none."""

    categories: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


class Rows(NamedTuple):
    """Reports by moment and id; shape (n,) each.

    Parameters
    ----------
    report_id
        Texts.
    reported, received
        Microseconds; `received` is ``ALWAYS`` where nobody says.
    lon, lat
        WGS 84.
    category, source, area
        Numbers into :class:`Words`.
    own_point
        Whether it opens or joins cases.
    pointless
        Whether its place is only an area, a fallback, or unknown.
    only_joins
        Rows that their source calls a duplicate.
    fixed, verified, closed, cancelled
        What the row itself says, ``NEVER`` where nothing, microseconds.
    """

    report_id: Ids
    reported: Ints
    received: Ints
    lon: Floats
    lat: Floats
    category: Codes
    source: Codes
    area: Codes
    own_point: Flags
    pointless: Flags
    only_joins: Flags
    fixed: Ints
    verified: Ints
    closed: Ints
    cancelled: Ints

    def take(self, places: AnyInts) -> "Rows":
        """Return some of the rows."""
        return Rows._make(column[places] for column in self)

    def before(self, end: int) -> Self:
        """Return them without what happens to them from `end` on, microseconds."""
        fixed, verified, closed, cancelled = (
            np.where(moment < end, moment, NEVER)
            for moment in (self.fixed, self.verified, self.closed, self.cancelled)
        )
        return self._replace(fixed=fixed, verified=verified, closed=closed, cancelled=cancelled)


def known_at(rows: Rows, end: int) -> Flags:
    """Tell which rows are known before `end`, microseconds."""
    return np.asarray((rows.reported < end) & (rows.received < end))


def rows_of(reports: pd.DataFrame, words: Words | None = None) -> tuple[Rows, Words]:
    """Return located REPORTS as arrays, and what their numbers mean.

    Parameters
    ----------
    reports
        In any order.
    words
        Words that have numbers already; new ones follow them.
    """
    words = words or Words()
    category, categories = coded(reports["category"].fillna(UNSPECIFIED), words.categories)
    source, sources = coded(reports["source"].replace("", None), words.sources)
    area, areas = coded(reports["area_id"], words.areas)
    precision = reports["precision"]
    lon, lat = (reports[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    at = microseconds(reports["reported_at"])
    received = microseconds(reports["received_at"], missing=ALWAYS)
    fixed, verified, closed = (
        microseconds(reports[name]) for name in ("fixed_at", "verified_at", "closed_at")
    )
    no_problem = reports["is_cancelled"].to_numpy(dtype=np.bool_)
    told = np.select([closed != NEVER, received != ALWAYS], [closed, received], at)
    rows = Rows(
        report_id=reports["report_id"].astype("str").array,
        reported=at,
        received=received,
        lon=lon,
        lat=lat,
        category=category,
        source=source,
        area=area,
        own_point=precision.isin(OWN_POINT).to_numpy() & ~np.isnan(lon) & ~np.isnan(lat),
        pointless=precision.isin(["area", "fallback", "none"]).to_numpy(),
        only_joins=reports["is_duplicate"].to_numpy(dtype=np.bool_),
        fixed=np.where(no_problem, NEVER, fixed),
        verified=np.where(no_problem, NEVER, verified),
        closed=np.where(no_problem, NEVER, closed),
        cancelled=np.where(no_problem, told, NEVER),
    )
    return rows.take(rule_order(rows.reported, rows.report_id)), Words(categories, sources, areas)


def renewed_rows(old: Rows, new: Rows) -> Rows:
    """Return `old` with `new`, which say all that is said of those that were there."""
    stays = places_of(old.report_id, new.report_id) < 0
    if len(new.reported) == 0:
        return old
    ids = pa.concat_arrays([texts_of(old.report_id[stays]), texts_of(new.report_id)])
    columns: list[Any] = [
        np.concatenate([getattr(old, name)[stays], getattr(new, name)]) for name in Rows._fields[1:]
    ]
    both = Rows(pd.array(ids, dtype="str"), *columns)
    order = np.argsort(both.reported, kind="stable")
    # only moments that new rows have need the order of ids: the old ones stand in it
    came = order >= len(order) - len(new.reported)
    at = both.reported[order]
    for moment in np.unique(at[came]):
        first, stop = np.searchsorted(at, moment), np.searchsorted(at, moment, side="right")
        if stop - first > 1:
            some = order[first:stop]
            names = np.asarray(both.report_id[some], dtype=object)
            order[first:stop] = some[np.argsort(id_rank(names), kind="stable")]
    return both.take(order)


def places_of(wanted: Ids, ids: Ids) -> NDArray[np.int64]:
    """Return where each of `wanted` stands in `ids`, -1 where it does not; shape (m,)."""
    # several times as fast as an index of pandas, which hashes texts as Python objects
    found = pc.index_in(texts_of(wanted), value_set=texts_of(ids)).fill_null(-1)
    return np.asarray(found, dtype=np.int64)


def texts_of(ids: Ids) -> pa.LargeStringArray:
    """Return `ids` as one array of Arrow."""
    texts = pa.array(ids, type=pa.large_string())
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def microseconds(times: pd.Series, missing: int = NEVER) -> Ints:
    """Return times as microseconds since 1970-01-01 UTC, `missing` where there is none."""
    values = pd.DatetimeIndex(times).as_unit("us").asi8
    return np.where(times.isna().to_numpy(), missing, values)


def coded(values: pd.Series, names: Sequence[str]) -> tuple[Codes, tuple[str, ...]]:
    """Return words as numbers, and the words: `names`, then those that are new."""
    code, found = pd.factorize(values)
    known = {name: number for number, name in enumerate(names)}
    number = np.array([known.setdefault(str(name), len(known)) for name in found] + [-1])
    return number[code].astype(np.int32), tuple(known)
