"""Each refresh that closes a week ranks it; one that closes none leaves the choice as it was."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from geo_service import flow, forecast
from tests.flow.city import fill, row, take

AS_OF = datetime(2026, 6, 8, tzinfo=UTC)


def rows():
    """Return a year of reports, each closed after two days, the next at its site a week later."""
    days = pd.date_range("2025-06-02 04:00", periods=52, freq="7D")
    closed = days + pd.Timedelta(days=2)
    at = "%Y-%m-%d %H:%M"
    return [
        row(f"{number}", one.strftime(at), verified_at=two.strftime(at), fixed_at=two.strftime(at))
        for number, (one, two) in enumerate(zip(days, closed, strict=True))
    ]


@pytest.fixture
def filled(opened, tmp_path):
    store = opened()
    fill(store, tmp_path, rows())
    flow.refresh(store, now=AS_OF, as_of=AS_OF)
    return store


def test_rows_tell_what_is_expected_and_why(filled):
    table = filled.runs.week_rows(filled.runs.latest().last_week)
    row_ = table[table["category"] == "*"].iloc[0]
    assert row_["rank"] == 1
    assert 0.5 < row_["expected_rebounds_28"] < 5
    assert 2 < row_["expected_cases_28"] < 5
    assert row_["third_cases"] == 3
    assert row_["chronic_sites"] == 1
    assert row_["reason"] in ("usual", "many", "overdue")
    told = filled.runs.latest().params["ranking"]
    assert told["rankings"][0]["ranking"] == "ewma"
    assert told["rankings"][0]["trials"] >= 8


def test_a_refresh_without_a_new_week_chooses_nothing_anew(filled, tmp_path, monkeypatch):
    before = filled.runs.latest().params
    take(filled, tmp_path, [row("late", "2026-06-08 09:00")])

    def never(*_, **__):
        raise AssertionError("it was ranked anew")

    monkeypatch.setattr(forecast, "rank_areas", never)
    later = datetime(2026, 6, 9, tzinfo=UTC)
    flow.refresh(filled, now=later, as_of=later)
    assert filled.runs.latest().params == before
