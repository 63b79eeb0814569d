"""Points to polygons, beside ``geopandas.sjoin`` and ``sjoin_nearest``.

100,000 points of the city, 5,000 thin polygons. The points that lie in a polygon and those that
lie beside all are two rows, for the usual way needs two joins.
"""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from benchmarks.city import EPSG, CityParams, make_city
from benchmarks.clock import in_turn
from benchmarks.rows import Row
from geo_service.locate import LocateParams, Place, locate_points

CITY = CityParams(areas=5_000, reports=100_000)
REACH_M = LocateParams().nearest_m


def measure() -> Iterator[Row]:
    """Yield a row for points inside and one for points beside."""
    city = make_city(CITY)
    areas = city.areas[city.areas["kind"] != "subdistrict"].reset_index(drop=True)
    lon = city.reports["lon"].to_numpy()
    lat = city.reports["lat"].to_numpy()
    preference = np.arange(len(areas))
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")

    def locate(rows: NDArray[np.int64]) -> Place:
        return locate_points(lon[rows], lat[rows], areas, preference, epsg=EPSG)

    hits = gpd.sjoin(points, areas[["geometry"]], predicate="intersects")
    inside = np.unique(hits.index.to_numpy())
    beside = np.setdiff1d(np.arange(len(points)), inside)

    within = points.iloc[inside].reset_index(drop=True)
    times = in_turn(
        lambda: locate(inside),
        lambda: gpd.sjoin(within, areas[["geometry"]], predicate="intersects"),
        same=_same,
    )
    yield Row.of(
        "locate_inside",
        times.ours,
        peer="geopandas.sjoin",
        peer_times=times.peer,
        note=f"{len(inside):,} points, {len(areas):,} polygons",
    )

    metric = areas[["geometry"]].to_crs(EPSG)
    outside = points.iloc[beside].reset_index(drop=True).to_crs(EPSG)
    times = in_turn(
        lambda: locate(beside),
        lambda: gpd.sjoin_nearest(outside, metric, max_distance=REACH_M),
        same=_same,
    )
    yield Row.of(
        "locate_nearest",
        times.ours,
        peer="geopandas.sjoin_nearest",
        peer_times=times.peer,
        note=f"{len(beside):,} points outside all, within {REACH_M:g} m",
    )


def _same(ours: Place, joined: gpd.GeoDataFrame) -> bool:
    """Tell whether each point found one of the polygons that the join gives it."""
    first = (
        joined.groupby(level=0)["index_right"].min().reindex(range(len(ours.area)), fill_value=-1)
    )
    return bool((ours.area == first.to_numpy()).all())
