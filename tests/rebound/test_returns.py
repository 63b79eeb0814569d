from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from geo_service.measure import kaplan_meier
from geo_service.rebound import rates
from geo_service.rebound.compared import factors, ratio_interval
from tests.rebound.histories import BEGIN, spells

AREAS = pd.DataFrame(
    {
        "area_id": ["a", "b", "c"],
        "kind": ["alley", "market", "alley"],
        "subdistrict_id": ["S1", "S1", None],
        "accountable_unit": ["U1", "U1", "U2"],
    }
).astype("str")
WORDS = ["category", "area_id", "source", "episode"]
DAY = pd.Timedelta(days=1)


def told(fixes, cases=None, sites=None, returns=None):
    """Histories of these fixes; a case and a site for each unless said otherwise."""
    fixes = fixes.assign(source="hotline", opened_at=fixes["started_at"] - DAY)
    if "rework" not in fixes:
        fixes["rework"] = False
    if cases is None:
        cases = fixes[WORDS].assign(reports=1, reworks=0, beyond_window=False, lapsed=False)
    if sites is None:
        sites = fixes[WORDS].assign(followed=400.0)
    if returns is None:
        returns = pd.DataFrame({"site": np.array([], np.int64), "day": np.array([], float)})
    return SimpleNamespace(fixes=fixes, cases=cases, sites=sites, returns=returns)


def many(seed=1, size=600):
    rng = np.random.default_rng(seed)
    return spells(
        *(
            {
                "area_id": str(rng.choice(["a", "b", "c"])),
                "category": str(rng.choice(["D01", "D02"])),
                "episode": int(rng.integers(1, 4)),
                "start": int(rng.integers(0, 300)),
                "days": float(rng.integers(1, 100)) if rng.random() < 0.4 else 200.0,
            }
            for _ in range(size)
        )
    ).assign(returned=lambda table: (table["ended_at"] - table["started_at"]) < 100 * DAY)


def row_of(table, level, key="*", category="*"):
    mine = table[(table["level"] == level) & (table["key"] == key)]
    return mine[mine["category"] == category].iloc[0]


def made(fixes, verified=None, **more):
    verified = fixes if verified is None else verified
    given = verified.assign(source="hotline", opened_at=verified["started_at"] - DAY)
    given["fixed_at"] = given["started_at"]
    return rates(given, AREAS, told=told(fixes, **more.pop("told", {})), **more)


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


def assigned(*rows):
    return pd.DataFrame(rows, columns=["crew_id", "area_id", "date"]).astype("str")


def day(number):
    return str((BEGIN + number * DAY).date())


def test_a_fix_is_its_crews_that_had_the_area_last_while_the_case_was_open():
    fixes = spells(*({"start": start, "days": 300} for start in (10, 20, 30)))
    lists = assigned(
        ("early", "a", day(5)),  # before the first case was opened
        ("mine", "a", day(19)),
        ("later", "a", day(20)),
        ("other", "b", day(30)),
    )
    table = made(fixes, assignments=lists)
    rows = table[table["level"] == "crew"].set_index("key")
    assert rows["fixes"].to_dict() == {"later": 1}
    assert rows["closures"].to_dict() == {"later": 1}


def test_days_of_lists_are_the_districts():
    # fixed on Jan 16, 20:00 UTC: the 17th in Lanzhou
    fixes = spells({"start": 10 + 20 / 24, "days": 300})
    lists = assigned(("crew", "a", day(11)))
    here = made(fixes, assignments=lists, timezone="Asia/Shanghai")
    there = made(fixes, assignments=lists, timezone="UTC")
    assert (here["level"] == "crew").sum() == 1
    assert (there["level"] == "crew").sum() == 0


def test_a_crew_with_hard_areas_is_not_worse_for_that():
    rng = np.random.default_rng(3)
    rows, lists = [], []
    for number in range(900):
        area, risk = [("a", 0.4), ("b", 0.1)][number % 2]
        bad = rng.random() < risk
        rows.append({"area_id": area, "start": number, "days": 10 if bad else 200, "returned": bad})
        # both crews fare alike in each area; the one has the hard area more often
        crew = "hard" if (rng.random() < 0.8) == (area == "a") else "easy"
        lists.append((crew, area, day(number)))
    table = made(spells(*rows), assignments=assigned(*lists)).query("level == 'crew'")
    got = table.set_index("key")
    assert got.loc["hard", "p_return_30"] > 1.5 * got.loc["easy", "p_return_30"]
    assert (got["return_ratio_low"] < 1).all()
    assert (got["return_ratio_high"] > 1).all()
    assert (got["return_ratio"] - 1).abs().max() < 0.2
    assert got["expected_returns_30"].sum() == pytest.approx(got["returns_30"].sum(), rel=0.05)


def test_units_are_compared_for_category_and_kind():
    table = made(many()).query("level == 'unit'").set_index("key")
    assert set(table.index) == {"U1", "U2"}
    assert table["expected_returns_30"].sum() == pytest.approx(table["returns_30"].sum())
    ratio = table["returns_30"].astype(float) / table["expected_returns_30"]
    np.testing.assert_allclose(table["return_ratio"], ratio)


def test_factors_of_areas_with_few_fixes_stay_near_all():
    events, expected = np.array([30, 3, 60, 0]), np.array([10.0, 1.0, 83.0, 0.0])
    got = factors(events, expected, drawn=True)
    assert 1 < got[1] < got[0] < 3
    assert got[3] == pytest.approx(93 / 94)
    np.testing.assert_array_equal(factors(events, expected, drawn=False), [3, 3, 60 / 83, 1])


def test_no_events_have_an_interval_that_begins_at_none():
    ratio, low, high = ratio_interval(np.array([0]), np.array([2.0]))
    assert (ratio[0], low[0]) == (0, 0)
    assert high[0] == pytest.approx(3.689 / 2, abs=1e-3)


def test_without_histories_the_second_figure_is_null():
    table = rates(many().assign(source=None), AREAS)
    assert table[["fixes", "p_return_30", "mean_returns", "cases"]].isna().to_numpy().all()
