"""Fallback points: where a source puts every report that it could not place.

A geocoder that finds nothing gives one point for all: the town hall, the middle of the map.
Nothing in a row tells it; all rows together do: on such a point lie reports that name many
different streets, on any other point hardly more than one.
"""

from collections import Counter
from collections.abc import Sequence
from math import log

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo_service.measure import Flags, Floats, Ints

OWN = ("point", "address")
"""Precisions that a fallback point takes back."""

Fallbacks = tuple[tuple[float, float, str], ...]
"""Points as (lon, lat, the precision that their rows had)."""
_SAMPLE = 5_000


LEAST_STREETS = 20
"""Fewer different streets on a point are never enough: a crossing has up to four, written in two or
three ways each; the most seen on a true point of four cities was 6 addresses."""

COMMON, RARE = 0.5, 0.05
"""Where this share of a point's addresses hold the same three letters in a row, and less than that
of all other addresses do, they name one place (a market, a compound) in many words."""

CHANCE = 1e-6
"""How many true points a whole store may be expected to lose. So small that a city would have to be
imported a million times before one was lost by accident."""


def on_fallback(lon: Floats, lat: Floats, address: pd.Series) -> Flags:
    """Tell which reports lie on a fallback point.

    The addresses of a true point beyond its first are counted over the whole store; they follow a
    geometric law with the mean of the *other* points. A point is a fallback where as many
    different streets would be expected on fewer than `CHANCE` of all points. The most crowded
    point goes first and then no longer counts for the rest, so that several do not hide one
    another. A store whose points are all coarse (one a postcode) has a large mean and loses none.

    Parameters
    ----------
    lon, lat
        WGS 84, shape (n,); NaN where there is no point.
    address
        Words, missing where there are none; such rows prove nothing and follow their point.

    Returns
    -------
    fallback
        Shape (n,). The order of the rows does not matter, nor how they came.
    """
    out = np.zeros(len(lon), dtype=bool)
    placed = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    point = _points(lon[placed], lat[placed])
    words = address.iloc[placed].reset_index(drop=True)
    told = words.notna().to_numpy()
    if not told.any():
        return out

    points = int(point.max()) + 1
    if np.bincount(point[told], minlength=points).max() < LEAST_STREETS:
        return out  # not even as many reports on any point: most stores end here
    text, texts = pd.factorize(words[told])
    pairs = _pairs(point[told], text)
    of_point = np.bincount(pairs[:, 0], minlength=points)
    crowded = of_point >= LEAST_STREETS
    if not crowded.any():
        return out
    pairs = pairs[crowded[pairs[:, 0]]]
    plain = streets(pd.Series(texts, dtype="str"))
    street, names = pd.factorize(plain.take(pairs[:, 1]))
    pairs = _pairs(pairs[street >= 0, 0], street[street >= 0])
    many = np.bincount(pairs[:, 0], minlength=len(of_point))
    fallback = _improbable(of_point, many)
    others = np.setdiff1d(point[told], np.flatnonzero(fallback))
    elsewhere = plain.take(np.unique(text[np.isin(point[told], others)]))
    for one in np.flatnonzero(fallback):
        here = [str(name) for name in names[pairs[pairs[:, 0] == one, 1]]]
        fallback[one] = not _one_place(here, elsewhere.dropna().unique())
    out[placed] = fallback[point]
    return out


def is_crowded(lon: pd.Series, lat: pd.Series, address: pd.Series) -> bool:
    """Tell whether any point holds so many different addresses that it might be a fallback.

    Parameters
    ----------
    lon, lat, address
        Of all reports: degrees and words, missing where there are none.
    """
    told = np.flatnonzero(lon.notna() & lat.notna() & address.notna())
    if not len(told):
        return False
    point = _points(lon.to_numpy()[told], lat.to_numpy()[told])
    busy = np.bincount(point)[point] >= LEAST_STREETS
    text, _ = pd.factorize(address.iloc[told[busy]])
    pairs = _pairs(point[busy], text)
    return bool(busy.any() and np.bincount(pairs[:, 0]).max() >= LEAST_STREETS)


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
    there, here = _point_key(lon[known], lat[known]), _point_key(new_lon[new], new_lat[new])
    if not len(here):
        return False
    points = np.unique(here)
    shared = there[np.isin(there, points)]
    number = np.searchsorted(points, np.concatenate([here, shared]))
    return bool(np.bincount(number).max() >= LEAST_STREETS)


