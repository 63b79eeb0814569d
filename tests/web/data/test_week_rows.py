"""The list of the worst and the drawer."""

from tests.web.conftest import AREAS, WEEKS, token


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


def test_an_area_without_a_row_is_all_noughts_not_an_error(viewer):
    got = viewer.get("/api/areas/A1/summary?category=D07").json
    assert (got["cases"], got["rebound_spells"], got["p_rebound_30"]) == (0, 0, None)
    assert got["latest"] == []


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


def test_the_drawer_says_of_how_many_such_labels_it_came_true_and_over_which_windows(viewer):
    hot = viewer.get("/api/areas/A1/summary").json
    assert (hot["record"], hot["windows"], hot["judged"]) == ([9, 3], "1;2", True)
    calm = viewer.get("/api/areas/A2/summary").json
    assert (calm["record"], calm["windows"]) == (None, None)
    # a category that has hardly begun is not judged
    assert viewer.get("/api/areas/A2/summary?category=D02").json["judged"] is False
