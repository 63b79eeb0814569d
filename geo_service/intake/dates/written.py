"""The many ways a date and time are written, other than plain ISO 8601.

Epoch seconds and milliseconds, a spreadsheet's 46201.375, 20260628, 2026年6月28日 8时30分,
民國115年6月28日, 28.06.2026 08:30, 06/28/2026 8:30:00 PM, Jun 28, 2026.
"""

import re
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo_service.intake.readers.raw import arrow

DAY_FIRST: Final = "day-first"
MONTH_FIRST: Final = "month-first"

_TIME: Final = (
    r"(?:[T, ]+(?P<h>\d{1,2}):(?P<i>\d{1,2})(?::(?P<s>\d{1,2})(?:[.,](?P<f>\d{1,9}))?)?"
    r" ?(?P<p>[AaPp]\.?[Mm]\.?)? ?(?P<o>Z|z|UTC|GMT|[+-]\d{2}:?\d{2})?(?: [A-Z]{3,5})?)?$"
)
_YEAR_FIRST: Final = r"^(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})" + _TIME
_YEAR_LAST: Final = r"^(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y>\d{4}|\d{2})" + _TIME
_BASIC: Final = (
    r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})T(?P<h>\d{2})(?P<i>\d{2})(?P<s>\d{2})?"
    r"(?P<o>Z|[+-]\d{2}:?\d{2})?$"
)
_SLASHES: Final = r"^(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d{2})\b"
_DIGITS: Final = r"^\d{8,17}(?:\.\d+)?$"
_SERIAL: Final = r"^[2-7]\d{4}(?:\.\d+)?$"
_SERIAL_ZERO: Final = np.datetime64("1899-12-30", "us")
_COMPACT: Final = (
    r"^(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)"
    r"(?:(?P<h>[01]\d|2[0-3])(?P<i>[0-5]\d)(?P<s>[0-5]\d)?)?$"
)
_MINGUO: Final = r"(?:中[華华])?民[國国]\s*(\d{1,3})\s*([年/.-])"
_MINGUO_ZERO: Final = 1911
_NIGHTS_TWELVE: Final = r"(?:晚上?|夜里|深夜|半夜|午夜)\s*12(?=\s*[:时時點点])"
# one to three o'clock at noon is after it
_PM: Final = r"下午|晚上|傍晚|晚(?=\s*\d)|中午(?=\s*[123]\s*[:时時點点])"
_AM: Final = "上午|早上|早晨|清晨|凌晨"
_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)


@dataclass(frozen=True)
class Written:
    """Times as they are written: local, or with an offset and so known in UTC."""

    naive: NDArray[np.datetime64]
    utc: NDArray[np.datetime64]
    has_offset: NDArray[np.bool_]
    date_only: NDArray[np.bool_]

    @classmethod
    def none(cls, n: int) -> Self:
        """Return `n` times that are not known."""
        missing = np.full(n, np.datetime64("NaT", "us"))
        return cls(missing, missing.copy(), np.zeros(n, dtype=bool), np.zeros(n, dtype=bool))

    def put(self, where: NDArray[np.int64], other: Self) -> None:
        """Take over `other` at places `where`."""
        self.naive[where] = other.naive
        self.utc[where] = other.utc
        self.has_offset[where] = other.has_offset
        self.date_only[where] = other.date_only

    def forget(self, where: NDArray[np.bool_]) -> None:
        """Make times at `where` unknown."""
        self.naive[where] = np.datetime64("NaT", "us")
        self.utc[where] = np.datetime64("NaT", "us")


def count_order(text: pd.Series) -> tuple[int, int]:
    """Return how many values can only be day first, and how many only month first.

    >>> count_order(pd.Series(["13/01/2015", "01/02/2015", "01/31/2015 10:00"]))
    (1, 1)
    """
    known = pc.drop_null(arrow(text))
    like = known.filter(pc.match_substring_regex(known, _SLASHES))
    if not len(like):
        return 0, 0
    parts = pc.extract_regex(
        like, _SLASHES.replace(r"(\d", "(?P<a>\\d", 1).replace(r"](\d", r"](?P<b>\d", 1)
    )
    a, b = _integers(pc.struct_field(parts, "a")), _integers(pc.struct_field(parts, "b"))
    return int(((a > 12) & (b <= 12)).sum()), int(((b > 12) & (a <= 12)).sum())


