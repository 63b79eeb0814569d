"""Text to moments: whole columns at once, the way each is written found out.

A time without an offset is local. A date without a time is the start of that local day for an
opening and its end, the next midnight, for a closing. A column of nothing but midnights holds
dates.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.intake.dates.written import (
    DAY_FIRST,
    MONTH_FIRST,
    Written,
    count_order,
    matches,
    read_written,
)
from geo_service.intake.options import IntakeWarning

_HEAD: Final = 10_000
_NONE: Final = np.datetime64("NaT", "us")
FIRST: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""No report and no visit is older."""

AHEAD: Final = timedelta(hours=1)
"""How far a clock may be ahead of ours: what is later has not happened, at whichever door."""

TIME_DTYPE: Final = "datetime64[us, UTC]"

_ISO: Final = (
    r"^\d{4}-\d{2}-\d{2}"
    r"([T ]([01]\d|2[0-3]):\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|z|[+-]\d{2}(:?\d{2})?)?)?$"
)
_OFFSET: Final = r"(Z|z|:\d{2}([.,]\d+)?[+-]\d{2}(:?\d{2})?)$"
_STRIP_OFFSET: Final = r"(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?) ?(?:Z|z|UTC|[+-]\d{2}(?::?\d{2})?)$"
_TIME_DIRECTIVE: Final = re.compile(r"%-?[HIXcTRspfMS]")


@dataclass(frozen=True)
class TimeRules:
    """How times of a file are read.

    Parameters
    ----------
    timezone
        Zone of times without an offset.
    time_format
        A :func:`time.strptime` format that goes before detection.
    month_first
        What 01/05/2015 is where no value tells; None: day first, with a warning.
    ignore_offset
        Whether written offsets are false and the time is local.
    """

    timezone: str
    time_format: str | None = None
    month_first: bool | None = None
    ignore_offset: bool = False


@dataclass(frozen=True)
class Moments:
    """A column of times.

    Parameters
    ----------
    utc
        ``datetime64[us, UTC]``, NaT where missing or bad.
    bad
        Where text is that is no time.
    again
        Of a local time that came twice, when it came the second time; else NaT.
    date_only
        Where text is a date without a time.
    warnings
        What was doubted.
    """

    utc: pd.Series
    bad: NDArray[np.bool_]
    again: pd.Series
    date_only: NDArray[np.bool_]
    warnings: list[IntakeWarning] = field(default_factory=list)


def decide_order(columns: Iterable[pd.Series]) -> str | None:
    """Return what the values of all columns together say of 01/05: day or month first, or None."""
    days = months = 0
    for column in columns:
        day, month = count_order(column)
        days, months = days + day, months + month
    if days == months:
        return None
    return DAY_FIRST if days > months else MONTH_FIRST


def parse_times(
    text: pd.Series, rules: TimeRules, *, closing: bool = False, file_order: str | None = None
) -> Moments:
    """Read a column of times: text, stripped, missing where empty; the index stays.

    `closing` tells whether a date without a time is the end of its day, `file_order` what the
    file's other columns say of 01/05, used where this one is silent.
    """
    warnings: list[IntakeWarning] = []
    known = text.notna().to_numpy()
    if rules.ignore_offset:
        text = text.str.replace(_STRIP_OFFSET, r"\1", regex=True)
    codes, distinct = _distinct(text)
    order, doubted = _order(distinct, rules, file_order)
    written, ambiguous = _read(distinct, rules, order)
    if doubted and ambiguous.any():
        count = int(ambiguous[codes[codes >= 0]].sum())
        example = str(distinct[ambiguous].iloc[0])
        warnings.append(IntakeWarning("intake.day_first_assumed", count, example))

    _midnights(written, rules.timezone)
    local = written.naive
    if closing:
        local = np.where(written.date_only, local + np.timedelta64(1, "D"), local)
    moments, again, changed = to_utc(local, rules.timezone)
    moments = np.where(written.has_offset, written.utc, moments)
    changed = changed & ~written.date_only & ~written.has_offset
    if changed.any():
        count = int(changed[codes[codes >= 0]].sum())
        example = str(distinct[changed].iloc[0])
        warnings.append(IntakeWarning("intake.clock_change", count, example))

    spread = _spread(codes, moments, _NONE)
    twice = _spread(codes, np.where(changed, again, _NONE), _NONE)
    return Moments(
        _column(spread, text.index),
        known & np.isnat(spread),
        _column(twice, text.index),
        _spread(codes, written.date_only, False),
        warnings,
    )


def _midnights(written: Written, timezone: str) -> None:
    """Take a column of nothing but local midnights for dates: sheets and programs write them so."""
    local = written.naive.copy()
    if written.has_offset.any():
        moments = pd.Series(written.utc[written.has_offset]).dt.tz_localize("UTC")
        local[written.has_offset] = moments.dt.tz_convert(timezone).dt.tz_localize(None).to_numpy()
    known = local[~np.isnat(local)]
    if len(known) and (known == known.astype("datetime64[D]")).all():
        written.naive[:] = local
        written.has_offset[:] = False
        written.date_only[:] = ~np.isnat(local)


