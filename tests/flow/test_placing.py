"""A report that lay nowhere is put on the map by hand, and stays there."""

from __future__ import annotations

from datetime import timedelta

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo_service import flow
from geo_service.terms import BadInput, Conflict, NotFound
from tests.flow.test_locating import LOST, NOW, OWN, precisions, take

HERE = (-71.0801, 42.3101)
NOWHERE = ["200,2026-05-03,,,,Some St,0102", "201,2026-05-04,2026-05-06,,,Some St,0102"]


def fill_city(store, folder):
    areas = gpd.GeoDataFrame(
        {"area_id": ["A1", "S1"], "name": ["West Alley", "West"], "kind": ["alley", "subdistrict"]},
        geometry=[
            shapely.box(-71.0803, 42.3099, -71.0799, 42.3103),
            shapely.box(-71.2, 42.2, -71, 42.4),
        ],
        crs="EPSG:4326",
    )
    store.areas.upsert(areas)
    take(store, folder, OWN + LOST + NOWHERE, "a.csv")
    flow.refresh(store, now=NOW)


@pytest.fixture
def city(copy_of):
    return copy_of(fill_city)


def place(store, report_id, lon=HERE[0], lat=HERE[1], now=NOW):
    as_of = flow.default_as_of(store, now)
    return flow.place(store, report_id, lon, lat, by="anna", now=now, as_of=as_of)


def one(store, report_id):
    found = store.reports.read(ids=[report_id]).iloc[0]
    return {name: None if pd.isna(value) else value for name, value in found.items()}


def lies_here(store, report_id, point=HERE):
    row = one(store, report_id)
    return (row["lon"], row["lat"], row["precision"]) == (*point, "point")


@pytest.mark.parametrize("report_id", ["100", "200"])
def test_it_is_located_and_linked_at_once_and_counted_next(city, report_id):
    before = city.runs.latest().summary
    answer = place(city, report_id)
    assert (answer.outcome, answer.link, answer.area_id) == ("placed", "new", "A1")
    assert (answer.precision, answer.subdistrict_id) == ("point", "S1")
    assert lies_here(city, report_id)
    assert city.cases.one(report_id)["area_id"] == "A1"
    placed = city.placements.read().set_index("report_id").loc[report_id]
    assert (placed["placed_by"], placed["placed_at"]) == ("anna", NOW)
    flow.refresh(city, now=NOW)
    after = city.runs.latest().summary
    assert (after["without_point"], after["cases"]) == (before["without_point"] - 1, 61)
    assert one(city, report_id)["case_id"] == report_id


def test_what_was_placed_is_linked_as_if_it_had_come_with_that_point(city, opened, tmp_path):
    place(city, "200")
    second = place(city, "201", HERE[0] + 1e-5)
    assert (second.case_id, second.link) == ("200", "duplicate")
    given = [
        NOWHERE[0].replace(",,,,", f",,{HERE[0]},{HERE[1]},"),
        NOWHERE[1].replace(",,,Some", f",{HERE[0] + 1e-5},{HERE[1]},Some"),
    ]
    other = opened()
    other.areas.upsert(city.areas.read())
    take(other, tmp_path, OWN + LOST + given, "b.csv")
    flow.refresh(other, now=NOW)
    columns = ["report_id", "area_id", "subdistrict_id", "case_id", "link"]
    pd.testing.assert_frame_equal(city.reports.read(columns), other.reports.read(columns))
    names = ["case_id", "site_id", "area_id", "state", "reports", "fixed_at", "verified_at"]
    pd.testing.assert_frame_equal(city.cases.read()[names], other.cases.read()[names])


def test_importing_the_same_file_again_leaves_it_there(city, tmp_path):
    for report_id in ("100", "101", "200"):
        place(city, report_id)
    again = take(city, tmp_path, OWN + LOST + NOWHERE, "a.csv")
    assert (again.updated, again.unchanged) == (0, 92)
    flow.refresh(city, now=NOW)
    assert all(lies_here(city, report_id) for report_id in ("100", "101", "200"))


def test_a_later_file_changes_what_it_says_and_not_the_place(city, tmp_path):
    there = (-71.0701, 42.3201)
    place(city, "200")
    place(city, "100", *there)
    later = [
        NOWHERE[0].replace(",,,,Some St", ",2026-05-05,,,New St"),
        LOST[0].replace(",,-71.0587", ",2026-05-20,-71.0587"),
    ]
    assert take(city, tmp_path, later, "b.csv").updated == 2
    flow.refresh(city, now=NOW)
    for report_id, closed, point in (("200", "2026-05-06", HERE), ("100", "2026-05-21", there)):
        assert lies_here(city, report_id, point)
        local = one(city, report_id)["closed_at"].tz_convert("America/New_York")
        assert local.date().isoformat() == closed
        assert city.cases.one(report_id)["state"] == "verified"
    assert one(city, "200")["address"] == "New St"