def read_written(text: pd.Series, order: str) -> tuple[Written, NDArray[np.bool_]]:
    """Read times; returns them and where only `order` told the day from the month."""
    out = Written.none(len(text))
    ambiguous = np.zeros(len(text), dtype=bool)
    plain = _normal(text)
    digits = matches(plain, _DIGITS)
    if digits.any():
        where = np.flatnonzero(digits)
        out.put(where, _read_digits(plain.iloc[where]))
    serial = matches(plain, _SERIAL)
    if serial.any():
        where = np.flatnonzero(serial)
        out.put(where, _read_serials(plain.iloc[where]))
    left = ~digits & ~serial
    for pattern in (_YEAR_FIRST, _YEAR_LAST, _BASIC):
        where = np.flatnonzero(left & matches(plain, pattern))
        if len(where):
            found, doubtful = _read_parts(plain.iloc[where], pattern, order)
            out.put(where, found)
            ambiguous[where] = doubtful
            left[where] = False
    return out, ambiguous


def _normal(text: pd.Series) -> pd.Series:
    """Return text with Chinese words and English month names written as numbers."""
    ascii_only = bool(pc.all(pc.string_is_ascii(pc.drop_null(arrow(text)))).as_py())
    out = text
    if not ascii_only:
        out = out.str.normalize("NFKC")
        out = out.str.replace(r"星期[一二三四五六日天]|周[一二三四五六日]", "", regex=True)
        out = out.str.replace(_MINGUO, _gregorian, regex=True)
        # the twelve of an evening or a night is the midnight that ends the day
        out = out.str.replace(_NIGHTS_TWELVE, " 24", regex=True)
        out = out.str.replace("(?<=[时時點点])半", "30分", regex=True).str.replace("整", "")
        evening, morning = (out.str.contains(words, regex=True) for words in (_PM, _AM))
        out = out.str.replace(f"{_PM}|{_AM}|中午", " ", regex=True)
        out = out.str.replace("[年月]", "-", regex=True).str.replace("[日号]", " ", regex=True)
        out = out.str.replace(r"[时時點点]\s*$", ":00", regex=True)
        out = out.str.replace("[时時點点]", ":", regex=True)
        out = out.str.replace("分$", "", regex=True).str.replace("分", ":", regex=False)
        out = out.str.replace("秒", "", regex=False)
        out = out.str.replace(r"\s+", " ", regex=True).str.strip()
        out = out.where(~evening, out + " PM").where(~morning, out + " AM")
        return out.astype("str")
    named = matches(text, r"[A-Za-z]{3}") & ~matches(text, r"^\d{1,4}[-/.]\d{1,2}[-/.]\d")
    if named.any():
        words = out[named].str.lower()
        for number, month in enumerate(_MONTHS, start=1):
            words = words.str.replace(
                rf"\b{month}[a-z]*\.?[ -](\d{{1,2}})(?:st|nd|rd|th)?,? ?(\d{{4}})",
                rf"\2-{number}-\1",
                regex=True,
            ).str.replace(
                rf"(\d{{1,2}})[ -]{month}[a-z]*\.?,?[ -](\d{{4}})", rf"\2-{number}-\1", regex=True
            )
        out = out.where(~named, words.reindex(out.index))
    return out


def _gregorian(found: re.Match[str]) -> str:
    return f"{int(found[1]) + _MINGUO_ZERO}{found[2]}"


def _read_serials(text: pd.Series) -> Written:
    """Read days since a spreadsheet's day 0: local, a whole number is a date."""
    out = Written.none(len(text))
    days = pc.cast(arrow(text), pa.float64()).to_numpy()
    # such days are fractions: seconds come out a few microseconds off
    millis = np.round(days * 86_400_000).astype("int64").astype("timedelta64[ms]")
    out.naive[:] = _SERIAL_ZERO + millis
    out.date_only[:] = days == np.floor(days)
    return out


def _read_digits(text: pd.Series) -> Written:
    out = Written.none(len(text))
    compact = matches(text, _COMPACT)
    whole = text.str.split(".", n=1).str[0].str.len().to_numpy()
    # Ten digits and thirteen are epochs; a date of ten digits would lack its minutes.
    compact &= np.isin(whole, (8, 12, 14))
    if compact.any():
        where = np.flatnonzero(compact)
        found, _ = _read_parts(text.iloc[where], _COMPACT, DAY_FIRST)
        out.put(where, found)
    scale = np.select([whole <= 11, whole <= 14, whole <= 17], [1e6, 1e3, 1.0], np.nan)
    scale[whole < 9] = np.nan
    epoch = ~compact & np.isfinite(scale)
    if epoch.any():
        numbers = pc.cast(arrow(text[epoch]), pa.float64()).to_numpy()
        micros = np.round(numbers * scale[epoch]).astype("int64")
        out.utc[epoch] = micros.astype("datetime64[us]")
        out.has_offset[epoch] = True
    return out


