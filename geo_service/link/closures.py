"""CLOSURES: what is known of fixes, verifications and cancellations, one row a fact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo_service.terms import FRAMES

NEVER = np.iinfo(np.int64).max
"""A time that has not come: later than every time."""

CANCELLED_STATUS = frozenset(
    {
        *("cancelled", "canceled", "rejected", "withdrawn", "invalid", "void"),
        *("作废", "已作废", "撤销", "已撤销", "不予受理", "不予立案", "退回"),
    }
)
"""Status texts of an imported row that mean: not a problem, or not ours."""

_KINDS = ("fixed", "verified", "closed", "cancelled")

Times = NDArray[np.int64]


def closures_of_rows(reports: pd.DataFrame) -> pd.DataFrame:
    """Return the closures that the imported rows themselves carry.

    Parameters
    ----------
    reports
        REPORTS.

    Returns
    -------
    closures
        CLOSURES; `kind` is ``fixed``, ``verified``, ``closed`` (a closing without verification)
        or ``cancelled``; a row without `closed_at` is cancelled from its opening on.
    """
    status = reports["status"].fillna("").str.strip().str.lower()
    cancelled = status.isin(CANCELLED_STATUS)
    facts = {
        "fixed": reports["fixed_at"].mask(cancelled),
        "verified": reports["verified_at"].mask(cancelled),
        "closed": reports["closed_at"].mask(cancelled),
        "cancelled": reports["closed_at"]
        .fillna(reports["verified_at"])
        .fillna(reports["fixed_at"])
        .fillna(reports["reported_at"])
        .where(cancelled),
    }
    parts = [
        pd.DataFrame({"report_id": reports["report_id"], "kind": kind, "at": at, "source": "row"})[
            at.notna()
        ]
        for kind, at in facts.items()
    ]
    table = pd.concat(parts, ignore_index=True)
    return FRAMES["closures"].conform(table)


@dataclass(frozen=True)
class Closings:
    """Closures beside the reports they belong to, as arrays of microseconds.

    Parameters
    ----------
    fixed, verified
        What each report's own row says, else its first events, :data:`NEVER` where nothing;
        shape (n,).
    unverified
        Whether `verified` is only a closing, shape (n,).
    cancelled
        From when on the report is no problem, or :data:`NEVER`; shape (n,).
    event_start
        Where each report's events begin in the next two, shape (n + 1,).
    event_at, event_verifies
        The event log, ordered by report and time: when, and whether it verifies (else fixes).
    """

    fixed: Times
    verified: Times
    unverified: NDArray[np.bool_]
    cancelled: Times
    event_start: Times
    event_at: Times
    event_verifies: NDArray[np.bool_]


def align_closures(report_ids: pd.Series, closures: pd.DataFrame, as_of: int) -> Closings:
    """Lay `closures` beside `report_ids`; from `as_of` (microseconds) on nothing is known."""
    n = len(report_ids)
    at = microseconds(closures["at"])
    received = microseconds(closures["received_at"], missing=np.iinfo(np.int64).min)
    known = (at < as_of) & (received < as_of)
    place = _places(closures["report_id"], report_ids)
    known &= place >= 0
    at, place = at[known], place[known]
    kind = {name: _equals(closures["kind"], name)[known] for name in _KINDS}
    from_row = ~_equals(closures["source"], "event")[known]

    def first(mask: NDArray[np.bool_]) -> Times:
        times = np.full(n, NEVER, dtype=np.int64)
        np.minimum.at(times, place[mask], at[mask])
        return times

    fixed = first(from_row & kind["fixed"])
    verified = first(from_row & kind["verified"])
    closed = first(from_row & kind["closed"])
    unverified = (verified == NEVER) & (closed != NEVER)
    verified = np.where(unverified, closed, verified)
    fixed = np.where(fixed == NEVER, verified, fixed)

    event = ~from_row & (kind["fixed"] | kind["verified"])
    order = np.lexsort((kind["verified"][event], at[event], place[event]))
    counts = np.bincount(place[event], minlength=n)
    event_row, event_at = place[event][order], at[event][order]
    event_verifies = kind["verified"][event][order].astype(np.bool_)

    # a row that closes nothing itself is closed by the first fix and verification of its events
    open_row = fixed == NEVER
    _fill_earliest(fixed, event_row, event_at, open_row[event_row] & ~event_verifies)
    only_verified = open_row & (fixed == NEVER)
    _fill_earliest(fixed, event_row, event_at, only_verified[event_row])
    holds = event_verifies & open_row[event_row] & (event_at >= fixed[event_row])
    _fill_earliest(verified, event_row, event_at, holds)
    return Closings(
        fixed=fixed,
        verified=verified,
        unverified=unverified,
        cancelled=first(kind["cancelled"]),
        event_start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        event_at=event_at,
        event_verifies=event_verifies,
    )


def _places(wanted: pd.Series, ids: pd.Series) -> NDArray[np.intp]:
    """Return where each of `wanted` stands in `ids`, -1 where it does not; shape (m,)."""
    # several times as fast as an index of pandas, which hashes texts as Python objects
    values, among = (pa.array(part.astype("str").array) for part in (wanted, ids))
    found = pc.index_in(values, value_set=among).fill_null(-1)
    return np.asarray(found, dtype=np.intp)


def _equals(words: pd.Series, word: str) -> NDArray[np.bool_]:
    return np.asarray(words.eq(word).fillna(False), dtype=np.bool_)


def _fill_earliest(
    times: Times, rows: NDArray[np.intp], at: Times, mask: NDArray[np.bool_]
) -> None:
    np.minimum.at(times, rows[mask], at[mask])


def microseconds(times: pd.Series, missing: int = NEVER) -> Times:
    """Return times as microseconds since 1970-01-01 UTC, `missing` where there is none."""
    values = pd.DatetimeIndex(times).as_unit("us").asi8
    return np.where(times.isna().to_numpy(), missing, values)
