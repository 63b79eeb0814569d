import numpy as np
import pandas as pd
import pytest

from geo_service.measure import kaplan_meier
from geo_service.rebound import ReboundParams, rates
from geo_service.terms import FRAMES, LEVELS
from tests.rebound.histories import spells

AREAS = pd.DataFrame(
    {
        "area_id": ["a", "b", "c"],
        "kind": ["alley", "market", "alley"],
        "subdistrict_id": ["S1", "S1", None],
    }
).astype("str")
FIGURES = [f"p_rebound_{h}{end}" for h in (7, 30, 90) for end in ("", "_low", "_high")]


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(7)
    n = 400
    return spells(
        *(
            {
                "area_id": str(rng.choice(["a", "b", "c"])),
                "category": str(rng.choice(["D01", "D02"])),
                "episode": int(rng.integers(1, 8)),
                "start": int(rng.integers(0, 300)),
                "days": int(rng.integers(1, 120)),
                "returned": bool(rng.random() < 0.4),
                "unverified": bool(rng.random() < 0.3),
            }
            for _ in range(n)
        )
    )


@pytest.fixture(scope="module")
def sources(many):
    words = np.where(np.arange(len(many)) % 3 == 0, "hotline", "inspector")
    return pd.Series(words, index=many["case_id"]).astype("str")


@pytest.fixture(scope="module")
def table(many, sources):
    return rates(many.assign(source=sources.array), AREAS)


def days_of(spells_):
    return ((spells_["ended_at"] - spells_["started_at"]) / pd.Timedelta(days=1)).to_numpy()


def test_every_level_is_there_and_the_columns_are_those_of_the_frame(table):
    assert set(table["level"]) == set(LEVELS) - {"crew", "unit"}
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


@pytest.mark.parametrize("level", ["category", "area", "kind", "episode", "source"])
@pytest.mark.parametrize(
    "count", ["closures", "rebounds_7", "rebounds_30", "rebounds_90", "unverified"]
)
def test_every_level_sums_to_the_district(table, level, count):
    district = table.loc[table["level"] == "district", count].item()
    rows = table[(table["level"] == level)]
    if level != "category":
        rows = rows[rows["category"] == "*"]
    assert len(rows) > 1
    assert rows[count].sum() == district


def test_spells_of_areas_without_a_subdistrict_are_in_no_subdistrict_row(table, many):
    rows = table[(table["level"] == "subdistrict") & (table["category"] == "*")]
    assert rows["key"].tolist() == ["S1"]
    assert rows["area_id"].tolist() == ["S1"]
    assert rows["closures"].item() == many["area_id"].isin(["a", "b"]).sum()


@pytest.mark.parametrize("level", ["area", "kind", "subdistrict"])
def test_the_categories_of_a_place_sum_to_its_star_row(table, level):
    rows = table[table["level"] == level]
    whole = rows[rows["category"] == "*"].set_index("key")["rebounds_30"]
    parts = rows[rows["category"] != "*"].groupby("key")["rebounds_30"].sum()
    assert parts.to_dict() == whole.to_dict()
    assert set(rows["category"]) == {"*", "D01", "D02"}


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


def test_episodes_count_the_earlier_ones_and_four_or_more_stand_together(table, many):
    rows = table[table["level"] == "episode"].set_index("key")["closures"]
    earlier = many["episode"] - 1
    assert rows.index.tolist() == ["0", "1", "2", "3", "4+"]
    assert rows["0"] == (earlier == 0).sum()
    assert rows["3"] == (earlier == 3).sum()
    assert rows["4+"] == (earlier >= 4).sum()


def test_sources_are_those_of_the_opening_reports(table):
    rows = table[table["level"] == "source"].set_index("key")["closures"]
    assert rows.to_dict() == {"hotline": 134, "inspector": 266}


def test_a_rest_of_closures_that_nobody_verified_is_said_beside_each_figure():
    got = rates(
        spells({"unverified": True}, {"unverified": True}, {"area_id": "b"}).assign(source=None),
        AREAS,
    )
    of_area = got[(got["level"] == "area") & (got["category"] == "*")].set_index("key")
    assert of_area["unverified"].to_dict() == {"a": 2, "b": 0}


def test_five_closures_watched_to_the_end_are_enough_and_four_are_not():
    five, four = [{"area_id": "a"}] * 5, [{"area_id": "b"}] * 4
    got = rates(spells(*five, *four).assign(source=None), AREAS)
    rows = got[(got["level"] == "area") & (got["category"] == "*")].set_index("key")
    assert rows["enough_data"].to_dict() == {"a": True, "b": False}
    assert rows["n_eff"].to_dict() == {"a": 5.0, "b": 4.0}


def test_without_enough_data_every_probability_is_null_and_the_counts_stay():
    got = rates(spells({"days": 3, "returned": True}, {}, {}).assign(source=None), AREAS)
    row = got[got["level"] == "district"]
    assert row[FIGURES].isna().to_numpy().all()
    assert (row["closures"].item(), row["rebounds_7"].item(), row["rebounds_90"].item()) == (
        3,
        1,
        1,
    )


def test_six_closures_hardly_watched_are_not_enough():
    got = rates(spells(*[{"days": 3}] * 6).assign(source=None), AREAS)
    row = got[got["level"] == "district"]
    assert row["n_eff"].item() == pytest.approx(6 * 3 / 30)
    assert not row["enough_data"].item()


def test_the_limit_is_a_parameter():
    params = ReboundParams(least_n_eff=3)
    got = rates(spells({}, {}, {}).assign(source=None), AREAS, params)
    assert got.loc[got["level"] == "district", "enough_data"].item()


def test_a_spell_without_an_area_counts_in_the_district_alone():
    got = rates(spells({"area_id": None}, {}).assign(source=None), AREAS)
    counts = got[got["category"] == "*"].set_index("level")["closures"]
    assert (counts["district"], counts["area"], counts["kind"]) == (2, 1, 1)


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
