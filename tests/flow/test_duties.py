"""Who answers for cases is kept with them, follows the tables, and is learned from disputes."""

from functools import partial

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo_service import flow
from geo_service.casework import Actor
from geo_service.flow.duties import settle_units
from geo_service.terms import Conflict
from tests.flow.live.sending import UNTOLD
from tests.flow.live.test_act import CHIEF, OFFICE, Scene

CLERK = Actor("zhou", "unit", unit_id="U1")
OTHER = Actor("wu", "unit", unit_id="U2")


@pytest.fixture
def scene(store, tmp_path):
    scene = Scene(store, tmp_path)
    scene.send("0")
    lon, lat = store.reports.read(["lon", "lat"]).iloc[0]
    box = shapely.box(lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01)
    area = {"area_id": ["A1"], "name": ["西湖后街"], "kind": ["alley"], "community": ["东社区"]}
    area["accountable_unit"] = ["U1"]
    store.areas.upsert(gpd.GeoDataFrame(area, geometry=[box], crs=4326))
    units = {"unit_id": ["U1", "U2", "U3"], "name": ["环卫站", "社区", "城管"]}
    store.units.upsert(pd.DataFrame(units))
    return scene


def kept(scene, case_id):
    row = scene.store.cases.read().set_index("case_id").loc[case_id, UNTOLD]
    return [None if pd.isna(one) else one for one in row]


def refreshed(scene):
    scene.now += pd.Timedelta(minutes=1)
    flow.refresh(scene.store, now=scene.now)
    return scene


def test_a_new_case_and_a_refresh_say_who_answers(scene):
    scene.send("1", x=500)
    assert kept(scene, "1")[0] == "U1"
    assert kept(scene, "0")[0] is None
    refreshed(scene)
    assert [kept(scene, one)[0] for one in ("0", "1")] == ["U1", "U1"]


def test_tables_that_change_say_it_anew(scene, tmp_path):
    refreshed(scene)
    path = tmp_path / "categories.csv"
    path.write_text("code,unit\nD01,U3\n")
    flow.import_table(scene.store, path, "categories")
    assert kept(scene, "0")[0] == "U3"
    path.write_text("code,unit\nD01,条\n")
    flow.recorded(
        scene.store,
        "categories",
        path.name,
        lambda record: flow.import_table(scene.store, path, "categories", record=record),
        now=scene.now,
    )
    assert kept(scene, "0")[0] == "U1"
    flow.undo(scene.store, scene.store.imports.list()[0].import_id)
    assert kept(scene, "0")[0] == "U3"


def test_a_form_says_it_anew(scene):
    refreshed(scene)
    flow.change_row(scene.store, "categories", {"code": "D01", "unit": "U3"})
    assert kept(scene, "0")[0] == "U3"


def test_hands_are_kept_at_once_and_by_a_refresh_alike(scene):
    refreshed(scene)
    scene.send("1", x=500)
    scene.act("0", "dispatched", unit_id="U1", person="sun")
    scene.act("1", "dispatched", crew_id="C1")
    scene.act("1", "dispatched", unit_id="U2", note="rather they")
    told = [kept(scene, one) for one in ("0", "1")]
    assert told[0] == ["U1", "U1", None, "sun", False]
    assert told[1] == ["U1", "U2", None, None, False]
    refreshed(scene)
    assert [kept(scene, one) for one in ("0", "1")] == told
    scene.now -= pd.Timedelta(minutes=59)
    scene.act("1", "withdrawn")
    assert kept(scene, "1") == ["U1", None, "C1", None, False]


def test_a_dispute_is_decided_once_and_learned(scene):
    refreshed(scene)
    scene.send("1", x=500)
    for unit, clerk in (("U1", CLERK), ("U2", OTHER)):
        scene.act("0", "dispatched", unit_id=unit)
        assert not kept(scene, "0")[-1]
        scene.act("0", "returned", clerk, reason="not_ours")
    assert kept(scene, "0")[-1]
    refreshed(scene)
    assert kept(scene, "0")[-1]

    # a supervisor may send it on, and decides nothing for later
    scene.act("0", "dispatched", unit_id="U1")
    assert scene.store.units.exceptions() == []
    scene.act("0", "returned", CLERK, reason="not_ours")
    answer = scene.act("0", "dispatched", OFFICE, unit_id="U3")
    (rule,) = scene.store.units.exceptions()
    assert (rule["category"], rule["area_id"], rule["unit_id"]) == ("D01", "A1", "U3")
    assert (rule["case_id"], rule["decided_by"]) == ("0", "office")
    assert rule["event_id"] == answer.event_id
    assert kept(scene, "0") == ["U3", "U3", None, None, False]
    assert kept(scene, "1")[0] == "U3"
    scene.send("2", x=900)
    assert kept(scene, "2")[0] == "U3"

    scene.now -= pd.Timedelta(minutes=115)
    scene.act("0", "withdrawn", OFFICE)
    assert scene.store.units.exceptions() == []
    assert [kept(scene, one)[0] for one in "012"] == ["U1", "U1", "U1"]


def test_an_exception_that_an_office_takes_away_no_longer_holds(scene):
    refreshed(scene)
    rule = {"category": "D01", "area_id": "A1", "case_id": "0", "decided_by": "office"}
    for event_id, unit_id in (("E1", "U2"), ("E2", "U3")):
        scene.store.units.decide({**rule, "event_id": event_id, "unit_id": unit_id}, scene.now)
    settle_units(scene.store)
    assert kept(scene, "0")[0] == "U3"
    assert scene.store.units.forget("E2")["unit_id"] == "U3"
    assert scene.store.units.forget("E2") is None
    settle_units(scene.store)
    assert kept(scene, "0")[0] == "U2"


def test_figures_by_unit_are_of_who_answers_for_the_case_and_by_community_of_its_area(scene):
    scene.store.words.upsert_categories(pd.DataFrame({"code": ["D02"], "unit": ["城管"]}))
    for name, x, category in (("1", 500, "D01"), ("2", 900, "D02")):
        scene.send(name, x=x, category=category)
        scene.act(name, "fixed", OFFICE)
        scene.act(name, "verified", CHIEF)
    rates = refreshed(scene).store.runs.rates().set_index(["level", "key"])
    closures = {(by, key): rates.loc[(by, key), "closures"] for by, key in rates.index}
    assert {key: n for (by, key), n in closures.items() if by == "unit"} == {"U1": 1, "U3": 1}
    assert closures["community", "东社区"] == 2


def test_an_import_of_units_goes_back_whole_unless_somebody_acts_for_one(scene, tmp_path):
    path = tmp_path / "units.csv"

    def bring(text):
        path.write_text(text, "utf-8")
        keep = partial(flow.import_table, scene.store, path, "units")
        flow.recorded(scene.store, "units", path.name, keep, now=scene.now)
        return scene.store.imports.list()[0].import_id

    before = scene.store.units.read()
    number = bring("unit_id,name,area_ids\nU1,环卫所,A1\nU8,物业,A1\nU9,x,A9\n")
    assert scene.store.imports.get(number).rejected == 1
    assert len(scene.store.units.read()) == 4
    flow.undo(scene.store, number)
    pd.testing.assert_frame_equal(scene.store.units.read(), before)
    number = bring("unit_id\nU8\n")
    scene.act("0", "dispatched", unit_id="U8")
    with pytest.raises(Conflict, match="U8"):
        flow.undo(scene.store, number)
