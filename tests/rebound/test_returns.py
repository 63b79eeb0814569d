import numpy as np
import pandas as pd
import pytest

from geo_service.rebound import rates
from geo_service.rebound.compared import ratio_interval
from tests.one_horizon import kaplan_meier
from tests.rebound.fixes import AREAS, DAY, WORDS, made, many
from tests.rebound.histories import spells


def row_of(table, level, key="*", category="*"):
    mine = table[(table["level"] == level) & (table["key"] == key)]
    return mine[mine["category"] == category].iloc[0]


def test_returns_after_a_fix_are_the_estimate_of_the_fixes_not_of_the_closures():
    fixes = many()
    table = made(fixes, verified=fixes[:100])
    row = row_of(table, "kind", "alley", "D02")
    mine = fixes[fixes["area_id"].isin(["a", "c"]) & (fixes["category"] == "D02")]
    days = ((mine["ended_at"] - mine["started_at"]) / DAY).to_numpy()
    alone = kaplan_meier(np.zeros(len(days), int), days, mine["returned"].to_numpy(), 1, 30)
    assert row["fixes"] == len(mine)
    assert row["returns_30"] == alone.events[0]
    assert row["p_return_30"] == pytest.approx(alone.probability[0])
    assert row["p_return_30_low"] == pytest.approx(alone.low[0])
    assert row["closures"] < len(mine)


def test_a_group_of_fixes_that_nobody_verified_has_a_row():
    fixes = many()
    table = made(fixes, verified=fixes[fixes["area_id"] == "a"])
    row = row_of(table, "area", "b")
    assert (row["closures"], row["enough_data"]) == (0, False)
    assert row["fixes"] == (fixes["area_id"] == "b").sum()
    assert np.isfinite(row["p_return_30"])
    assert np.isnan(row["p_rebound_30"])


def test_medians_are_days_or_how_far_is_known():
    half = [{"days": 10 * k, "returned": True, "area_id": "b"} for k in range(1, 11)]
    rest = [{"days": 500, "area_id": "a", "category": "D02"}] * 20
    table = made(spells(*half, *rest))
    soon, late = row_of(table, "kind", "market"), row_of(table, "kind", "alley")
    assert (soon["median_days"], soon["followed_days"]) == (50, 100)
    assert np.isnan(late["median_days"])
    assert late["followed_days"] == 365


def test_duplicates_reworks_late_and_lapsed_cases_are_counted_apart():
    fixes = many(size=40)
    cases = fixes.assign(source="hotline")[WORDS].assign(
        reports=3, reworks=1, beyond_window=False, lapsed=False
    )
    cases.loc[cases.index[:7], "beyond_window"] = True
    cases.loc[cases.index[:4], "lapsed"] = True
    fixes["rework"] = np.arange(40) < 9
    row = row_of(made(fixes, told={"cases": cases}), "district")
    counts = row[["fixes", "reworks", "reports", "duplicates", "cases", "beyond_window", "lapsed"]]
    assert counts.tolist() == [40, 9, 120, 40, 40, 7, 4]


def test_sites_return_so_often_in_a_year():
    fixes = many(size=10)
    returns = pd.DataFrame({"site": [0, 0, 1, 2], "day": [20.0, 300.0, 40.0, 380.0]})
    row = row_of(made(fixes, told={"returns": returns}), "district")
    assert (row["sites"], row["site_returns"]) == (10, 3)
    assert row["mean_returns"] == pytest.approx(0.3)
    assert row["mean_returns_low"] < 0.3 < row["mean_returns_high"]


def test_one_category_alone_has_no_figures_that_two_would_not_have():
    fixes = many().assign(category="D02")
    table = made(fixes, told={"returns": pd.DataFrame({"site": [0], "day": [20.0]})})
    over_all = ["sites", "site_returns", "mean_returns", "followed_days"]
    whole, alone = (row_of(table, "kind", "alley", category) for category in ("*", "D02"))
    assert whole[over_all].notna().all()
    assert alone[over_all].isna().all()
    assert alone["fixes"] == whole["fixes"]
    of_area = row_of(table, "area", "a", "D02")
    assert (np.isnan(of_area["p_rebound_7"]), np.isfinite(of_area["p_rebound_30"])) == (True, True)


def test_no_events_have_an_interval_that_begins_at_none():
    ratio, low, high = ratio_interval(np.array([0]), np.array([2.0]))
    assert (ratio[0], low[0]) == (0, 0)
    assert high[0] == pytest.approx(3.689 / 2, abs=1e-3)


def test_without_histories_the_second_figure_is_null():
    table = rates(many().assign(source=None), AREAS)
    assert table[["fixes", "p_return_30", "mean_returns", "cases"]].isna().to_numpy().all()
