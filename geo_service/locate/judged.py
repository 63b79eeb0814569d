"""Points that are no places: where a source puts every report that it could not place.

A geocoder that finds nothing gives one point for all: the town hall, the middle of the map; a hot
line gives its own desk. Nothing in a row tells it; all rows together do. On such a point lie
reports that name many different streets, or so many reports of so many categories as on no other.
"""

from collections import Counter
from collections.abc import Sequence
from math import log

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo_service.measure import Flags, Floats, Ints

FALLBACK, SUSPECT, REAL = "fallback", "suspect", "real"
"""What a point is: nearly surely no place; worth a look; a place, as a person says."""

Decisions = tuple[tuple[float, float, str, str | None, str], ...]
"""Points as (lon, lat, FALLBACK or REAL, who says so, when)."""

COLUMNS = (
    *("lon", "lat", "rows", "share", "categories", "reason", "state"),
    *("decided_by", "decided_at"),
)

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

LEAST_ROWS, LEAST_POINTS = 50, 20
"""Fewer rows on a point, or fewer points beside it, tell nothing of its share."""

CROWDS, GAP = 5, 10
"""At most so many points with so many times the rows of any other. The most that a true point of
four cities had over the next was 2.7."""

MIXED = 2.75
"""Categories, counted as equally frequent ones (exp of the entropy): a market has one or two."""

ALIKE = 0.6
"""From this overlap on a point's categories are those of the whole store, as a desk's are."""

SHARE, ALIKE_SHARE, NARROW_SHARE, NAMED_SHARE = 0.2, 0.05, 0.25, 0.5
"""Of all rows: mixed ones that are surely no place; the same where the mix is the store's; from
here on even a point of one category is worth a look; from here on the store's mix on it is surely
no place even where its addresses name one."""

_HOUSE = r"^\s*(?P<lead>\d+)|(?P<tail>\d+)\s*号(?:[^楼摊铺档柜门]|$)"


def judge(reports: pd.DataFrame, decided: Decisions = ()) -> pd.DataFrame:
    """Return the points that are no places, that may be none, and that people decided on.

    A point is a fallback by its *streets* where those are improbably many, else by its *share*:
    many times the rows of any other point, mixed categories, and no single place named by its
    addresses. Less of that, or many house *numbers*, and it is suspect. The order of the rows does
    not matter, nor how they came.

    Parameters
    ----------
    reports
        `lon lat address category`; degrees, missing where there is no point.
    decided
        What people say; goes before the judgement.

    Returns
    -------
    places
        `lon lat rows share categories reason state decided_by decided_at`, the most rows first;
        `share` of all rows with a point, `reason` streets, share, numbers or empty.
    """
    lon, lat = reports["lon"].to_numpy(np.float64), reports["lat"].to_numpy(np.float64)
    placed = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    point, keys = pd.factorize(point_key(lon[placed], lat[placed]), sort=True)
    point = point.astype(np.int64)
    rows = np.bincount(point, minlength=len(keys))
    words = reports["address"].iloc[placed].reset_index(drop=True)
    found: dict[int, tuple[str, str]] = {}
    streets_, numbers = _by_words(point, words, len(keys))
    found |= {int(one): (SUSPECT, "numbers") for one in np.flatnonzero(numbers)}
    crowd = _crowd(np.where(streets_, 0, rows))
    if len(crowd):
        category, names = pd.factorize(reports["category"].iloc[placed])
        for one in crowd:
            state = _of_share(point == one, category, len(names), words)
            if state == FALLBACK or (state and one not in found):
                found[int(one)] = (state, "share")
    found |= {int(one): (FALLBACK, "streets") for one in np.flatnonzero(streets_)}

    told = {}
    for x, y, *decision in decided:
        at = np.flatnonzero(keys == point_key(np.array([x]), np.array([y]))[0])
        if len(at):
            told[int(at[0])] = decision
            found[int(at[0])] = (str(decision[0]), found.get(int(at[0]), ("", ""))[1])
    out = []
    for one in sorted(found, key=lambda one: (-rows[one], one)):
        here = placed[point == one]
        share, kinds = rows[one] / len(placed), reports["category"].iloc[here].nunique()
        state, reason = found[one]
        who = told.get(one, [None, None, None])[1:]
        corner = (float(lon[here].min()), float(lat[here].min()))
        out.append((*corner, int(rows[one]), float(share), int(kinds), reason, state, *who))
    return pd.DataFrame(out, columns=list(COLUMNS))


def may_be_crowded(lon: Floats, lat: Floats, address: pd.Series) -> bool:
    """Tell whether rows that come elsewhere could make any point, as it is, a fallback.

    Parameters
    ----------
    lon, lat, address
        Of all reports: degrees and words, missing where there are none.
    """
    placed = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    point = points_of(lon[placed], lat[placed])
    rows = np.bincount(point) if len(point) else np.zeros(0, dtype=np.int64)
    if len(_crowd(rows)):
        return True
    told = address.iloc[placed].notna().to_numpy() & (rows[point] >= LEAST_STREETS)
    if not told.any():
        return False
    text, _ = pd.factorize(address.iloc[placed[told]])
    pairs = _pairs(point[told], text)
    return bool(np.bincount(pairs[:, 0]).max() >= LEAST_STREETS)


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


