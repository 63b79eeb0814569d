"""Who does what on which day: proposed, published through the log, changed once, taken back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo_service import flow
from geo_service.casework import Actor
from geo_service.flow import assignments, stop_order
from geo_service.measure import to_degrees
from geo_service.store import Chain, open_store
from geo_service.terms import BadInput, Conflict, NotAllowed, NotFound, Refused
from tests.link.sides import EPSG

# a Monday, 10:00 in Shanghai
BEGIN = datetime(2027, 3, 1, 2, tzinfo=UTC)
TODAY, TOMORROW = "2027-03-01", "2027-03-02"
CHIEF = Actor("chief", "supervisor")
OFFICE = Actor("office", "office")
LEADER = Actor("li", "crew-leader", crew_id="C1")


class Day:
    """A store with three crews and cases 200 m apart, and a clock."""

    def __init__(self, store, folder):
        self.store, self.now = store, BEGIN
        self.chain = Chain(b"key", folder / "chain.log")
        store.district.set(utm_epsg=EPSG, timezone="Asia/Shanghai")
        store.crews.upsert(
            pd.DataFrame(
                {
                    "crew_id": ["C1", "C2", "C3"],
                    "name": ["一班", "二班", "三班"],
                    "weekdays": ["1-5", None, None],
                    "capacity_minutes": [60.0, 480.0, None],
                    "depot_lon": [105.78, None, None],
                    "depot_lat": [36.0, None, None],
                }
            )
        )
        square = shapely.box(105.77, 36.04, 105.79, 36.06)
        areas = {"area_id": ["A"], "name": ["西湖后街"], "kind": ["alley"]}
        store.areas.upsert(gpd.GeoDataFrame(areas, geometry=[square], crs="EPSG:4326"))
        for number in range(4):
            (lon,), (lat,) = to_degrees([570_000.0 + 200 * number], [3_990_000.0], EPSG)
            fields = {"report_id": str(number), "category": "D01"}
            fields |= {"lon": float(lon), "lat": float(lat)}
            flow.accept(store, fields, now=self.now - timedelta(hours=5 - number))

    def desk(self, actor=CHIEF, **how):
        self.now += timedelta(minutes=1)
        return assignments.Desk(self.store, self.chain, actor, self.now, **how)

    def assign(self, actor=CHIEF, **asked):
        said = {"crew_id": "C1", "date": TODAY, **asked}
        return assignments.assign(self.desk(actor), said)

    def change(self, one, actor=CHIEF, two_persons=False, **asked):
        desk = self.desk(actor, two_persons=two_persons)
        return assignments.change(desk, one.assignment_id, one.version, asked)

    def act(self, case_id, kind, actor=LEADER, **fields):
        self.now += timedelta(minutes=1)
        fields = {"kind": kind, **fields}
        return flow.act(self.store, self.chain, case_id, fields, actor=actor, now=self.now)

    def now_is(self, one):
        return self.store.assignments.one(one.assignment_id)

    def state(self, case_id):
        return self.store.live.case(case_id).state


def told(refused):
    return vars(refused.value)["values"]


@pytest.fixture
def day(store, tmp_path):
    return Day(store, tmp_path)


def test_what_is_published_is_dispatched_and_the_crew_moves_it(day):
    one = day.assign(case_ids=["0", "1"], note="先做")
    assert (one.state, one.version, one.case_ids) == ("proposed", 1, ("0", "1"))
    assert day.state("0") == "open"
    one = day.change(one, state="published")
    assert (one.state, one.version) == ("published", 2)
    assert (day.state("0"), day.state("1")) == ("dispatched", "dispatched")
    day.act("0", "accepted")
    assert day.now_is(one).state == "accepted"
    day.act("0", "fixed")
    assert day.now_is(one).state == "accepted"
    day.act("1", "returned", reason="not_found")
    assert day.now_is(one).state == "cannot"
    # one chain of three events and the two dispatches
    assert day.store.events.count() == 5
    assert day.store.events.faults(day.chain) == []


def test_all_cases_fixed_is_done_and_taking_that_back_is_not(day):
    one = day.change(day.assign(case_ids=["0"]), state="published")
    day.act("0", "fixed")
    assert day.now_is(one).state == "done"
    day.act("0", "withdrawn")
    assert day.now_is(one).state == "published"


def test_a_case_dispatched_elsewhere_is_on_the_crews_list(day):
    day.act("0", "dispatched", CHIEF, crew_id="C1")
    (stop,) = day.store.assignments.listed(TODAY, "C1")
    assert (stop.state, stop.case_ids, stop.created_by) == ("published", ("0",), "chief")
    # to another crew: that one has it, the first no more
    day.act("0", "dispatched", CHIEF, crew_id="C2")
    assert day.store.assignments.listed(TODAY, "C1") == []
    (other,) = day.store.assignments.listed(TODAY, "C2")
    assert other.case_ids == ("0",)
    assert day.now_is(stop).state == "cancelled"
    # the last dispatch is taken back: it is with the first again
    day.act("0", "withdrawn", CHIEF)
    assert [one.case_ids for one in day.store.assignments.listed(TODAY, "C1")] == [("0",)]
    assert day.store.assignments.listed(TODAY, "C2") == []


def test_what_was_given_back_and_is_dispatched_again_is_the_same_stop(day):
    one = day.change(day.assign(case_ids=["0"]), state="published")
    day.act("0", "returned", reason="weather")
    day.act("0", "dispatched", CHIEF, crew_id="C1")
    (stop,) = day.store.assignments.listed(TODAY)
    assert (stop.assignment_id, stop.state) == (one.assignment_id, "published")


def test_a_dispatch_falls_on_the_next_day_the_crew_works(day):
    day.now = datetime(2027, 3, 6, 2, tzinfo=UTC)
    day.act("0", "dispatched", CHIEF, crew_id="C1")
    assert [one.case_ids for one in day.store.assignments.listed("2027-03-08")] == [("0",)]


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"date": "2027-02-28", "area_id": "A"}, "day_past"),
        ({"date": "2027-03-06", "area_id": "A"}, "crew_off"),
        ({"area_id": "A", "date": TOMORROW}, "other_crew"),
        ({"case_ids": ["3"]}, "other_crew"),
        ({"case_ids": ["0", "1"]}, "shift_full"),
    ],
)
def test_what_speaks_against_it_is_said_and_a_note_goes_over_it(day, asked, reason):
    day.assign(crew_id="C2", area_id="A", date=TOMORROW)
    day.act("3", "dispatched", CHIEF, crew_id="C2")
    if reason == "shift_full":
        # D01 asks for 12 minutes: 3 cases and an area (20) leave 4 of 60
        day.assign(area_id="A")
        day.store.words.upsert_categories(
            pd.DataFrame({"code": ["D01"], "service_minutes": [30.0]})
        )
    with pytest.raises(Conflict) as refused:
        day.assign(**asked)
    assert told(refused)["reason"] == reason
    with pytest.raises(BadInput, match="say why"):
        day.assign(**asked, force=True)
    one = day.assign(**asked, force=True, note="书记要求")
    assert one.forced
    # and it is published as it was forced
    assert day.change(one, state="published").state == "published"


def test_the_same_twice_is_no_matter_of_force(day):
    day.assign(area_id="A")
    with pytest.raises(Conflict, match="already"):
        day.assign(area_id="A", force=True, note="x")
    day.assign(case_ids=["0"])
    with pytest.raises(Conflict, match="already"):
        day.assign(case_ids=["1", "0"], force=True, note="x")


def test_what_does_not_exist_is_named(day):
    for asked in ({"area_id": "Z"}, {"case_ids": ["99"]}, {"crew_id": "C9", "area_id": "A"}):
        with pytest.raises(NotFound):
            day.assign(**asked)
    with pytest.raises(BadInput):
        day.assign()
    with pytest.raises(BadInput, match="state"):
        day.assign(area_id="A", state="done")


def test_a_case_that_cannot_be_dispatched_keeps_the_assignment_a_proposal(day):
    one = day.assign(case_ids=["0", "1"])
    day.act("1", "fixed", CHIEF)
    with pytest.raises(Refused):
        day.change(one, state="published")
    # nothing of it was done: neither the first dispatch, nor a line of the log
    assert (day.state("0"), day.now_is(one).state) == ("open", "proposed")
    assert day.store.events.count() == 1
    assert day.store.events.faults(day.chain) == []


def test_of_several_changes_of_one_version_one_wins(day):
    one = day.assign(area_id="A")

    def change(number):
        with_own = open_store(day.store.url, create=False)
        desk = assignments.Desk(with_own, day.chain, CHIEF, day.now)
        try:
            return assignments.change(desk, one.assignment_id, 1, {"note": str(number)}).note
        except Conflict:
            return None
        finally:
            with_own.close()

    with ThreadPoolExecutor(4) as threads:
        won = [note for note in threads.map(change, range(4)) if note is not None]
    kept = day.now_is(one)
    assert (won, kept.version) == ([kept.note], 2)


def test_another_version_changes_and_removes_nothing(day):
    one = day.assign(area_id="A")
    day.change(one, note="x")
    with pytest.raises(Conflict, match="chief"):
        day.change(one, state="published")
    with pytest.raises(Conflict):
        assignments.remove(day.desk(), one.assignment_id, 1)
    assert day.now_is(one).state == "proposed"


def test_who_publishes_is_another_where_two_persons_are_asked_for(day):
    one = day.assign(area_id="A")
    with pytest.raises(Conflict, match="chief"):
        day.change(one, two_persons=True, state="published")
    assert day.change(one, OFFICE, two_persons=True, state="published").state == "published"
    desk = day.desk(two_persons=True)
    asked = {"crew_id": "C1", "date": TOMORROW, "area_id": "A", "state": "published"}
    other = assignments.assign(desk, asked)
    assert other.state == "proposed"
    # who gives it to another crew proposes it anew
    moved = day.change(other, OFFICE, two_persons=True, crew_id="C2")
    with pytest.raises(Conflict, match="office"):
        day.change(moved, OFFICE, two_persons=True, state="published")


def test_taken_back_in_time_the_case_is_as_before(day):
    one = day.assign(case_ids=["0"], state="published")
    assert (one.state, day.state("0")) == ("published", "dispatched")
    gone, left = assignments.remove(day.desk(), one.assignment_id, one.version)
    assert (gone.state, left, day.state("0")) == ("cancelled", [], "open")
    with pytest.raises(Conflict):
        assignments.remove(day.desk(), one.assignment_id, gone.version)
    # too late, it stays with the crew, and that is said
    one = day.assign(case_ids=["0"], state="published")
    day.now += timedelta(hours=1)
    gone, left = assignments.remove(day.desk(), one.assignment_id, one.version)
    assert (gone.state, left, day.state("0")) == ("cancelled", ["0"], "dispatched")


def test_a_published_stop_given_to_another_crew_takes_its_cases_along(day):
    one = day.assign(case_ids=["0"], state="published")
    moved = day.change(one, crew_id="C2")
    assert (moved.crew_id, moved.state) == ("C2", "published")
    last = flow.case_file(day.store, "0").standing[-1]
    assert (last["kind"], last["crew_id"]) == ("dispatched", "C2")
    assert day.store.assignments.listed(TODAY, "C1") == []


def test_two_stops_of_one_case_are_one_and_are_done_together(day):
    one = day.assign(case_ids=["0"], state="published")
    two = day.assign(case_ids=["1"], state="published")
    day.act("1", "merged", CHIEF, target_case_id="0")
    assert day.now_is(two).case_ids == ("0",)
    assert [stop.case_ids for stop in day.store.assignments.listed(TODAY, "C1")] == [("0",)]
    assert day.store.assignments.minutes(TODAY)["C1"] == 12.0
    day.act("0", "fixed", CHIEF)
    assert (day.now_is(one).state, day.now_is(two).state) == ("done", "done")


def test_an_area_moves_by_hand_and_cases_do_not(day):
    area = day.assign(area_id="A", state="published")
    assert day.change(area, state="accepted").state == "accepted"
    with pytest.raises(Conflict, match="proposed"):
        day.change(day.now_is(area), state="proposed")
    case = day.assign(case_ids=["0"], state="published")
    with pytest.raises(Conflict, match="follows"):
        day.change(case, state="done")


def test_a_cleanup_ends_the_assignment_of_its_area(day):
    one = day.assign(area_id="A", state="published")
    visit = {"area_id": "A", "kind": "patrol", "started_at": day.now.isoformat()}
    assert flow.visit(day.store, visit, actor=LEADER, now=day.now).done == []
    made = flow.visit(day.store, visit | {"kind": "cleanup"}, actor=LEADER, now=day.now, key="k")
    assert [done.assignment_id for done in made.done] == [one.assignment_id]
    assert day.now_is(one).state == "done"
    again = flow.visit(day.store, visit | {"kind": "cleanup"}, actor=LEADER, now=day.now, key="k")
    assert (again.visit_id, again.repeated, again.done) == (made.visit_id, True, [])
    assert day.store.visits.count() == 2


def test_stops_go_up_and_down_and_to_the_nearest_next(day):
    stops = [day.assign(crew_id="C2", case_ids=[one], state="published") for one in "3021"]
    listed = lambda: [one.case_ids[0] for one in day.store.assignments.listed(TODAY, "C2")]  # noqa: E731
    assert listed() == ["3", "0", "2", "1"]
    stop_order.step(day.desk(), stops[0].assignment_id, day.now_is(stops[0]).version, 1)
    assert listed() == ["0", "3", "2", "1"]
    first = day.now_is(stops[1])
    stop_order.step(day.desk(), first.assignment_id, first.version, -1)
    assert listed() == ["0", "3", "2", "1"]
    with pytest.raises(Conflict):
        stop_order.step(day.desk(), first.assignment_id, 9, 1)
    # no depot: from the first stop on; what is done stays ahead
    day.act("2", "fixed", CHIEF)
    stop_order.nearest_next(day.desk(), "C2", datetime(2027, 3, 1, tzinfo=UTC).date())
    assert listed() == ["2", "0", "1", "3"]


def test_what_a_crew_says_after_a_merge_gave_its_case_away_is_kept_as_a_note(day):
    one = day.assign(case_ids=["0"], state="published")
    day.act("1", "dispatched", CHIEF, crew_id="C2")
    day.act("1", "merged", CHIEF, target_case_id="0")
    now, said = day.desk(LEADER).now, {"kind": "fixed", "note": "已清", "quantity": 3}
    sent = lambda: flow.act(day.store, day.chain, "0", said, actor=LEADER, now=now, key="k")  # noqa: E731
    kept = sent()
    assert (kept.state, day.state("0")) == ("dispatched", "dispatched")
    last = flow.case_file(day.store, "0").events[-1]
    assert (last["kind"], last["actor"]) == ("noted", "li")
    assert "已清" in last["note"]
    assert (sent().event_id, sent().repeated) == (kept.event_id, True)
    # both have it on their lists, and both are done when it is
    assert day.now_is(one).case_ids == ("0",)
    day.act("0", "fixed", Actor("zhao", "crew-leader", crew_id="C2"))
    assert day.now_is(one).state == "done"
    with pytest.raises(NotAllowed):
        day.act("2", "fixed", LEADER)


def test_a_unit_takes_a_case_off_every_crews_list(day):
    day.store.units.upsert(pd.DataFrame({"unit_id": ["U1"], "name": ["环卫站"]}))
    one = day.assign(case_ids=["0", "1"], state="published")
    day.act("0", "dispatched", CHIEF, unit_id="U1")
    assert day.now_is(one).case_ids == ("1",)
    day.act("1", "dispatched", CHIEF, unit_id="U1")
    assert day.now_is(one).state == "cancelled"


def test_a_proposal_is_of_something_else_and_what_is_published_is_not(day):
    one = day.change(day.assign(area_id="A"), OFFICE, case_ids=["1", "2"])
    assert (one.case_ids, one.created_by) == (("1", "2"), "office")
    with pytest.raises(NotFound):
        day.change(one, case_ids=["99"])
    one = day.change(one, case_ids=["3"], state="published")
    assert (one.case_ids, one.state, day.state("3")) == (("3",), "published", "dispatched")
    assert day.state("1") == "open"
    with pytest.raises(Conflict):
        day.change(one, case_ids=["1"])
