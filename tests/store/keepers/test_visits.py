import pandas as pd
import pytest
import shapely

from geo_service.terms import FRAMES, BadInput


def visits(*rows):
    usual = {"person": "王", "started_at": "2026-06-01T08:00:00+08:00", "minutes": 20.0}
    return FRAMES["visits"].conform(pd.DataFrame([usual | row for row in rows]))


def test_areas_and_tracks_come_back_as_they_were(store):
    line = shapely.LineString([(103.7, 36.0), (103.8, 36.1)])
    table = visits(
        {"visit_id": "v", "area_id": "a", "geometry": None}, {"visit_id": "w", "geometry": line}
    )
    assert store.visits.upsert(table).accepted == 2
    got = store.visits.read()
    assert got["visit_id"].tolist() == ["v", "w"]
    assert got["geometry"].iloc[0] is None
    assert got["geometry"].iloc[1].equals(line)
    pd.testing.assert_frame_equal(
        got.drop(columns="geometry"), table.drop(columns="geometry"), check_dtype=True
    )


def test_the_version_rises_only_with_a_change(store):
    table = visits({"visit_id": "v", "area_id": "a"})
    before = store.visits.version()
    store.visits.upsert(table)
    once = store.visits.version()
    assert store.visits.upsert(table).unchanged == 1
    assert store.visits.version() == once > before
    assert store.visits.upsert(visits({"visit_id": "v", "minutes": 5.0})).updated == 1
    assert store.visits.version() > once
    assert store.visits.read()["area_id"].tolist() == ["a"]
    assert store.visits.count() == 1


def test_a_visit_needs_an_id(store):
    with pytest.raises(BadInput):
        store.visits.upsert(visits({"area_id": "a"}))