def points_of(lon: Floats, lat: Floats) -> Ints:
    """Return the number of each row's point: equal to the seventh digit of a degree, 1 cm."""
    return np.asarray(pd.factorize(point_key(lon, lat), sort=True)[0], dtype=np.int64)


def point_key(lon: Floats, lat: Floats) -> Ints:
    """Return a number a point, in degrees, that rows of the same one share; shape (n,)."""
    east, north = (np.round(one * 1e7).astype(np.int64) for one in (lon, lat))
    return np.asarray(east * 4_000_000_000 + north, dtype=np.int64)


def _crowd(rows: Ints) -> Ints:
    """Return the points, at most CROWDS, with GAP times the rows of any other."""
    if np.count_nonzero(rows) < LEAST_POINTS:
        return np.zeros(0, dtype=np.int64)
    most = np.argsort(-rows, kind="stable")[: CROWDS + 1]
    top = rows[most]
    wide = np.flatnonzero((top[:-1] >= LEAST_ROWS) & (top[:-1] >= GAP * top[1:]))
    return np.asarray(most[: wide[-1] + 1 if len(wide) else 0], dtype=np.int64)


def _of_share(here: Flags, category: Ints, names: int, words: pd.Series) -> str:
    """Return what a point is that has many times the rows of any other; empty for a place."""
    share = float(here.mean())
    mix = np.bincount(category[here & (category >= 0)], minlength=names)
    other = np.bincount(category[~here & (category >= 0)], minlength=names)
    part, rest = mix / max(mix.sum(), 1), other / max(other.sum(), 1)
    some = part[part > 0]
    mixed = float(np.exp(-(some * np.log(some)).sum())) >= MIXED
    alike = float(np.minimum(part, rest).sum()) >= ALIKE
    enough = share >= SHARE or (alike and share >= ALIKE_SHARE)
    half = alike and share >= NAMED_SHARE
    if mixed and enough and (half or not _named(words[here], words[~here])):
        return FALLBACK
    return SUSPECT if mixed or share >= NARROW_SHARE else ""


def _named(here: pd.Series, elsewhere: pd.Series) -> bool:
    """Tell whether most rows of a point have addresses, and those name one place."""
    if here.notna().mean() < COMMON:
        return False
    names = streets(pd.Series(here.dropna().unique(), dtype="str")).dropna().unique().tolist()
    others = streets(pd.Series(elsewhere.dropna().unique(), dtype="str")).dropna().unique()
    return len(names) <= 2 or _one_place(names, others)


def _by_words(point: Ints, address: pd.Series, points: int) -> tuple[Flags, Flags]:
    """Tell which points are fallbacks by their streets, and which have many house numbers.

    The addresses of a true point beyond its first are counted over the whole store; they follow a
    geometric law with the mean of the *other* points. A point is a fallback where as many
    different streets would be expected on fewer than `CHANCE` of all points. The most crowded
    point goes first and then no longer counts for the rest, so that several do not hide one
    another. A store whose points are all coarse (one a postcode) has a large mean and loses none.
    """
    nothing = np.zeros(points, dtype=bool)
    told = address.notna().to_numpy()
    if not told.any() or np.bincount(point[told]).max() < LEAST_STREETS:
        return nothing, nothing  # not even as many reports on any point: most stores end here
    text, texts = pd.factorize(address[told])
    pairs = _pairs(point[told], text)
    of_point = np.bincount(pairs[:, 0], minlength=points)
    crowded = of_point >= LEAST_STREETS
    if not crowded.any():
        return nothing, nothing
    pairs = pairs[crowded[pairs[:, 0]]]
    plain = streets(pd.Series(texts, dtype="str"))
    fallback, names = _too_many(pairs, plain, of_point)
    others = np.setdiff1d(point[told], np.flatnonzero(fallback))
    elsewhere = plain.take(np.unique(text[np.isin(point[told], others)])).dropna().unique()
    for one in np.flatnonzero(fallback):
        fallback[one] = not _one_place(names[int(one)], elsewhere)
    numbers, _ = _too_many(pairs, _house_numbers(pd.Series(texts, dtype="str")), of_point)
    return fallback, numbers & ~fallback


def _too_many(pairs: Ints, names: pd.Series, of_point: Ints) -> tuple[Flags, dict[int, list[str]]]:
    """Tell which points have improbably many different names, and those names.

    `pairs` are points and their addresses, `names` what each address says, `of_point` how many
    addresses each point has.
    """
    code, known = pd.factorize(names.take(pairs[:, 1]))
    named = _pairs(pairs[code >= 0, 0], code[code >= 0])
    flags = _improbable(of_point, np.bincount(named[:, 0], minlength=len(of_point)))
    return flags, {
        one: [str(name) for name in known[named[named[:, 0] == one, 1]]]
        for one in np.flatnonzero(flags).tolist()
    }


def _house_numbers(address: pd.Series) -> pd.Series:
    text = pa.array(address, type=pa.large_string(), from_pandas=True)
    parts = pc.extract_regex(text, _HOUSE)
    lead, tail = (pc.struct_field(parts, name) for name in ("lead", "tail"))
    number = pc.if_else(pc.equal(lead, ""), tail, lead)
    return pd.Series(number.to_pandas(), dtype="str")


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
