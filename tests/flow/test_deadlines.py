"""When cases are due: alike at each door, the source's own first, later where postponed."""

from datetime import datetime, timedelta

import pandas as pd
import pytest

from geo_service import flow
from geo_service.flow.deadlines import with_marks
from geo_service.measure import moment_at
from geo_service.measure.worktime import LAST_KNOWN
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


def test_the_office_says_which_days_and_hours_are_worked(scene, tmp_path):
    file = tmp_path / "days.csv"
    # the case is opened on Monday, 1 March, at 11:00
    file.write_text("date,kind,name,from,to\n2027-03-01,half,fair,,\n2027-03-02,holiday,fair,,\n")
    assert flow.import_table(scene.store, file, "calendar").accepted == 2
    scene.send("1")
    # an hour on Monday morning, three on Wednesday
    assert due(scene)["1"].isoformat() == "2027-03-03T04:00:00+00:00"
    scene.store.calendar.hours = "08:00-10:00"
    flow.refresh(scene.store, now=scene.now + HOUR)
    assert due(scene)["1"].isoformat() == "2027-03-04T02:00:00+00:00"


def test_stages_have_deadlines_of_their_own_alike_at_each_door(scene):
    words = {"code": ["D01"], "fix_limit": [2.0], "check_limit": [3.0]}
    scene.store.words.upsert_categories(pd.DataFrame(words))
    scene.send("1")
    scene.send("2", x=300)
    scene.act("1", "fixed")
    scene.act("2", "postponed", due_at="2027-03-02T09:00+08:00", note="rain")

    def stages():
        rows = scene.store.cases.read().set_index("case_id")
        return rows[["fix_due_at", "check_due_at"]].astype(str).fillna("none")

    live = stages()
    # opened at 11:00: an hour before noon and one after 14:30; fixed at 13:00: three from 14:30
    assert live.loc["1"].str.slice(0, 16).tolist() == ["2027-03-01 07:30", "2027-03-01 09:30"]
    assert live.loc["2", "fix_due_at"] > live.loc["1", "fix_due_at"]
    assert live.loc["2", "check_due_at"] == "none"
    flow.refresh(scene.store, now=scene.now + HOUR)
    assert stages().equals(live)
    scene.act("1", "failed", OFFICE, note="half of it")
    assert stages().loc["1", "check_due_at"] == "none"


def test_a_case_is_marked_in_its_last_quarter_and_from_its_deadline_on():
    opened = datetime.fromisoformat("2026-06-01T00:00+00:00")
    case = {"state": "open", "opened_at": opened, "due_at": opened + 4 * HOUR, "episode": 2}

    def told(hours, **other):
        return flow.marks(case | other, "1:the head;9:the mayor", opened + timedelta(hours=hours))

    nothing = (False, False, None, None, None)
    assert told(2.9) == nothing
    assert told(3) == (False, True, None, None, None)
    assert told(3.9) == (False, True, None, None, None)
    assert told(4.5) == (True, False, None, "notice", None)
    assert told(5, episode=3) == (True, False, None, "talk", "the head")
    assert told(20, episode=None)[3:] == ("reminder", "the mayor")
    assert told(20, state="verified") == told(20, due_at=None) == nothing
    # of the stages that counts in which it is
    stages = {"fix_due_at": opened + HOUR, "check_due_at": opened + 2 * HOUR}
    assert told(1.5, **stages).stage == "fix"
    assert told(1.5, state="fixed", **stages).stage is None
    assert told(2.5, state="fixed", due_at=None, **stages).stage == "check"


def test_a_table_has_the_same_marks_and_says_of_unknown_calendars(scene):
    for name, x in (("1", 0), ("2", 300), ("3", 600)):
        scene.send(name, x=x)
    scene.act("3", "postponed", due_at=f"{LAST_KNOWN + 1}-06-01", note="rain")
    scene.act("2", "cancelled", reason="x")
    rows = scene.store.cases.read()
    for hours in (0, 3, 5, 500):
        now = scene.now + timedelta(hours=hours)
        table = with_marks(scene.store, rows, now)
        for row in table.to_dict("records"):
            facts = row | {"due_at": row["due_at"].to_pydatetime()}
            assert (row["overdue"], row["due_soon"]) == flow.marks(facts, None, now)[:2]
    assert table["calendar"].iloc[2] == f"calendar of {LAST_KNOWN + 1} not known yet"
    last = [row.due_at.to_pydatetime() for row in rows.itertuples()]
    assert flow.unknown_year(scene.store, [*last, None]) == LAST_KNOWN + 1
    said = pd.DataFrame({"date": [f"{LAST_KNOWN + 1}-01-01"], "kind": ["holiday"]})
    scene.store.calendar.upsert(said)
    assert flow.unknown_year(scene.store, last) is None
    assert with_marks(scene.store, rows, now)["calendar"].isna().all()


def test_what_a_usual_day_has_room_for_is_due_within_the_shift(store):
    words = store.words.categories().set_index("code")
    within = flow.within_shift(store, store.words.categories())
    assert {"D01", "D04"} <= set(within)
    assert not {"D02", "D08", "unspecified"} & set(within)
    assert all(words.loc[one, "limit"] <= 6.5 for one in within)
    store.calendar.hours = "08:00-11:00"
    assert "D01" not in flow.within_shift(store, store.words.categories())
