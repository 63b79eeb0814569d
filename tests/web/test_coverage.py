"""Where nobody looked is told with every layer and area, and on a page of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.web.conftest import CATEGORIES, WEEKS, run_tables

LOOKED = [28, 0, 3, 0, 8, 1]
"""Days of four weeks in the last week; A2 and A4 were not looked at."""
_DAY = 20_632
"""2026-06-28, the last day seen, counted from 1970-01-01."""


def looked_at():
    tables = run_tables()
    values = dict(tables.values)
    for week in WEEKS[:-1]:
        values["coverage", "*", week] = np.full(6, 65535, dtype=np.uint16)
    values["coverage", "*", WEEKS[-1]] = np.array(LOOKED, dtype=np.uint16)
    for layer in ("hotspots", "cases"):
        for category in CATEGORIES:
            values[layer, category, WEEKS[-1]] = np.where(
                np.array(LOOKED) == 0, 65535, values[layer, category, WEEKS[-1]]
            ).astype(np.uint16)
    watched = np.full((6, 3), -1, dtype=np.int32)
    watched[:, -1] = [7, 0, 2, 0, 2, 0]
    state = np.zeros((6, 3), dtype=np.int8)
    state[:, -1] = [3, 1, 3, 1, 3, 2]
    last = np.array([_DAY, -1, _DAY - 2, -1, _DAY - 6, _DAY - 20], dtype=np.int32)
    series = dict(tables.series) | {
        ("watched", "*"): watched,
        ("observed", "*"): state,
        ("last_watched", "*"): last[:, None],
    }
    return replace(
        tables,
        values=values,
        series=series,
        coverage_known=True,
        summary=tables.summary | {"unseen": 2},
    )


@pytest.fixture
def viewer(as_role):
    return as_role("viewer")


@pytest.fixture
def logged(store, viewer):
    store.runs.save(looked_at())
    return viewer


@pytest.mark.parametrize("layer", ["rebound", "hotspots", "cases", "density", "coverage"])
def test_every_layer_says_where_nobody_looked(logged, layer):
    got = logged.get(f"/api/values/{layer}/2026-W26").json
    assert got["unseen"] == [1, 3]


def test_days_looked_at_are_a_layer_of_their_own_whatever_the_category(logged):
    got = logged.get("/api/values/coverage/2026-W26?category=D01").json
    assert got["values"] == LOOKED
    assert "coverage" in logged.get("/api/periods").json["layers"]
    before = logged.get("/api/values/coverage/2026-W24").json
    assert before["values"] == [None] * 6
    assert before["unseen"] == []


def test_a_category_without_rows_is_not_clean_where_nobody_looked(logged):
    got = logged.get("/api/values/cases/2026-W26?category=D09").json
    assert got["values"] == [0, None, 0, None, 0, 0]


def test_without_a_log_no_layer_says_so(viewer):
    got = viewer.get("/api/values/cases/2026-W26").json
    assert "unseen" not in got
    assert "coverage" not in viewer.get("/api/periods").json["layers"]


def test_an_area_where_nothing_happened_says_whether_anybody_looked(logged, store):
    got = logged.get("/api/areas/A4/summary?category=D09").json
    assert got["observed"] == "no"
    assert logged.get("/api/areas/A1/summary?category=D09").json["observed"] == "yes"
