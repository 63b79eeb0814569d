"""``backtest``: as people and programs read it."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from geo_service import flow
from geo_service.store import open_store
from geo_service.terms import FRAMES
from tests.flow.city import fill
from tests.flow.test_forecasts import NOW, WEEKS, last_monday, reports


@pytest.fixture(scope="module")
def url(new_file, tmp_path_factory):
    folder = tmp_path_factory.mktemp("forecast")
    path = folder / "x.sqlite"
    path.write_bytes(new_file.read_bytes())
    store = open_store(f"sqlite:///{path}")
    fill(store, folder, reports(1))
    flow.refresh(store, now=NOW, as_of=last_monday(WEEKS))
    store.close()
    return f"sqlite:///{path}"


def test_a_back_test_as_json_and_what_was_shown_as_csv(run, url, tmp_path):
    file = tmp_path / "said.csv"
    asked = ("backtest", "--weeks", 5, "--forecasts", file, "--db", url)
    got = run(*asked, "--format", "json")
    assert got.code == 0
    assert set(got.json) == {"weeks", "shown", "models"}
    assert got.json["weeks"] == 5
    shown = next(one for one in got.json["models"] if one["model"] == got.json["shown"])
    assert set(shown) >= {
        *("recall_1", "recall_5", "recall_10", "pai_5", "pei_5", "deviance"),
        *("coverage_80", "coverage_95"),
    }
    assert len(shown["minus_ewma_5"]) == 3
    said = pd.read_csv(file)
    columns = ["area_id", "category", "week", "mean", "low80", "high80", "low95", "high95"]
    assert list(said) == columns
    assert said["week"].unique().tolist() == [f"2026-W{week}" for week in range(37, 42)]


def test_people_are_told_in_words(run, url):
    got = run("backtest", "--weeks", 5, "--db", url)
    assert got.code == 0
    assert "In the last 5 weeks the first 5 % of the ground held" in got.out
    assert got.out.count("last_week") == 1
    assert run("backtest", "--weeks", 5, "--db", url, "--format", "csv").out.startswith("model,")


def test_what_cannot_be_is_said(run, url):
    assert run("backtest", "--weeks", 0, "--db", url).code == 2
    got = run("backtest", "--weeks", 500, "--db", url)
    assert got.code == 1
    assert "Not enough is known" in got.err


def test_the_orders_of_the_list_as_json_and_in_words(run, url):
    got = run("backtest", "--ranking", "--db", url, "--format", "json")
    rows = {one["ranking"]: one for one in got.json["rankings"]}
    assert set(rows) == {"ewma", "sites", "site_model"}
    assert [name for name, one in rows.items() if one["used"]] == [got.json["used"]]
    assert all(one["rebounds_5"] <= one["rebounds"] for one in rows.values())
    assert "5 %" in run("backtest", "--ranking", "--db", url).out


def test_next_week_is_printed_and_its_sums_are_those_of_the_areas(run, url, tmp_path):
    got = run("forecast", "--format", "json", "--db", url)
    assert got.code == 0
    table = pd.DataFrame(got.json)
    assert list(table) == FRAMES["forecast"].names
    assert table["week"].unique().tolist() == ["2026-W42"]
    assert table["mean"].is_monotonic_decreasing
    every = table[table["category"] == "*"]["mean"].sum()
    for by in ("subdistrict", "district"):
        sums = pd.DataFrame(run("forecast", "--by", by, "--format", "json", "--db", url).json)
        (whole,) = sums[sums["category"] == "*"].to_dict("records")
        assert whole["mean"] == pytest.approx(every)
        assert whole["low95"] <= whole["low80"] <= every <= whole["high80"] <= whole["high95"]
        parts = sums[sums["category"] != "*"]["mean"].sum()
        assert parts == pytest.approx(every)
    one = run("forecast", "--category", "D01", "--kind", "alley", "--format", "csv", "--db", url)
    assert len(one.out.splitlines()) == 2
    file = tmp_path / "next.geojson"
    assert run("export", "forecast", "--output", file, "--db", url).code == 0
    features = json.loads(file.read_text("utf-8"))["features"]
    assert len(features) == len(table)
    assert features[0]["geometry"]["type"] == "Polygon"
