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
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from geo_service import flow, link
from geo_service.flow.live import turning
from geo_service.measure import id_key, to_degrees
from geo_service.store import open_store
from geo_service.terms import BadInput
from tests.flow.city import ALLEY, FAR, MARKET, fill, plain
from tests.link.reference import DAY, Row
from tests.link.test_linking import EPSG, T0, X0, Y0, row
from tests.link.test_linking import histories as link_histories

ROOT = Path(__file__).parents[2]
NOW = datetime(2027, 12, 1, tzinfo=UTC)
SENT = datetime(2028, 1, 1, tzinfo=UTC)


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
    """Return few rows: what goes wrong among many goes wrong among some of them."""
    return [Row(**{**vars(r), "events": []}) for r in draw(link_histories(most=8)) if r.id]


def send_all(store, rows):
    """Accept rows as they come; an answer is what the store says as long as no fact changes it.

    Of rows in time order only the first closing of a source does: its cases of before turn out to
    wait longer.
    """
    said, closing = {}, set()
    for r in rows:
        answer = flow.accept(store, fields_of(r), now=SENT)
        if r.cancelled is None and (r.fixed_at or r.verified_at or r.closed_at):
            if r.source not in closing:
                said = {}
            closing.add(r.source)
        said[r.id] = (answer.case_id, answer.link)
    if rows != in_time_order(rows):
        said = {r.id: said[r.id]}
    assert stored_links(store, said) == said


def stored_links(store, ids=None):
    found = store.reports.read(["report_id", "case_id", "link"], ids=ids)
    return {key: (case, link) for key, case, link in plain(found)}


def is_as_all_at_once(store):
    """Compare the store with what linking all its reports at once gives."""
    reports = store.reports.read()
    closures = link.closures_of_rows(reports)
    end = SENT + timedelta(seconds=1)
    got = link.link(reports, closures, store.words.categories(), epsg=EPSG, as_of=end)
    found = what_is_linked(store)
    for name, table in told(got.cases, got.sites, got.spells, got.links).items():
        assert found[name] == table, name


def check(store, rows):
    clear(store)
    store.district.set(utm_epsg=EPSG)
    send_all(store, rows)
    is_as_all_at_once(store)


@pytest.fixture(scope="module")
def one_file(new_file, tmp_path_factory):
    import shutil

    path = tmp_path_factory.mktemp("live") / "store.sqlite"
    shutil.copy(new_file, path)
    opened = open_store(f"sqlite:///{path}")
    yield opened
    opened.close()


def in_time_order(rows):
    return sorted(rows, key=lambda r: (r.at, id_key(r.id)))


# A history that fails is small already; to shrink it would take minutes.
@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(histories(), st.randoms(use_true_random=False))
def test_one_by_one_in_any_order_is_all_at_once(one_file, rows, random):
    rows = in_time_order(rows)
    if random.random() < 0.6:
        random.shuffle(rows)
    check(one_file, rows)


FIRST_CLOSINGS = {
    # open for 30 days until its source is known to close, then for 180
    "far away": [row("1", 0), row("2", 40), row("3", 50, 5000, closed_at=60)],
    "of another category": [row("1", 0), row("2", 40), row("3", 50, category="B", closed_at=60)],
    "near": [row("1", 0), row("2", 40, is_duplicate=True), row("3", 50, 10, closed_at=60)],
    "of a row that only joins": [
        row("1", 0),
        row("2", 40, 20),
        row("3", 50, 5000, is_duplicate=True, fixed_at=60, verified_at=70),
    ],
    # 3 joins neither the cancelled 2 nor, before 4 is known, the older 1
    "beside a cancelled opening": [
        row("1", 0),
        row("2", 20, 40, cancelled=45),
        row("3", 50, 20, is_duplicate=True, source="u"),
        row("4", 60, 5000, closed_at=61),
    ],
}


@pytest.mark.parametrize("rows", FIRST_CLOSINGS.values(), ids=FIRST_CLOSINGS)
def test_the_first_closing_of_a_source_makes_its_cases_wait_longer(one_file, rows):
    check(one_file, rows[:-1])
    before = stored_links(one_file)
    check(one_file, rows)
    after = stored_links(one_file)
    assert {key for key in before if before[key] != after[key]} == {rows[-2].id}
    assert after[rows[-2].id] == ("1", "duplicate")
    check(one_file, rows[::-1])


def test_many_places_are_linked_anew_as_few_are(one_file, monkeypatch):
    monkeypatch.setattr(turning, "_FEW", 0)
    for rows in FIRST_CLOSINGS.values():
        check(one_file, rows)
    assert stored_links(one_file)["3"] == ("1", "duplicate")


def test_a_first_closing_without_a_point_counts_too(one_file):
    check(one_file, [row("1", 0), row("2", 40)])
    fields = {k: v for k, v in fields_of(row("3", 50, closed_at=60)).items() if k != "lon"}
    flow.accept(one_file, {k: v for k, v in fields.items() if k != "lat"}, now=SENT)
    assert stored_links(one_file) == {
        "1": ("1", "new"),
        "2": ("1", "duplicate"),
        "3": (None, None),
    }
    is_as_all_at_once(one_file)


