"""Shapes made fit to be areas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from geo_service.intake import read_areas
from geo_service.terms import BadInput
from tests.intake.polygons import KINDS, SQUARE, collection, feature, moved

BOWTIE = shapely.Polygon([(103.80, 36.05), (103.81, 36.06), (103.81, 36.05), (103.80, 36.06)])


@pytest.fixture
def read(write):
    def _read(content, name="a.geojson", **how):
        path = content if isinstance(content, Path) else write(content, name)
        return read_areas(path, **{"known_kinds": KINDS, "kind": "street", **how})

    return _read


def test_invalid_polygons_are_repaired_and_told(read):
    got = read(collection(feature(BOWTIE, area_id="bow"), feature(area_id="ok")))
    assert got.areas.geometry.is_valid.all()
    assert [(a, "Self-intersection" in why) for a, why in got.repaired] == [("bow", True)]
    assert got.areas.geometry.iloc[0].area == pytest.approx(5e-5, rel=1e-6)


def test_overlapping_parts_lose_no_ground(read):
    both = shapely.MultiPolygon([SQUARE, moved(SQUARE, 0.0005)])
    got = read(collection(feature(both, area_id="m")))
    assert got.areas.geometry.iloc[0].area == pytest.approx(1.5e-6, rel=1e-6)


def test_flat_and_counter_clockwise(read):
    ring = [(103.8, 36.05, 9), (103.8, 36.06, 9), (103.81, 36.06, 9), (103.8, 36.05, 9)]
    shape = read(collection(feature(shapely.Polygon(ring)))).areas.geometry.iloc[0]
    assert not shape.has_z
    assert shape.exterior.is_ccw


def test_open_ring_is_closed(read):
    ring = [[103.8, 36.05], [103.81, 36.05], [103.81, 36.06]]
    got = read(collection(feature({"type": "Polygon", "coordinates": [ring]})))
    assert len(got.areas) == 1


def test_nothing_to_draw_is_a_reject(read):
    point = feature(shapely.Point(103.8, 36.05), name="p")
    broken = feature({"type": "Polygon", "coordinates": "x"}, name="q")
    got = read(collection(feature(None, name="n"), feature(), point, broken))
    assert got.rejects["line"].tolist() == [1, 3, 4]
    assert got.rejects["reason"].tolist() == [
        "intake.no_geometry",
        "intake.bad_geometry",
        "intake.bad_geometry",
    ]
    assert got.rejects["value"].tolist() == ["n", "p", "q"]
    assert len(got.areas) == 1
    alone = read(collection(feature(None)))
    assert (len(alone.areas), len(alone.rejects)) == (0, 1)


def test_collections_keep_their_polygons(read):
    mixed = shapely.GeometryCollection([SQUARE, shapely.Point(0, 0)])
    got = read(collection(feature(mixed, name="mixed")))
    assert got.areas.geometry.iloc[0].equals(SQUARE)
    assert [(w.key, w.example) for w in got.warnings] == [("intake.areas_not_polygons", "mixed")]


def test_lines_need_a_buffer_in_metres(read):
    line = shapely.LineString([(103.80, 36.05), (103.81, 36.05)])
    with pytest.raises(BadInput, match="--buffer"):
        read(collection(feature(line)))
    got = read(collection(feature(line)), buffer=6.0).areas
    assert got["length_m"].iloc[0] == pytest.approx(901.5, rel=0.005)
    assert got["area_m2"].iloc[0] == pytest.approx(901.5 * 12 + np.pi * 36, rel=0.01)
    with pytest.raises(BadInput, match="buffer cannot be -1"):
        read(collection(feature(line)), buffer=-1)
