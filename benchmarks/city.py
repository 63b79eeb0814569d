"""A seeded city for measuring: streets, back alleys, markets; reports that come back to sites.

Nothing here is like a real district in its figures (the demo is); it is like one in its load:
thin crooked polygons, a few very busy sites, duplicates, closings, late and missing ones. All of
it is made by whole arrays, so that a million reports take seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_service.measure import to_degrees, to_metres
from geo_service.terms import FRAMES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EPSG = 32648
MIDDLE = (103.78, 36.06)
END = datetime(2026, 6, 28, 16, tzinfo=UTC)
"""First moment not seen: a Monday's midnight in Lanzhou."""

BLOCK_M = 180.0
TURNED = np.radians(17.0)
_BENDS = 9
_SHARES = {"street": 0.40, "alley": 0.55}
_HALF_WIDTH = {"street": 7.0, "alley": 2.0, "market": 20.0}
_SWING = {"street": 4.0, "alley": 6.0, "market": 0.0}
_NOISE_M = 4.0
_WEEK_S = 7 * 86_400
_HOUR_US = 3_600_000_000
_NEVER_CLOSED = 0.08
_NEVER_VERIFIED = 0.05


@dataclass(frozen=True)
class CityParams:
    """How large the city is.

    Parameters
    ----------
    areas
        Streets, back alleys and markets together; subdistricts come on top.
    reports
        How many.
    weeks
        Over how many weeks, up to `END`.
    categories
        How many of the packaged ones, at most 12.
    reports_a_site
        Mean number of reports of a site.
    densest
        Most reports of one site.
    seed
        The same parameters give the same city.
    """

    areas: int = 5_000
    reports: int = 1_000_000
    weeks: int = 156
    categories: int = 12
    reports_a_site: int = 12
    densest: int = 500
    seed: int = 20260629

    def __post_init__(self) -> None:
        if self.areas < 20 or not 1 <= self.categories <= 12:
            raise ValueError("a city has 20 areas or more, and 1 to 12 categories")
        if not 1 <= self.reports_a_site < self.densest:
            raise ValueError("the densest site must be denser than the mean one")


