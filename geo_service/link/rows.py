"""Reports as arrays in the order of the rule, words as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from geo_service.link.closures import CANCELLED_STATUS, NEVER, Times, microseconds
from geo_service.measure import rule_order
from geo_service.terms import UNSPECIFIED

OWN_POINT = ("point", "address")
"""Precisions whose point is the report's own; only such a report opens or joins a case."""

ALWAYS = np.iinfo(np.int64).min
"""When a report was received whose source does not say so: before every moment."""

Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]
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
        Microseconds; `received` is :data:`ALWAYS` where nobody says.
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
        What the row itself says, :data:`NEVER` where nothing.
    """

    report_id: Ids
    reported: Times
    received: Times
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    category: Codes
    source: Codes
    area: Codes
    own_point: Flags
    pointless: Flags
    only_joins: Flags
    fixed: Times
    verified: Times
    closed: Times
    cancelled: Times

    def take(self, places: NDArray[Any]) -> Rows:
        """Return some of the rows."""
        return Rows._make(column[places] for column in self)


def texts_of(ids: Ids) -> pa.LargeStringArray:
    """Return ids as one array of Arrow."""
    texts = pa.array(ids, type=pa.large_string())
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


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
    category, categories = _coded(reports["category"].fillna(UNSPECIFIED), words.categories)
    source, sources = _coded(reports["source"].replace("", None), words.sources)
    area, areas = _coded(reports["area_id"], words.areas)
    precision = reports["precision"]
    lon, lat = (reports[name].to_numpy(dtype=np.float64) for name in ("lon", "lat"))
    at = microseconds(reports["reported_at"])
    fixed, verified, closed = (
        microseconds(reports[name]) for name in ("fixed_at", "verified_at", "closed_at")
    )
    status = reports["status"]
    is_cancelled = np.zeros(len(at), dtype=np.bool_)
    if status.notna().any():
        plain = status.fillna("").str.strip().str.lower()
        is_cancelled = plain.isin(CANCELLED_STATUS).to_numpy()
    told = np.select(
        [closed != NEVER, verified != NEVER, fixed != NEVER], [closed, verified, fixed], at
    )
    rows = Rows(
        report_id=reports["report_id"].astype("str").array,
        reported=at,
        received=microseconds(reports["received_at"], missing=ALWAYS),
        lon=lon,
        lat=lat,
        category=category,
        source=source,
        area=area,
        own_point=precision.isin(OWN_POINT).to_numpy() & ~np.isnan(lon) & ~np.isnan(lat),
        pointless=precision.isin(["area", "fallback", "none"]).to_numpy(),
        only_joins=reports["is_duplicate"].to_numpy(dtype=np.bool_),
        fixed=np.where(is_cancelled, NEVER, fixed),
        verified=np.where(is_cancelled, NEVER, verified),
        closed=np.where(is_cancelled, NEVER, closed),
        cancelled=np.where(is_cancelled, told, NEVER),
    )
    return rows.take(rule_order(rows.reported, rows.report_id)), Words(categories, sources, areas)


def _coded(values: pd.Series, names: Sequence[str]) -> tuple[Codes, tuple[str, ...]]:
    code, found = pd.factorize(values)
    known = {name: number for number, name in enumerate(names)}
    number = np.array([known.setdefault(str(name), len(known)) for name in found] + [-1])
    return number[code].astype(np.int32), tuple(known)