@pytest.mark.parametrize("point", ["-71.0587,42.3594", "-71.15,42.35"])
def test_a_point_that_the_source_gives_later_does_not_overrule_a_person(city, tmp_path, point):
    place(city, "200")
    later = [NOWHERE[0].replace(",,,,", f",,{point},")]
    assert take(city, tmp_path, later, "b.csv").updated == 1
    assert take(city, tmp_path, later, "b.csv").updated == 0
    flow.refresh(city, now=NOW)
    assert lies_here(city, "200")
    row = city.placements.read().iloc[0]
    assert f"{row['given_lon']},{row['given_lat']}" == point


def test_placing_rows_of_a_fallback_point_does_not_make_it_a_place(city):
    for number in range(15):
        place(city, str(100 + number), HERE[0] + number * 1e-3)
    city.areas.upsert(city.areas.read().assign(name="renamed"))
    flow.refresh(city, now=NOW)
    found = precisions(city)
    assert {found[str(100 + number)] for number in range(15)} == {"point"}
    assert {found[str(100 + number)] for number in range(15, 30)} == {"fallback"}


def test_when_the_fallback_turns_out_to_be_a_place_the_person_still_counts(city, tmp_path):
    place(city, "100")
    named = [row.rsplit(",", 2) for row in LOST]
    same = [f"{head},5 Court St,{category}" for head, _, category in named]
    take(city, tmp_path, same, "b.csv")
    city.areas.upsert(city.areas.read().assign(name="renamed"))
    flow.refresh(city, now=NOW)
    found = precisions(city)
    assert {found[str(100 + number)] for number in range(1, 30)} == {"point"}
    assert lies_here(city, "100")
    assert city.placements.read()["given_precision"].tolist() == ["point"]


def test_placed_again_it_leaves_where_it_was(city):
    place(city, "200")
    place(city, "201", HERE[0] + 1e-5)
    moved = place(city, "200", -71.15, 42.35)
    assert (moved.case_id, moved.area_id) == ("200", None)
    assert city.cases.one("201")["reports"] == 1
    assert city.cases.one("200")["lon"] == -71.15
    assert city.placements.read()["given_precision"].tolist() == ["none", "none"]


def test_placed_while_a_refresh_computes_it_keeps_its_case(city):
    place(city, "201")

    def tell(step, done, total):
        if step == "hotspots":
            place(city, "200")
            place(city, "201", -71.15, 42.35, NOW + timedelta(minutes=1))

    flow.refresh(city, now=NOW, tell=tell)
    assert one(city, "200")["case_id"] == "200"
    assert city.cases.one("201")["lon"] == -71.15
    before = city.reports.read(["report_id", "case_id", "link"])
    flow.refresh(city, now=NOW)
    pd.testing.assert_frame_equal(before, city.reports.read(["report_id", "case_id", "link"]))


def test_what_cannot_be_placed(city):
    with pytest.raises(Conflict):
        place(city, "5")
    with pytest.raises(NotFound):
        place(city, "no such")
    for point in ((200, 0), (0, 0), ("x", 1), (float("nan"), 1), (None, None)):
        with pytest.raises(BadInput):
            place(city, "200", *point)
    assert city.placements.read().empty
    assert one(city, "200")["precision"] == "none"


def test_the_first_point_of_a_store_fixes_its_zone(store, tmp_path):
    take(store, tmp_path, NOWHERE, "a.csv")
    answer = place(store, "200")
    assert answer.case_id == "200"
    assert store.district.get().utm_epsg == 32619


def test_what_waits_is_listed_some_at_a_time(city):
    assert city.placements.counts() == {"0102": 32}
    first = city.placements.waiting(limit=30)
    rest = city.placements.waiting(skip=30, limit=30)
    ids = [*first["report_id"], *rest["report_id"]]
    assert len(set(ids)) == 32
    turned = city.placements.waiting(newest=False, limit=100)
    assert turned["report_id"].tolist() == ids[::-1]
    assert turned["reported_at"].is_monotonic_increasing
    assert city.placements.waiting("9999").empty
    place(city, "200")
    assert city.placements.counts() == {"0102": 31}