def settle_fallbacks(reports: pd.DataFrame, known: Fallbacks) -> tuple[pd.Series, Fallbacks]:
    """Return the precision of all reports of a store, and its fallback points.

    A row with a point of its own that lies on a fallback point loses its precision; it gets it
    back where the point, with all that is known by now, is none. What a source or a person calls a
    fallback elsewhere stays one.

    Parameters
    ----------
    reports
        All that are stored: `lon lat precision address`.
    known
        The points found the last time.

    Returns
    -------
    precision, fallbacks
        On the index of `reports`; each point with the precision its rows had, in order.
    """
    lon, lat = reports["lon"].to_numpy(dtype=np.float64), reports["lat"].to_numpy(dtype=np.float64)
    found = on_fallback(lon, lat, reports["address"])
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
    points = points.assign(had=had, at=_point_key(lon[marked], lat[marked]))
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


def streets(address: pd.Series) -> pd.Series:
    """Return what is left of addresses without numbers and signs: the street and its town.

    >>> streets(pd.Series(["100-100A Lanark Rd", "12 LANARK RD.", "西津路12号"])).tolist()
    ['lanark rd', 'lanark rd', '西津路 号']
    """
    text = pc.utf8_lower(pa.array(address, type=pa.large_string(), from_pandas=True))
    text = pc.replace_substring_regex(text, r"\d+[a-z]?\b|\d+", " ")
    text = pc.replace_substring_regex(text, r"[^\p{L}]+", " ")
    text = pc.utf8_trim_whitespace(text)
    text = pc.if_else(pc.equal(text, ""), None, text)
    return pd.Series(text.to_pandas(), dtype="str", index=address.index)


def _points(lon: Floats, lat: Floats) -> Ints:
    """Return the number of each row's point: equal to the seventh digit of a degree, 1 cm."""
    return np.asarray(pd.factorize(_point_key(lon, lat), sort=True)[0], dtype=np.int64)


def _point_key(lon: Floats, lat: Floats) -> Ints:
    east, north = (np.round(one * 1e7).astype(np.int64) for one in (lon, lat))
    return np.asarray(east * 4_000_000_000 + north, dtype=np.int64)


def _pairs(one: Ints, other: Ints) -> Ints:
    """Return the different pairs of numbers, in order, shape (n, 2)."""
    wide = int(other.max(initial=0)) + 1
    return np.column_stack(np.divmod(np.unique(one * wide + other), wide))


def _improbable(addresses: Ints, many: Ints) -> Flags:
    """Tell which points are fallbacks, of their addresses and their different streets."""
    fallback = np.zeros(len(addresses), dtype=bool)
    others = int((addresses > 0).sum())
    beyond = int((addresses[addresses > 0] - 1).sum())
    candidates = np.flatnonzero(many >= LEAST_STREETS)
    for one in candidates[np.argsort(-many[candidates], kind="stable")]:
        others -= 1
        beyond -= int(addresses[one]) - 1
        if others <= 0:
            break
        # One address more than was seen: a handful of points says little of the usual one.
        mean = (beyond + 1) / others
        if (many[one] - 1) * log(mean / (1 + mean)) >= log(CHANCE / (others + 1)):
            break
        fallback[one] = True
    return fallback


def _one_place(here: list[str], elsewhere: Sequence[str]) -> bool:
    """Tell whether addresses share what addresses elsewhere do not: the name of a place."""
    common = {letters for letters, share in _shares(here).items() if share >= COMMON}
    # A few thousand addresses, evenly from the alphabet, say how usual something is.
    sample = sorted(elsewhere)[:: len(elsewhere) // _SAMPLE + 1]
    usual = _shares(sample)
    return any(usual.get(letters, 0.0) < RARE for letters in common)


def _shares(texts: Sequence[str]) -> dict[str, float]:
    """Return in which share of the texts each three letters in a row stand."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({text[i : i + 3] for i in range(len(text) - 2)})
    return {letters: count / len(texts) for letters, count in counts.items()}
