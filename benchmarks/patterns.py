"""Gi* of every week and category, and tests for a trend, beside the usual loops.

The peers go with other libraries than ours, so that they may live elsewhere: `PEER_PYTHON` (or
``--peer-python``) names an interpreter that has ``esda`` and ``pymannkendall``. They take a column,
or a series, at a time: a sample of these is timed, and its time multiplied.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from benchmarks.clock import RUNS, seconds_of
from benchmarks.rows import AtLeast, Row
from geo_service.hotspots import gi_star, star_weights
from geo_service.measure import hamed_rao
from geo_service.measure.neighbours import Graph

AREAS, WEEKS, CATEGORIES, NEIGHBOURS = 5_000, 104, 12, 6
COLUMNS, SAMPLE = WEEKS * CATEGORIES, 24
SERIES, LENGTH, SERIES_SAMPLE = 60_000, 26, 600
PEER_RUNS = 3
SEED = 20260629
CLOSE = 1e-9
PEER = Path(__file__).with_name("pattern_peer.py")

Floats = NDArray[np.float64]
Found = dict[str, NDArray[Any]]


def drawn() -> tuple[Graph, Floats, Floats]:
    """Draw areas with their neighbours, counts (areas, columns) and series of them (k, weeks)."""
    rng = np.random.default_rng(SEED)
    places = rng.random((AREAS, 2))
    _, near = cKDTree(places).query(places, NEIGHBOURS + 1)
    graph = Graph.of_pairs(AREAS, np.repeat(np.arange(AREAS), NEIGHBOURS), near[:, 1:].ravel())
    level = rng.gamma(0.5, 4.0, (AREAS, 1))
    values = rng.poisson(level, (AREAS, COLUMNS)).astype(np.float64)
    series = rng.poisson(rng.gamma(0.5, 8.0, (SERIES, 1)), (SERIES, LENGTH)).astype(np.float64)
    return graph, values, series


def measure() -> Iterator[Row]:
    """Yield the rows of Gi* and of Mann–Kendall."""
    graph, values, series = drawn()
    weights = star_weights(graph.indptr, graph.indices)

    def gi() -> Floats:
        return gi_star(weights, values)

    def trend() -> Floats:
        return hamed_rao(series, lags=0).z

    z, tested = gi(), hamed_rao(series, lags=0)
    python = _interpreter()
    ours: dict[str, list[float]] = {"gi": [], "trend": []}
    peer: dict[str, list[float]] = {"gi": [], "trend": []}
    worst = {"gi": 0.0, "trend": 0.0}
    for run in range(RUNS):
        ours["gi"].append(seconds_of(gi))
        ours["trend"].append(seconds_of(trend))
        if python is None or run >= PEER_RUNS:
            continue
        found = _peer(python, graph, values[:, :SAMPLE], series[:SERIES_SAMPLE])
        worst["gi"] = _agree(z[:, :SAMPLE], found["z"])
        worst["trend"] = _agree(tested.s[:SERIES_SAMPLE], found["s"])
        # where all values are equal there is no z of ours, and theirs is 0
        worst["trend"] = max(
            worst["trend"], _agree(np.nan_to_num(tested.z[:SERIES_SAMPLE]), found["trend_z"])
        )
        peer["gi"].append(float(found["gi_seconds"]) * COLUMNS / SAMPLE)
        peer["trend"].append(float(found["trend_seconds"]) * SERIES / SERIES_SAMPLE)

    yield _row(
        "patterns_gi_star",
        ours["gi"],
        peer["gi"],
        "esda.G_Local, a column at a time",
        AtLeast(500),
        f"{AREAS:,} areas × {COLUMNS:,} columns; the peer's time is that of {SAMPLE} columns, "
        f"multiplied; Gi* differs by at most {worst['gi']:.0e}",
    )
    yield _row(
        "patterns_mann_kendall",
        ours["trend"],
        peer["trend"],
        "pymannkendall.original_test, a series at a time",
        AtLeast(50),
        f"{SERIES:,} series of {LENGTH} weeks; the peer's time is that of {SERIES_SAMPLE} series, "
        f"multiplied; S and z differ by at most {worst['trend']:.0e}",
    )


def _row(
    name: str, ours: list[float], peer: list[float], who: str, asked: AtLeast, note: str
) -> Row:
    if not peer:
        return Row.of(name, ours, note=f"peer not installed; asked {asked} {who}")
    return Row.of(name, ours, peer=who, peer_times=peer, asked=asked, note=note)


def _interpreter() -> str | None:
    if find_spec("esda") is not None and find_spec("pymannkendall") is not None:
        return sys.executable
    return os.environ.get("PEER_PYTHON")


def _peer(python: str, graph: Graph, values: Floats, series: Floats) -> Found:
    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder) / "given.npz", Path(folder) / "found.npz"
        np.savez(given, indptr=graph.indptr, indices=graph.indices, values=values, series=series)
        subprocess.run([python, PEER, given, found], check=True)
        with np.load(found) as out:
            return dict(out)


def _agree(one: Floats, other: Floats) -> float:
    """Return the largest difference.

    Raises
    ------
    AssertionError
        If they differ: then the times say nothing.
    """
    worst = float(np.abs(one - other).max(initial=0.0))
    if not worst <= CLOSE:
        raise AssertionError(f"ours and the peer differ by {worst}")
    return worst
