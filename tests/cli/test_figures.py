import json
from datetime import date

import pytest

from geo_service.terms import FRAMES
from tests.flow.city import ROWS, write_reports

RATE = [
    *("level", "category", "area_id", "closures", "rebounds_7", "rebounds_30", "rebounds_90"),
    *(f"p_rebound_{h}{end}" for h in (7, 30, 90) for end in ("", "_low", "_high")),
    *("n_eff", "enough_data", "p_worse", "unverified"),
]
OBSERVED = [
    *("observed_days", "observed_rebounds_30", "blind_rebounds"),
    *(f"p_observed_30{end}" for end in ("", "_low", "_high")),
]
HOTSPOT = [
    *("area_id", "name", "kind", "subdistrict", "category", "week", "as_of", "run_id"),
    *("reports", "cases", "closures", "closures_unverified", "rebounds"),
    *("rebound_spells", "rebound_events_30", "p_rebound_30", "p_rebound_30_low"),
    *("p_rebound_30_high", "n_eff", "enough_data", "p_worse", "exposure_days", "observed"),
    *("expected", "q_value", "hot", "gi_z", "pattern", "forecast", "forecast_low"),
    *("forecast_high", "rank", "hot_around", "uncertain", "pattern_word", "zone", "note"),
    *("expected_rebounds_28", "expected_cases_28", "reason", "chronic_sites", "third_cases"),
    *("overdue", "windows", "hot_subdistrict", "hot_rebound", "q_rebound"),
]
pytestmark = pytest.mark.usefixtures("city")


def test_rebound_rows_have_the_fields_agreed_and_a_key_beside(run):
    got = run("rebound", "--format", "json")
    assert got.code == 0
    for one in got.json:
        assert set(one) >= {*RATE, *OBSERVED, "key"}
        assert list(one) == FRAMES["rates"].names
    (district,) = [one for one in got.json if one["level"] == "district"]
    assert (district["closures"], district["rebounds_7"], district["unverified"]) == (2, 1, 1)
    assert district["enough_data"] is False
    assert district["p_rebound_30"] is None


def test_the_second_figure_stands_beside_the_first_with_what_is_counted_apart(run):
    (district,) = [
        one for one in run("rebound", "--format", "json").json if one["level"] == "district"
    ]
    assert (district["fixes"], district["returns_7"]) == (2, 1)
    assert (district["reports"], district["duplicates"], district["cases"]) == (5, 1, 4)
    assert (district["reworks"], district["beyond_window"], district["lapsed"]) == (0, 0, 0)
    assert (district["sites"], district["site_returns"], district["mean_returns"]) == (1, 1, None)


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("category", {"D01"}),
        ("area", {"A1"}),
        ("kind", {"alley"}),
        ("subdistrict", {"S1"}),
        ("episode", {"0", "1"}),
    ],
)
def test_rebound_by_a_level_gives_that_level(run, by, keys):
    rows = run("rebound", "--by", by, "--format", "json").json
    assert {one["level"] for one in rows} == {by}
    assert {one["key"] for one in rows} == keys


def test_rebound_of_a_category_or_kind_gives_that_alone(run):
    rows = run("rebound", "--by", "kind", "--category", "D01", "--format", "json").json
    assert [(one["key"], one["category"]) for one in rows] == [("alley", "D01")]
    assert run("rebound", "--by", "area", "--kind", "market", "--format", "json").json == []
    rows = run("rebound", "--by", "area", "--kind", "alley", "--format", "json").json
    assert [one["area_id"] for one in rows] == ["A1"]


@pytest.mark.parametrize("command", ["rebound", "hotspots"])
def test_figures_of_another_day_are_an_error_that_names_both_days(run, command):
    assert run(command, "--as-of", "2026-03-21").code == 0
    got = run(command, "--as-of", "2026-03-14")
    assert (got.code, got.out) == (1, "")
    assert "2026-03-14" in got.err
    assert "2026-03-21" in got.err


@pytest.mark.parametrize("command", ["rebound", "hotspots"])
def test_figures_before_any_refresh_are_an_error(run, command, tmp_path):
    got = run(command, "--db", f"sqlite:///{tmp_path / 'new.sqlite'}")
    assert (got.code, got.out) == (1, "")
    assert "refresh" in got.err


def test_hotspots_are_the_latest_closed_week_with_the_fields_agreed_and_a_boolean(run):
    rows = run("hotspots", "--format", "json").json
    assert {one["week"] for one in rows} == {"2026-W11"}
    for one in rows:
        assert set(one) == set(HOTSPOT)
        assert one["hot"] is False
        assert one["enough_data"] is False
    assert rows[0]["as_of"] == "2026-03-20T16:00:00Z"
    assert [one["rank"] for one in rows] == sorted(one["rank"] for one in rows)


def test_hotspots_of_all_weeks_or_one(run):
    weeks = {one["week"] for one in run("hotspots", "--week", "all", "--format", "json").json}
    assert weeks == {"2026-W10", "2026-W11"}
    weeks = {one["week"] for one in run("hotspots", "--week", "2026-W10", "--format", "json").json}
    assert weeks == {"2026-W10"}


@pytest.mark.parametrize("week", ["2026-W54", "2026-11", "last", "2026-w10"])
def test_what_is_no_week_is_bad_use(run, week):
    got = run("hotspots", "--week", week)
    assert (got.code, got.out) == (2, "")
    assert week in got.err


def test_a_week_that_has_no_figures_is_said_with_those_that_have(run):
    got = run("hotspots", "--week", "2025-W10")
    assert (got.code, got.out) == (1, "")
    assert "2026-W10" in got.err
    assert "2026-W11" in got.err


@pytest.mark.parametrize("command", ["rebound", "hotspots"])
@pytest.mark.parametrize(("option", "value"), [("--kind", "moonbase"), ("--category", "X99")])
def test_an_unknown_kind_or_category_is_bad_use(run, command, option, value):
    got = run(command, option, value)
    assert (got.code, got.out) == (2, "")
    assert value in got.err


def test_what_comes_in_between_is_not_shown_before_the_next_refresh(run, city):
    before = run("hotspots", "--format", "json").out
    path = write_reports(city, [dict(ROWS[0], report_id="new")], "new.csv")
    run("reports", "import", path)
    assert run("hotspots", "--format", "json").out == before
    run("refresh", "--as-of", date(2026, 3, 21).isoformat())
    after = run("hotspots", "--format", "json").json
    assert after[0]["run_id"] == "2"
    assert sum(one["reports"] for one in after) > sum(one["reports"] for one in json.loads(before))
