"""Areas: formats, ids, kinds, repairs, lines, measures."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geo_service.intake import read_areas
from geo_service.terms import FRAMES, BadInput
from tests.intake.polygons import KINDS, SQUARE, collection, feature, moved


@pytest.fixture
def read(write):
    def _read(content, name="a.geojson", **how):
        path = content if isinstance(content, Path) else write(content, name)
        return read_areas(path, **{"known_kinds": KINDS, "kind": "street", **how})

    return _read


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


SURVEYED = [[3992500, 661500], [3992600, 661500], [3992600, 661600], [3992500, 661500]]


def test_axes_are_swapped_or_shapes_refused_outside_the_systems_area_of_use(read):
    odd = [[x + 2_000_000, y] for x, y in SURVEYED]
    square, odd = ({"type": "Polygon", "coordinates": [ring]} for ring in (SURVEYED, odd))
    got = read(collection(feature(square, area_id="A1")), crs="EPSG:4543")
    assert got.areas.total_bounds[:2].tolist() == pytest.approx([103.7922, 36.0493], abs=1e-3)
    (told,) = got.warnings
    assert (told.key, told.count) == ("intake.axes_swapped", 1)
    far = read(collection(feature(odd, area_id="A2")), crs="EPSG:4543")
    assert len(far.areas) == 0
    assert far.rejects["reason"].tolist() == ["intake.outside_use"]


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


def test_kinds(read):
    with pytest.raises(BadInput, match="Unknown kind of area lane; known are market"):
        read(collection(feature(kind="lane")), kind=None)
    with pytest.raises(BadInput, match="Unknown kind of area lane"):
        read(collection(feature()), kind="lane")
    with pytest.raises(BadInput, match="--kind"):
        read(collection(feature()), kind=None)
    # a property of another vocabulary gives way to what the user says
    assert read(collection(feature(kind="residential"))).areas["kind"].tolist() == ["street"]


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


@pytest.mark.parametrize(
    ("since", "until", "begin", "end"),
    [
        ("2026-01-01", "2025-12-31", "2025-12-31T16:00Z", "2025-12-31T16:00Z"),
        ("2026年1月1日", "2026/1/31", "2025-12-31T16:00Z", "2026-01-31T16:00Z"),
        ("2026-01-01T06:00", "2026-01-01T00:00:00Z", "2025-12-31T22:00Z", "2026-01-01T00:00Z"),
        (
            "2026-01-01T00:00+08:00",
            "2025-12-31T16:00:00Z",
            "2025-12-31T16:00Z",
            "2025-12-31T16:00Z",
        ),
        (None, "9999-12-31", None, None),
    ],
)
def test_days_of_an_area_are_the_district_s_and_the_last_is_within(read, since, until, begin, end):
    got = read(collection(feature(area_id="a", valid_from=since, valid_to=until)),
               timezone="Asia/Shanghai")  # fmt: skip
    for name, told in (("valid_from", begin), ("valid_to", end)):
        found = got.areas[name].iloc[0]
        assert pd.isna(found) if told is None else found == pd.Timestamp(told)


def test_a_day_that_cannot_be_read_is_told(read):
    got = read(collection(feature(area_id="a", valid_to="soon")))
    assert pd.isna(got.areas["valid_to"].iloc[0])
    assert [(w.key, w.example) for w in got.warnings] == [("intake.value_dropped", "valid_to soon")]
