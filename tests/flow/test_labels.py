"""What was called hot when a week closed is kept, and what changes it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import shapely

from geo_service import flow
from geo_service.flow import basis
from tests.flow.city import ALLEY, AREAS, MARKET, STREET, feature, fill, row, take, write_areas
from tests.flow.one_database import backend  # noqa: F401

START = datetime(2026, 1, 5, tzinfo=UTC)
WEEK = "2026-W41"
WEEKS, A_WEEK = 40, 9
AS_OF = START + timedelta(weeks=WEEKS)


def usual():
    """Nine cases a week on the alley, the street and the market each, all of them solved."""
    return [
        solved(f"{week}-{place}-{number}", START + timedelta(weeks=week, hours=18 * number), point)
        for week in range(WEEKS)
        for number in range(A_WEEK)
        for place, point in enumerate((ALLEY, STREET, MARKET))
    ]


def burst():
    """Thirty more on the alley in the last four weeks, apart from each other."""
    return [
        solved(
            f"late-{number}",
            START + timedelta(weeks=WEEKS - 4, days=number % 27, hours=9),
            (round(103.7502 + number * 4.5e-5, 7), 36.0502 + (number % 5) * 3.5e-4),
        )
        for number in range(30)
    ]


def solved(report_id, at, point):
    done = at + timedelta(hours=10)
    return row(
        report_id,
        f"{at:%Y-%m-%d %H:%M}",
        point,
        fixed_at=f"{done:%Y-%m-%d %H:%M}",
        verified_at=f"{done:%Y-%m-%d %H:%M}",
    )


def fill_and_refresh(store, folder):
    fill(store, folder, usual())
    flow.refresh(store, now=AS_OF, as_of=AS_OF)


@pytest.fixture
def judged(copy_of):
    return copy_of(fill_and_refresh)


def alley(store, week=None):
    run = store.runs.latest()
    rows = store.runs.week_rows(week or run.last_week, category="D01")
    return rows.set_index("area_id").loc["A1"]


def test_a_late_fact_changes_a_label_with_a_note_that_says_why(judged, tmp_path):
    assert not alley(judged)["hot"]
    assert judged.runs.week_rows(judged.runs.latest().last_week)["note"].isna().all()
    take(judged, tmp_path, burst(), "late.csv")
    flow.refresh(judged, now=AS_OF + timedelta(days=3), as_of=AS_OF)
    row = alley(judged)
    assert row["hot"]
    assert row["note"] == f"late facts since {AS_OF.date()}"
    # what did not change has no note
    others = judged.runs.week_rows(judged.runs.latest().last_week)
    assert set(others.loc[others["note"].notna(), "area_id"]) == {"A1"}


def test_the_label_stays_that_of_the_first_refresh_however_many_follow(judged, tmp_path):
    take(judged, tmp_path, burst(), "late.csv")
    for days in (1, 8, 15):
        moment = AS_OF + timedelta(days=days)
        flow.refresh(judged, now=moment, as_of=moment)
    assert alley(judged, f"2026-W{WEEKS}")["note"] == f"late facts since {AS_OF.date()}"
    label = judged.runs.labels()[f"2026-W{WEEKS}"]
    assert (label["hot"], label["why"]) == ({}, "late facts")


def test_a_refresh_that_looks_at_less_freezes_nothing(judged, tmp_path):
    before = judged.runs.labels()
    take(judged, tmp_path, burst(), "late.csv")
    earlier = AS_OF - timedelta(weeks=1)
    flow.refresh(judged, now=AS_OF, as_of=earlier)
    assert judged.runs.labels() == before
    flow.refresh(judged, now=AS_OF, as_of=AS_OF)
    assert judged.runs.labels() == before


def test_other_areas_and_other_rules_are_told_apart_from_late_facts(judged, tmp_path, monkeypatch):
    take(judged, tmp_path, burst(), "late.csv")
    more = feature("A9", "新巷", "alley", shapely.box(103.78, 36.05, 103.782, 36.052))
    flow.import_areas(judged, write_areas(tmp_path, [*AREAS, more], "more.geojson"))
    flow.refresh(judged, now=AS_OF, as_of=AS_OF)
    assert alley(judged)["note"] == f"other areas since {AS_OF.date()}"
    monkeypatch.setattr(basis, "_FORMAT", 999)
    flow.refresh(judged, now=AS_OF, as_of=AS_OF)
    assert alley(judged)["note"] == f"other rules since {AS_OF.date()}"
