"""Areas: formats, ids, kinds, repairs, lines, measures."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import mapping

from geo_service.intake import read_areas
from geo_service.terms import FRAMES, BadInput, packaged_kinds

KINDS = packaged_kinds()["kind"].tolist()
SQUARE = shapely.box(103.80, 36.05, 103.801, 36.051)
BOWTIE = shapely.Polygon([(103.80, 36.05), (103.81, 36.06), (103.81, 36.05), (103.80, 36.06)])


def feature(shape=SQUARE, id_=None, **properties):
    geometry = shape if shape is None or isinstance(shape, dict) else mapping(shape)
    out = {"type": "Feature", "properties": properties, "geometry": geometry}
    return out if id_ is None else {**out, "id": id_}


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": features})


@pytest.fixture
def read(write):
    def _read(content, name="a.geojson", **how):
        path = content if isinstance(content, Path) else write(content, name)
        return read_areas(path, **{"known_kinds": KINDS, "kind": "street", **how})

    return _read


def moved(shape, degrees):
    return shapely.transform(shape, lambda xy: xy + np.array([degrees, 0.0]))


def test_properties_are_kept(read):
    got = read(
        collection(
            feature(
                area_id="A1",
                name=" 西湖后街 ",
                kind="alley",
                subdistrict="S1",
                aliases=["后街", "西湖街"],
                accountable_unit="U",
            )
        )
    )
    row = got.areas.iloc[0]
    names = ["area_id", "name", "kind", "subdistrict_id", "aliases", "accountable_unit"]
    assert row[names].tolist() == ["A1", "西湖后街", "alley", "S1", "后街;西湖街", "U"]
    assert got.areas.crs.to_epsg() == 4326
    assert got.areas.columns.tolist() == FRAMES["areas"].names
    assert got.repaired == []


def test_what_an_office_keeps_of_an_area(read):
    kept = {
        "name_en": "Xihu back street",
        "community": "晏家坪",
        "code": "620103001001001",
        "code_scheme": "GB/T 30428.2",
        "responsible_person": "王某",
        "hours": "06:00-09:00;18:00-24:00",
        "valid_from": "2026-01-01T00:00:00+08:00",
        "valid_to": "2027-01-01T00:00:00+08:00",
    }
    got = read(collection(feature(area_id="A1", **kept), feature(area_id="A2", hours="9-5")))
    row = got.areas.iloc[0]
    assert [str(row[name]) for name in list(kept)[:6]] == list(kept.values())[:6]
    assert row["valid_from"] == pd.Timestamp(kept["valid_from"])
    assert row["valid_to"] == pd.Timestamp(kept["valid_to"])
    assert got.areas["hours"].isna().tolist() == [False, True]
    assert [(w.key, w.count, w.example) for w in got.warnings] == [
        ("intake.value_dropped", 1, "hours 9-5")
    ]


def test_measures_in_metres(read):
    got = read(collection(feature()))
    # a thousandth of a degree at 36° north: 90 m by 111 m
    assert got.areas["area_m2"].iloc[0] == pytest.approx(90.1 * 111.0, rel=0.01)
    assert got.areas["length_m"].iloc[0] == pytest.approx(90.1 + 111.0, rel=0.01)


@pytest.mark.parametrize(
    "wrap",
    [
        collection,
        lambda *f: json.dumps(f),
        lambda *f: json.dumps([{"type": "FeatureCollection", "features": [one]} for one in f]),
        lambda *f: gzip.compress(collection(*f).encode()),
        lambda *f: b"\xef\xbb\xbf" + collection(*f).encode(),
    ],
)
def test_forms_of_geojson(read, wrap):
    got = read(wrap(feature(name="a"), feature(moved(SQUARE, 1), name="b")), "areas.json")
    assert got.areas["name"].tolist() == ["a", "b"]


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.zip"])
def test_other_formats_with_another_crs(read, tmp_path, name):
    table = gpd.GeoDataFrame(
        {"name": ["甲", "乙"], "kind": ["alley", None]},
        geometry=[SQUARE, moved(SQUARE, 0.01)],
        crs=4326,
    ).to_crs(32648)
    table.to_file(tmp_path / name.replace(".zip", ".shp"), encoding="utf-8")
    if name == "a.zip":
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for part in ("shp", "shx", "dbf", "prj", "cpg"):
                archive.write(tmp_path / f"a.{part}", f"folder/a.{part}")
    got = read(tmp_path / name)
    assert sorted(got.areas["name"]) == sorted(["甲", "乙"])
    assert sorted(got.areas["kind"]) == ["alley", "street"]
    assert got.areas.total_bounds[0] == pytest.approx(103.80, abs=1e-7)


def test_shapefile_without_prj_is_degrees_or_an_error(read, tmp_path):
    table = gpd.GeoDataFrame({"name": ["a"]}, geometry=[SQUARE], crs=4326)
    table.to_file(tmp_path / "a.shp")
    table.to_crs(32648).to_file(tmp_path / "m.shp")
    for name in "am":
        (tmp_path / f"{name}.prj").unlink()
    assert [w.key for w in read(tmp_path / "a.shp").warnings] == ["intake.crs_assumed"]
    with pytest.raises(BadInput, match="--crs"):
        read(tmp_path / "m.shp")
    assert len(read(tmp_path / "m.shp", crs="EPSG:32648").areas) == 1
    (tmp_path / "m.shx").unlink()
    with pytest.raises(BadInput, match=r"lacks its \.shx"):
        read(tmp_path / "m.shp")


def test_chinese_datum(read):
    plain = read(collection(feature())).areas.geometry.iloc[0]
    got = read(collection(feature()), crs="gcj02").areas.geometry.iloc[0]
    assert 0.001 < plain.distance(got.centroid) < 0.02


def test_ids_from_field_feature_name_or_shape_whatever_the_order(read):
    features = [
        feature(area_id="own"),
        feature(moved(SQUARE, 1), id_=12),
        feature(moved(SQUARE, 2), name="West Lake / East"),
        feature(moved(SQUARE, 3), name="twin"),
        feature(moved(SQUARE, 4), name="Twin"),
        feature(moved(SQUARE, 5)),
    ]
    first = read(collection(*features)).areas
    again = read(collection(*reversed(features))).areas
    assert first["area_id"].tolist() == again["area_id"].tolist()
    assert {"own", "12", "street-west-lake-east"} <= set(first["area_id"])
    assert first["area_id"].str.startswith("street-twin-").sum() == 2
    assert first["area_id"].nunique() == 6
    # no name: the id stands for it
    assert first["name"].notna().all()


def test_fields_can_be_named(read):
    got = read(collection(feature(adcode=620103, label="七里河区")), id_field="adcode",
               name_field="label")  # fmt: skip
    assert got.areas[["area_id", "name"]].iloc[0].tolist() == ["620103", "七里河区"]
    with pytest.raises(BadInput, match="no property code; there are: label"):
        read(collection(feature(label="x")), id_field="code")


def test_parts_of_one_id_are_joined(read):
    got = read(collection(feature(area_id="a", name="n"), feature(moved(SQUARE, 0.0005),
               area_id="a"), feature(moved(SQUARE, 1), area_id="b")))  # fmt: skip
    assert got.areas["area_id"].tolist() == ["a", "b"]
    assert got.areas.geometry.iloc[0].equals(SQUARE.union(moved(SQUARE, 0.0005)))
    assert got.areas["name"].iloc[0] == "n"
    assert [(w.key, w.count) for w in got.warnings] == [("intake.areas_joined", 1)]


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


def test_kinds(read):
    with pytest.raises(BadInput, match="Unknown kind of area lane; known are market"):
        read(collection(feature(kind="lane")), kind=None)
    with pytest.raises(BadInput, match="Unknown kind of area lane"):
        read(collection(feature()), kind="lane")
    with pytest.raises(BadInput, match="--kind"):
        read(collection(feature()), kind=None)
    # a property of another vocabulary gives way to what the user says
    assert read(collection(feature(kind="residential"))).areas["kind"].tolist() == ["street"]


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"<OGRVRTDataSource/>", "a.vrt", "not accepted"),
        (b"<OGRVRTDataSource/>", "a.geojson", "not accepted"),
        (b"<OGRVRTDataSource/>", "a.shp", "is not GeoJSON"),
        (b"<OGRVRTDataSource/>", "a.gpkg", "is not GeoJSON"),
        (b"SQLite format 3\0junk", "a.gpkg", "is not GeoJSON"),
        (b"SQLite format 3\0junk", "a.geojson", "is not GeoJSON"),
        (b"\x00\x00\x27\x0ajunk", "a.geojson", "is not GeoJSON"),
        (b"PK\x03\x04junk", "a.zip", "is not GeoJSON"),
        (b"a,b\n1,2\n", "a.geojson", "is not GeoJSON"),
        (b"{}", "a.geojson", "holds no features"),
        (b"[1]", "a.geojson", "holds no features"),
        (b'{"type": "Featu', "a.geojson", "is not JSON"),
        (b"[" * 500, "a.geojson", "nested deeper"),
        (b"", "a.geojson", "is empty"),
    ],
)
def test_foreign_and_hostile_files(read, content, name, message):
    with pytest.raises(BadInput, match=message):
        read(content, name)


def test_sqlite_that_is_no_geopackage(read, tmp_path):
    path = tmp_path / "a.gpkg"
    with sqlite3.connect(path) as base:
        base.execute("create table t (a)")
    base.close()
    with pytest.raises(BadInput, match="is not GeoJSON"):
        read(path)


def test_zip_of_something_else(read):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../evil.txt", "x")
    with pytest.raises(BadInput, match="is not GeoJSON"):
        read(out.getvalue(), "a.zip")


@pytest.mark.shared_data
def test_real_polygons_none_lost(read, shared_data):
    files = {
        "chicago/neighborhoods.geojson.gz": 98,
        "chicago/police_beats.geojson.gz": 277,
        "chicago/census_tracts.geojson.gz": 789,
        "boston/neighborhoods.geojson.gz": 26,
        "nyc_queens/neighborhoods.geojson.gz": 62,
        "vancouver/neighborhoods.geojson.gz": 23,
        "lanzhou_boundaries/620100.json": 8,
        "lanzhou_boundaries/620103.json": 1,
    }
    for file, count in files.items():
        crs = "gcj02" if "lanzhou" in file else None
        got = read(shared_data / file, kind="subdistrict", crs=crs)
        assert (len(got.areas), len(got.rejects)) == (count, 0), file
        assert got.areas.geometry.is_valid.all(), file
        assert (got.areas["area_m2"] > 0).all(), file
