import numpy as np
import pandas as pd
import pytest

from geo_service.rebound import rates
from geo_service.terms import FRAMES, LEVELS
from tests.one_horizon import kaplan_meier
from tests.rebound.conftest import AREAS, FIGURES
from tests.rebound.histories import spells


def days_of(spells_):
    return ((spells_["ended_at"] - spells_["started_at"]) / pd.Timedelta(days=1)).to_numpy()


def test_every_level_is_there_and_the_columns_are_those_of_the_frame(table):
    assert set(table["level"]) == set(LEVELS) - {"crew", "unit", "community"}
    assert list(table.columns) == FRAMES["rates"].names


def test_the_district_is_one_row_that_counts_every_spell(table, many):
    (row,) = table[table["level"] == "district"].to_dict("records")
    days, event = days_of(many), many["returned"].to_numpy()
    assert (row["key"], row["category"], row["closures"]) == ("*", "*", len(many))
    for horizon in (7, 30, 90):
        assert row[f"rebounds_{horizon}"] == np.sum(event & (days <= horizon))
        alone = kaplan_meier(np.zeros(len(days), np.int64), days, event, 1, horizon)
        assert row[f"p_rebound_{horizon}"] == pytest.approx(alone.probability[0])
        assert row[f"p_rebound_{horizon}_low"] == pytest.approx(alone.low[0])
        assert row[f"p_rebound_{horizon}_high"] == pytest.approx(alone.high[0])


def test_each_row_is_the_estimate_of_its_own_spells(table, many):
    kind = many["area_id"].map(AREAS.set_index("area_id")["kind"])
    mine = many[(kind == "alley") & (many["category"] == "D02")]
    row = table[
        (table["level"] == "kind") & (table["key"] == "alley") & (table["category"] == "D02")
    ]
    alone = kaplan_meier(
        np.zeros(len(mine), np.int64), days_of(mine), mine["returned"].to_numpy(), 1, 30
    )
    assert row["closures"].item() == len(mine)
    assert row["p_rebound_30"].item() == pytest.approx(alone.probability[0])
    assert row["n_eff"].item() == pytest.approx(alone.events[0] / alone.probability[0], rel=1e-9)


def test_no_spells_give_no_rows_but_the_frame():
    got = rates(FRAMES["spells"].empty().assign(source=None), AREAS)
    assert len(got) == 0
    assert list(got.columns) == FRAMES["rates"].names


def uneven(seed=3, areas=40):
    """Spells of areas most of which are alike, and `bad` is worse."""
    rng = np.random.default_rng(seed)
    rows = []
    for area in [f"a{number:02d}" for number in range(areas)] + ["bad"]:
        risk = 0.5 if area == "bad" else 0.1
        rows += [
            {
                "area_id": area,
                "category": "D01" if k % 2 else "D02",
                "days": int(rng.integers(1, 29)) if rng.random() < risk else 100,
            }
            for k in range(int(rng.integers(3, 12)) if area != "bad" else 20)
        ]
    for row in rows:
        row["returned"] = row["days"] < 100
    return spells(*rows).assign(source=None)


def test_areas_are_drawn_towards_all_areas_and_only_a_bad_one_is_surely_worse():
    given = uneven()
    got = rates(given, AREAS)
    rows = got[(got["level"] == "area") & (got["category"] == "*")].set_index("key")
    figures = rows[rows["enough_data"]]
    raw = figures["rebounds_30"].astype(float) / figures["closures"].astype(float)
    district = given["returned"].mean()
    assert (abs(figures["p_rebound_30"] - district) < abs(raw - district) + 0.005).all()
    assert np.ptp(figures["p_rebound_30"].drop("bad")) < 0.5 * np.ptp(raw.drop("bad"))
    assert (figures["p_rebound_30_low"] < figures["p_rebound_30"]).all()
    assert (figures["p_rebound_30"] < figures["p_rebound_30_high"]).all()
    assert figures["p_worse"].idxmax() == "bad"
    assert figures["p_worse"]["bad"] > 0.95
    assert figures["p_worse"].drop("bad").max() < 0.9


def test_areas_without_enough_data_get_no_figure_and_keep_their_counts():
    got = rates(uneven(), AREAS)
    few = got[(got["level"] == "area") & ~got["enough_data"]]
    assert len(few) > 10
    assert few[[*FIGURES, "p_worse"]].isna().to_numpy().all()
    assert (few["closures"] > 0).all()


def test_an_areas_figures_within_more_days_are_no_smaller(table):
    rows = table[(table["level"] == "area") & table["enough_data"]]
    parts = rows[rows["category"] != "*"]
    assert parts["p_rebound_30"].notna().all()
    assert parts[["p_rebound_7", "p_rebound_90"]].isna().to_numpy().all()
    rows = rows[rows["category"] == "*"]
    assert (rows["p_rebound_7"] < rows["p_rebound_30"]).all()
    assert (rows["p_rebound_30"] < rows["p_rebound_90"]).all()


def test_groups_that_are_no_areas_speak_for_themselves(table):
    assert table.loc[table["level"] != "area", "p_worse"].isna().all()
