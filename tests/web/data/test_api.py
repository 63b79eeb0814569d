"""The map's data: whole, in one order, marked, compressed, refused by name."""

import gzip
import json

import numpy as np
import pytest
import shapely

from geo_service.web.data import shapes as web_places
from tests.web.conftest import AREAS, NASTY, WEEKS, run_tables, token


@pytest.fixture
def viewer(as_role):
    return as_role("viewer")


def test_areas_come_in_the_order_of_the_arrays(viewer):
    got = viewer.get("/api/areas.geojson").json
    assert [feature["id"] for feature in got["features"]] == AREAS
    assert got["features"][1]["properties"] == {
        "name": NASTY,
        "kind": "alley",
        "subdistrict": "S1",
        "subdistrict_name": "西园",
    }


def test_subdistricts_and_river_are_the_ground(viewer):
    got = viewer.get("/api/ground.geojson").json["features"]
    assert [(f["id"], f["properties"]["kind"], f["properties"]["name"]) for f in got] == [
        ("S1", "subdistrict", "西园"),
        ("S2", "subdistrict", "西湖"),
        ("ground-0", "river", "黄河"),
    ]


def test_new_areas_appear_at_once_behind_the_others(viewer, store):
    viewer.get("/api/areas.geojson")
    one = store.areas.read(ids=["A1"])
    store.areas.upsert(one.assign(area_id="A0", name="新"))
    got = viewer.get("/api/areas.geojson").json["features"]
    assert [feature["id"] for feature in got] == [*AREAS, "A0"]


def test_periods(viewer):
    got = viewer.get("/api/periods").json
    assert got["weeks"] == WEEKS
    assert {"rebound", "hotspots", "density"} <= set(got["layers"])
    assert got["as_of"] == "2026-06-28T16:00:00Z"
    assert got["run_id"] == "1"
    assert got["categories"][0]["name_zh"] == "乱涂乱贴、野广告"
    assert "subdistrict" not in {row["kind"] for row in got["kinds"]}


def test_values_are_a_number_an_area_and_null_where_unknown(viewer):
    got = viewer.get("/api/values/rebound/2026-W26?category=D01").json
    assert got["values"] == [600, 500, 400, 300, 200, None]
    assert got["usual"] == 100
    assert (got["layer"], got["week"], got["category"]) == ("rebound", "2026-W26", "D01")


def test_a_category_without_rows_has_no_cases_and_no_known_rate(viewer):
    assert viewer.get("/api/values/cases/2026-W26?category=D09").json["values"] == [0] * 6
    nothing = viewer.get("/api/values/rebound/2026-W26?category=D09").json
    assert (nothing["values"], nothing["usual"]) == ([None] * 6, None)
    assert viewer.get("/api/values/density/2026-W26?category=D09").json["cells"] == []


