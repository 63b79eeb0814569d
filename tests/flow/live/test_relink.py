"""What a late fact can change is linked anew, and what came while a refresh computed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from threading import Thread

import pandas as pd
import pytest

from geo_service import flow
from geo_service.flow import run as figures
from geo_service.flow.live import relink
from tests.flow.city import ALLEY, fill
from tests.flow.live.sending import (
    SENT,
    check,
    fields_of,
    is_as_all_at_once,
    stored_links,
)
from tests.link.reference import DAY
from tests.link.test_rule import T0, row

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


def test_what_much_hangs_on_waits_for_the_next_refresh(store, monkeypatch):
    check(store, FIRST_CLOSINGS["far away"][:-1])
    before = stored_links(store)
    accepting = import_module("geo_service.flow.live.accept")
    for name in ("relink", "relink_sources"):
        real = getattr(relink, name)
        few = lambda *args, real=real, **named: real(*args, **{**named, "most": 1})  # noqa: E731
        monkeypatch.setattr(accepting, name, few)
    answer = flow.accept(store, fields_of(FIRST_CLOSINGS["far away"][-1]), now=SENT)
    assert (answer.outcome, answer.waits, answer.case_id) == ("accepted", True, None)
    assert stored_links(store) == before | {"3": (None, None)}
    flow.refresh(store, now=SENT + timedelta(days=1))
    assert stored_links(store) == before | {"2": ("1", "duplicate"), "3": ("3", "new")}


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


def send_late(monkeypatch, sending):
    real = figures.hotspots.weekly_counts

    def late(*args, **kwargs):
        # another connection's doing: this thread holds no transaction here
        sending()
        return real(*args, **kwargs)

    monkeypatch.setattr(figures.hotspots, "weekly_counts", late)


@pytest.mark.parametrize("first", [True, False], ids=["first refresh", "later refresh"])
@pytest.mark.parametrize("step", ["locate", "link", "hotspots", "keep"])
def test_a_report_that_comes_inside_any_step_of_a_refresh_keeps_its_case(
    store, tmp_path, step, first
):
    fill(store, tmp_path)
    # facts of the last days: the as-of moment is the clock's, which runs on while it computes
    began = datetime(2026, 3, 20, tzinfo=UTC)
    if not first:
        flow.refresh(store, now=began)
    made = []

    def tell(name, done, total):
        if name == step:
            later = began + timedelta(minutes=1)
            fields = {"category": "D01", "lon": ALLEY[0], "lat": ALLEY[1], "source": "walker"}
            sender = Thread(target=lambda: made.append(flow.accept(store, fields, now=later)))
            sender.start()
            sender.join()

    flow.refresh(store, now=began, tell=tell)
    (answer,) = made
    assert answer.link == "rebound"
    assert stored_links(store)[answer.report_id] == (answer.case_id, "rebound")
    assert store.cases.one(answer.case_id)["parent_case_id"] == answer.parent_case_id
    flow.refresh(store, now=began + timedelta(minutes=2))
    assert stored_links(store)[answer.report_id] == (answer.case_id, "rebound")


def test_a_first_closing_that_comes_while_a_refresh_computes_counts(store, monkeypatch):
    check(store, [row("1", 0), row("2", 40)])
    late = fields_of(row("3", 50, 5000, closed_at=60))
    send_late(monkeypatch, lambda: flow.accept(store, late, now=SENT))
    flow.refresh(store, now=SENT + timedelta(days=1))
    assert stored_links(store)["2"] == ("1", "duplicate")
    is_as_all_at_once(store)
