"""Points to polygons, beside ``geopandas.sjoin`` and ``sjoin_nearest``.

A million points of the city, 5,000 thin polygons. What `sjoin` does is asked of all points; what
`sjoin_nearest` does, of those that lie in no polygon, as it is used. The peers get geometries
made beforehand, in metres where they need them; ours projects what it needs itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.city import EPSG, CityParams, make_city
from benchmarks.clock import Timed, in_turn, seconds_of
from benchmarks.rows import AtLeast, AtMost, Row
from geo_service.locate import LocateParams, Locator, Place

POINTS = 1_000_000
CITY = CityParams(areas=5_000, reports=POINTS)
TEN_TIMES = CityParams(areas=50_000, reports=POINTS)
REACH_M = LocateParams().nearest_m

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Ground:
    """Points and polygons, as ours and as the peers take them."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    points: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    preference: Ints

    @classmethod
    def of(cls, params: CityParams) -> Ground:
        """Take them from a city."""
        city = make_city(params)
        areas = city.areas.loc[city.areas["kind"] != "subdistrict", ["geometry"]]
        lon, lat = (city.reports[name].to_numpy() for name in ("lon", "lat"))
        points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
        preference = np.random.default_rng(0).permutation(len(areas))
        return cls(lon, lat, points, areas.reset_index(drop=True), preference)

    def ready(self) -> Locator:
        """Prepare the areas."""
        locator = Locator(self.areas, self.preference, epsg=EPSG)
        locator.prepare()
        return locator

    def sjoin(self) -> pd.DataFrame:
        """Join as usual."""
        return gpd.sjoin(self.points, self.areas, predicate="intersects")

    def preferred(self, joined: pd.DataFrame) -> Ints:
        """Return the preferred polygon of each point among the pairs of a join, -1 where none."""
        pairs = pd.DataFrame({"point": joined.index, "area": joined["index_right"].to_numpy()})
        pairs = pairs.iloc[np.argsort(self.preference[pairs["area"]], kind="stable")]
        first = pairs.drop_duplicates("point")
        found = np.full(len(self.points), -1)
        found[first["point"]] = first["area"]
        return found


def measure() -> Iterator[Row]:
    """Yield rows for containment, preparation, ten times the polygons, and the nearest."""
    ground = Ground.of(CITY)
    locator = ground.ready()
    size = f"{POINTS:,} points, {CITY.areas:,} polygons"
    times = in_turn(
        lambda: locator.inside(ground.lon, ground.lat),
        ground.sjoin,
        same=lambda ours, joined: bool((ours == ground.preferred(joined)).all()),
    )
    yield Row.of(
        "locate_1m",
        times.ours,
        peer="geopandas.sjoin",
        peer_times=times.peer,
        asked=AtLeast(8),
        note=f"{size}; same pairs",
    )

    # Held to twice what the join takes, in this very run.
    most = 2 * float(np.median(times.peer))
    preparing = [seconds_of(ground.ready) for _ in times.ours]
    yield Row.of(
        "locate_prepare",
        preparing,
        peer="one geopandas.sjoin",
        peer_times=times.peer,
        asked=AtMost(most),
        note=f"once a set of areas, asked ≤ 2 sjoins; {CITY.areas:,} polygons",
    )

    yield _ten_times(ground, locator)
    yield from _nearest(ground, locator)


def _ten_times(ground: Ground, locator: Locator) -> Row:
    many = Ground.of(TEN_TIMES)
    prepared = many.ready()
    times = in_turn(
        lambda: prepared.inside(many.lon, many.lat),
        lambda: locator.inside(ground.lon, ground.lat),
        # The right answer is the join's, asked once: both are ours here.
        same=lambda ours, _: bool((ours == many.preferred(many.sjoin())).all()),
    )
    return Row.of(
        "locate_50k_polygons",
        times.ours,
        peer="the same with 5,000 polygons",
        peer_times=times.peer,
        asked=AtLeast(0.5),
        note=f"{POINTS:,} points, {TEN_TIMES.areas:,} polygons; asked ≤ 2 × the time",
    )


def _nearest(ground: Ground, locator: Locator) -> Iterator[Row]:
    beside = np.flatnonzero(locator.inside(ground.lon, ground.lat) < 0)
    lon, lat = ground.lon[beside], ground.lat[beside]
    metric = ground.areas.to_crs(EPSG)
    points = ground.points.iloc[beside].reset_index(drop=True).to_crs(EPSG)
    times = in_turn(
        lambda: locator.locate(lon, lat),
        lambda: gpd.sjoin_nearest(points, metric, max_distance=REACH_M, distance_col="metres"),
        same=_same_nearest,
        runs=5,
    )
    yield Row.of(
        "locate_nearest",
        times.ours,
        peer="geopandas.sjoin_nearest",
        peer_times=times.peer,
        asked=AtLeast(3),
        note=f"{len(beside):,} points in no polygon, within {REACH_M:g} m",
    )

    both = Timed([], [])
    for _ in range(3):
        both.ours.append(seconds_of(lambda: locator.locate(ground.lon, ground.lat)))
        both.peer.append(
            seconds_of(ground.sjoin)
            + seconds_of(lambda: gpd.sjoin_nearest(points, metric, max_distance=REACH_M))
        )
    yield Row.of(
        "locate_whole_rule",
        both.ours,
        peer="sjoin, then sjoin_nearest for the rest",
        peer_times=both.peer,
        note=f"{POINTS:,} points, {CITY.areas:,} polygons",
    )


def _same_nearest(ours: Place, joined: pd.DataFrame) -> bool:
    """Tell whether ours is as near as the join's, to 1 mm, and missing where it has none."""
    nearest = joined.groupby(level=0)["metres"].min().reindex(range(len(ours.area)))
    farther = ours.distance_m - nearest.to_numpy()
    found = ours.area >= 0
    return bool((found == nearest.notna()).all() and (farther[found] <= LocateParams().tie_m).all())
