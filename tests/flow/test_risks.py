"""RISKS: each closing as it was said, and the list to re-inspect."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from geo_service import flow, forecast
from geo_service.flow.risks import risk_rows
from geo_service.publish import Filter
from tests.flow.city import ALLEY, MARKET, fill, row

AS_OF = datetime(2026, 6, 8, tzinfo=UTC)


@pytest.fixture
def filled(opened, tmp_path, monkeypatch):
    """A store whose model says .2 and .4 of each closing."""

    def said(around, edges, weeks):
        closed = around.past.closed
        case = np.flatnonzero(closed < edges[-1])
        same = np.full(len(case), 0.2)
        return forecast.ClosingRisks(case, closed[case], same, same * 2, np.ones(len(case), int))

    monkeypatch.setattr(forecast, "closing_risks", said)
    store = opened()
    at = "%Y-%m-%d %H:%M"
    day = timedelta(days=1)
    rows = []
    for number, (place, ago) in enumerate([(ALLEY, 60), (ALLEY, 40), (MARKET, 30), (MARKET, 200)]):
        moment = AS_OF - ago * day + timedelta(hours=4)
        closed = (moment + 2 * day).strftime(at)
        rows.append(
            row(f"{number}", moment.strftime(at), place, fixed_at=closed, verified_at=closed)
        )
    fill(store, tmp_path, rows)
    flow.refresh(store, now=AS_OF, as_of=AS_OF)
    return store


def test_the_list_holds_what_is_not_back_the_likeliest_first(filled):
    table = risk_rows(filled)
    assert table["case_id"].tolist() == ["2", "1"]
    assert table["chance"].is_monotonic_decreasing
    assert (
        table["reason"].tolist()[1]
        == "2 times here, 18 days after the last closing, 1 open within 100 m"
    )


def test_with_dates_each_closing_has_a_row_and_the_last_day_is_not_in_it(filled):
    first, last = date(2026, 4, 9), date(2026, 5, 11)
    assert risk_rows(filled, first, last)["case_id"].tolist() == ["0", "1"]
    assert risk_rows(filled, first, date(2026, 4, 12))["case_id"].tolist() == ["0"]


def test_they_leave_as_an_export(filled):
    (part,) = flow.exports.export_parts(filled, "risks", Filter())
    assert part["p30"].tolist() == [0.2, 0.2]
    assert list(part.columns[:3]) == ["site_id", "category", "case_id"]
