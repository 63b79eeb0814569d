"""What people do with cases: asked at the door, linked at once as linking everything does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pandas as pd
import pytest

from geo_service import casework, flow
from geo_service.casework import Actor
from geo_service.flow.cases import case_file, situation
from geo_service.measure import moment_at, to_degrees
from geo_service.store import Chain
from geo_service.terms import BadInput, Conflict, NotAllowed, NotFound, Refused
from tests.flow.live.sending import all_at_once, what_is_linked
from tests.link.sides import EPSG

BEGIN = datetime(2027, 3, 1, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHIEF = Actor("chief", "supervisor")
OFFICE = Actor("office", "office")
INSPECTOR = Actor("wang", "inspector")
LEADER = Actor("li", "crew-leader", crew_id="C1")
OTHER = Actor("zhao", "crew-leader", crew_id="C2")


class Scene:
    """A store, a chain, and a clock that tests move on."""

    def __init__(self, store, folder):
        self.store, self.now = store, BEGIN
        self.chain = Chain(b"key", folder / "chain.log")
        store.district.set(utm_epsg=EPSG, timezone="Asia/Shanghai")
        crews = [{"crew_id": one, "name": one} for one in ("C1", "C2")]
        store.crews.upsert(pd.DataFrame(crews))

    def send(self, name, x=0.0, y=0.0, category="D01", **more):
        self.now += HOUR
        (lon,), (lat,) = to_degrees([570_000.0 + x], [3_990_000.0 + y], EPSG)
        point = {"lon": float(lon), "lat": float(lat)}
        fields = {"report_id": name, "category": category, **point, **more}
        return flow.accept(self.store, fields, now=self.now)

    def act(self, case_id, kind, actor=CHIEF, key=None, **fields):
        self.now += HOUR
        fields = {"kind": kind, **fields}
        return flow.act(self.store, self.chain, case_id, fields, actor=actor, now=self.now, key=key)

    def case(self, case_id):
        return case_file(self.store, case_id).case

    def state(self, case_id):
        return self.case(case_id).state

    def allowed(self, case_id, actor=CHIEF):
        case = situation(self.store, case_file(self.store, case_id), actor, self.now)
        return casework.allowed(case, actor, self.now)

    def all_at_once(self):
        """Return what the store holds, and what linking all of it at once gives."""
        return all_at_once(self.store, self.now + timedelta(seconds=1))


@pytest.fixture
def scene(store, tmp_path):
    return Scene(store, tmp_path)


def test_a_case_goes_through_all_hands(scene):
    scene.send("1")
    assert scene.act("1", "dispatched", crew_id="C1").state == "dispatched"
    assert scene.act("1", "accepted", LEADER).state == "working"
    done = scene.act("1", "fixed", LEADER, quantity=12, unit="pieces")
    assert (done.case_id, done.state) == ("1", "fixed")
    assert "verified" not in done.allowed
    assert scene.act("1", "failed", INSPECTOR, note="half of it").state == "failed"
    assert scene.act("1", "fixed", LEADER).state == "fixed"
    assert scene.act("1", "verified", INSPECTOR).state == "verified"
    case = scene.case("1")
    assert (case.reworks, bool(case.unverified)) == (1, False)
    again = scene.send("2")
    assert (again.link, again.parent_case_id) == ("rebound", "1")
    assert scene.store.events.faults(scene.chain) == []


def test_a_new_report_on_a_fixed_case_sends_it_back(scene):
    scene.send("1")
    scene.act("1", "fixed")
    assert scene.send("2").link == "rework"
    assert scene.state("1") == "failed"
    assert scene.allowed("1", INSPECTOR).count("verified") == 0


def test_who_fixed_does_not_check(scene):
    scene.send("1")
    scene.act("1", "fixed", CHIEF, person="wang")
    for actor in (CHIEF, INSPECTOR):
        with pytest.raises(Refused, match="another person") as refused:
            scene.act("1", "verified", actor)
        assert "verified" not in refused.value.allowed
    with pytest.raises(Refused, match="chief took part"):
        scene.act("1", "verified", OFFICE, person="chief")
    assert scene.act("1", "verified", OFFICE).state == "verified"


def test_a_wrong_move_says_what_is_allowed_and_keeps_nothing(scene):
    scene.send("1")
    with pytest.raises(Refused, match="The case is open") as refused:
        scene.act("1", "verified")
    assert refused.value.allowed == scene.allowed("1")
    assert "dispatched" in refused.value.allowed
    for fields, error in (
        ({"kind": "dispatched"}, BadInput),
        ({"kind": "dispatched", "crew_id": "C9"}, NotFound),
        ({"kind": "fixed", "quantity": "many"}, BadInput),
        ({"kind": "blessed"}, BadInput),
        ({"kind": "cancelled"}, BadInput),
        ({"kind": "recategorised", "category": "D99"}, BadInput),
        ({"kind": "fixed", "state": "verified"}, BadInput),
        ({"kind": "moved", "lon": 3.0, "lat": 400}, BadInput),
    ):
        with pytest.raises(error):
            scene.act("1", **fields)
    with pytest.raises(NotFound):
        scene.act("nobody's", "noted", note="x")
    assert scene.store.events.count() == 0
    assert not scene.chain.noted()


def test_a_crew_acts_on_what_it_was_given_alone(scene):
    scene.send("1")
    scene.act("1", "dispatched", crew_id="C1")
    for kind in ("accepted", "fixed", "noted"):
        with pytest.raises(NotAllowed):
            scene.act("1", kind, OTHER, note="x")
    for role in ("viewer", "admin"):
        with pytest.raises(NotAllowed):
            scene.act("1", "noted", Actor("x", role), note="x")
    assert scene.act("1", "returned", LEADER, reason="not_found").state == "returned"
    scene.act("1", "dispatched", crew_id="C1")
    with pytest.raises(BadInput, match="because"):
        scene.act("1", "returned", LEADER, reason="because")


def test_the_same_key_again_changes_nothing(scene):
    scene.send("1")
    first = scene.act("1", "fixed", key="k1")
    again = scene.act("1", "fixed", key="k1")
    assert (again.event_id, again.state, again.repeated) == (first.event_id, "fixed", True)
    assert scene.store.events.count() == 1
    with pytest.raises(Conflict):
        scene.act("1", "noted", key="k1", note="x")
    assert scene.act("1", "verified", OFFICE, key="k1").state == "verified"


def test_one_takes_back_the_own_last_step_within_minutes(scene):
    scene.send("1")
    scene.act("1", "fixed", CHIEF)
    scene.now -= HOUR
    with pytest.raises(Refused):
        scene.act("1", "withdrawn", OFFICE)
    scene.now += timedelta(minutes=5) - 2 * HOUR
    assert scene.act("1", "withdrawn").state == "open"
    scene.act("1", "fixed")
    with pytest.raises(Refused, match="10 minutes"):
        scene.act("1", "withdrawn")


def test_cancelled_and_reinstated(scene):
    scene.send("1")
    scene.act("1", "dispatched", crew_id="C1")
    assert scene.act("1", "cancelled", reason="twice").state == "cancelled"
    assert scene.allowed("1") == [
        *("reinstated", "split", "noted", "cause", "measure", "withdrawn")
    ]
    assert scene.act("1", "reinstated").state == "dispatched"


def test_two_cases_become_one_and_a_report_is_split_off_again(scene):
    scene.send("1")
    scene.send("2", x=200)
    scene.send("3", x=205)
    merged = scene.act("2", "merged", target_case_id="1")
    assert (merged.case_id, merged.state) == ("1", "open")
    file = case_file(scene.store, "2")
    assert [one.report_id for one in file.reports] == ["1", "2", "3"]
    # a report near the one that was merged away joins the case that holds it
    assert scene.send("4", x=198).case_id == "1"
    with pytest.raises(Refused, match="this very case"):
        scene.act("1", "merged", target_case_id="2")
    with pytest.raises(BadInput, match="9"):
        scene.act("1", "split", report_ids="9")
    scene.act("1", "split", report_ids=["3"])
    assert scene.store.live.case("3").state == "open"
    found, made = scene.all_at_once()
    assert found == made


def test_another_category_and_another_point_are_what_everybody_reads(scene):
    scene.send("1")
    scene.send("2", x=500, category="D02")
    scene.act("1", "recategorised", category="D02")
    scene.act(
        "1",
        "moved",
        **{
            name: float(scene.store.reports.read(["lon", "lat"], ids=["2"])[name].iloc[0])
            for name in ("lon", "lat")
        },
    )
    row = scene.store.reports.read(ids=["1"]).iloc[0]
    assert row["category"] == "D02"
    assert scene.case("1").category == "D02"
    assert scene.send("3", x=500, category="D02").case_id == "1"
    # a later file of the source does not undo what a person said
    table = scene.store.reports.read(ids=["1"]).assign(category="D03", address="西湖后街 3 号")
    scene.store.reports.upsert(table)
    assert scene.store.reports.read(ids=["1"])["category"].iloc[0] == "D02"
    found, made = scene.all_at_once()
    assert found == made


def test_what_was_moved_is_back_where_it_was_when_that_is_taken_back(scene):
    scene.send("1")
    before = scene.store.reports.read(["lon", "lat", "category"], ids=["1"])
    scene.act("1", "recategorised", category="D02")
    scene.now += timedelta(minutes=2) - HOUR
    scene.act("1", "withdrawn")
    pd.testing.assert_frame_equal(
        scene.store.reports.read(["lon", "lat", "category"], ids=["1"]), before
    )
    assert scene.store.placements.read().empty


@pytest.mark.parametrize(
    ("late", "actor", "kept"),
    [(0.5, LEADER, False), (30, LEADER, True), (24 * 40, LEADER, None), (24 * 40, CHIEF, True)],
)
def test_what_is_entered_late_says_so(scene, late, actor, kept):
    scene.send("1")
    scene.act("1", "dispatched", crew_id="C1", at=scene.now.isoformat())
    scene.now += timedelta(days=60)
    at = (scene.now + HOUR - timedelta(hours=late)).isoformat()
    if kept is None:
        with pytest.raises(Refused, match="30 days"):
            scene.act("1", "fixed", actor, at=at)
        return
    scene.act("1", "fixed", actor, at=at, note="told by phone")
    log = scene.store.events.read()
    assert log["back_dated"].tolist() == [False, kept]


def test_a_check_a_little_before_the_fix_comes_right_after_it(scene):
    scene.send("1")
    scene.act("1", "fixed")
    fixed = moment_at(scene.case("1").fixed)
    with pytest.raises(Refused, match="before the fix"):
        scene.act("1", "verified", OFFICE, at=(fixed - timedelta(minutes=6)).isoformat())
    scene.act("1", "verified", OFFICE, at=(fixed - timedelta(minutes=4)).isoformat())
    assert moment_at(scene.case("1").verified) == fixed + timedelta(minutes=1)


def test_from_the_second_rebound_on_a_cause_and_a_measure_are_asked_for(scene):
    for name in ("1", "2", "3"):
        scene.send(name)
        scene.act(name, "fixed")
        if name != "3":
            scene.act(name, "verified", OFFICE)
    with pytest.raises(Refused, match="rebound number 2"):
        scene.act("3", "verified", INSPECTOR, note="x")
    scene.act("3", "cause", note="no bin")
    due = (scene.now + timedelta(days=9)).isoformat()
    scene.act("3", "measure", note="a bin", person="sun", due_at=due)
    assert scene.act("3", "verified", INSPECTOR).state == "verified"


KINDS = {
    "dispatched": {"crew_id": "C1"},
    "returned": {"reason": "weather"},
    "postponed": {"note": "rain", "due_at": "2027-12-01"},
    "fixed": {},
    "failed": {"note": "half of it"},
    "verified": {"note": "said why"},
    "cancelled": {"reason": "twice"},
    "recategorised": {"category": "D02"},
}


def walked(scene, seed, steps):
    """Let people and reports come at random, whatever is allowed."""
    draw = Random(seed)
    people = [CHIEF, OFFICE, INSPECTOR, LEADER]
    sent = []
    for step in range(steps):
        scene.now += timedelta(hours=draw.choice([0, 1, 30, 24 * 20]))
        if len(sent) < 2 or draw.random() < 0.35:
            x = draw.choice([0, 20, 45, 300]) + draw.choice([0, 4])
            sent.append(f"{draw.choice('aB0')}{step}")
            scene.send(sent[-1], x=x, category=draw.choice(["D01", "D01", "D02"]))
            continue
        case_id, actor = draw.choice(sent), draw.choice(people)
        kinds = scene.allowed(case_id, actor)
        if not kinds:
            continue
        kind = draw.choice(kinds)
        fields = dict(KINDS.get(kind, {"note": "x", "person": "sun", "due_at": "2027-12-01"}))
        if kind == "merged":
            fields = {"target_case_id": draw.choice(sent)}
        elif kind == "split":
            file = case_file(scene.store, case_id)
            others = {one.report_id for one in file.reports} - {file.case.case_id}
            fields = {"report_ids": sorted(others)[:1] or ["none"]}
        elif kind == "moved":
            place = scene.store.reports.read(["lon", "lat"], ids=[draw.choice(sent)])
            fields = {name: float(place[name].iloc[0]) for name in ("lon", "lat")}
        elif kind in ("reinstated", "withdrawn", "accepted"):
            fields = {}
        try:
            scene.act(case_id, kind, actor, **fields)
        except (Refused, BadInput):
            continue


@pytest.mark.parametrize("seed", range(4))
def test_acting_step_by_step_is_linking_everything(scene, seed):
    walked(scene, seed, 40)
    found, made = scene.all_at_once()
    for name, table in made.items():
        assert found[name] == table, name
    assert scene.store.events.faults(scene.chain) == []


def test_a_refresh_finds_what_acting_made_and_later_ones_too(scene):
    walked(scene, 7, 25)
    before, _ = scene.all_at_once()
    flow.refresh(scene.store, now=scene.now)
    assert what_is_linked(scene.store) == before
    walked(scene, 8, 20)
    before, _ = scene.all_at_once()
    flow.refresh(scene.store, now=scene.now + HOUR)
    assert what_is_linked(scene.store) == before


def test_events_of_a_case_tell_which_stand(scene):
    scene.send("1")
    scene.act("1", "fixed")
    scene.now += timedelta(minutes=1) - HOUR
    scene.act("1", "withdrawn")
    rows = case_file(scene.store, "1").events
    assert [(one["kind"], one["stands"]) for one in rows] == [
        ("fixed", False),
        ("withdrawn", False),
    ]


def test_what_is_done_while_a_refresh_waits_to_read_stands_after_it(scene):
    scene.send("1")
    asked = scene.now + timedelta(minutes=1)
    scene.act("1", "fixed")
    flow.refresh(scene.store, now=asked)
    assert scene.state("1") == "fixed"


def test_who_read_the_clock_first_and_writes_last_forgets_nothing(scene):
    report = scene.send("1")
    scene.act("1", "dispatched", crew_id="C1")
    scene.now -= 1.5 * HOUR
    row = scene.store.reports.read(["lon", "lat"], ids=[report.report_id]).iloc[0]
    assert scene.act("1", "moved", lon=row["lon"], lat=row["lat"]).state == "dispatched"
