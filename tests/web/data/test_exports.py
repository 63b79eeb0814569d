"""Downloads: the fields of the design, the page's filters, harmless in a spreadsheet."""

import csv
import gzip
import io
import json
import re

import openpyxl
import pytest

from geo_service.publish.catalogue import CASES
from geo_service.terms import FRAMES, HEAT
from geo_service.web.data import exports
from tests.web.conftest import FORMULA, NASTY, token


def rows(answer):
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True), newline="")))


def features(answer):
    assert answer.status_code == 200
    return json.loads(answer.get_data(as_text=True))["features"]


def test_hotspots_have_the_designs_fields_in_both_formats(viewer):
    names = FRAMES["hotspots"].names
    assert list(rows(viewer.get("/exports/hotspots.csv"))[0]) == names
    assert list(features(viewer.get("/exports/hotspots.geojson"))[0]["properties"]) == names


@pytest.mark.parametrize(
    ("table", "frame"),
    [("cases", CASES), ("rebounds", CASES), ("assignments", FRAMES["assignments"])],
)
def test_other_tables_too(viewer, table, frame):
    header = viewer.get(f"/exports/{table}.csv").get_data(as_text=True).splitlines()[0]
    assert header.split(",") == frame.shown


def test_hotspots_are_the_latest_week_unless_weeks_are_asked_for(viewer):
    def weeks(query):
        return sorted({row["week"] for row in rows(viewer.get(f"/exports/hotspots.csv?{query}"))})

    assert weeks("") == ["2026-W26"]
    assert weeks("week=2026-W24,2026-W25") == ["2026-W24", "2026-W25"]
    assert weeks("week=all") == ["2026-W24", "2026-W25", "2026-W26"]
    assert weeks("from=2026-06-15") == ["2026-W25", "2026-W26"]
    assert viewer.get("/exports/hotspots.csv?week=2031-W01").status_code == 404


def test_all_weeks_have_one_header_and_one_collection(viewer):
    text = viewer.get("/exports/hotspots.csv?week=all").get_data(as_text=True)
    assert text.count("area_id,") == 1
    assert len(rows(viewer.get("/exports/hotspots.csv?week=all"))) == 3 * 18
    assert len(features(viewer.get("/exports/hotspots.geojson?week=all"))) == 3 * 18


def test_hot_and_enough_data_are_booleans(viewer):
    got = features(viewer.get("/exports/hotspots.geojson"))[0]["properties"]
    assert got["hot"] is True
    assert got["enough_data"] is True
    assert got["forecast"] is None
    assert got["as_of"] == "2026-06-28T16:00:00Z"
    assert got["run_id"] == "1"


def test_the_pages_filters(viewer):
    def ids(query, table="hotspots"):
        got = features(viewer.get(f"/exports/{table}.geojson?{query}"))
        return [feature["properties"]["area_id"] for feature in got]

    assert ids("category=*&bbox=103.699,35,103.715,37") == ["A1", "A2"]
    assert ids("category=D01&kind=market") == ["M1", "M2"]
    assert ids("category=D01&subdistrict=西湖") == ["A4", "M1", "M2"]
    assert ids("kind=subdistrict", "areas") == ["S1", "S2"]
    assert ids("category=D02", "cases") == ["A2"]
    assert ids("to=2026-06-10", "cases") == ["A1"]
    assert ids("bbox=103.71,36,103.72,36.01", "cases") == ["A2"]


def test_rebounds_are_the_cases_that_came_back(viewer):
    got = rows(viewer.get("/exports/rebounds.csv"))
    assert [(row["case_id"], row["link"]) for row in got] == [("2", "rebound")]


def test_cases_are_points(viewer):
    got = features(viewer.get("/exports/cases.geojson"))
    assert got[0]["id"] == "1"
    assert got[0]["geometry"] == {"type": "Point", "coordinates": [103.702, 36.002]}


def test_assignments_bear_their_areas_shape(viewer, store, clock):
    store.assignments.add("C1", "A1", "2026-06-28", FORMULA, "li", clock())
    got = features(viewer.get("/exports/assignments.geojson"))
    assert got[0]["geometry"]["type"] == "Polygon"
    assert got[0]["properties"] == {
        "assignment_id": "1",
        "crew_id": "C1",
        "area_id": "A1",
        "case_ids": None,
        "date": "2026-06-28",
        "stop_order": 1,
        "state": "published",
        "note": FORMULA,
        "version": 1,
    }
    assert features(viewer.get("/exports/assignments.geojson?from=2026-06-29")) == []


def test_a_spreadsheet_executes_nothing_and_geojson_keeps_the_text(viewer):
    names = [row["name"] for row in rows(viewer.get("/exports/areas.csv"))]
    assert "'" + FORMULA in names
    assert FORMULA not in names
    assert NASTY in names
    kept = [f["properties"]["name"] for f in features(viewer.get("/exports/areas.geojson"))]
    assert FORMULA in kept


