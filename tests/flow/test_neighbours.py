"""Who neighbours whom is found once for a set of areas."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
import shapely

from geo_service import flow
from geo_service.flow import neighbours
from geo_service.flow.neighbours import AreaNeighbours, neighbours_of_areas
from tests.flow.city import AREAS, NOW, feature, fill, row, take, write_areas
from tests.flow.one_database import backend  # noqa: F401

EPSG = 32648


@pytest.fixture
def shapes_read(monkeypatch):
    """How often neighbours were looked for."""
    real, asked = neighbours.neighbours_of, []

    def look(*given):
        asked.append(len(given[0]))
        return real(*given)

    monkeypatch.setattr(neighbours, "neighbours_of", look)
    return asked


def test_a_refresh_of_the_same_areas_looks_for_no_neighbour(store, tmp_path, shapes_read):
    fill(store, tmp_path)
    flow.refresh(store, now=NOW)
    take(store, tmp_path, [row("8", "2026-03-21 11:00")], "more.csv")
    flow.refresh(store, now=NOW + timedelta(days=1))
    assert shapes_read == [3]


def test_an_area_that_changes_its_shape_has_other_neighbours(store, tmp_path, shapes_read):
    fill(store, tmp_path)
    flow.refresh(store, now=NOW)
    assert store.runs.latest().summary["islands"] == 3
    # the alley grows until it touches the street; its name and all else stay
    longer = feature("A1", "西湖后街", "alley", shapely.box(103.75, 36.05, 103.76, 36.052))
    flow.import_areas(store, write_areas(tmp_path, [longer], "longer.geojson"))
    flow.refresh(store, now=NOW + timedelta(days=1))
    assert shapes_read == [3, 3]
    run = store.runs.latest()
    assert (run.summary["islands"], run.summary["first_islands"]) == (1, ["M1"])


def test_neighbours_are_in_the_order_that_is_asked_for(store, tmp_path):
    near = feature("A2", "后街二巷", "alley", shapely.box(103.752, 36.05, 103.753, 36.052))
    fill(store, tmp_path, areas=[*AREAS, near])
    found = neighbours_of_areas(store, ["M1", "B1", "A2", "A1"], EPSG)
    touching = found.neighbours.touching
    assert touching.indices[touching.indptr[2] : touching.indptr[3]].tolist() == [3]
    assert found.islands.tolist() == [0, 1]
    other = neighbours_of_areas(store, ["A1", "A2", "B1", "M1"], EPSG, found)
    assert other.key != found.key
    assert other.islands.tolist() == [2, 3]


def test_neighbours_are_read_as_they_were_written(store, tmp_path):
    fill(store, tmp_path)
    found = neighbours_of_areas(store, ["A1", "B1", "M1"], EPSG)
    again = AreaNeighbours.of_arrays({**found.arrays, "end": np.zeros(1)})
    assert again.key == found.key
    for one, other in zip(again.neighbours.graphs, found.neighbours.graphs, strict=True):
        np.testing.assert_array_equal(one.indptr, other.indptr)
        np.testing.assert_array_equal(one.indices, other.indices)
    assert AreaNeighbours.of_arrays({"end": np.zeros(1)}) is None
