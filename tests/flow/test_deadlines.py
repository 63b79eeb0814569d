"""When cases are due: alike at each door, the source's own first, later where postponed."""

import pandas as pd
import pytest

from geo_service import flow
from geo_service.measure import moment_at
from tests.flow.live.test_act import HOUR, OFFICE, Scene


@pytest.fixture
def scene(store, tmp_path):
    return Scene(store, tmp_path)


def due(scene):
    table = scene.store.cases.read()
    return {row.case_id: row.due_at for row in table.itertuples()}


def test_a_live_case_has_its_deadline_and_a_refresh_the_same(scene):
    scene.send("1")
    scene.send("2", x=300, category="D04")
    scene.send("3", x=900)
    # 2027-03-01 11:00: four working hours of a usual day; two hours that run day and night
    assert due(scene)["1"].isoformat() == "2027-03-01T09:30:00+00:00"
    assert due(scene)["2"].isoformat() == "2027-03-01T06:00:00+00:00"
    scene.act("3", "postponed", due_at="2027-03-02T09:00+08:00", note="rain")
    before = due(scene)
    assert before["3"] > before["1"]
    flow.refresh(scene.store, now=scene.now + HOUR)
    assert due(scene) == before
    scene.act("1", "recategorised", category="D04")
    flow.refresh(scene.store, now=scene.now + HOUR)
    assert due(scene)["1"] < before["1"]


def test_what_the_source_says_goes_first(scene):
    scene.send("1")
    said = pd.Timestamp("2027-05-01", tz="UTC")
    scene.store.reports.upsert(scene.store.reports.read(ids=["1"]).assign(due_at=said))
    flow.refresh(scene.store, now=scene.now + HOUR)
    assert due(scene)["1"] == said
    answer = scene.act("1", "noted", OFFICE, note="x")
    assert answer.due_at == moment_at(said.value // 1000)


def test_a_postponement_follows_its_report_into_another_case(scene):
    scene.send("1")
    scene.send("2", x=200)
    scene.act("2", "postponed", due_at="2027-03-09", note="rain")
    alone = due(scene)["1"]
    scene.act("2", "merged", target_case_id="1")
    assert due(scene)["1"] > alone