def test_a_download_says_what_it_is(viewer):
    answer = viewer.get("/exports/hotspots.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == "attachment; filename=hotspots.csv"
    assert "Content-Length" not in answer.headers
    assert viewer.get("/exports/areas.geojson").mimetype == "application/geo+json"


def test_a_compressed_download_is_the_same(viewer):
    plain = viewer.get("/exports/hotspots.csv")
    packed = viewer.get("/exports/hotspots.csv", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data


@pytest.mark.parametrize("file", ["nope.csv", "hotspots.pdf", "visits.csv", "accounts.csv"])
def test_what_cannot_be_downloaded_is_said_with_what_can(viewer, file):
    answer = viewer.get(f"/exports/{file}", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert "hotspots" in answer.json["detail"]


@pytest.mark.parametrize("query", ["kind=castle", "category=D99", "bbox=1", "from=x", "week=26"])
def test_a_filter_that_cannot_be_used_is_refused_before_a_byte_is_sent(viewer, query):
    answer = viewer.get(f"/exports/hotspots.csv?{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/json"


def test_a_crew_leader_downloads_the_own_crews_open_cases_alone(as_role, store, clock):
    leader = as_role("crew-leader")
    assert leader.get("/exports/areas.csv").status_code == 403
    assert rows(leader.get("/exports/cases.csv")) == []
    # the day before yesterday is over
    for area, day in (("A1", "2026-06-27"), ("A2", "2026-06-26")):
        store.assignments.add("C1", area, day, None, "office", clock())
    assert [row["case_id"] for row in rows(leader.get("/exports/cases.csv"))] == ["2"]
    whole = rows(as_role("supervisor").get("/exports/cases.csv"))
    assert [row["case_id"] for row in whole] == ["1", "3", "2"]


def test_a_browser_without_sign_in_is_shown_the_form(client):
    answer = client.get("/exports/areas.csv?kind=alley", headers={"Accept": "text/html,*/*"})
    assert answer.status_code == 302
    assert "exports" in answer.headers["Location"]
    assert client.get("/exports/areas.csv", headers={"Accept": "*/*"}).status_code == 401


def test_the_map_is_one_file_by_the_page_s_filters(viewer):
    answer = viewer.get("/exports/map.html?kind=market&layer=density&to=2026-06-20&lang=en")
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert answer.headers["Content-Disposition"] == "attachment; filename=map-2026-W26.html"
    page = answer.get_data(as_text=True)
    (text,) = re.findall(r'<script type="application/json" id="facts">(.*?)</script>', page)
    told = json.loads(text)
    assert {one["id"] for one in told["areas"]["features"]} == {"M1", "M2"}
    assert (told["layer"], told["lang"], told["weeks"]) == (
        "density",
        "en",
        ["2026-W24", "2026-W25"],
    )
    packed = viewer.get("/exports/map.html", headers={"Accept-Encoding": "gzip"})
    whole = gzip.decompress(packed.data).decode()
    assert whole == viewer.get("/exports/map.html").get_data(as_text=True)
    assert NASTY not in whole


@pytest.mark.parametrize(
    ("query", "status"), [("category=D01,D02", 400), ("layer=weather", 400), ("weeks=x", 400)]
)
def test_what_a_map_cannot_show_is_said_before_the_file_begins(viewer, query, status):
    assert viewer.get(f"/exports/map.html?{query}").status_code == status


def test_a_map_is_for_who_may_export(as_role):
    assert as_role("crew-leader").get("/exports/map.html").status_code == 403


@pytest.mark.parametrize("table", ["hotspots", "cases", "areas", "assignments", "rebounds"])
def test_a_spreadsheet_holds_what_the_csv_holds(viewer, store, clock, table):
    store.assignments.add("C1", "A1", "2026-06-28", FORMULA, "office", clock())
    answer = viewer.get(f"/exports/{table}.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    head, *cells = sheet.iter_rows(values_only=True)
    found = rows(viewer.get(f"/exports/{table}.csv"))
    assert list(head) == list(found[0])
    assert [str(row[0]) for row in cells] == [next(iter(row.values())) for row in found]
    assert FORMULA not in {cell for row in cells for cell in row}


def test_too_many_rows_for_a_sheet_are_refused_with_the_way_out(viewer, monkeypatch):
    monkeypatch.setattr(exports, "_SHEET_ROWS", 2)
    answer = viewer.get("/exports/cases.xlsx", headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert ".csv" in answer.json["detail"]


def test_assignments_of_one_crew(viewer, store, clock):
    for crew, area in (("C1", "A1"), ("C2", "A2")):
        store.assignments.add(crew, area, "2026-06-28", None, "office", clock())
    found = rows(viewer.get("/exports/assignments.csv?crew=C2&from=2026-06-28&to=2026-06-28"))
    assert [row["area_id"] for row in found] == ["A2"]


def test_the_heat_map_leaves_as_polygons_of_its_classes(viewer):
    found = features(viewer.get("/exports/heat.geojson?step=2&weeks=4"))
    assert {one["geometry"]["type"] for one in found} <= {"Polygon", "MultiPolygon"}
    lows = [one["properties"]["from"] for one in found]
    assert lows == list(HEAT[1].breaks[: len(lows)])
    assert len(lows) >= 3
    told = found[0]["properties"]
    assert (told["to"], told["metres"], told["what"], told["weeks"]) == (3, 200, "cases", 4)
    assert (told["week"], told["category"]) == ("2026-W26", "*")
    assert features(viewer.get("/exports/heat.geojson?what=unsolved")) == []
    assert viewer.get("/exports/heat.geojson?what=dreams").status_code == 400


def test_events_leave_without_names_and_words_and_not_for_a_viewer(as_role, viewer):
    office = as_role("office")
    body = {"kind": "noted", "note": "at the gate", "person": "somebody"}
    sent = office.post(
        "/api/cases/2/events", json=body, headers={"X-CSRFToken": token(office, "/me")}
    )
    assert sent.status_code == 201
    text = office.get("/exports/events.csv").get_data(as_text=True)
    head, row = text.splitlines()
    assert {"event_id", "case_id", "kind", "at", "idempotency_key"} <= set(head.split(","))
    assert "noted" in row
    assert "at the gate" not in text
    assert "somebody" not in text
    assert viewer.get("/exports/events.csv").status_code == 403
