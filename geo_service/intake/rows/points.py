"""Where a report says it is: degrees, a pair in one cell, or projected metres; to WGS 84."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo_service.intake.options import Bounds
from geo_service.intake.readers.files import bad_file
from geo_service.intake.readers.raw import arrow, series
from geo_service.intake.rows.columns import Fields
from geo_service.intake.rows.refusals import Refusals
from geo_service.measure import Floats
from geo_service.measure.datum import DATUMS, to_wgs84
from geo_service.terms import BadInput

ORIGIN_METRES: Final = 10.0
_ZERO_DEGREES: Final = 1e-6

_NUMBER: Final = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_PAIR: Final = rf"^[\(\[]?\s*(?P<a>{_NUMBER})\s*[,;\s]\s*(?P<b>{_NUMBER})\s*[\)\]]?$"
_WKT: Final = (
    rf"^(?i:(?:SRID=\d+;)?\s*POINT\s*Z?M?)\s*\(\s*(?P<a>{_NUMBER})\s+(?P<b>{_NUMBER})"
    rf"(?:\s+{_NUMBER})*\s*\)$"
)


@dataclass(frozen=True)
class Reference:
    """A coordinate reference: a datum in degrees, or an authority's system."""

    datum: str = "wgs84"
    crs: CRS | None = None

    @classmethod
    def of(cls, wkt: str) -> Self:
        """Return the reference a file describes in full."""
        try:
            crs = CRS.from_wkt(wkt)
        except (CRSError, ProjError) as error:
            raise BadInput("intake.bad_crs", crs=wkt[:60]) from error
        return cls() if crs.equals(CRS.from_epsg(4326), ignore_axis_order=True) else cls(crs=crs)

    @property
    def metres(self) -> float | None:
        """Metres in a unit of a projected system; None for degrees."""
        if self.crs is None or not self.crs.is_projected:
            return None
        return float(self.crs.axis_info[0].unit_conversion_factor)

    def degrees(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return WGS 84 degrees; what cannot be converted becomes infinite."""
        if self.crs is None:
            return to_wgs84(x, y, self.datum)
        transformer = Transformer.from_crs(self.crs, 4326, always_xy=True)
        lon, lat = transformer.transform(x, y)
        return np.asarray(lon), np.asarray(lat)


def reference(name: str | None) -> Reference:
    """Return the reference called `name`.

    >>> reference("gcj02").datum, reference("EPSG:32648").metres
    ('gcj02', 1.0)

    Raises
    ------
    BadInput
        If there is none of that name.
    """
    plain = (name or "wgs84").strip()
    datum = plain.lower().replace("-", "").replace("_", "")
    if datum in DATUMS:
        return Reference(datum)
    if "/" in plain or "\n" in plain:  # PROJ would take a path for a file
        raise BadInput("intake.bad_crs", crs=plain)
    try:
        crs = CRS.from_user_input(plain)
    except (CRSError, ProjError) as error:
        raise BadInput("intake.bad_crs", crs=plain) from error
    if (crs.is_geographic and crs.to_epsg() == 4326) or crs.to_authority() == ("OGC", "CRS84"):
        return Reference()
    return Reference(crs=crs)


def numbers(text: pd.Series) -> tuple[Floats, NDArray[np.bool_]]:
    """Return text as numbers, and where it is none; a decimal comma is understood.

    >>> numbers(pd.Series(["41.5", "41,5", "x", None], dtype="str"))[0].tolist()
    [41.5, 41.5, nan, nan]
    """
    words = pc.replace_substring_regex(arrow(text), r"^([+-]?\d+),(\d+)$", r"\1.\2")
    good = pc.match_substring_regex(words, f"^{_NUMBER}$")
    cast = pc.cast(pc.if_else(good, words, None), pa.float64())
    out = np.array(cast.to_pandas(), dtype=np.float64)
    out[np.isinf(out)] = np.nan
    return out, np.asarray(text.notna().to_numpy() & np.isnan(out))


def read_places(
    path: Path, fields: Fields, refer: Reference, region: Bounds | None, refusals: Refusals, n: int
) -> tuple[Floats, Floats]:
    """Return WGS 84 degrees of each row, missing where it names no point.

    Rows whose point cannot be are told to `refusals`.
    """
    if not fields.place:
        return np.full(n, np.nan), np.full(n, np.nan)
    if fields.place == ("x", "y") and refer.crs is None and refer.datum == "wgs84":
        _check_degrees(path, fields)
    x, y, shown = _pair(fields, refusals, n)
    if refer.metres is not None and fields.place == ("lon", "lat"):
        _check_metres(path, x, y)
    names = "point" if fields.place == ("point",) else None
    first, second = fields.place[0], fields.place[-1]

    known = np.isfinite(x) & np.isfinite(y)
    zero = np.zeros(n, dtype=bool)
    metres = refer.metres
    if metres is None:
        zero[known] = (np.abs(x[known]) < _ZERO_DEGREES) & (np.abs(y[known]) < _ZERO_DEGREES)
    else:
        zero[known] = np.hypot(x[known], y[known]) * metres <= ORIGIN_METRES
    refusals.refuse(zero, names or first, shown, "zero_zero")
    if metres is None:
        refusals.refuse(known & (np.abs(x) > 180), names or first, shown, "out_of_range")
        refusals.refuse(known & (np.abs(y) > 90), names or second, shown, "out_of_range")

    known &= ~refusals.refused
    lon, lat = np.full(n, np.nan), np.full(n, np.nan)
    lon[known], lat[known] = refer.degrees(x[known], y[known])
    with np.errstate(invalid="ignore"):
        off = known & ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
        refusals.refuse(off, names or first, shown, "out_of_range")
        if region is not None:
            west, south, east, north = region
            inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
            refusals.refuse(known & ~inside, names or first, shown, "outside_region")
    return lon, lat


def _pair(fields: Fields, refusals: Refusals, n: int) -> tuple[Floats, Floats, pd.Series]:
    """Return the two numbers of each row and the text that is shown where they are refused."""
    if fields.place == ("point",):
        text = fields.text["point"]
        x, y, bad = _points(text)
        refusals.refuse(bad, "point", text, "bad_coordinate")
        return x, y, text
    first, second = fields.place
    nothing = pd.Series(np.nan, index=range(n), dtype="str")
    texts = fields.text.get(first, nothing), fields.text.get(second, nothing)
    x, bad_x = numbers(texts[0])
    y, bad_y = numbers(texts[1])
    refusals.refuse(bad_x, first, texts[0], "bad_coordinate")
    refusals.refuse(bad_y, second, texts[1], "bad_coordinate")
    has_x, has_y = np.isfinite(x), np.isfinite(y)
    refusals.refuse(has_y & ~has_x, first, texts[1], "half_point")
    refusals.refuse(has_x & ~has_y, second, texts[0], "half_point")
    return x, y, texts[0].fillna("") + ", " + texts[1].fillna("")


def _points(text: pd.Series) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    words = arrow(text)
    x, y = np.full(len(text), np.nan), np.full(len(text), np.nan)
    # A pair is written latitude first, well-known text longitude first.
    for pattern, swap in ((_PAIR, True), (_WKT, False)):
        parts = pc.extract_regex(words, pattern)
        a, b = (numbers(series(pc.struct_field(parts, name)))[0] for name in "ab")
        found = np.isfinite(a) & np.isfinite(b)
        x[found], y[found] = (b, a)[0 if swap else 1][found], (b, a)[1 if swap else 0][found]
    return x, y, np.asarray(text.notna().to_numpy() & np.isnan(x))


def _check_metres(path: Path, x: Floats, y: Floats) -> None:
    """Refuse a projection for columns called lon and lat that hold degrees."""
    known = np.isfinite(x) & np.isfinite(y)
    if known.any() and (np.abs(x[known]) <= 180).all() and (np.abs(y[known]) <= 90).all():
        raise bad_file(path, "crs_not_needed")


def _check_degrees(path: Path, fields: Fields) -> None:
    """Refuse x and y that are no degrees where nothing says what they are."""
    for name in ("x", "y"):
        if name in fields.text:
            values, _ = numbers(fields.text[name])
            if np.nanmax(np.abs(np.append(values, 0.0))) > 360:
                raise bad_file(path, "crs_needed")
