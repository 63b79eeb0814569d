"""Whether points can be where they say: beside each other and beside what the store holds."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from geo_service.intake.options import Bounds, IntakeWarning
from geo_service.intake.rows.refusals import Refusals
from geo_service.measure import FAR_KM, Floats, Ints, km_to_box

_SPREADS: Final = 20.0
"""How many times the spread between the quartiles of its file a far point lies away."""

_MENDS: Final[tuple[tuple[str, str, Callable[[Floats, Floats], tuple[Floats, Floats]]], ...]] = (
    ("looks_swapped", "looks_swapped_told", lambda lon, lat: (lat, lon)),
    ("lon_needs_minus", "lon_needs_minus_told", lambda lon, lat: (-lon, lat)),
    ("lat_needs_minus", "lat_needs_minus_told", lambda lon, lat: (lon, -lat)),
    ("both_need_minus", "both_need_minus_told", lambda lon, lat: (-lon, -lat)),
)
"""What people do to degrees: why a row is refused, how that is told, the value they meant."""


def middle_of(lon: Floats, lat: Floats) -> tuple[Bounds, float]:
    """Return the median point of a file as a box, and how many km around it are not far.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,), n > 0.
    """
    (west, x, east), (south, y, north) = (
        np.quantile(one, [0.25, 0.5, 0.75], method="lower") for one in (lon, lat)
    )
    spread = float(km_to_box(np.array([west]), np.array([south]), (east, north, east, north))[0])
    return (x, y, x, y), max(FAR_KM, _SPREADS * spread)


def check_far(
    lon: Floats,
    lat: Floats,
    shown: pd.Series,
    lines: Ints,
    *,
    near: Bounds | None,
    field: str,
    degrees: bool,
    refusals: Refusals,
    warnings: list[IntakeWarning],
) -> None:
    """Warn of points far from all others; refuse those that a swap or a sign brings back.

    Parameters
    ----------
    lon, lat
        WGS 84 degrees, shape (n,), NaN without a point.
    shown
        What stands in the file.
    lines
        The rows' lines in the file.
    near
        The box where points are expected; None: around the median of the file.
    field
        Which field is refused.
    degrees
        Whether the file gives degrees: only there a swap or a sign is asked.
    """
    known = np.isfinite(lon) & np.isfinite(lat) & ~refusals.refused
    if near is None and known.sum() < 3:
        return  # of two points nobody knows which is far
    box, reach = (near, FAR_KM) if near else middle_of(lon[known], lat[known])
    away = km_to_box(lon, lat, box)
    far = known & (away > reach)
    for key, told, mend in _MENDS if degrees and far.any() else ():
        x, y = mend(lon, lat)
        fits = far & (np.abs(y) <= 90) & (km_to_box(x, y, box) <= reach)
        if fits.any():
            warn_mend(told, fits, shown, lines, x, y, warnings)
            refusals.refuse(fits, field, shown, key)
            far &= ~fits
    if far.any():
        row = int(np.argmax(np.where(far, away, 0.0)))
        example = f"{_row(row, shown, lines)}: {away[row]:,.0f} km"
        warnings.append(IntakeWarning("intake.far_points", int(far.sum()), example))


def warn_mend(
    key: str,
    where: np.ndarray,
    shown: pd.Series,
    lines: Ints,
    x: Floats,
    y: Floats,
    warnings: list[IntakeWarning],
) -> None:
    """Tell how many rows are meant, and of the first of them what it says and what is likely."""
    if where.any():
        row = int(np.argmax(where))
        example = f"{_row(row, shown, lines)} → lon {x[row]:.6g}, lat {y[row]:.6g}"
        warnings.append(IntakeWarning(f"intake.{key}", int(where.sum()), example))


def _row(row: int, shown: pd.Series, lines: Ints) -> str:
    return f"{int(lines[row])}: {shown.iloc[row]}"
