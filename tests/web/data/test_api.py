"""The map's data: whole, in one order, marked, compressed, refused by name."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from geo_service.publish.heat import steps_of
from geo_service.terms import HEAT
from tests.web.conftest import AREAS, NASTY, WEEKS, run_tables


def test_areas_come_in_the_order_of_the_arrays(viewer):
    got = viewer.get("/api/areas.geojson").json
    assert [feature["id"] for feature in got["features"]] == AREAS
    assert got["features"][1]["properties"] == {
        "name": NASTY,
        "kind": "alley",
        "subdistrict": "S1",
        "subdistrict_name": "西园",
        "inner_lon": 103.712,
        "inner_lat": 36.002,
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


def test_a_week_names_the_areas_that_were_not_valid_in_it(viewer, store):
    assert "absent" not in viewer.get("/api/values/cases/2026-W25").json
    # a Wednesday: of the week in which it ends there still is the area
    store.areas.end(["A2"], datetime(2026, 6, 17, tzinfo=UTC))
    store.runs.save(run_tables(), datetime(2026, 6, 30, tzinfo=UTC))
    assert "absent" not in viewer.get("/api/values/cases/2026-W25").json
    assert viewer.get("/api/values/cases/2026-W26").json["absent"] == [AREAS.index("A2")]


def test_the_map_has_three_horizons(viewer):
    week = viewer.get("/api/values/rebound/2026-W26?days=7").get_json()
    assert (week["days"], week["values"][:2], week["classes"][:2]) == (7, [60, 50], [2, 2])
    month = viewer.get("/api/values/rebound/2026-W26").get_json()
    assert (month["days"], month["values"][:2], month["classes"][:2]) == (30, [600, 500], [3, 2])
    refused = viewer.get("/api/values/rebound/2026-W26?days=14")
    assert refused.status_code == 400
    assert "7, 30, 90" in refused.get_json()["error"]


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
    parts = ["bounds", "breaks", "metres", "png"]
    assert [sorted(one) for one in got["heat"]] == [parts] * len(HEAT)
    assert (got["cell_m"], got["per_days"]) == (100, 30)


def test_the_heat_map_is_of_what_is_asked_and_never_of_less_than_is_known(viewer, store):
    address = "/api/values/density/2026-W26"
    got = viewer.get(f"{address}?what=rebounds&weeks=12").json
    assert (got["what"], got["weeks"]) == ("rebounds", 12)
    steps = [list(step.breaks) for step in steps_of("rebounds")]
    assert [one["breaks"] for one in got["heat"]] == steps
    assert "absent" in got
    refused = viewer.get(f"{address}?what=dreams")
    assert refused.status_code == 400
    assert "dreams" in refused.json["detail"]
    assert viewer.get(f"{address}?weeks=0").status_code == 400


def test_each_class_of_the_rebounds_comes_beside_the_rates(viewer):
    got = viewer.get("/api/values/rebound/2026-W26?category=D01").json
    assert got["classes"] == [3, 2, 1, 0, 0, None]
    nothing = viewer.get("/api/values/rebound/2026-W26?category=D09").json
    assert nothing["classes"] == [None] * 6


def test_a_crew_is_proposed_that_works_and_is_near(viewer):
    rows = viewer.get("/api/worst/2026-W26?category=D01&date=2026-06-28").json["rows"]
    # a Sunday: the first crew rests; the second is near the first areas, the third near the last
    assert rows[0]["crew_id"] == "C2"
    assert rows[5]["crew_id"] == "C3"


def test_a_new_run_of_the_same_areas_leaves_their_mark(viewer, store):
    first = viewer.get("/api/areas.geojson").headers["ETag"]
    store.runs.save(run_tables())
    known = {"If-None-Match": first}
    assert viewer.get("/api/areas.geojson", headers=known).status_code == 304


def test_a_new_run_is_shown_at_once(viewer, store):
    address = "/api/values/cases/2026-W26"
    before = viewer.get(address)
    tables = run_tables()
    nines = (("cases", "*", "2026-W26"), np.full(6, 9, dtype=np.uint16))
    store.runs.save(replace(tables, weekly=[tables.weekly[0]._replace(values=[nines])]))
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
