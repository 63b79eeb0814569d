"""The morning in five lines: every number equals the rows that it leads to, whatever happens."""

from __future__ import annotations

import re
import time

import pandas as pd
import pytest

from geo_service import flow
from geo_service.measure import microseconds_of
from geo_service.terms import FRAMES
from tests.web.conftest import looked_at, sign_in, token


@pytest.fixture
def boss(as_role):
    client = as_role("supervisor")
    client.get("/me?lang=en")
    return client


@pytest.fixture
def do(as_role):
    def send(role, case_id, **fields):
        client = as_role(role)
        headers = {"X-CSRFToken": token(client, "/me")}
        answer = client.post(f"/api/cases/{case_id}/events", json=fields, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json

    return send


@pytest.fixture
def sundays(store):
    """Let all crews work on the day of the clock: what they are sent is on that day's list."""
    store.crews.upsert(store.crews.read().assign(weekdays="1-7"))


def counts_of(told):
    """Return every count of the answer with its address, by a name."""
    out = {}
    for subject, line in told.items():
        if isinstance(line, dict):
            out |= {f"{subject} {k}": v for k, v in line.items() if isinstance(v, dict)}
            out |= {subject: line} if "count" in line else {}
    return out


def morning(client, **query):
    """Return the answer, having followed every count of it to its rows."""
    told = client.get("/api/today", query_string=query).json
    for name, one in counts_of(told).items():
        if "rows" in one:
            assert len(one["rows"]) == one["count"], name
        if one["href"] and not one["href"].startswith("/?"):
            page = client.get(one["href"]).get_data(as_text=True)
            assert int(re.search(r'data-total="(\d+)"', page)[1]) == one["count"], name
    return told


def yesterday(client, **query):
    told = morning(client, **query)["yesterday"]
    return tuple(told[name]["count"] for name in ("done", "not_done", "cannot"))


@pytest.mark.usefixtures("sundays")
def test_yesterday_is_what_was_given_out_and_what_became_of_it(boss, do, store, clock):
    assert yesterday(boss, date="2026-06-12") == (1, 0, 0)
    assert yesterday(boss, date="2026-06-13") == (0, 0, 0)
    store.assignments.add("C1", "A1", "2026-06-28", None, "office", clock())
    assert yesterday(boss, date="2026-06-29") == (0, 1, 0)
    do("supervisor", 3, kind="dispatched", crew_id="C1")
    assert yesterday(boss, date="2026-06-29") == (0, 2, 0)
    do("crew-leader", 3, kind="returned", reason="weather")
    assert yesterday(boss, date="2026-06-29") == (0, 1, 1)
    do("supervisor", 2, kind="fixed")
    assert yesterday(boss, date="2026-06-29") == (1, 0, 1)
    # nothing is known to have happened on the day before
    assert yesterday(boss) == (0, 0, 0)
    clock.pass_by(days=1)
    sign_in(boss, "supervisor")
    assert yesterday(boss) == (1, 0, 1)


@pytest.mark.usefixtures("sundays")
def test_what_was_taken_back_does_not_count(boss, do, clock):
    do("supervisor", 3, kind="dispatched", crew_id="C1")
    do("crew-leader", 3, kind="returned", reason="weather")
    clock.pass_by(minutes=3)
    do("crew-leader", 3, kind="withdrawn")
    assert yesterday(boss, date="2026-06-29") == (0, 1, 0)


def test_nobody_misses_what_came_later_or_is_of_another_category(boss, store, clock):
    clock.pass_by(days=-3)
    store.assignments.add("C1", "A1", "2026-06-26", None, "office", clock())
    assert yesterday(boss, date="2026-06-27") == (0, 0, 0)
    clock.pass_by(days=3)
    store.assignments.add("C1", "A2", "2026-06-28", None, "office", clock(), category="D01")
    assert yesterday(boss, date="2026-06-29") == (0, 0, 0)
    store.assignments.add("C2", "A2", "2026-06-28", None, "office", clock(), category="D02")
    assert yesterday(boss, date="2026-06-29") == (0, 1, 0)


def test_cases_on_a_list_count_from_the_day_on_which_the_crew_knows(boss, store, clock):
    add = store.assignments.add
    add("C1", None, "2026-06-28", None, "office", clock(), case_ids=["2"], state="proposed")
    assert yesterday(boss, date="2026-06-29") == (0, 0, 0)
    add("C2", None, "2026-06-28", None, "office", clock(), case_ids=["3"])
    assert yesterday(boss, date="2026-06-29") == (0, 1, 0)
    # a case by name is no area: the other case of the area was not given out
    add("C3", None, "2026-06-28", None, "office", clock(), case_ids=["2"], state="cannot")
    assert yesterday(boss, date="2026-06-29") == (0, 1, 1)


def test_what_is_sent_in_the_evening_for_the_next_day_is_not_missed(boss, do, store, clock):
    given = ("C1", None, "2026-06-29", None, "office", clock())
    store.assignments.add(*given, case_ids=["3"])
    do("supervisor", 3, kind="dispatched", crew_id="C1")
    assert yesterday(boss, date="2026-06-29") == (0, 0, 0)
    assert yesterday(boss, date="2026-06-30") == (0, 1, 0)


def test_what_is_overdue_grows_while_nobody_writes(boss, store, clock):
    due = microseconds_of(clock()) + 2 * 3_600_000_000
    store.live.set_due("2", {"due_at": due})
    told = morning(boss)["overdue"]
    assert (told["count"], told["rows"], told["due_soon"]["count"]) == (0, [], 1)
    assert told["href"] == "/casework?state=unsolved&overdue=1"
    assert told["said"] == "none overdue, 1 due soon"
    clock.pass_by(hours=3)
    sign_in(boss, "supervisor")
    told = morning(boss)["overdue"]
    assert (told["count"], told["said"]) == (1, "1, the longest by 1 hour (西园)")
    clock.pass_by(days=2)
    sign_in(boss, "supervisor")
    store.live.set_due("3", {"due_at": due + 1})
    assert morning(boss)["overdue"]["said"] == "2, the longest by 2 days (西园)"


def test_the_hot_area_is_named_with_what_was_expected(boss, store):
    told = morning(boss)["hot"]
    assert (told["count"], told["rows"][0]["area_id"]) == (1, "A1")
    assert told["said"] == "西湖后街: 2 cases in 4 weeks, 2 expected, 1 of them rebounds"
    assert told["open"] == "/?layer=hotspots&area=A1"
    # with a log of visits there is a list of the hot areas
    store.runs.save(looked_at())
    assert morning(boss)["hot"]["href"] == "/coverage?of=hot"


def test_what_waits_for_a_check_is_told_with_how_often_it_came(boss, do):
    assert morning(boss)["verify"]["said"] == "none"
    do("office", 2, kind="fixed")
    told = morning(boss)["verify"]
    assert (told["count"], told["third"]["count"]) == (1, 0)
    assert "none for the third time" in told["said"]
    do("supervisor", 2, kind="verified")
    assert morning(boss)["verify"]["count"] == 0


def test_unvisited_are_hot_areas_and_the_first_of_the_list(boss, store):
    assert morning(boss)["unvisited"]["said"] == "unknown"
    store.runs.save(looked_at())
    told = morning(boss)["unvisited"]
    # A2 and A4 were never visited; both stand among the first of so short a list
    assert (told["count"], told["href"]) == (2, "/coverage?of=first&observed=no")
    assert [one["area_id"] for one in told["rows"]] == ["A2", "A4"]
    assert told["said"].endswith("was never visited")
    assert boss.get("/coverage?of=last").status_code == 400


def test_an_import_and_a_refresh_change_it(boss, store, clock):
    more = pd.DataFrame(
        {
            "report_id": ["8", "9"],
            "category": "D01",
            "reported_at": ["2026-06-27T01:00Z", "2026-06-27T02:00Z"],
            "fixed_at": ["2026-06-27T05:00Z", None],
            "lon": [103.732, 103.742],
            "lat": 36.002,
            "precision": "point",
            "source": "x",
        }
    )
    store.reports.upsert(FRAMES["reports"].conform(more))
    flow.refresh(store, now=clock(), as_of=clock())
    told = morning(boss)
    assert told["yesterday"]["done"]["count"] == 1
    assert told["verify"]["count"] == 1
    assert [one["case_id"] for one in told["verify"]["rows"]] == ["8"]
    # illegal ads are to be dealt with in four working hours: these wait for days
    assert {one["case_id"] for one in told["overdue"]["rows"]} >= {"1", "3"}


def test_it_is_answered_at_once(boss):
    boss.get("/api/today")
    began = time.perf_counter()
    assert boss.get("/api/today").status_code == 200
    assert time.perf_counter() - began < 0.1


def test_a_day_that_is_none_is_named(boss):
    assert boss.get("/api/today?date=soon").status_code == 400
    assert boss.get("/casework?done=soon").status_code == 400
