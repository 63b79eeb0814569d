"""A week's statements are sealed by its first refresh, and scored when their time is over."""

from datetime import timedelta

import pandas as pd
import pytest

from geo_service import flow
from geo_service.flow import record
from tests.flow.city import ALLEY, NOW, fill, row, take


@pytest.fixture
def said(monkeypatch):
    """Let each refresh say the same of its last week."""
    table = pd.DataFrame({"area_id": ["A1"], "category": ["*"], "expected": [0.5]})
    monkeypatch.setattr(record, "_statements", lambda *_: iter([("hot", table)]))
    return table


@pytest.fixture
def store(copy_of):
    return copy_of(fill)


def test_the_first_refresh_of_a_week_seals_and_later_ones_change_nothing(store, said):
    flow.refresh(store, now=NOW)
    (seal,) = store.seals.all()
    assert seal.week == store.runs.latest().last_week
    assert seal.outcome is None
    said.loc[0, "expected"] = 9.0
    flow.refresh(store, now=NOW + timedelta(hours=1))
    assert store.seals.all() == [seal]
    kept = store.seals.statement(seal.number, ("area_id", "category"))
    assert kept["expected"].tolist() == [0.5]


def test_an_earlier_as_of_seals_nothing(store, said):
    flow.refresh(store, now=NOW, as_of=NOW - timedelta(days=14))
    assert store.seals.all() == []


def test_what_was_said_too_late_is_marked(store, said):
    flow.refresh(store, now=NOW + timedelta(days=365))
    (seal,) = store.seals.all()
    assert seal.late == "late"


def test_what_came_is_noted_when_four_weeks_are_over_and_stays(store, said, tmp_path):
    flow.refresh(store, now=NOW)
    (seal,) = store.seals.all()
    end = record._end(seal.week, store.district.get().timezone)

    def known(name, days):
        """Take in a case of the third day and one that tells that so many days have passed."""
        rows = [
            row(f"{name}-{one}", f"{end + timedelta(days=one, hours=10):%Y-%m-%d %H:%M}", ALLEY)
            for one in (3, days)
        ]
        take(store, tmp_path, rows)
        flow.refresh(store, now=end + timedelta(days=days + 1))
        return next(one for one in store.seals.all() if one.number == seal.number)

    assert known("week", 10).outcome is None
    outcome = known("month", 40).outcome
    assert outcome is not None
    assert outcome["labels"] == 1
    assert known("late", 60).outcome == outcome
    assert store.seals.record()["hot"]["statements"] >= 1
    assert store.seals.faults() == []


def test_the_order_of_all_areas_is_sealed_beside_the_simple_one(store):
    flow.refresh(store, now=NOW)
    run = store.runs.latest()
    (seal,) = [one for one in store.seals.all() if one.kind == "ranking"]
    told = store.seals.statement(seal.number, ("area_id",))
    assert told["area_id"].tolist() == store.runs.area_ids(run.run_id)
    rows = store.runs.week_rows(run.last_week).query("category == '*'").set_index("area_id")
    told = told.set_index("area_id")
    first = rows["rank"].idxmin()
    assert told["shown"].idxmax() == first
    assert told.loc[first, "simple"] == pytest.approx(rows.loc[first, "expected_cases_28"], 1e-4)
    assert (told.loc[told.index.difference(rows.index), "simple"] == 0).all()