def _spread(codes: NDArray[np.int64], values: NDArray[Any], nothing: object) -> NDArray[Any]:
    out = np.full(len(codes), nothing, dtype=values.dtype)
    out[codes >= 0] = values[codes[codes >= 0]]
    return out


def _column(moments: NDArray[np.datetime64], index: pd.Index) -> pd.Series:
    return pd.Series(moments, index=index).dt.tz_localize("UTC").astype(TIME_DTYPE)


def to_utc(
    local: NDArray[np.datetime64], timezone: str
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64], NDArray[np.bool_]]:
    """Return local times as UTC, what else they can mean, and where the clocks were being changed.

    A time that the clocks leapt over is moved to the end of the leap; of a time that came twice
    the first is meant unless somebody knows better, and the second is what else it can mean.
    """
    times = pd.Series(local.astype("datetime64[us]"))
    sure = times.dt.tz_localize(timezone, ambiguous="NaT", nonexistent="NaT")
    changed = (sure.isna() & times.notna()).to_numpy()
    again = np.full(len(times), _NONE)
    if changed.any():
        doubtful = times[changed]
        first, second = (
            doubtful.dt.tz_localize(
                timezone,
                ambiguous=np.full(len(doubtful), summer),
                nonexistent="shift_forward",
            )
            for summer in (True, False)
        )
        sure = sure.where(~changed, first)
        again[changed] = _utc(second)
    return _utc(sure), again, changed


def _utc(times: pd.Series) -> NDArray[np.datetime64]:
    return np.asarray(times.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[us]"))


def _distinct(text: pd.Series) -> tuple[NDArray[np.int64], pd.Series]:
    """Return each row's place among the texts to read, -1 where missing, and those texts."""
    # A file writes the same dates again and again; moments to the second hardly repeat.
    head = text.iloc[:_HEAD]
    if head.nunique() > len(head) / 2:
        places = np.where(text.notna(), np.arange(len(text)), -1)
        return places, text.reset_index(drop=True)
    codes, unique = pd.factorize(text)
    return codes, pd.Series(unique, dtype="str")


def _order(distinct: pd.Series, rules: TimeRules, file_order: str | None) -> tuple[str, bool]:
    told = {True: MONTH_FIRST, False: DAY_FIRST, None: None}[rules.month_first]
    order = decide_order([distinct]) or file_order or told
    return order or DAY_FIRST, order is None


def _read(distinct: pd.Series, rules: TimeRules, order: str) -> tuple[Written, NDArray[np.bool_]]:
    out = Written.none(len(distinct))
    ambiguous = np.zeros(len(distinct), dtype=bool)
    left = distinct.notna().to_numpy(copy=True)
    if rules.time_format:
        left &= ~_by_format(distinct, rules.time_format, out)
    iso = left & matches(distinct, _ISO)
    _iso(distinct, iso, out)
    left &= ~iso
    if left.any():
        rest = np.flatnonzero(left)
        found, slashes = read_written(distinct.iloc[rest], order)
        out.put(rest, found)
        ambiguous[rest] = slashes
        if rules.time_format:
            # Where a format is told, another way of writing must at least not be in doubt.
            out.forget(ambiguous)
    return out, ambiguous


def _iso(text: pd.Series, mask: NDArray[np.bool_], out: Written) -> None:
    if not mask.any():
        return
    offset = mask & matches(text, _OFFSET)
    plain = mask & ~offset
    out.naive[plain] = _naive(text[plain])
    out.date_only[plain] = (text[plain].str.len() == len("2026-06-28")).to_numpy()
    if offset.any():
        moments = pd.to_datetime(
            text[offset].str.replace(",", ".", regex=False).str.upper(),
            format="ISO8601",
            utc=True,
            errors="coerce",
        )
        out.utc[offset] = moments.dt.tz_localize(None).to_numpy("datetime64[us]")
        out.has_offset[offset] = True


def _naive(text: pd.Series) -> NDArray[np.datetime64]:
    dotted = text.str.replace(",", ".", regex=False)
    moments = pd.to_datetime(dotted, format="ISO8601", errors="coerce")
    return np.asarray(moments.to_numpy("datetime64[us]"))


def _by_format(text: pd.Series, time_format: str, out: Written) -> NDArray[np.bool_]:
    """Read what follows `time_format`, or the date in front of its time."""
    done = np.zeros(len(text), dtype=bool)
    has_time = _TIME_DIRECTIVE.search(time_format)
    forms = [(time_format, not has_time)]
    if has_time:
        date = time_format[: has_time.start()].rstrip(" T,")
        forms += [(date, True)] if "%" in date else []
    for form, date_only in forms:
        left = np.flatnonzero(~done)
        if not len(left):
            break
        parsed = pd.to_datetime(
            text.iloc[left], format=form, errors="coerce", utc="%z" in form or None
        )
        ok = parsed.notna().to_numpy()
        if "%z" in form:
            out.utc[left[ok]] = parsed.dt.tz_localize(None).to_numpy("datetime64[us]")[ok]
            out.has_offset[left[ok]] = True
        else:
            out.naive[left[ok]] = parsed.to_numpy("datetime64[us]")[ok]
            out.date_only[left[ok]] = date_only
        done[left[ok]] = True
    return done