def test_a_closing_that_a_known_report_learns_and_loses_counts_too(one_file):
    rows = [row("1", 0), row("2", 40), row("3", 50, 5000, source="u"), row("4", 51, 9000)]
    check(one_file, rows)
    alone = stored_links(one_file)

    def tell(report_id, **facts):
        flow.accept(one_file, {"report_id": report_id, **facts}, now=SENT)
        is_as_all_at_once(one_file)
        return stored_links(one_file)["2"]

    assert alone["2"] == ("2", "new")
    closed_at = pd.Timestamp(T0 + 60 * DAY, unit="us", tz="UTC").isoformat()
    assert tell("3", closed_at=closed_at) == ("2", "new")
    assert tell("4", closed_at=closed_at) == ("1", "duplicate")
    assert tell("4", source="w") == ("2", "new")
    assert tell("3", source="s") == ("1", "duplicate")
    assert tell("3", status="cancelled") == ("2", "new")


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
    check(store, in_time_order(rows))
    in_order = what_is_linked(store)
    check(store, [rows[k] for k in rng.permutation(60)])
    assert what_is_linked(store) == in_order
    flow.refresh(store, now=SENT + timedelta(days=1))
    assert what_is_linked(store) == in_order


# ---- the usual report --------------------------------------------------------------------------


@pytest.fixture
def done(store, tmp_path):
    fill(store, tmp_path)
    flow.refresh(store, now=NOW)
    return store


def send(store, point=ALLEY, category="D01", at="2026-03-13T08:00+08:00", **more):
    lon, lat = point or (None, None)
    fields = {"category": category, "lon": lon, "lat": lat, "reported_at": at, **more}
    return flow.accept(store, fields, now=NOW)


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
    flow.refresh(done, now=NOW + timedelta(days=1))
    assert what_is_linked(done) == before


def test_a_report_known_already_is_updated_and_linked_anew(done):
    assert send(done, report_id="2", at="2026-03-10T08:00+08:00").outcome == "unchanged"
    answer = flow.accept(done, {"report_id": "1", "verified_at": "2026-03-11T00:00+08:00"}, now=NOW)
    assert answer.outcome == "updated"
    assert done.cases.read()["case_id"].tolist()[:2] == ["1", "4"]
    moved = flow.accept(done, {"report_id": "2", "lon": MARKET[0], "lat": MARKET[1]}, now=NOW)
    assert (moved.area_id, moved.link) == ("M1", "new")
    before = what_is_linked(done)
    flow.refresh(done, now=NOW + timedelta(days=1))
    assert what_is_linked(done) == before


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
        flow.accept(done, given, now=NOW)
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
    index = flow.site_index(done, EPSG)
    say = lambda now: flow.near(done, index, "D01", *ALLEY, epsg=EPSG, now=now)  # noqa: E731
    (site,) = say(datetime(2026, 3, 18, tzinfo=UTC))
    assert (site.site_id, site.case_id, site.state, site.episode) == ("1", "2", "verified", 2)
    assert (site.metres, site.closed_days) == (0.0, 6.0)
    assert flow.near(done, index, "D03", *ALLEY, epsg=EPSG, now=NOW) == []
    fields = {"category": "D03", "lon": ALLEY[0], "lat": ALLEY[1]}
    made = flow.accept(done, fields, now=NOW, index=index)
    (site,) = flow.near(done, index, "D03", *ALLEY, epsg=EPSG, now=NOW)
    assert (site.case_id, site.state) == (made.case_id, "open")
    with pytest.raises(BadInput, match="D99"):
        flow.near(done, index, "D99", *ALLEY, epsg=EPSG, now=NOW)


def send_late(monkeypatch, sending):
    real = flow.figures.hotspots.weekly_counts

    def late(*args, **kwargs):
        # another connection's doing: this thread holds no transaction here
        sending()
        return real(*args, **kwargs)

    monkeypatch.setattr(flow.figures.hotspots, "weekly_counts", late)


def test_a_report_that_comes_while_a_refresh_computes_keeps_its_case(done, monkeypatch):
    made = []
    send_late(monkeypatch, lambda: made.append(send(done, at="2026-03-18T08:00+08:00")))
    flow.refresh(done, now=NOW)
    links = {
        key: link for key, _, link in plain(done.reports.read(["report_id", "case_id", "link"]))
    }
    assert links[made[0].report_id] == "rebound"
    assert done.cases.one(made[0].case_id)["parent_case_id"] == "2"


def test_a_first_closing_that_comes_while_a_refresh_computes_counts(store, monkeypatch):
    check(store, [row("1", 0), row("2", 40)])
    late = fields_of(row("3", 50, 5000, closed_at=60))
    send_late(monkeypatch, lambda: flow.accept(store, late, now=SENT))
    flow.refresh(store, now=SENT + timedelta(days=1))
    assert stored_links(store)["2"] == ("1", "duplicate")
    is_as_all_at_once(store)


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
