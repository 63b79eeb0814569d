"""Reports to cases, beside the pairs within the link distance and their connected components.

The peer only groups points; it knows neither time nor closings, and chains along a street. It
is the floor that any linking by distance stands on. Its points are projected beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from benchmarks.city import END, EPSG, CityParams, make_city
from benchmarks.clock import in_turn
from benchmarks.rows import Row
from geo_service.link import Linked, closures_of_rows, link
from geo_service.measure import to_metres
from geo_service.terms import packaged_categories

CITY = CityParams(areas=5_000, reports=100_000)


def measure() -> Iterator[Row]:
    """Yield the row of linking everything."""
    reports = make_city(CITY).reports
    categories = packaged_categories()
    closures = closures_of_rows(reports)
    reach = categories.set_index("code")["link_distance_m"]
    places = np.column_stack(to_metres(reports["lon"], reports["lat"], EPSG))
    groups = [
        (places[rows], reach[code]) for code, rows in reports.groupby("category").indices.items()
    ]

    def ours() -> Linked:
        return link(reports, closures, categories, epsg=EPSG, as_of=END)

    def peer() -> int:
        return sum(_components(points, distance) for points, distance in groups)

    # A component holds a site or more: sites cannot be fewer, nor cases fewer than sites.
    times = in_turn(
        ours,
        peer,
        same=lambda linked, parts: parts <= len(linked.sites) <= len(linked.cases) <= len(reports),
    )
    yield Row.of(
        "link_bulk",
        times.ours,
        peer="cKDTree.query_pairs + components",
        peer_times=times.peer,
        note=f"{len(reports):,} reports, {CITY.categories} categories",
    )


def _components(points: np.ndarray, distance: float) -> int:
    pairs = cKDTree(points).query_pairs(distance, output_type="ndarray")
    ones = np.ones(len(pairs), dtype=np.int8)
    graph = coo_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(len(points), len(points)))
    count, _ = connected_components(graph, directed=False)
    return int(count)
