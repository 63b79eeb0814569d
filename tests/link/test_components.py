from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo_service.link import components as module
from geo_service.link.components import components


def by_pairs(category, x, y, reach):
    """Components from all pairs within reach, smallest row as the name."""
    n = len(x)
    pairs = []
    for code in np.unique(category):
        rows = np.flatnonzero(category == code)
        found = cKDTree(np.column_stack([x[rows], y[rows]])).query_pairs(
            reach[rows[0]], output_type="ndarray"
        )
        pairs.append(rows[found])
    both = np.concatenate(pairs) if pairs else np.empty((0, 2), int)
    graph = coo_array((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    first = np.full(label.max() + 1, n)
    np.minimum.at(first, label, np.arange(n))
    return first[label]


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 120), st.integers(0, 10_000), st.sampled_from([60.0, 200.0, 1000.0]))
def test_equal_to_all_pairs(n, seed, extent):
    rng = np.random.default_rng(seed)
    category = rng.integers(0, 3, n)
    reach = np.array([30.0, 50.0, 30.0])[category]
    x, y = rng.uniform(0, extent, n), rng.uniform(0, extent, n)
    got = components(category, x, y, reach)
    assert got.tolist() == by_pairs(category, x, y, reach).tolist()


def test_a_step_of_exactly_d_joins_and_a_longer_one_does_not():
    x = np.array([0.0, 30.0, 60.5])
    zero = np.zeros(3)
    got = components(zero.astype(np.int64), x, zero, np.full(3, 30.0))
    assert got.tolist() == [0, 0, 2]


def test_nothing_gives_nothing():
    empty = np.empty(0)
    assert len(components(empty.astype(np.int64), empty, empty, empty)) == 0


def test_the_compiled_loop_equals_the_plain_one(monkeypatch):
    rng = np.random.default_rng(2)
    x, y = rng.uniform(0, 500, 400), rng.uniform(0, 500, 400)
    category, reach = np.zeros(400, np.int64), np.full(400, 30.0)
    compiled = components(category, x, y, reach)
    for name in ("_near", "_root", "_join"):
        monkeypatch.setattr(module, name, getattr(module, name).py_func)
    assert compiled.tolist() == components(category, x, y, reach).tolist()


@pytest.mark.parametrize("metres", [0.0, 1e7])
def test_far_apart_coordinates_do_not_meet(metres):
    x = np.array([0.0, metres + 31.0])
    got = components(np.zeros(2, np.int64), x, np.zeros(2), np.full(2, 30.0))
    assert got.tolist() == [0, 1]
