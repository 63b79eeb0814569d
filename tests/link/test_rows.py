"""Reports in the order of the rule, however they come."""

from __future__ import annotations

import numpy as np

from geo_service.link import renewed_rows, rows_of
from tests.link.test_compare import reports_of


def test_the_order_of_rows_is_that_of_moments_and_ids():
    rng = np.random.default_rng(1)
    reports = reports_of(rng, 50)
    rows, words = rows_of(reports)
    again, _ = rows_of(reports.sample(frac=1, random_state=2), words)
    assert rows.report_id.tolist() == again.report_id.tolist()
    assert (np.diff(rows.reported) >= 0).all()


def test_rows_that_come_to_others_stand_where_all_at_once_would_put_them():
    reports = reports_of(np.random.default_rng(2), 80)
    # many of one moment
    reports["reported_at"] = reports["reported_at"].dt.floor("30D")
    rows, words = rows_of(reports)
    some = reports.iloc[10:40].assign(category="D05")
    came, words = rows_of(some, words)
    got = renewed_rows(rows.take(np.arange(0, 80, 2)), came)
    kept = rows.report_id[np.arange(0, 80, 2)]
    all_there = reports[reports["report_id"].isin({*kept, *some["report_id"]})].copy()
    all_there.loc[all_there["report_id"].isin(some["report_id"]), "category"] = "D05"
    expected, _ = rows_of(all_there, words)
    assert got.report_id.tolist() == expected.report_id.tolist()
    assert got.category.tolist() == expected.category.tolist()


def test_nothing_that_comes_changes_nothing():
    rows, _ = rows_of(reports_of(np.random.default_rng(3), 5))
    assert renewed_rows(rows, rows.take(np.arange(0))) is rows
