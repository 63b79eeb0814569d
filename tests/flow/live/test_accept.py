"""The usual report: checked, placed, linked, answered; what cannot be used is named."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from geo_service import flow
from geo_service.store import open_store
from geo_service.terms import BadInput, Conflict
from geo_service.terms.phrases import subject_phrases
from tests.flow.city import ALLEY, FAR, MARKET, fill, plain
from tests.flow.live.conftest import fill_and_refresh
from tests.flow.live.sending import NOW, ROOT, send, what_is_linked
from tests.store.samples import spells_of


def test_a_rebound_is_told_with_the_days_since_it_was_closed(done):
    answer = send(done, at="2026-03-18T08:00+08:00")
    assert (answer.outcome, answer.link, answer.parent_case_id) == ("accepted", "rebound", "2")
    assert (answer.episode, answer.site_id, answer.area_id) == (3, "1", "A1")
    assert answer.closed_days == pytest.approx(6)
    spell = spells_of(done).set_index("case_id").loc["2"]
    assert (spell["returned"], spell["next_case_id"]) == (True, answer.case_id)
    assert done.cases.one("2")["state"] == "verified"
    again = send(done, at="2026-03-18T09:00+08:00")
    assert (again.link, again.case_id, again.parent_case_id) == ("duplicate", answer.case_id, None)
    assert done.cases.one(answer.case_id)["reports"] == 2


def test_a_new_place_is_a_new_site(done):
    answer = send(done, MARKET, at="2026-05-01T08:00+08:00")
    assert (answer.link, answer.case_id, answer.site_id) == ("new",) + (answer.report_id,) * 2
    assert (answer.area_id, answer.subdistrict_id, answer.distance_m) == ("M1", "S1", 0.0)
    assert answer.report_id in set(done.sites.read()["site_id"])


def test_a_report_far_from_all_areas_has_a_case_and_no_area(done):
    assert send(done, (FAR[0], FAR[1] + 0.1)).area_id is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_report_too_far_from_all_areas_is_refused_with_its_distance(done, language):
    before = done.fingerprint()
    with pytest.raises(BadInput) as refused:
        send(done, (116.4, 39.9))
    # 1,186.7 km on the ellipsoid
    assert "1,184 " in refused.value.say(language)
    with pytest.raises(BadInput):
        send(done, (ALLEY[1], -ALLEY[0] / 2))
    assert done.fingerprint() == before


def test_a_report_without_a_point_is_placed_by_its_words_and_has_no_case(done):
    answer = send(done, None, address="西湖后街北口")
    assert (answer.area_id, answer.precision) == ("A1", "area")
    assert (answer.case_id, answer.link) == (None, None)


def test_a_late_report_changes_what_came_after_it(done):
    # between the closing of case 1 and its rebound: it is the rebound, and 2 joins it
    answer = send(done, at="2026-03-06T08:00+08:00", report_id="late")
    assert (answer.link, answer.parent_case_id) == ("rebound", "1")
    links = {
        key: (case, link)
        for key, case, link in plain(done.reports.read(["report_id", "case_id", "link"]))
    }
    assert links["2"] == ("late", "duplicate")
    before = what_is_linked(done)
    flow.refresh(done, now=NOW + timedelta(days=1))
    assert what_is_linked(done) == before


CHANGES = [
    {"description": "new words"},
    {"lon": MARKET[0], "lat": MARKET[1]},
    {"category": "D02"},
    {"source": "hotline"},
    {"reported_at": "2026-03-20T07:00+08:00"},
    {"lon": None, "lat": None},
]


def test_a_report_sent_twice_is_one_and_nobody_rewrites_it(done):
    here = {"category": "D01", "lon": ALLEY[0], "lat": ALLEY[1], "address": " 西湖后街 "}
    sent = flow.accept(done, here | {"report_id": "w1"}, now=NOW, by="anna")
    before = done.fingerprint()
    later = NOW + timedelta(hours=2)
    again = flow.accept(done, here | {"report_id": "w1"}, now=later, by="ben")
    assert (again.outcome, again.case_id, again.link) == ("unchanged", sent.case_id, sent.link)
    for change in CHANGES:
        with pytest.raises(Conflict) as refused:
            flow.accept(done, here | {"report_id": "w1"} | change, now=later, by="ben")
        assert "w1" in refused.value.say("zh")
        assert "w1" in refused.value.say("en")
    assert done.fingerprint() == before
    kept = done.reports.read(["received_by", "source"], ids=["w1"]).iloc[0]
    assert kept["received_by"] == "anna"


def test_a_row_of_a_file_is_nobody_s_to_rewrite_either(done):
    before = done.fingerprint()
    row = done.reports.read(["category", "lon", "lat", "reported_at", "source"], ids=["2"]).iloc[0]
    fields = {name: None if pd.isna(value) else value for name, value in row.items()}
    fields |= {"report_id": "2", "reported_at": row["reported_at"].isoformat()}
    assert flow.accept(done, fields, now=NOW).outcome == "unchanged"
    with pytest.raises(Conflict):
        flow.accept(done, fields | {"description": "x"}, now=NOW)
    assert done.fingerprint() == before


def test_a_clock_ahead_sends_twice_what_it_sent_once(done):
    fields = {"category": "D01", "report_id": "w1"}
    ahead = fields | {"reported_at": (NOW + timedelta(minutes=5)).isoformat()}
    flow.accept(done, ahead, now=NOW)
    for later in (timedelta(minutes=1), timedelta(minutes=9)):
        assert flow.accept(done, ahead, now=NOW + later).outcome == "unchanged"
    assert done.reports.read(["reported_at"], ids=["w1"])["reported_at"][0] == NOW


@pytest.mark.parametrize(
    "name", ["fixed_at", "verified_at", "closed_at", "status", "is_duplicate", "received_by"]
)
def test_what_became_of_a_report_is_not_for_who_opens_it(done, name):
    with pytest.raises(BadInput) as refused:
        send(done, **{name: "2026-03-13T09:00+08:00"})
    assert subject_phrases("fields", "zh").get(name, name) in refused.value.say("zh")


def test_facts_imported_and_not_yet_linked_count(store, tmp_path):
    fill(store, tmp_path)
    answer = send(store, at="2026-03-18T08:00+08:00")
    assert (answer.link, answer.parent_case_id) == ("rebound", "2")


def test_the_first_report_of_a_store_fixes_the_zone_of_metres(store):
    answer = flow.accept(store, {"category": "D01", "lon": 103.75, "lat": 36.05}, now=NOW)
    assert answer.link == "new"
    assert store.district.get().utm_epsg == 32648
    nowhere = flow.accept(store, {"category": "D01"}, now=NOW)
    assert (nowhere.area_id, nowhere.precision, nowhere.case_id) == (None, "none", None)


def test_equal_reports_stay_two(done):
    one, two = send(done, MARKET), send(done, MARKET)
    assert one.report_id != two.report_id
    assert (two.case_id, two.link) == (one.case_id, "duplicate")


def test_a_demo_keeps_its_day_when_somebody_reports(done):
    today = datetime(2026, 3, 21, 16, tzinfo=UTC)
    done.district.set(demo=True, today=today)
    # 15:00 in the district, eight days later outside
    outside = datetime(2026, 3, 30, 7, tzinfo=UTC)
    assert flow.default_as_of(done, outside) == today
    sent = flow.accept(done, {"category": "D01", "lon": ALLEY[0], "lat": ALLEY[1]}, now=outside)
    at = lambda one: done.reports.read(["reported_at"], ids=[one.report_id])["reported_at"][0]  # noqa: E731
    assert at(sent) == today + timedelta(hours=15)
    # the same day begins again outside: the demo's goes on
    later = flow.accept(done, {"category": "D01"}, now=outside + timedelta(hours=10))
    assert at(sent) < at(later) < today + timedelta(days=1)
    assert (done.district.get().demo, done.district.get().today) == (True, today)
    flow.refresh(done, now=outside + timedelta(hours=11))
    stored = done.reports.read(["case_id", "link"], ids=[sent.report_id]).iloc[0]
    assert (stored["case_id"], stored["link"]) == (sent.case_id, sent.link)


@pytest.fixture(scope="module")
def never_changed(copied):
    """Return a store that refuses all it is given, and its fingerprint."""
    with closing(open_store(copied(fill_and_refresh))) as store:
        yield store, store.fingerprint()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"category": "D99"}, ("category", "D99")),
        ({"category": None}, ("category",)),
        ({"lon": 200.0}, ("lon", "200.0")),
        ({"lat": "north"}, ("lat", "north")),
        ({"lon": True}, ("lon", "True")),
        ({"lat": None}, ("lat",)),
        ({"lon": 0, "lat": 0}, ("0, 0",)),
        ({"lon": float("nan")}, ("lon", "nan")),
        ({"reported_at": "soon"}, ("reported_at", "soon")),
        ({"reported_at": 5}, ("reported_at", "5")),
        ({"reported_at": "2029-01-01T00:00Z"}, ("reported_at", "2029")),
        ({"address": "x" * 501}, ("address", "500")),
        ({"description": ["a"]}, ("description", "a")),
        ({"precision": "none"}, ("precision", "none")),
        ({"colour": "red"}, ("colour", "red")),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_kept(never_changed, fields, named):
    done, before = never_changed
    given = {"category": "D01", "lon": ALLEY[0], "lat": ALLEY[1], **fields}
    with pytest.raises(BadInput) as refused:
        flow.accept(done, given, now=NOW)
    for language in ("zh", "en"):
        for word in named:
            assert subject_phrases("fields", language).get(word, word) in refused.value.say(
                language
            )
    assert done.fingerprint() == before


def test_a_moment_ahead_is_the_clock_s_and_a_naive_time_the_district_s(done):
    ahead = (NOW + timedelta(seconds=50)).isoformat()
    answer = send(done, MARKET, at=ahead)
    assert done.reports.read(["reported_at"], ids=[answer.report_id])["reported_at"][0] == NOW
    answer = send(done, FAR, at="2026-03-21T08:00:00")
    stored = done.reports.read(["reported_at"], ids=[answer.report_id])["reported_at"][0]
    assert stored == pd.Timestamp("2026-03-21T00:00Z")


# ---- two at once -------------------------------------------------------------------------------

SENDER = """
import json, sys
from datetime import UTC, datetime
from geo_service import link
from geo_service import flow
from geo_service.store import open_store
store = open_store(sys.argv[1])
now = datetime(2027, 6, 1, tzinfo=UTC)
fields = {"category": "D01", "lon": 103.8, "lat": 36.05}
flow.accept(store, {**fields, "category": "D02"}, now=now)
print("ready", flush=True)
sys.stdin.readline()
for step in range(5):
    here = {**fields, "lat": 36.05 + step / 100, "source": sys.argv[2]}
    answer = flow.accept(store, here, now=now)
    print(json.dumps([step, answer.report_id, answer.case_id, answer.link]), flush=True)
"""


def test_two_processes_one_place_one_moment_are_one_case(done):
    senders = [
        subprocess.Popen(
            [sys.executable, "-c", SENDER, done.url, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for name in ("one", "two")
    ]
    try:
        for sender in senders:
            assert sender.stdout.readline() == "ready\n"
        for sender in senders:
            sender.stdin.write("go\n")
            sender.stdin.flush()
        said = [
            json.loads(line) for s in senders for line in s.communicate(timeout=60)[0].splitlines()
        ]
    finally:
        for sender in senders:
            sender.kill()
            sender.communicate()
    assert len(said) == 10
    reports = done.reports.read(["report_id", "case_id", "link", "lat", "category"])
    mine = reports[reports["report_id"].isin([one[1] for one in said])]
    for _, both in mine.groupby("lat"):
        assert len(both) == 2
        assert len(set(both["case_id"])) == 1
        assert sorted(both["link"]) == ["duplicate", "new"]