def test_density_is_cells_by_their_middle(viewer):
    got = viewer.get("/api/values/density/2026-W26").json
    ((lon, lat, count),) = got["cells"]
    assert count == 7
    assert lon == pytest.approx(103.7052, abs=1e-3)
    assert lat == pytest.approx(36.0327, abs=1e-3)
    assert got["values"] == [7]
    assert (got["cell_m"], got["per_days"]) == (100, 30)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/api/values/nope/2026-W26", "density"),
        ("/api/values/rebound/2031-W01", "2026-W24"),
        ("/api/values/rebound/hello", "2026-W26"),
        ("/api/values/rebound/2026-W26?category=D99", "D99"),
        ("/api/worst/2031-W01", "2026-W24"),
        ("/api/areas/nowhere/summary", "nowhere"),
        ("/api/areas/A1/summary?week=2031-W01", "2026-W26"),
    ],
)
def test_what_does_not_exist_is_said_with_what_does(viewer, path, named):
    answer = viewer.get(path)
    assert answer.status_code == 404
    assert named in answer.json["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "kind=castle",
        "subdistrict=Atlantis",
        "category=D01,D99",
        "bbox=1,2,3",
        "limit=0",
        "limit=x",
        "limit=-1",
        "from=soon",
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(viewer, query):
    answer = viewer.get(f"/api/worst/2026-W26?{query}")
    assert answer.status_code == 400
    assert answer.json["detail"]


def test_the_worst_come_first_with_all_that_a_row_needs(viewer):
    rows = viewer.get("/api/worst/2026-W26?limit=2").json["rows"]
    assert [row["area_id"] for row in rows] == ["A1", "A2"]
    first = rows[0]
    assert (first["rank"], first["rebound_events_30"], first["rebound_spells"]) == (1, 6, 10)
    assert first["hot"] is True
    assert first["enough_data"] is True
    assert first["low"] is None
    assert first["spark"] == [0, 1, 2]
    assert first["subdistrict_name"] == "西园"


def test_the_list_follows_filters_and_the_maps_extent(viewer):
    def ids(query):
        return [r["area_id"] for r in viewer.get(f"/api/worst/2026-W26?{query}").json["rows"]]

    assert ids("kind=market") == ["M1", "M2"]
    assert ids("subdistrict=S1") == ["A1", "A2", "A3"]
    assert ids("bbox=103.715,35,103.735,37") == ["A3", "A4"]
    assert ids("bbox=0,0,1,1") == []
    assert ids("kind=&category=&subdistrict=") == AREAS


def test_a_spark_ends_with_its_week(viewer):
    rows = viewer.get("/api/worst/2026-W25?category=D01").json["rows"]
    assert rows[1]["spark"] == [3, 4]
    assert rows[1]["category"] == "D01"


def test_a_crew_is_proposed_that_works_and_is_near(viewer):
    rows = viewer.get("/api/worst/2026-W26?category=D01&date=2026-06-28").json["rows"]
    # a Sunday: the first crew rests; the second is near the first areas, the third near the last
    assert rows[0]["crew_id"] == "C2"
    assert rows[5]["crew_id"] == "C3"


def test_the_drawer_says_numbers_beside_their_ground(viewer):
    got = viewer.get("/api/areas/A1/summary?category=D01").json
    assert got["area_id"] == "A1"
    assert got["district_p_rebound_30"] == 0.1
    assert got["observed"] == "unknown"
    assert got["weekly"] == [
        {"week": week, "cases": n, "closures": n, "rebounds": n} for n, week in enumerate(WEEKS)
    ]
    assert [row["case_id"] for row in got["latest"]] == ["2", "1"]
    assert got["latest"][0]["link"] == "rebound"
    assert got["latest"][0]["opened_at"] == "2026-06-26T01:00:00Z"


def test_the_drawer_has_the_weeks_that_led_to_a_pattern(viewer):
    got = viewer.get("/api/areas/A1/summary?category=D01&week=2026-W26").json
    assert got["gi_series"] == [
        {"week": "2026-W24", "z": -0.5, "mark": 0},
        {"week": "2026-W25", "z": -0.5, "mark": 0},
        {"week": "2026-W26", "z": 3.01, "mark": 1},
    ]
    # a week knows nothing of later ones
    before = viewer.get("/api/areas/A1/summary?category=D01&week=2026-W25").json
    assert [one["week"] for one in before["gi_series"]] == ["2026-W24", "2026-W25"]
    assert viewer.get("/api/areas/A2/summary?category=D01").json["gi_series"] == []
    assert viewer.get("/api/areas/A1/summary?category=D07").json["gi_series"] == []


def test_the_drawer_has_the_curve_beside_the_districts_with_what_it_rests_on(viewer):
    got = viewer.get("/api/areas/A1/summary?category=D01").json["curve"]
    assert got["days"][5] == got["at_risk_days"][1] == 30
    assert got["area"] == {
        "back": [0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2],
        "at_risk": [40, 30, 20, 10],
    }
    assert got["district"]["at_risk"] == [400, 300, 200, 100]
    assert got["estimate"]["p_rebound_30"] == 0.6
    # an earlier week is another question: the curve is the last week's
    before = viewer.get("/api/areas/A1/summary?category=D01&week=2026-W25").json["curve"]
    assert before == got


def test_without_enough_data_there_is_the_districts_curve_alone(viewer):
    got = viewer.get("/api/areas/M2/summary?category=D01").json["curve"]
    assert (got["area"], got["estimate"]) == (None, None)
    assert len(got["district"]["back"]) == 10
    assert viewer.get("/api/areas/A1/summary?category=D07").json["curve"] is None


def test_zones_are_the_shapes_of_their_areas_called_by_the_worst(viewer):
    (zone,) = viewer.get("/api/zones?category=D01").json["features"]
    told = zone["properties"]
    assert told["area_ids"] == ["A1", "A3"]
    assert (told["cases"], told["expected"]) == (6 + 4, 3.0)
    assert told["name_zh"] == "西湖后街等2处"
    assert told["name_en"] == "西湖后街 and 1 more"
    assert zone["geometry"]["type"] == "MultiPolygon"
    assert len(zone["geometry"]["coordinates"]) == 2
    assert viewer.get("/api/zones?week=2026-W25").json["features"] == []
    assert viewer.get("/api/zones?week=2031-W01").status_code == 404


def test_an_area_without_a_row_is_all_noughts_not_an_error(viewer):
    got = viewer.get("/api/areas/A1/summary?category=D07").json
    assert (got["cases"], got["rebound_spells"], got["p_rebound_30"]) == (0, 0, None)
    assert got["latest"] == []


def test_an_unchanged_answer_is_not_sent_again(viewer):
    for path in (
        "/api/areas.geojson",
        "/api/periods",
        "/api/values/rebound/2026-W26",
    ):
        first = viewer.get(path)
        again = viewer.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert again.data == b""
        assert "no-cache" in first.headers["Cache-Control"]


def test_a_changed_answer_is(viewer, store):
    first = viewer.get("/api/areas.geojson")
    one = store.areas.read(ids=["A1"])
    store.areas.upsert(one.assign(name="改名"))
    again = viewer.get("/api/areas.geojson", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200


def test_large_answers_are_compressed_for_those_who_take_it(viewer):
    plain = viewer.get("/api/areas.geojson")
    packed = viewer.get("/api/areas.geojson", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert {"Accept-Encoding", "Cookie"} <= {*packed.headers["Vary"].split(", ")}


def test_geometry_is_simplified_for_the_screen_and_stays_valid(viewer):
    text = viewer.get("/api/areas.geojson").get_data(as_text=True)
    for feature in json.loads(text)["features"]:
        for lon, lat in feature["geometry"]["coordinates"][0]:
            assert lon == round(lon, 6)
            assert lat == round(lat, 6)


def test_full_shapes_are_had_on_demand(viewer, store):
    corner = [103.7001234, 36.0001234]
    shape = shapely.Polygon([corner, (103.704, 36.0), (103.704, 36.004), (103.7, 36.004)])
    store.areas.upsert(store.areas.read(ids=["A1"]).set_geometry([shape]))
    full = viewer.get("/api/areas.geojson?detail=full")
    (ring,) = full.json["features"][0]["geometry"]["coordinates"]
    assert corner in ring
    screen = viewer.get("/api/areas.geojson?detail=screen")
    assert corner not in screen.json["features"][0]["geometry"]["coordinates"][0]
    assert screen.headers["ETag"] != full.headers["ETag"]
    assert viewer.get("/api/areas.geojson?detail=fine").status_code == 400


def test_many_areas_are_simplified_until_they_are_small(viewer, store, monkeypatch):
    angle = np.linspace(0, 2 * np.pi, 400)[:-1]
    round_ = shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]) * 0.001 + [103.7, 36])
    store.areas.upsert(store.areas.read(ids=["A1"]).set_geometry([round_]))
    corners = []
    for most in (200_000, 1):
        monkeypatch.setattr(web_places, "AREAS_BYTES", most)
        store.areas.upsert(store.areas.read(ids=["A2"]).assign(name=str(most)))
        feature = viewer.get("/api/areas.geojson").json["features"][0]
        corners.append(shapely.get_num_coordinates(shapely.geometry.shape(feature["geometry"])))
    assert corners[0] > corners[1] > 6


