"""The history of another system: kept once, nobody's here, and no check of what was fixed here."""

from __future__ import annotations

import pandas as pd
import pytest

from geo_service import flow
from geo_service.terms import FRAMES, BadInput
from tests.flow.live.test_act import INSPECTOR, LEADER, OFFICE, Scene


@pytest.fixture
def scene(store, tmp_path):
    return Scene(store, tmp_path)


@pytest.fixture
def bring(scene, tmp_path):
    """Return what imports rows of events, given as tables or as lines of text."""

    def read(*rows, name="events.csv", source="old"):
        path = tmp_path / name
        pd.DataFrame(rows).to_csv(path, index=False)
        told = {"source": source, "now": scene.now}
        return flow.import_events(scene.store, scene.chain, path, **told)

    return read


def day(scene, hours=0):
    return (scene.now + pd.Timedelta(hours=hours)).isoformat()


def told(done):
    return (done.accepted, done.updated, done.unchanged, done.rejected)


def test_a_history_moves_cases_with_the_next_refresh_and_twice_changes_nothing(scene, bring):
    scene.send("a")
    scene.send("b", x=400)
    scene.now += pd.Timedelta(hours=9)
    rows = [
        {"event_id": "H3", "case_id": "a", "kind": "核查通过", "at": day(scene, -1)},
        {
            "event_id": "H1",
            "case_id": "a",
            "kind": "dispatched",
            "crew_id": "C1",
            "at": day(scene, -5),
        },
        {"event_id": "H2", "case_id": "a", "kind": "fixed", "at": day(scene, -3), "actor": "王五"},
        {"event_id": "H4", "case_id": "b", "kind": "fixed", "at": day(scene, -3), "quantity": 2.5},
    ]
    assert told(bring(*rows)) == (4, 0, 0, 0)
    assert scene.state("a") == "open", "what it makes of cases comes with the refresh"
    log = scene.store.events.read()
    assert log["event_id"].tolist() == ["H1", "H2", "H4", "H3"], "in the order of their moments"
    assert log["actor"].tolist() == ["import:old", "import:王五", "import:old", "import:old"]
    assert (log["received_at"] == log["at"]).all()
    assert not log["back_dated"].any()
    assert scene.store.events.faults(scene.chain) == []
    flow.refresh(scene.store, now=scene.now)
    assert (scene.state("a"), scene.state("b")) == ("verified", "fixed")

    head = scene.store.events.head()
    assert told(bring(*rows)) == (0, 0, 4, 0)
    assert told(bring(*rows, name="again.csv")) == (0, 0, 4, 0)
    assert scene.store.events.head() == head
    assert len(scene.chain.noted()) == 4


def test_what_was_fixed_here_is_not_checked_by_it(scene, bring):
    scene.send("a")
    scene.act("a", "dispatched", crew_id="C1")
    scene.act("a", "fixed", LEADER)
    scene.now += pd.Timedelta(hours=3)
    check = {"case_id": "a", "kind": "verified", "at": day(scene, -1)}
    for kind in ("verified", "failed"):
        done = bring(check | {"kind": kind})
        assert done.rejected_by_reason == {"intake.fixed_here": 1}
    (row,) = scene.store.rejects.read()
    assert (row["file"], row["line"], row["field"], row["value"]) == (
        *("events.csv", 2, "kind", "failed"),
    )
    scene.act("a", "failed", INSPECTOR, note="still there")
    scene.now += pd.Timedelta(hours=3)
    fix = {"case_id": "a", "kind": "fixed", "at": day(scene, -2)}
    # the fix of its own it may check
    assert told(bring(fix, check | {"at": day(scene, -1)})) == (2, 0, 0, 0)
    flow.refresh(scene.store, now=scene.now)
    assert scene.state("a") == "verified"


def test_no_old_case_leads_to_a_later_one_that_was_fixed_here(scene, bring):
    scene.send("a")
    scene.act("a", "fixed", OFFICE)
    scene.act("a", "verified", INSPECTOR)
    scene.send("b")
    scene.act("b", "fixed", OFFICE)
    scene.now += pd.Timedelta(hours=2)
    assert scene.case("b").site_id == scene.case("a").site_id
    done = bring({"case_id": "a", "kind": "verified", "at": day(scene, -1)})
    assert done.rejected_by_reason == {"intake.fixed_here": 1}


def test_work_that_began_here_stays_with_whom_it_was_given_to(scene, bring):
    scene.send("a")
    scene.now += pd.Timedelta(days=1)
    scene.act("a", "dispatched", crew_id="C1")
    bring({"case_id": "a", "kind": "dispatched", "crew_id": "C2", "at": day(scene, -20)})
    flow.refresh(scene.store, now=scene.now)
    assert scene.store.cases.one("a")["dispatched_crew_id"] == "C1"
    assert "accepted" in scene.allowed("a", LEADER)


