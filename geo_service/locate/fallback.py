"""Fallback points of a store: marked, given back, and known when rows come in."""

import numpy as np
import pandas as pd

from geo_service.locate.judged import (
    FALLBACK,
    LEAST_STREETS,
    point_key,
)
from geo_service.measure import Flags, Floats

OWN = ("point", "address")
"""Precisions that a fallback point takes back."""

Fallbacks = tuple[tuple[float, float, str], ...]
"""Points as (lon, lat, the precision that their rows had)."""


def on_points(lon: Floats, lat: Floats, points: pd.DataFrame) -> Flags:
    """Tell which reports lie on a point that is listed.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,); NaN without a point.
    points
        Columns `lon lat`.

    Returns
    -------
    flags
        Shape (n,).
    """
    out = np.isfinite(lon) & np.isfinite(lat)
    keys = point_key(points["lon"].to_numpy(np.float64), points["lat"].to_numpy(np.float64))
    out[out] = np.isin(point_key(lon[out], lat[out]), keys)
    return np.asarray(out)


def on_busy_point(lon: Floats, lat: Floats, new_lon: Floats, new_lat: Floats) -> bool:
    """Tell whether any new report shares a point with so many that it might be a fallback.

    Parameters
    ----------
    lon, lat
        Degrees of the reports known before, shape (n,); NaN without a point.
    new_lon, new_lat
        Of those that came or say something new, some of which may be among the others as well.
    """
    known, new = (np.isfinite(one) for one in (lon, new_lon))
    there, here = point_key(lon[known], lat[known]), point_key(new_lon[new], new_lat[new])
    if not len(here):
        return False
    points = np.unique(here)
    shared = there[np.isin(there, points)]
    number = np.searchsorted(points, np.concatenate([here, shared]))
    return bool(np.bincount(number).max() >= LEAST_STREETS)


def settle_fallbacks(
    reports: pd.DataFrame, known: Fallbacks, places: pd.DataFrame
) -> tuple[pd.Series, Fallbacks]:
    """Return the precision of all reports of a store, and its fallback points.

    A row with a point of its own that lies on a fallback point loses its precision; it gets it
    back where the point, with all that is known by now, is none. What a source or a person calls a
    fallback elsewhere stays one.

    Parameters
    ----------
    reports
        All that are stored: `lon lat precision`.
    known
        The points found the last time.
    places
        What :func:`~geo_service.locate.judge` finds of all reports.

    Returns
    -------
    precision, fallbacks
        On the index of `reports`; each point with the precision its rows had, in order.
    """
    lon, lat = reports["lon"].to_numpy(dtype=np.float64), reports["lat"].to_numpy(dtype=np.float64)
    found = on_points(lon, lat, places[places["state"] == FALLBACK])
    precision = reports["precision"]
    before = _known_at(lon, lat, known)
    back = ~found & before.notna().to_numpy() & (precision == "fallback").to_numpy()
    settled = precision.mask(back, before.set_axis(reports.index))
    settled = settled.mask(found & precision.isin(OWN).to_numpy(), "fallback")

    marked = found & (precision.isin(OWN).to_numpy() | before.notna().to_numpy())
    points = pd.DataFrame({"lon": lon, "lat": lat, "had": before.to_numpy(dtype=object)})[marked]
    had = points["had"].where(points["had"].notna(), precision.to_numpy(dtype=object)[marked])
    # "point" is the last of the two in the alphabet: it wins where a point has rows of both.
    had = had.where(had.isin(OWN))
    points = points.assign(had=had, at=point_key(lon[marked], lat[marked]))
    groups = points.dropna(subset=["had"]).groupby("at", sort=True)
    tops = groups.agg(lon=("lon", "min"), lat=("lat", "min"), had=("had", "max"))
    return settled, tuple((float(r.lon), float(r.lat), str(r.had)) for r in tops.itertuples())


def mark_known(reports: pd.DataFrame, known: Fallbacks) -> pd.Series:
    """Return the precision of rows that come in, those on a known fallback point being such.

    Parameters
    ----------
    reports
        Those that come: `lon lat precision`.
    known
        The fallback points known, in degrees.
    """
    at = _known_at(reports["lon"].to_numpy(), reports["lat"].to_numpy(), known)
    on = at.notna().to_numpy() & reports["precision"].isin(OWN).to_numpy()
    return reports["precision"].mask(on, "fallback")


def _known_at(lon: Floats, lat: Floats, known: Fallbacks) -> pd.Series:
    """Return what rows of each point were before it was found to be a fallback, else missing."""
    out = np.full(len(lon), None, dtype=object)
    at_lon, at_lat = (np.round(one * 1e7) for one in (lon, lat))
    for x, y, had in known:
        out[(at_lon == round(x * 1e7)) & (at_lat == round(y * 1e7))] = had
    return pd.Series(out, dtype="str")
