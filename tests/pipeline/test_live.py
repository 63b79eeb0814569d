"""A report that comes now is linked as the next refresh links it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo_service import link, pipeline
from geo_service.measure import to_degrees
from geo_service.store import open_store
from geo_service.terms import BadInput
from tests.link.reference import DAY, Row
from tests.link.test_linking import EPSG, X0, Y0
from tests.link.test_linking import histories as link_histories
from tests.pipeline.city import ALLEY, FAR, MARKET, fill, plain

ROOT = Path(__file__).parents[2]
NOW = datetime(2027, 12, 1, tzinfo=UTC)


def fields_of(r: Row) -> dict:
    lon, lat = to_degrees([r.x], [r.y], EPSG)
    closed = r.cancelled if r.cancelled is not None else r.closed_at
    at = lambda t: None if t is None else pd.Timestamp(t, unit="us", tz="UTC").isoformat()  # noqa: E731
    return {
        "report_id": r.id,
        "source": r.source,
        "category": {"A": "D01", "B": "D02"}[r.category],
        "reported_at": at(r.at),
        "lon": float(lon[0]),
        "lat": float(lat[0]),
        "fixed_at": at(r.fixed_at),
        "verified_at": at(r.verified_at),
        "closed_at": at(closed),
        "status": "cancelled" if r.cancelled is not None else None,
        "is_duplicate": r.is_duplicate,
    }


def what_is_linked(store):
    links = store.reports.read(["report_id", "case_id", "link"])
    return told(store.cases.read(), store.sites.read(), store.spells.read(), links)


def told(cases, sites, spells, links):
    """Return rows that compare, without what the as-of moment alone changes.

    Nobody goes round and lapses cases that only grow older, or lengthens spells.
    """
    followed = cases["case_id"].isin(cases["parent_case_id"])
    ages = ~followed & (cases["state"] != "cancelled")
    cases = cases.assign(lapsed=cases["lapsed"] & ~ages, state=cases["state"].mask(ages))
    spells = spells.assign(ended_at=spells["ended_at"].where(spells["returned"]))
    tables = {"cases": cases, "sites": sites, "spells": spells, "links": links}
    return {name: plain(table.sort_values(table.columns[0])) for name, table in tables.items()}


def clear(store):
    from geo_service.store.schema import cases, reports, sites, spells

    with store.transaction() as connection:
        for table in (reports, cases, sites, spells):
            connection.execute(table.delete())


@st.composite
def histories(draw):
    return [Row(**{**vars(r), "events": []}) for r in draw(link_histories())]


def check(store, rows, orders):
    """Accept rows in each of several orders; each gives what one refresh of all gives."""
    now = datetime(2028, 1, 1, tzinfo=UTC)
    found = []
    for order in orders:
        clear(store)
        store.district.set(utm_epsg=EPSG)
        said = {}
        for place in order:
            answer = pipeline.accept(store, fields_of(rows[place]), now=now)
            said[answer.report_id] = (answer.case_id, answer.link)
        found.append(what_is_linked(store))
        by_store = {key: (case, link) for key, case, link in found[-1]["links"]}
        if order == orders[0]:
            assert said == by_store
    reports = store.reports.read()
    closures = link.closures_of_rows(reports)
    end = now + timedelta(seconds=1)
    got = link.link(reports, closures, store.words.categories(), epsg=EPSG, as_of=end)
    expected = told(got.cases, got.sites, got.spells, got.links)
    for one in found:
        for name, table in expected.items():
            assert one[name] == table, name


@pytest.fixture(scope="module")
def one_file(new_file, tmp_path_factory):
    import shutil

    path = tmp_path_factory.mktemp("live") / "store.sqlite"
    shutil.copy(new_file, path)
    opened = open_store(f"sqlite:///{path}")
    yield opened
    opened.close()


def in_time_order(rows):
    from geo_service.measure import id_key

    return sorted(range(len(rows)), key=lambda k: (rows[k].at, id_key(rows[k].id)))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories(), st.randoms(use_true_random=False))
def test_one_by_one_in_any_order_is_all_at_once(one_file, rows, random):
    rows = [r for r in rows if r.id]
    if rows:
        shuffled = in_time_order(rows)
        random.shuffle(shuffled)
        check(one_file, rows, [in_time_order(rows), shuffled])


def test_one_by_one_is_all_at_once_on_either_database(store):
    rng = np.random.default_rng(3)
    start = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
    rows = []
    for k in range(60):
        at = start + int(rng.integers(0, 400)) * DAY + k
        closed = at + int(rng.integers(1, 60)) * DAY if rng.random() < 0.7 else None
        rows.append(
            Row(
                id=str(k),
                at=at,
                closed_at=closed,
                x=X0 + float(rng.integers(0, 30)) * 10,
                y=Y0,
                category="A" if rng.random() < 0.8 else "B",
            )
        )
    check(store, rows, [in_time_order(rows), list(rng.permutation(60))])
    before = what_is_linked(store)
    pipeline.refresh(store, now=datetime(2028, 1, 2, tzinfo=UTC))
    assert what_is_linked(store) == before


# ---- the usual report --------------------------------------------------------------------------


@pytest.fixture
def done(store, tmp_path):
    fill(store, tmp_path)
    pipeline.refresh(store, now=NOW)
    return store


def send(store, point=ALLEY, category="D01", at="2026-03-13T08:00+08:00", **more):
    lon, lat = point or (None, None)
    fields = {"category": category, "lon": lon, "lat": lat, "reported_at": at, **more}
    return pipeline.accept(store, fields, now=NOW)


def test_a_rebound_is_told_with_the_days_since_it_was_closed(done):
    answer = send(done, at="2026-03-18T08:00+08:00")
    assert (answer.outcome, answer.link, answer.parent_case_id) == ("accepted", "rebound", "2")
    assert (answer.episode, answer.site_id, answer.area_id) == (3, "1", "A1")
    assert answer.closed_days == pytest.approx(6)
    spell = done.spells.read().set_index("case_id").loc["2"]
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
    pipeline.refresh(done, now=NOW + timedelta(days=1))
    assert what_is_linked(done) == before


def test_a_report_known_already_is_updated_and_linked_anew(done):
    assert send(done, report_id="2", at="2026-03-10T08:00+08:00").outcome == "unchanged"
    answer = pipeline.accept(
        done, {"report_id": "1", "verified_at": "2026-03-11T00:00+08:00"}, now=NOW
    )
    assert answer.outcome == "updated"
    assert done.cases.read()["case_id"].tolist()[:2] == ["1", "4"]
    moved = pipeline.accept(done, {"report_id": "2", "lon": MARKET[0], "lat": MARKET[1]}, now=NOW)
    assert (moved.area_id, moved.link) == ("M1", "new")
    before = what_is_linked(done)
    pipeline.refresh(done, now=NOW + timedelta(days=1))
    assert what_is_linked(done) == before


def test_facts_imported_and_not_yet_linked_count(store, tmp_path):
    fill(store, tmp_path)
    answer = send(store, at="2026-03-18T08:00+08:00")
    assert (answer.link, answer.parent_case_id) == ("rebound", "2")


def test_the_first_report_of_a_store_fixes_the_zone_of_metres(store):
    answer = pipeline.accept(store, {"category": "D01", "lon": 103.75, "lat": 36.05}, now=NOW)
    assert answer.link == "new"
    assert store.district.get().utm_epsg == 32648
    nowhere = pipeline.accept(store, {"category": "D01"}, now=NOW)
    assert (nowhere.area_id, nowhere.precision, nowhere.case_id) == (None, "none", None)


def test_equal_reports_stay_two(done):
    one, two = send(done, MARKET), send(done, MARKET)
    assert one.report_id != two.report_id
    assert (two.case_id, two.link) == (one.case_id, "duplicate")


def test_a_real_report_ends_the_demo(done):
    done.district.set(demo=True, today=NOW)
    send(done)
    assert (done.district.get().demo, done.district.get().today) == (False, None)


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
        ({"verified_at": "2029-01-01T00:00Z"}, ("verified_at", "2029")),
        ({"address": "x" * 501}, ("address", "500")),
        ({"description": ["a"]}, ("description", "a")),
        ({"precision": "none"}, ("precision", "none")),
        ({"is_duplicate": "yes"}, ("is_duplicate", "yes")),
        ({"colour": "red"}, ("colour", "red")),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_kept(done, fields, named):
    before = done.fingerprint()
    given = {"category": "D01", "lon": ALLEY[0], "lat": ALLEY[1], **fields}
    with pytest.raises(BadInput) as refused:
        pipeline.accept(done, given, now=NOW)
    for language in ("zh", "en"):
        for word in named:
            assert word in refused.value.say(language)
    assert done.fingerprint() == before


def test_a_moment_ahead_is_the_clock_s_and_a_naive_time_the_district_s(done):
    ahead = (NOW + timedelta(seconds=50)).isoformat()
    answer = send(done, MARKET, at=ahead)
    assert done.reports.read(["reported_at"], ids=[answer.report_id])["reported_at"][0] == NOW
    answer = send(done, FAR, at="2026-03-21T08:00:00")
    stored = done.reports.read(["reported_at"], ids=[answer.report_id])["reported_at"][0]
    assert stored == pd.Timestamp("2026-03-21T00:00Z")


def test_what_is_near_is_told_before_anything_is_sent(done):
    index = pipeline.site_index(done, EPSG)
    say = lambda now: pipeline.near(done, index, "D01", *ALLEY, epsg=EPSG, now=now)  # noqa: E731
    (site,) = say(datetime(2026, 3, 18, tzinfo=UTC))
    assert (site.site_id, site.case_id, site.state, site.episode) == ("1", "2", "verified", 2)
    assert (site.metres, site.closed_days) == (0.0, 6.0)
    assert pipeline.near(done, index, "D03", *ALLEY, epsg=EPSG, now=NOW) == []
    fields = {"category": "D03", "lon": ALLEY[0], "lat": ALLEY[1]}
    made = pipeline.accept(done, fields, now=NOW, index=index)
    (site,) = pipeline.near(done, index, "D03", *ALLEY, epsg=EPSG, now=NOW)
    assert (site.case_id, site.state) == (made.case_id, "open")
    with pytest.raises(BadInput, match="D99"):
        pipeline.near(done, index, "D99", *ALLEY, epsg=EPSG, now=NOW)


def test_a_report_that_comes_while_a_refresh_computes_keeps_its_case(done, monkeypatch):
    real, made = pipeline.hotspots.weekly_counts, []

    def late(*args, **kwargs):
        # another connection's doing: this thread holds no transaction here
        made.append(send(done, at="2026-03-18T08:00+08:00"))
        return real(*args, **kwargs)

    monkeypatch.setattr(pipeline.hotspots, "weekly_counts", late)
    pipeline.refresh(done, now=NOW)
    links = {
        key: link for key, _, link in plain(done.reports.read(["report_id", "case_id", "link"]))
    }
    assert links[made[0].report_id] == "rebound"
    assert done.cases.one(made[0].case_id)["parent_case_id"] == "2"


# ---- two at once -------------------------------------------------------------------------------

SENDER = """
import json, sys
from datetime import UTC, datetime
from geo_service import link, pipeline
from geo_service.store import open_store
store = open_store(sys.argv[1])
now = datetime(2027, 6, 1, tzinfo=UTC)
fields = {"category": "D01", "lon": 103.8, "lat": 36.05}
pipeline.accept(store, {**fields, "category": "D02"}, now=now)
print("ready", flush=True)
sys.stdin.readline()
for step in range(5):
    here = {**fields, "lat": 36.05 + step / 100, "source": sys.argv[2]}
    answer = pipeline.accept(store, here, now=now)
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