@dataclass(frozen=True)
class City:
    """Areas (subdistricts among them) and reports, after ``terms.FRAMES``."""

    areas: gpd.GeoDataFrame
    reports: pd.DataFrame

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write the areas as GeoJSON and the reports as CSV, as an office would hand them over."""
        areas, reports = folder / "areas.geojson", folder / "reports.csv"
        self.areas[["area_id", "name", "kind", "geometry"]].to_file(areas, driver="GeoJSON")
        columns = ["report_id", "source", "category", "reported_at", "lon", "lat", "address"]
        self.reports[[*columns, "fixed_at", "verified_at"]].to_csv(
            reports, index=False, date_format="%Y-%m-%dT%H:%M:%SZ"
        )
        return areas, reports


def make_city(params: CityParams) -> City:
    """Make the city of `params`."""
    rng = np.random.default_rng(params.seed)
    strips = _strips(params.areas, rng)
    areas = _areas(strips)
    return City(areas, _reports(strips, areas["name"].to_numpy(dtype=object), params, rng))


# ---- the ground --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Strips:
    """Areas as strips along a swinging line, in metres of the untwisted city; shape (n,) each."""

    kind: NDArray[np.object_]
    x: Floats
    y: Floats
    upright: NDArray[np.bool_]
    length: Floats
    half_width: Floats
    swing: Floats
    phase: Floats
    side: float

    def at(self, row: Ints, along: Floats, across: Floats) -> tuple[Floats, Floats]:
        """Return the points `along` (0 to 1) strips `row` and `across` (−1 to 1) them."""
        # The swing dies away at both ends, so that strips begin where they are told to.
        bend = np.sin(np.pi * along) * np.sin(2 * np.pi * along + self.phase[row])
        off = self.swing[row] * bend + self.half_width[row] * across
        on = self.length[row] * along
        upright = self.upright[row]
        return (
            self.x[row] + np.where(upright, off, on),
            self.y[row] + np.where(upright, on, off),
        )


def _strips(total: int, rng: np.random.Generator) -> _Strips:
    streets, alleys = (round(total * share) for share in _SHARES.values())
    markets = total - streets - alleys
    nodes = int(np.ceil((1 + np.sqrt(1 + 2 * streets)) / 2))
    side = (nodes - 1) * BLOCK_M

    # Streets: the sides of the blocks, each ending short of the crossings.
    line, step = np.divmod(np.arange(nodes * (nodes - 1)), nodes - 1)
    across, along = line * BLOCK_M, step * BLOCK_M + 10
    x = np.concatenate([along, across])[:streets]
    y = np.concatenate([across, along])[:streets]
    upright = np.repeat([False, True], len(line))[:streets]

    # Back alleys: several side by side in each block; markets in the strip they leave free.
    blocks = (nodes - 1) ** 2
    slots = -(-alleys // blocks)
    block, slot = np.arange(alleys) % blocks, np.arange(alleys) // blocks
    alley_x = block % (nodes - 1) * BLOCK_M + (slot + 1) * 115 / slots
    alley_y = block // (nodes - 1) * BLOCK_M + 20
    spread = np.arange(markets) * blocks // max(markets, 1)
    market_x = spread % (nodes - 1) * BLOCK_M + 148
    market_y = spread // (nodes - 1) * BLOCK_M + 60

    kind = np.repeat(np.array(["street", "alley", "market"], object), [streets, alleys, markets])
    length = np.repeat([BLOCK_M - 20, BLOCK_M - 40, 50.0], [streets, alleys, markets])
    return _Strips(
        kind=kind,
        x=np.concatenate([x, alley_x, market_x]).astype(float),
        y=np.concatenate([y, alley_y, market_y]).astype(float),
        upright=np.concatenate([upright, np.ones(alleys + markets, dtype=bool)]),
        length=length,
        half_width=np.array([_HALF_WIDTH[name] for name in kind]),
        swing=np.array([_SWING[name] for name in kind]),
        phase=rng.uniform(0, 2 * np.pi, total),
        side=side,
    )


def _areas(strips: _Strips) -> gpd.GeoDataFrame:
    total = len(strips.kind)
    row = np.repeat(np.arange(total), _BENDS).reshape(total, _BENDS)
    along = np.broadcast_to(np.linspace(0, 1, _BENDS), row.shape)
    ways = [strips.at(row, along, np.full(row.shape, edge)) for edge in (-1.0, 1.0)]
    x = np.concatenate([ways[0][0], ways[1][0][:, ::-1]], axis=1)
    y = np.concatenate([ways[0][1], ways[1][1][:, ::-1]], axis=1)
    shapes = _polygons(x, y, strips.side)

    edge = np.linspace(-30, strips.side + 30, 4)
    west, south = (part.ravel() for part in np.meshgrid(edge[:-1], edge[:-1]))
    width = edge[1] - edge[0]
    square_x = west[:, None] + width * np.array([0, 1, 1, 0])
    square_y = south[:, None] + width * np.array([0, 0, 1, 1])
    districts = _polygons(square_x, square_y, strips.side)

    number = pd.Series(np.arange(1, total + 1)).astype("str").str.zfill(6)
    word = pd.Series(strips.kind).map({"street": "号路", "alley": "号后街", "market": "号市场"})
    letter = pd.Series(strips.kind).map({"street": "S", "alley": "A", "market": "M"})
    named = [f"{n}区" for n in "一二三四五六七八九"]
    table = pd.DataFrame(
        {
            "area_id": [*(letter + number), *(f"Q{n}" for n in range(1, 10))],
            "name": [*(number.str.lstrip("0") + word), *named],
            "kind": [*strips.kind, *["subdistrict"] * 9],
        }
    )
    geometry = np.concatenate([shapes, districts])
    return gpd.GeoDataFrame(
        FRAMES["areas"].conform(table).drop(columns="geometry"), geometry=geometry, crs="EPSG:4326"
    )


def _polygons(x: Floats, y: Floats, side: float) -> NDArray[np.object_]:
    lon, lat = _degrees(x.ravel(), y.ravel(), side)
    corners = np.stack([lon.reshape(x.shape), lat.reshape(x.shape)], axis=-1)
    return np.asarray(shapely.orient_polygons(shapely.polygons(corners)), dtype=object)


def _degrees(x: Floats, y: Floats, side: float) -> tuple[Floats, Floats]:
    """Turn the city about its middle, put it where it lies, and round as data are."""
    (mid_x,), (mid_y,) = to_metres([MIDDLE[0]], [MIDDLE[1]], EPSG)
    dx, dy = x - side / 2, y - side / 2
    lon, lat = to_degrees(
        mid_x + np.cos(TURNED) * dx - np.sin(TURNED) * dy,
        mid_y + np.sin(TURNED) * dx + np.cos(TURNED) * dy,
        EPSG,
    )
    return np.round(lon, 7), np.round(lat, 7)


# ---- what is reported --------------------------------------------------------------------------


def _reports(
    strips: _Strips, names: NDArray[np.object_], params: CityParams, rng: np.random.Generator
) -> pd.DataFrame:
    sites = max(1, params.reports // params.reports_a_site)
    area = rng.integers(0, len(strips.kind), sites)
    x, y = strips.at(area, rng.uniform(0.02, 0.98, sites), rng.uniform(-0.5, 0.5, sites))
    weight = 1 / np.arange(2, params.categories + 2)
    category = rng.choice(params.categories, sites, p=weight / weight.sum())

    site = np.repeat(np.arange(sites), _sizes(sites, params, rng))
    total = len(site)
    span = params.weeks * _WEEK_S
    seconds = rng.integers(0, span, total)
    order = np.lexsort((site, seconds))
    site, seconds = site[order], seconds[order]
    end = int(END.timestamp())
    at = (end - span + seconds) * 1_000_000
    lon, lat = _degrees(
        x[site] + rng.normal(0, _NOISE_M, total),
        y[site] + rng.normal(0, _NOISE_M, total),
        strips.side,
    )
    fixed = at + (rng.lognormal(np.log(36), 1.0, total) * _HOUR_US).astype(np.int64)
    verified = fixed + (rng.exponential(24, total) * _HOUR_US).astype(np.int64)
    never = rng.uniform(0, 1, total)
    open_ = (never < _NEVER_CLOSED) | (fixed >= end * 1_000_000)
    unverified = open_ | (never < _NEVER_CLOSED + _NEVER_VERIFIED) | (verified >= end * 1_000_000)

    codes = np.array([f"D{n:02d}" for n in range(1, params.categories + 1)], dtype=object)
    sources = np.array(["hotline", "inspector", "resident"], dtype=object)
    table = pd.DataFrame(
        {
            "report_id": pd.Series(np.arange(1, total + 1)).astype("str"),
            "source": pd.Series(sources[rng.integers(0, 3, total)], dtype="str"),
            "category": pd.Series(codes[category[site]], dtype="str"),
            "reported_at": _times(at, np.zeros(total, dtype=bool)),
            "lon": lon,
            "lat": lat,
            "precision": pd.Series("point", index=range(total), dtype="str"),
            "address": pd.Series(names[area[site]], dtype="str"),
            "fixed_at": _times(fixed, open_),
            "verified_at": _times(verified, unverified),
        }
    )
    return FRAMES["reports"].conform(table)


def _sizes(sites: int, params: CityParams, rng: np.random.Generator) -> Ints:
    """Return how many reports each site has: a few have very many, none more than `densest`."""
    weight = rng.pareto(1.2, sites) + 0.2
    sizes = np.zeros(sites, dtype=np.int64)
    while sizes.sum() < params.reports:
        room = np.where(sizes < params.densest, weight, 0)
        drawn = rng.multinomial(params.reports - sizes.sum(), room / room.sum())
        sizes = np.minimum(sizes + drawn, params.densest)
    return sizes


def _times(microseconds: Ints, missing: NDArray[np.bool_]) -> pd.Series:
    # Whole seconds, as systems that keep such records write them.
    whole = np.where(missing, np.iinfo(np.int64).min, microseconds // 1_000_000 * 1_000_000)
    return pd.Series(whole.view("datetime64[us]")).dt.tz_localize("UTC")