def test_a_new_run_of_the_same_areas_leaves_their_mark(viewer, store):
    first = viewer.get("/api/areas.geojson").headers["ETag"]
    store.runs.save(run_tables())
    known = {"If-None-Match": first}
    assert viewer.get("/api/areas.geojson", headers=known).status_code == 304


def test_a_new_run_is_shown_at_once(viewer, store):
    address = "/api/values/cases/2026-W26"
    before = viewer.get(address)
    tables = run_tables()
    tables.values["cases", "*", "2026-W26"] = np.full(6, 9, dtype=np.uint16)
    store.runs.save(tables)
    after = viewer.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert after.json["values"] == [9] * 6


def test_a_proposed_crew_follows_assignments_and_crews_at_once(viewer, store, clock):
    def crew():
        rows = viewer.get("/api/worst/2026-W26?category=D01&date=2026-06-28").json["rows"]
        return rows[0]["crew_id"]

    assert crew() == "C2"
    store.assignments.add("C2", "A4", "2026-06-28", None, "li", clock())
    assert crew() == "C3"
    crews = store.crews.read()
    store.crews.upsert(crews[crews["crew_id"] == "C3"].assign(weekdays="1-5"))
    assert crew() == "C2"


def test_a_report_sent_now_is_in_the_drawer_at_once(as_role):
    client = as_role("supervisor")

    def latest():
        return viewer_rows(client.get("/api/areas/A1/summary?category=D02"))

    assert latest() == []
    body = {"category": "D02", "lon": 103.702, "lat": 36.002, "address": "1号", "report_id": "n"}
    sent = client.post("/api/reports", json=body, headers={"X-CSRFToken": token(client, "/")})
    assert sent.json["area_id"] == "A1"
    assert latest() == [("n", "1号")]


def viewer_rows(answer):
    return [(row["case_id"], row["address"]) for row in answer.json["latest"]]
