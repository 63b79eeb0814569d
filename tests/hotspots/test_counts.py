import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from geo_service.hotspots import weekly_counts
from geo_service.hotspots.counts import trailing_sum
from geo_service.measure import Pairs
from tests.hotspots.cities import AREAS, MONDAY, drawn_cases, edges

WEEKS = 8


@pytest.fixture(scope="module")
def cases():
    return drawn_cases(3)


@pytest.fixture(scope="module")
def reports(cases):
    table = cases.rename(columns={"opened_at": "reported_at"})
    return table[["area_id", "category", "reported_at"]]


@pytest.fixture(scope="module")
def pairs(cases):
    return Pairs.of(AREAS, cases)


@pytest.fixture(scope="module")
def counts(reports, cases, pairs):
    return weekly_counts(reports, cases, pairs, edges(WEEKS))


def by_groupby(table, time, pairs):
    """The same by a person with a pivot table."""
    at = table[time].dt.tz_convert("Asia/Shanghai")
    week = np.floor((at - MONDAY) / pd.Timedelta(weeks=1))
    table = table.assign(week=week)
    table = table[table["week"].between(0, WEEKS - 1) & table["area_id"].isin(AREAS)]
    single = table.groupby(["area_id", "category", "week"]).size().to_dict()
    whole = table.groupby(["area_id", "week"]).size().to_dict()
    out = np.zeros((len(pairs), WEEKS), dtype=int)
    for row, (area, category) in enumerate(zip(pairs.area, pairs.category, strict=True)):
        for week in range(WEEKS):
            name, code = pairs.area_ids[area], pairs.categories[category]
            key = (name, week) if code == "*" else (name, code, week)
            out[row, week] = (whole if code == "*" else single).get(key, 0)
    return out


def test_reports_are_counted_when_they_were_made(counts, reports, pairs):
    np.testing.assert_array_equal(counts.reports, by_groupby(reports, "reported_at", pairs))
    assert counts.reports.sum() > 0


def test_cases_are_counted_when_opened_and_cancelled_ones_not_at_all(counts, cases, pairs):
    standing = cases[cases["state"] != "cancelled"]
    np.testing.assert_array_equal(counts.cases, by_groupby(standing, "opened_at", pairs))


def test_closures_are_counted_when_verified_and_the_unverified_beside(counts, cases, pairs):
    closed = cases[(cases["state"] != "cancelled") & cases["verified_at"].notna()]
    np.testing.assert_array_equal(counts.closures, by_groupby(closed, "verified_at", pairs))
    unverified = closed[closed["unverified"]]
    np.testing.assert_array_equal(counts.unverified, by_groupby(unverified, "verified_at", pairs))
    assert 0 < counts.unverified.sum() < counts.closures.sum()


def test_rebounds_are_the_cases_that_are_rebounds(counts, cases, pairs):
    back = cases[(cases["state"] != "cancelled") & (cases["link"] == "rebound")]
    np.testing.assert_array_equal(counts.rebounds, by_groupby(back, "opened_at", pairs))


def test_an_areas_sum_is_the_sum_of_its_categories(counts, pairs):
    for grid in counts:
        for area in range(len(AREAS)):
            mine = pairs.area == area
            whole = grid[mine & (pairs.category == 0)][0]
            np.testing.assert_array_equal(whole, grid[mine & (pairs.category > 0)].sum(axis=0))


def test_a_case_at_the_edge_belongs_to_the_week_that_begins(cases):
    one = cases.iloc[:1].assign(state="open", area_id="a", opened_at=MONDAY.tz_convert("UTC"))
    one["opened_at"] += pd.Timedelta(weeks=1)
    pairs = Pairs.of(AREAS, one)
    got = weekly_counts(one.rename(columns={"opened_at": "reported_at"}), one, pairs, edges(2))
    assert got.cases.tolist() == [[0, 1], [0, 1]]
    last = one.assign(opened_at=one["opened_at"] + pd.Timedelta(weeks=1))
    got = weekly_counts(last.rename(columns={"opened_at": "reported_at"}), last, pairs, edges(2))
    assert got.cases.sum() == 0


def test_without_a_closed_week_there_is_nothing_to_count(cases, reports, pairs):
    got = weekly_counts(reports, cases, pairs, edges(0))
    assert got.cases.shape == (len(pairs), 0)
    assert trailing_sum(got.cases, 4).shape == (len(pairs), 0)


grids = hnp.arrays(
    np.int32, st.tuples(st.integers(0, 4), st.integers(0, 12)), elements=st.integers(0, 50)
)


@given(grids, st.integers(1, 14))
@settings(max_examples=80, deadline=None)
def test_a_trailing_sum_is_the_sum_of_the_week_and_those_before(grid, weeks):
    before = grid.copy()
    got = trailing_sum(grid, weeks)
    for week in range(grid.shape[1]):
        expected = grid[:, max(week - weeks + 1, 0) : week + 1].sum(axis=1)
        np.testing.assert_array_equal(got[:, week], expected)
    np.testing.assert_array_equal(grid, before)
