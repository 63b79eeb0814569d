"""json and geojson as reports."""

from __future__ import annotations

import json

import pytest

from geo_service.terms import BadInput
from tests.intake.conftest import refused

ROW = {"report_id": 7, "reported_at": "2026-05-01T08:00:00Z", "lon": 103.8, "lat": 36.1}


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"records": rows}])
def test_lists_of_objects(read, wrap):
    got = read(json.dumps(wrap([ROW, "x", {**ROW, "report_id": 8.0, "lon": None}])), "r.json")
    assert got.reports["report_id"].tolist() == ["7"]
    assert refused(got) == [(2, None, "not_an_object"), (3, "lon", "half_point")]


@pytest.mark.parametrize(
    ("envelope", "name"),
    [
        ({"issues": [ROW], "count": 1}, "issues"),
        (
            {"ok": True, "result": {"paging": {"next": None}, "工单": [ROW], "tags": ["a"]}},
            "result.工单",
        ),
        ({"facets": [{"name": "x"}], "issues": [ROW], "more": {"a": [{"n": 1}]}}, "issues"),
        ({"help": "x", "result": {"fields": [{"id": "lon"}], "records": [ROW]}}, "result.records"),
    ],
)
def test_the_only_list_within_an_envelope_is_the_data(read, envelope, name):
    got = read(json.dumps(envelope), "r.json")
    assert got.reports["report_id"].tolist() == ["7"]
    assert [(w.key, w.count, w.example) for w in got.warnings] == [("intake.list_found", 1, name)]


def test_of_several_lists_none_is_guessed(read):
    with pytest.raises(BadInput, match="open, closed"):
        read(json.dumps({"open": [ROW], "closed": [ROW]}), "r.json")


def feature(**more):
    properties = {"reported_at": "2026-05-01T08:00:00Z", "category": "D01", "lon": 1}
    geometry = {"type": "Point", "coordinates": [103.8, 36.1]}
    return {"type": "Feature", "id": "f1", "properties": properties, "geometry": geometry, **more}


@pytest.mark.parametrize("name", ["r.geojson", "r.json", "r.geojson.gz"])
def test_point_features(read, name):
    nowhere = feature(id="f2", geometry=None, properties={"reported_at": "2026-05-02"})
    features = [feature(), nowhere]
    got = read(json.dumps({"type": "FeatureCollection", "features": features}), name)
    assert got.reports["report_id"].tolist() == ["f1", "f2"]
    # the geometry goes before a property of that name
    assert got.reports.loc[0, ["lon", "lat"]].tolist() == [103.8, 36.1]


def test_other_geometries_are_rejects_and_nothing_but_them_an_error(read):
    line = feature(geometry={"type": "LineString", "coordinates": [[1, 2], [3, 4]]})
    got = read(json.dumps([feature(), line]), "r.geojson")
    assert refused(got) == [(2, None, "not_a_point")]
    with pytest.raises(BadInput, match="holds no point features"):
        read(json.dumps([line]), "r.geojson")


def test_named_crs_of_old_geojson(read):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    far = feature(geometry={"type": "Point", "coordinates": [11554963.1, 4315000.0]})
    told = {"type": "FeatureCollection", "crs": crs, "features": [far]}
    got = read(json.dumps(told), "r.geojson")
    assert got.reports["lon"].iloc[0] == pytest.approx(103.8, abs=1e-3)


def test_point_objects(read):
    rows = [
        {**ROW, "point": {"type": "Point", "coordinates": [103.7, 36.0]}},
        {**ROW, "report_id": 8, "point": {"latitude": "36.0", "longitude": "103.7"}},
    ]
    for row in rows:
        del row["lon"], row["lat"]
    got = read(json.dumps(rows), "r.json")
    assert got.reports["lon"].tolist() == [103.7, 103.7]


def test_half_characters_do_not_crash(read):
    got = read('[{"reported_at": "2026-05-01", "address": "a\\ud800b"}]', "r.json")
    assert got.reports["address"].tolist() == ["a?b"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[" * 200 + "]" * 200, "nested deeper than 100"),
        ("[" * 200_000, "nested deeper than 100"),
        ('[{"a": 1}', "is not JSON"),
        ('{"a": 1}', "holds no list of objects"),
        ("[]", "is empty"),
        ("[1, 2]", "holds no list of objects"),
        ("not json", "is not JSON"),
    ],
)
def test_what_is_refused(read, content, message):
    with pytest.raises(BadInput, match=message):
        read(content, "r.json")


def test_brackets_in_texts_are_no_depth(read):
    rows = [{**ROW, "report_id": i, "description": "[[[" + '\\" {'} for i in range(100)]
    assert len(read(json.dumps(rows), "r.json").reports) == 100