def _read_parts(text: pd.Series, pattern: str, order: str) -> tuple[Written, NDArray[np.bool_]]:
    struct = pc.extract_regex(arrow(text), pattern)
    part = {name: pc.struct_field(struct, name) for name in _group_names(pattern)}
    ambiguous = np.zeros(len(text), dtype=bool)
    year = _integers(part["y"])
    if "a" in part:
        a, b = _integers(part["a"]), _integers(part["b"])
        day, month = (a, b) if order == DAY_FIRST else (b, a)
        ambiguous = (a <= 12) & (b <= 12) & (a != b)
        year = np.where(year < 69, year + 2000, np.where(year < 100, year + 1900, year))
    else:
        month, day = _integers(part["m"]), _integers(part["d"])
    naive, good = _compose(year, month, day)

    hour = _integers(part["h"])
    has_time = hour >= 0
    clock, good_clock = _clock(part, hour, len(text))
    naive = naive + np.where(has_time, clock, 0).astype("timedelta64[us]")
    good &= ~has_time | good_clock
    naive[~good] = np.datetime64("NaT", "us")

    out = Written.none(len(text))
    offset = _offset(part.get("o"), len(text))
    out.has_offset[:] = np.isfinite(offset)
    shift = np.where(out.has_offset, offset, 0).astype("int64").astype("timedelta64[m]")
    out.utc[out.has_offset] = (naive - shift)[out.has_offset]
    out.naive[~out.has_offset] = naive[~out.has_offset]
    out.date_only[:] = ~has_time
    return out, ambiguous & good


def _compose(
    year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64]
) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    good = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (year >= 1)
    months = (np.where(good, year, 1970) - 1970) * 12 + np.where(good, month, 1) - 1
    first = months.astype("datetime64[M]")
    days = first.astype("datetime64[D]") + (np.where(good, day, 1) - 1).astype("timedelta64[D]")
    good &= days.astype("datetime64[M]") == first
    return days.astype("datetime64[us]"), good


def _clock(
    part: dict[str, pa.ChunkedArray], hour: NDArray[np.int64], n: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    minute = np.maximum(_integers(part["i"]), 0)
    second = np.maximum(_integers(part["s"]), 0)
    # 24:00 is the midnight that ends the day
    good = (hour >= 0) & (hour <= 24) & (minute < 60) & (second < 60)
    micro = np.zeros(n, dtype=np.int64)
    if "p" in part:
        half = np.asarray(pc.utf8_lower(pc.utf8_slice_codeunits(part["p"], 0, 1)).to_pandas())
        morning, evening = half == "a", half == "p"
        # Chinese texts write 下午 14:30 as well as 下午 2:30.
        hour = np.where(evening & (hour < 12), hour + 12, hour)
        hour = np.where(morning & (hour == 12), 0, hour)
        fraction = pc.utf8_slice_codeunits(pc.utf8_rpad(part["f"], 6, "0"), 0, 6)
        micro = np.where(np.asarray(part["f"].to_pandas()) == "", 0, _integers(fraction))
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + micro, good


def _offset(written: pa.ChunkedArray | None, n: int) -> NDArray[np.float64]:
    """Return offsets in minutes, NaN where none is written."""
    if written is None:
        return np.full(n, np.nan)
    text = pd.Series(written.to_pandas(), dtype="str")
    bare = text.str.replace(":", "", regex=False)
    signed = bare.str.fullmatch(r"[+-]\d{4}").to_numpy(dtype=bool)
    out = np.where(text.str.lower().isin(["z", "utc", "gmt"]), 0.0, np.nan)
    if signed.any():
        digits = bare[signed]
        minutes = digits.str[1:3].astype("int64") * 60 + digits.str[3:5].astype("int64")
        out[signed] = np.where(digits.str[0] == "-", -minutes, minutes)
    return out


def matches(text: pd.Series, pattern: str) -> NDArray[np.bool_]:
    """Tell in which texts a pattern occurs."""
    found = pc.match_substring_regex(arrow(text), pattern)
    return np.array(found.fill_null(False).to_numpy(), dtype=bool)


def _integers(text: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return digits as integers, -1 where there are none."""
    filled = pc.if_else(pc.equal(text, ""), "-1", text)
    return np.asarray(pc.cast(filled, pa.int64()).fill_null(-1).to_numpy())


def _group_names(pattern: str) -> list[str]:
    return [name for name in "ymdabhisfpo" if f"(?P<{name}>" in pattern]
