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

from geo_service.intake.options import Bounds, ImportOptions, IntakeWarning
from geo_service.intake.readers.files import bad_file
from geo_service.intake.readers.raw import arrow, series
from geo_service.intake.rows.columns import NUMBER, PAIR, WKT, Fields
from geo_service.intake.rows.plausible import check_far, warn_mend
from geo_service.intake.rows.refusals import Refusals
from geo_service.measure import FAR_KM, Flags, Floats, Ints, km_to_box
from geo_service.measure.datum import DATUMS, to_wgs84
from geo_service.terms import BadInput

ORIGIN_METRES: Final = 10.0
_ZERO_DEGREES: Final = 1e-6
_MARGIN: Final = 1.0
"""Degrees by which points may lie outside the area of use of their system."""

_NEARLY_ALL: Final = 0.9


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

    def holds(self, lon: Floats, lat: Floats) -> Flags:
        """Tell which WGS 84 points lie where the system may be used, or at most 1° outside."""
        use = self.crs.area_of_use if self.crs is not None else None
        if use is None:
            return np.asarray(np.isfinite(lon) & np.isfinite(lat))
        inside = (lat >= use.south - _MARGIN) & (lat <= use.north + _MARGIN)
        # an area may go across the 180th meridian
        width = (use.east - use.west) % 360 or 360.0
        inside &= (lon - use.west + _MARGIN) % 360 <= width + 2 * _MARGIN
        return np.asarray(inside | (width + 2 * _MARGIN >= 360) & (np.abs(lat) <= 90))


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
    good = pc.match_substring_regex(words, f"^{NUMBER}$")
    cast = pc.cast(pc.if_else(good, words, None), pa.float64())
    out = np.array(cast.to_pandas(), dtype=np.float64)
    out[np.isinf(out)] = np.nan
    return out, np.asarray(text.notna().to_numpy() & np.isnan(out))


def read_places(
    path: Path,
    fields: Fields,
    refer: Reference,
    options: ImportOptions,
    lines: Ints,
    refusals: Refusals,
    warnings: list[IntakeWarning],
) -> tuple[Floats, Floats]:
    """Return WGS 84 degrees of each row, missing where it names no point.

    Rows whose point cannot be are told to `refusals`; what was mended or doubted to `warnings`,
    with its line in the file.
    """
    n = len(lines)
    lon, lat = np.full(n, np.nan), np.full(n, np.nan)
    if not fields.place:
        return lon, lat
    if fields.place == ("x", "y") and refer.crs is None and refer.datum == "wgs84":
        _check_degrees(path, fields)
    x, y, shown = _pair(fields, refusals, n)
    if refer.metres is not None and fields.place == ("lon", "lat"):
        _check_metres(path, x, y)
    first, second = fields.place[0], fields.place[-1]

    known = np.isfinite(x) & np.isfinite(y)
    zero = np.zeros(n, dtype=bool)
    metres = refer.metres
    if metres is None:
        zero[known] = (np.abs(x[known]) < _ZERO_DEGREES) & (np.abs(y[known]) < _ZERO_DEGREES)
    else:
        zero[known] = np.hypot(x[known], y[known]) * metres <= ORIGIN_METRES
    refusals.refuse(zero, first, shown, "zero_zero")
    if metres is None:
        swapped = known & (np.abs(y) > 90) & (np.abs(y) <= 180) & (np.abs(x) <= 90)
        warn_mend("looks_swapped_told", swapped & ~refusals.refused, shown, lines, y, x, warnings)
        refusals.refuse(swapped, second, shown, "looks_swapped")
        refusals.refuse(known & (np.abs(x) > 180), first, shown, "out_of_range")
        refusals.refuse(known & (np.abs(y) > 90), second, shown, "out_of_range")

    # a row that something else is wrong with still lies somewhere: a preview shows where
    known &= ~zero & ((metres is not None) | ((np.abs(x) <= 180) & (np.abs(y) <= 90)))
    near = options.region or options.near
    at = np.flatnonzero(known)
    lon[at], lat[at], turned = degrees_in_use(refer, x[at], y[at], near)
    swapped = np.zeros(n, dtype=bool)
    swapped[at] = turned
    swapped &= ~refusals.refused
    warn_mend("axes_swapped", swapped, shown, lines, lon, lat, warnings)
    with np.errstate(invalid="ignore"):
        off = known & ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
        outside = known & ~refer.holds(lon, lat)
        reason = "outside_use" if refer.crs is not None else "out_of_range"
        refusals.refuse(off | outside, first, shown, reason)
        check_far(
            *(lon, lat, shown, lines),
            near=near,
            field=first,
            degrees=metres is None,
            refusals=refusals,
            warnings=warnings,
        )
        if options.region is not None:
            west, south, east, north = options.region
            inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
            refusals.refuse(known & ~inside, first, shown, "outside_region")
    return lon, lat


def degrees_in_use(
    refer: Reference, x: Floats, y: Floats, near: Bounds | None
) -> tuple[Floats, Floats, Flags]:
    """Return degrees, the axes swapped where only so metres can be; and where that was done.

    In surveying X is north. Rows outside the system's area of use are swapped where that brings
    nearly all of them inside; then those far from `near`, where it brings nearly all of them there.
    """
    lon, lat = refer.degrees(x, y)
    swapped = np.zeros(len(x), dtype=bool)
    if refer.metres is None:
        return lon, lat, swapped
    for box in (None, near) if near else (None,):

        def right(a: Floats, b: Floats, box: Bounds | None = box) -> Flags:
            held = refer.holds(a, b)
            return held if box is None else held & (km_to_box(a, b, box) <= FAR_KM)

        with np.errstate(invalid="ignore"):
            wrong = np.flatnonzero(~right(lon, lat))
            if not len(wrong):
                continue
            a, b = refer.degrees(y[wrong], x[wrong])
            fits = right(a, b)
        if fits.mean() >= _NEARLY_ALL:
            rows = wrong[fits]
            lon[rows], lat[rows], swapped[rows] = a[fits], b[fits], True
    return lon, lat, swapped


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
    for pattern, swap in ((PAIR, True), (WKT, False)):
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