def test_what_it_says_of_reports_counts_and_can_be_taken_back(scene, bring):
    scene.send("a")
    scene.send("b", x=5)
    scene.now += pd.Timedelta(hours=9)
    rows = [
        {"event_id": "M", "case_id": "a", "kind": "recategorised", "category": "D02"},
        {"event_id": "W", "case_id": "a", "kind": "withdrawn", "takes_back": "M"},
    ]
    rows = [one | {"at": day(scene, n - 4)} for n, one in enumerate(rows)]
    assert told(bring(rows[0])) == (1, 0, 0, 0)
    reports = scene.store.reports.read(["report_id", "category"]).set_index("report_id")
    assert reports["category"].to_dict() == {"a": "D02", "b": "D02"}
    flow.refresh(scene.store, now=scene.now)
    assert told(bring(*rows)) == (1, 0, 1, 0)
    reports = scene.store.reports.read(["report_id", "category"]).set_index("report_id")
    assert reports["category"].to_dict() == {"a": "D01", "b": "D01"}


@pytest.mark.parametrize(
    ("more", "field", "value", "reason"),
    [
        ({"kind": "swept"}, "kind", "swept", "unknown_event_kind"),
        ({"kind": None}, "kind", None, "unknown_event_kind"),
        ({"at": None}, "at", None, "missing_at"),
        ({"at": "yesterday"}, "at", "yesterday", "bad_date"),
        ({"at": "2040-01-01"}, "at", "2040-01-01", "in_future"),
        ({"at": "2001-01-01"}, "at", "2001-01-01", "before_opening"),
        ({"case_id": "z"}, "case_id", "z", "unknown_case"),
        ({"case_id": None}, "case_id", None, "missing_key"),
        ({"kind": "dispatched"}, "crew_id", None, "event_needs"),
        ({"kind": "dispatched", "crew_id": "C9"}, "crew_id", "C9", "unknown_crew"),
        ({"unit_id": "U9"}, "unit_id", "U9", "unknown_unit"),
        ({"kind": "recategorised"}, "category", None, "event_needs"),
        ({"category": "X1"}, "category", "X1", "unknown_category"),
        ({"kind": "merged", "target_case_id": "a"}, "target_case_id", "a", "merged_with_itself"),
        ({"kind": "split", "report_ids": "a;y"}, "report_ids", "y", "unknown_report"),
        ({"photo_ids": "f00"}, "photo_ids", "f00", "unknown_photo"),
        ({"kind": "returned", "reason": "tired"}, "reason", "tired", "unknown_reason"),
        (
            {"kind": "withdrawn", "takes_back": "E000000001"},
            "takes_back",
            "E000000001",
            "not_taken_back",
        ),
        ({"kind": "moved"}, "lon", None, "event_needs"),
        ({"kind": "moved", "lon": 200, "lat": 36}, "lon", "200.0", "out_of_range"),
        ({"lon": 103.7}, "lon", "103.7", "half_point"),
        ({"quantity": "many"}, "quantity", "many", "bad_number"),
    ],
)
def test_what_cannot_be_used_is_named(scene, bring, more, field, value, reason):
    scene.send("a")
    scene.act("a", "noted", note="seen")
    good = {"case_id": "a", "kind": "fixed", "at": scene.now.isoformat(), "event_id": "ok"}
    bad = dict.fromkeys(FRAMES["events"].names) | good | {"event_id": "bad"} | more
    done = bring(good, bad)
    assert told(done) == (1, 0, 0, 1)
    (row,) = scene.store.rejects.read()
    assert (row["line"], row["field"], row["value"], row["reason"]) == (
        *(3, field, value, f"intake.{reason}"),
    )


def test_a_key_stands_for_one_event(scene, bring):
    scene.send("a")
    rows = [
        {"case_id": "a", "kind": "fixed", "at": day(scene), "idempotency_key": "k"},
        {"case_id": "a", "kind": "failed", "at": day(scene), "idempotency_key": "k"},
    ]
    done = bring(rows[0], rows[0], rows[1])
    assert told(done) == (1, 0, 1, 1)
    assert done.rejected_by_reason == {"intake.key_used": 1}
    # equal rows without any id are two events
    bare = {"case_id": "a", "kind": "noted", "at": day(scene)}
    assert told(bring(bare, bare)) == (2, 0, 0, 0)
    assert told(bring(bare, bare)) == (0, 0, 2, 0)


def test_ids_that_are_given_here_stay_free(scene, bring):
    scene.send("a")
    rows = [
        {"event_id": f"E00000000{n}", "case_id": "a", "kind": "noted", "at": day(scene)}
        for n in (1, 2)
    ]
    assert told(bring(*rows)) == (2, 0, 0, 0)
    scene.act("a", "noted", note="after")
    ids = scene.store.events.read()["event_id"].tolist()
    assert ids == ["import:old:E000000001", "import:old:E000000002", "E000000003"]
    assert scene.store.events.faults(scene.chain) == []


def test_a_file_without_cases_is_refused_whole(scene, bring):
    with pytest.raises(BadInput, match="case_id"):
        bring({"kind": "fixed"})
    assert scene.store.events.count() == 0


def test_thousands_are_kept_at_once(scene, bring):
    scene.send("a")
    rows = [
        {"event_id": f"n{n}", "case_id": "a", "kind": "noted", "at": day(scene), "note": str(n)}
        for n in range(5_000)
    ]
    assert told(bring(*rows)) == (5_000, 0, 0, 0)
    assert scene.store.events.faults(scene.chain) == []
    assert told(bring(*rows)) == (0, 0, 5_000, 0)
