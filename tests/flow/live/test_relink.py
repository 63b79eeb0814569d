"""What a late fact can change is linked anew, and what came while a refresh computed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from threading import Thread

import pytest

from geo_service import flow
from geo_service.flow import run as figures
from geo_service.flow.live import relink
from tests.flow.city import ALLEY, fill
from tests.flow.live.sending import (
    SENT,
    check,
    is_as_all_at_once,
    send_row,
    stored_links,
    take_in,
)
from tests.link.test_rule import row


def test_what_much_hangs_on_waits_for_the_next_refresh(store, monkeypatch):
    check(store, [row("1", 0, closed_at=5), row("2", 40)])
    before = stored_links(store)
    accepting = import_module("geo_service.flow.live.accept")
    few = lambda *args, **named: relink.relink(*args, **named, most=1)  # noqa: E731
    monkeypatch.setattr(accepting, "relink", few)
    answer = send_row(store, row("3", 30))
    assert (answer.outcome, answer.waits, answer.case_id) == ("accepted", True, None)
    assert stored_links(store) == before | {"3": (None, None)}
    flow.refresh(store, now=SENT + timedelta(days=1))
    assert stored_links(store) == before | {"2": ("3", "duplicate"), "3": ("3", "rebound")}


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
    send_late(monkeypatch, lambda: take_in(store, row("3", 50, 5000, closed_at=60)))
    flow.refresh(store, now=SENT + timedelta(days=1))
    assert stored_links(store)["2"] == ("1", "duplicate")
    is_as_all_at_once(store)
