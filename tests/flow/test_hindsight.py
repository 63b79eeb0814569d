"""A run as of an earlier day knows no later word of people about where, or what, a report is."""

from __future__ import annotations

from datetime import timedelta

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo_service import flow
from geo_service.measure import to_degrees
from tests.flow.live.test_act import EPSG, INSPECTOR, OFFICE, Scene

WEEK, TICK = timedelta(days=7), timedelta(microseconds=1)


def square(x, y):
    (west, east), (south, north) = to_degrees(
        [570_000.0 + x, 570_200.0 + x], [3_990_000.0 + y, 3_990_200.0 + y], EPSG
    )
    return shapely.box(west, south, east, north)


@pytest.fixture
def scene(store, tmp_path):
    made = Scene(store, tmp_path)
    shapes = [square(-100, -100), square(900, -100)]
    table = {"area_id": ["A", "B"], "name": ["A", "B"], "kind": "alley"}
    store.areas.upsert(gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326"))
    return made


def elsewhere():
    (lon,), (lat,) = to_degrees([571_000.0], [3_990_000.0], EPSG)
    return {"lon": float(lon), "lat": float(lat)}


def seen(scene, as_of=None):
    """Return what a run says: each case with its area and category, and the rates."""
    flow.refresh(scene.store, now=scene.now, as_of=as_of)
    cases = scene.store.cases.read().sort_values("case_id")
    places = cases[["case_id", "area_id", "category"]].fillna("").itertuples(index=False, name=None)
    rates = scene.store.runs.rates().drop(columns=["run_id", "as_of"], errors="ignore")
    return list(places), rates.astype("str").to_numpy().tolist()


def test_what_was_said_later_is_not_known_and_comes_back_with_the_next_run(scene):
    scene.send("a")
    scene.send("b", x=300)
    scene.send("c", x=600)
    scene.act("c", "fixed", OFFICE)
    scene.act("c", "verified", INSPECTOR)
    scene.now += WEEK
    early = scene.now
    then = seen(scene, early)
    assert then[1], "there are rates to compare"
    assert then[0] == [("a", "A", "D01"), ("b", "", "D01"), ("c", "", "D01")]
    scene.now += WEEK
    scene.act("a", "moved", OFFICE, **elsewhere())
    scene.act("b", "recategorised", OFFICE, category="D02")
    late = [("a", "B", "D01"), ("b", "", "D02"), ("c", "", "D01")]
    assert seen(scene)[0] == late
    for _ in range(2):
        assert seen(scene, early) == then
        # as of now it is known, whatever the run before knew
        assert seen(scene)[0] == late
    assert seen(scene, early) == then
    assert seen(scene, early + timedelta(days=1))[0] == then[0]
    assert seen(scene, scene.now + timedelta(microseconds=1) - timedelta(hours=1))[0][0][1] == "B"


def test_what_was_said_by_then_and_taken_back_or_changed_later_stands(scene):
    scene.send("a")
    scene.send("b", x=300)
    scene.now += WEEK
    scene.act("b", "recategorised", OFFICE, category="D02")
    scene.act("a", "moved", OFFICE, **elsewhere())
    early = scene.now + timedelta(minutes=1)
    scene.now += timedelta(minutes=2) - timedelta(hours=1)
    scene.act("a", "withdrawn", OFFICE)
    scene.now += WEEK
    scene.act("b", "recategorised", OFFICE, category="D03")
    assert seen(scene)[0] == [("a", "A", "D01"), ("b", "", "D03")]
    assert seen(scene, early)[0] == [("a", "B", "D01"), ("b", "", "D02")]
    assert seen(scene)[0] == [("a", "A", "D01"), ("b", "", "D03")]


def test_a_report_put_on_the_map_by_hand_later_had_no_point(scene):
    scene.send("a")
    flow.accept(scene.store, {"report_id": "n", "category": "D01"}, now=scene.now)
    scene.now += WEEK
    early = scene.now
    scene.now += WEEK
    point = elsewhere()
    flow.place(scene.store, "n", *point.values(), by="anna", now=scene.now, as_of=scene.now)
    # the first run of all knows it as little
    assert [one[0] for one in seen(scene, early)[0]] == ["a"]
    assert [one[0] for one in seen(scene)[0]] == ["a", "n"]
    assert scene.store.runs.latest().summary["without_point"] == 0
    row = scene.store.reports.read(["lon", "precision"], ids=["n"]).iloc[0]
    assert (row["precision"], pd.isna(row["lon"])) == ("point", False)


def test_a_point_said_by_hand_stays_where_an_event_says_the_category_alone(scene):
    flow.accept(scene.store, {"report_id": "n", "category": "D01"}, now=scene.now)
    point = elsewhere()
    flow.place(scene.store, "n", *point.values(), by="anna", now=scene.now, as_of=scene.now + TICK)
    scene.act("n", "recategorised", OFFICE, category="D02")
    assert seen(scene)[0] == [("n", "B", "D02")]
    scene.now += timedelta(minutes=2) - timedelta(hours=1)
    scene.act("n", "withdrawn", OFFICE)
    assert seen(scene)[0] == [("n", "B", "D01")]
    row = scene.store.placements.read().iloc[0]
    assert (row["given_precision"], pd.isna(row["given_category"])) == ("none", True)
