"""Reports to cases, beside the pairs within the link distance and their connected components.

The peer only groups points; it knows neither time nor closings, and chains along a street. It
is the floor that any linking by distance stands on. Its points are projected beforehand.

How time grows is measured over cities of the same density: areas, and with them the ground, grow
with the reports, so that a report has as many others around it in each of them. Each size is a
process of its own, ``python -m benchmarks.link REPORTS``, so that its memory is its own as well.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from benchmarks.city import END, EPSG, CityParams, make_city
from benchmarks.clock import in_turn
from benchmarks.rows import AtLeast, GrowthAtMost, Row
from geo_service.link import Linked, link
from geo_service.measure import to_metres
from geo_service.terms import FRAMES, packaged_categories

REPORTS_AN_AREA = 200
REPORTS = 1_000_000
SIZES = (100_000, 300_000, 1_000_000, 5_000_000)
RUNS = 3


def measure() -> Iterator[Row]:
    """Yield the rows of linking everything, and of how its time grows."""
    yield _bulk()
    yield _growth()


def _city(reports: int) -> CityParams:
    return CityParams(areas=reports // REPORTS_AN_AREA, reports=reports)


def _bulk() -> Row:
    params = _city(REPORTS)
    reports = make_city(params).reports
    categories = packaged_categories()
    events = FRAMES["events"].empty()
    reach = categories.set_index("code")["link_distance_m"]
    places = np.column_stack(to_metres(reports["lon"], reports["lat"], EPSG))
    groups = [
        (places[rows], reach[code]) for code, rows in reports.groupby("category").indices.items()
    ]

    def ours() -> Linked:
        return link(reports, events, categories, epsg=EPSG, as_of=END)

    def peer() -> int:
        return sum(_components(points, distance) for points, distance in groups)

    # A component holds a site or more: sites cannot be fewer, nor cases fewer than sites.
    times = in_turn(
        ours,
        peer,
        same=lambda linked, parts: parts <= len(linked.sites) <= len(linked.cases) <= len(reports),
        runs=RUNS,
    )
    return Row.of(
        "link_bulk",
        times.ours,
        peer="cKDTree.query_pairs + components",
        peer_times=times.peer,
        asked=AtLeast(0.2),
        note=f"{len(reports):,} reports, {params.categories} categories",
    )


def _components(points: NDArray[np.float64], distance: float) -> int:
    pairs = cKDTree(points).query_pairs(distance, output_type="ndarray")
    ones = np.ones(len(pairs), dtype=np.int8)
    graph = coo_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(len(points), len(points)))
    count, _ = connected_components(graph, directed=False)
    return int(count)


def _growth() -> Row:
    sizes = [_in_a_process(reports) for reports in SIZES]
    seconds = [median(one["core_seconds"]) for one in sizes]
    power, _ = np.polyfit(np.log(SIZES), np.log(seconds), 1)
    told = ", ".join(
        f"{reports:,} in {cost:.2f} s" for reports, cost in zip(SIZES, seconds, strict=True)
    )
    return Row.of(
        "link_growth",
        sizes[-1]["core_seconds"],
        asked=GrowthAtMost(1.15, found=float(power)),
        note=f"seconds on a core ~ reports^{power:.2f}: {told}; the process of {SIZES[-1]:,} held "
        f"{sizes[-1]['peak_mb'] / 1000:.1f} GB, the making of its city included",
    )


def _in_a_process(reports: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.link", str(reports)]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def _one_size(reports: int) -> dict[str, Any]:
    """Link a city several times; seconds on a core, which other work does not lengthen."""
    categories = packaged_categories()
    table = make_city(_city(reports)).reports
    events = FRAMES["events"].empty()
    work = partial(link, categories=categories, epsg=EPSG, as_of=END)
    few = table.iloc[:1000]
    work(few, events)
    taken = []
    for _ in range(RUNS):
        begun = time.process_time()
        work(table, events)
        taken.append(time.process_time() - begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return {"core_seconds": taken, "peak_mb": peak}


if __name__ == "__main__":
    print(json.dumps(_one_size(int(sys.argv[1]))))
