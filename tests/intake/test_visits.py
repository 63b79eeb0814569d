import json
from datetime import UTC, datetime

import pandas as pd
import pytest
import shapely

from geo_service.intake import read_visits
from geo_service.terms import FRAMES, BadInput

NOW = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture
def read(tmp_path):
    def read(text, name="visits.csv"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return read_visits(path, timezone="Asia/Shanghai", known_areas={"A", "B"}, now=NOW)

    return read


def test_an_area_and_minutes_give_the_end(read):
    got = read("visit_id,person,area_id,started_at,minutes\nv,王,A,2026-06-01 08:00,90\n")
    row = got.rows.iloc[0]
    assert list(got.rows.columns) == FRAMES["visits"].names
    assert (row["person"], row["area_id"], row["minutes"]) == ("王", "A", 90.0)
    assert row["started_at"] == pd.Timestamp("2026-06-01T00:00Z")
    assert row["ended_at"] == pd.Timestamp("2026-06-01T01:30Z")
    assert row["geometry"] is None


def test_an_end_gives_the_minutes_and_a_day_alone_is_that_day(read):
    got = read("area_id,started_at,ended_at\nA,2026-06-01 08:00,2026-06-01 08:20\n").rows.iloc[0]
    assert got["minutes"] == 20
    whole = read("area_id,started_at,ended_at\nA,2026-06-01,2026-06-01\n").rows.iloc[0]
    assert whole["ended_at"] - whole["started_at"] == pd.Timedelta(days=1)


def test_points_of_one_visit_are_one_track_in_the_order_of_time(read):
    got = read(
        "visit_id,started_at,lon,lat\nv,2026-06-01 08:05,103.2,36\nv,2026-06-01 08:00,103.1,36\n"
        "w,2026-06-02 08:00,103.5,36\n"
    )
    track = got.rows.set_index("visit_id")
    assert track.loc["v", "geometry"].equals(shapely.LineString([(103.1, 36), (103.2, 36)]))
    assert track.loc["v", "minutes"] == 5
    assert track.loc["w", "geometry"].equals(shapely.Point(103.5, 36))
    assert (got.read, len(got.rows), got.repeated) == (3, 2, 1)


def test_a_feature_s_line_is_a_track_and_its_id_the_visit_s(read):
    line = {"type": "LineString", "coordinates": [[103.1, 36.0], [103.2, 36.1]]}
    told = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": "t1",
                "properties": {"started_at": "2026-06-01T08:00:00+08:00", "minutes": 30},
                "geometry": line,
            }
        ],
    }
    got = read(json.dumps(told), "track.geojson").rows.iloc[0]
    assert got["visit_id"] == "t1"
    assert got["geometry"].equals(shapely.from_geojson(json.dumps(line)))


def test_each_fault_is_told_with_its_field(read):
    got = read(
        "area_id,started_at,ended_at,minutes,geometry\n"
        "A,,,10,\n"
        "A,neulich,,10,\n"
        "A,1970-01-02,,10,\n"
        "A,2026-06-01,,viel,\n"
        "A,2026-06-01,,-1,\n"
        "A,2026-06-01,,1441,\n"
        "A,2026-06-02 10:00,2026-06-02 09:00,,\n"
        "A,2026-06-02,2026-06-04,,\n"
        "C,2026-06-02,,10,\n"
        ",2026-06-02,,10,\n"
        ',2026-06-02,,10,"POLYGON ((0 0, 1 0, 1 1, 0 0))"\n'
        ",2026-06-02,,10,nowhere\n"
        ",2026-06-02,,10,POINT (361 0)\n"
    )
    assert got.rows.empty
    assert got.rejects["line"].tolist() == list(range(2, 15))
    told = list(zip(got.rejects["field"], got.rejects["reason"].str.slice(7), strict=True))
    assert told == [
        ("started_at", "missing_start"),
        ("started_at", "bad_date"),
        ("started_at", "date_out_of_range"),
        ("minutes", "bad_number"),
        ("minutes", "negative_number"),
        ("minutes", "visit_too_long"),
        ("ended_at", "ends_before_start"),
        ("ended_at", "visit_too_long"),
        ("area_id", "unknown_area"),
        ("area_id", "visit_nowhere"),
        ("geometry", "not_a_track"),
        ("geometry", "not_a_track"),
        ("geometry", "out_of_range"),
    ]


def test_a_file_without_a_beginning_or_a_place_is_refused(read):
    with pytest.raises(BadInput, match="started_at"):
        read("area_id,minutes\nA,5\n")
    with pytest.raises(BadInput, match="area_id"):
        read("started_at,minutes\n2026-06-01,5\n")
