from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from geo_service.hotspots import (
    HotspotParams,
    Patterns,
    Shares,
    Weekly,
    verdict,
    weekly_counts,
    weekly_rows,
)
from geo_service.hotspots.rows import NO_Z, NULL
from geo_service.measure import Pairs
from geo_service.store.week_rows import read_week, write_week
from geo_service.terms import FRAMES, PATTERN_WORDS, PATTERNS
from tests.hotspots.cities import AREAS, drawn_cases, edges

WEEKS = 40
PARAMS = HotspotParams(begun_cases=1)
LABELS = [f"w{number:02d}" for number in range(WEEKS)]
AS_OF = pd.Timestamp("2026-10-11T16:00:00Z")
DESCRIBED = pd.DataFrame(
    {
        "area_id": ["c", "a", "b"],
        "name": ["市场", "后街", None],
        "kind": ["market", "alley", "street"],
        "subdistrict": ["S1", "S2", None],
    }
).astype("str")


def frames(weekly, exposure):
    """The tables that a store gives of the weeks' columns."""
    areas = DESCRIBED.set_index("area_id").reindex(weekly.pairs.area_ids).reset_index()
    told = {"as_of": AS_OF, "run_id": "7"}
    return {
        week: read_week(write_week(columns), areas, told | {"week": week})
        for week, columns in weekly_rows(weekly, exposure)
    }


def risks(shape, seed=0):
    rng = np.random.default_rng(seed)
    spells = rng.integers(0, 20, shape).astype(np.int32)
    probability = np.where(spells > 0, rng.random(shape), np.nan)
    return SimpleNamespace(
        spells=spells,
        events=np.minimum(spells, 2),
        probability=probability,
        low=probability / 2,
        high=np.minimum(probability * 2, 1),
        n_eff=spells.astype(float),
        worse=rng.random(shape),
    )


@pytest.fixture(scope="module")
def weekly():
    cases = drawn_cases(5, n=700, weeks=WEEKS)
    pairs = Pairs.of([*AREAS, "never"], cases)
    reports = cases.rename(columns={"opened_at": "reported_at"})
    counts = weekly_counts(reports, cases, pairs, edges(WEEKS))
    drawn = risks((len(pairs), WEEKS))
    classes = np.full((len(pairs), WEEKS), 2, dtype=np.int8)
    classes[0] = -1
    return Weekly(
        pairs=pairs,
        weeks=LABELS,
        counts=counts,
        risks=drawn,
        shares={"rebound": Shares.of(drawn, classes, 5.0)},
        verdict=verdict(counts.cases, pairs, PARAMS),
        least_n_eff=5.0,
        params=PARAMS,
    )


@pytest.fixture(scope="module")
def tables(weekly):
    exposure = np.minimum(np.arange(1, WEEKS + 1), 4) * 7.0
    return frames(weekly, exposure)


def test_there_is_a_table_a_week_with_the_fields_of_the_frame(tables):
    assert list(tables) == LABELS
    for week, table in tables.items():
        assert list(table.columns) == FRAMES["hotspots"].names
        assert (table["week"] == week).all()
        assert (table["as_of"] == AS_OF).all()
        assert (table["run_id"] == "7").all()
    assert tables["w39"]["hot"].dtype == bool


def test_the_key_of_a_row_is_unique(tables):
    for table in tables.values():
        assert not table.duplicated(["area_id", "category", "week"]).any()


@pytest.mark.parametrize(
    "count", ["reports", "cases", "closures", "closures_unverified", "rebounds"]
)
def test_the_star_row_is_the_sum_of_the_categories(tables, count):
    table = tables["w20"]
    whole = table[table["category"] == "*"].set_index("area_id")[count]
    parts = table[table["category"] != "*"].groupby("area_id")[count].sum()
    assert whole.sum() > 0
    assert whole.to_dict() == parts.to_dict()


def test_counts_are_those_of_the_trailing_four_weeks(tables, weekly):
    pairs, grid = weekly.pairs, weekly.counts.cases
    for row in tables["w20"].itertuples():
        area = pairs.area == pairs.area_ids.index(row.area_id)
        category = pairs.category == pairs.categories.index(row.category)
        assert row.cases == grid[area & category, 17:21].sum()


def test_rows_are_described_by_their_area(tables):
    by_area = tables["w20"].set_index("area_id")
    assert set(by_area.loc[["c"], "name"]) == {"市场"}
    assert set(by_area.loc[["c"], "kind"]) == {"market"}
    assert set(by_area.loc[["c"], "subdistrict"]) == {"S1"}
    assert by_area.loc[["b"], ["name", "subdistrict"]].isna().to_numpy().all()


def test_where_nothing_happened_there_is_no_row(weekly):
    nothing = np.zeros_like(weekly.counts.cases)
    calm = Weekly(
        pairs=weekly.pairs,
        weeks=LABELS,
        counts=type(weekly.counts)(*[nothing] * 5),
        risks=_no_risks(nothing.shape),
        verdict=verdict(nothing, weekly.pairs),
        least_n_eff=5.0,
        params=weekly.params,
    )
    exposure = np.full(WEEKS, 28.0)
    assert [len(table) for table in frames(calm, exposure).values()] == [0] * WEEKS


def _no_risks(shape):
    none = np.zeros(shape, dtype=np.int32)
    unknown = np.full(shape, np.nan)
    return SimpleNamespace(
        spells=none,
        events=none,
        probability=unknown,
        low=unknown,
        high=unknown,
        n_eff=none * 1.0,
        worse=None,
    )


def test_without_enough_data_the_probability_is_null_and_its_counts_stay(tables):
    table = pd.concat(tables.values())
    short = table[table["n_eff"] < 5]
    assert len(short) > 10
    assert not short["enough_data"].any()
    figures = ["p_rebound_30", "p_rebound_30_low", "p_rebound_30_high"]
    assert short[figures].isna().to_numpy().all()
    assert short["rebound_spells"].sum() > 0
    rest = table[table["n_eff"] >= 5]
    assert rest["enough_data"].all()
    assert rest[figures].notna().to_numpy().all()


def test_a_week_without_enough_history_has_no_verdict(tables):
    assert tables["w36"][["expected", "q_value"]].isna().to_numpy().all()
    assert not tables["w36"]["hot"].any()
    sums = tables["w37"].query("category == '*'")
    assert sums[["expected", "q_value"]].notna().to_numpy().all()


def test_exposure_is_said_and_whether_anybody_looked_is_unknown(tables):
    assert set(tables["w01"]["exposure_days"]) == {14.0}
    assert set(tables["w20"]["exposure_days"]) == {28.0}
    assert set(tables["w20"]["observed"]) == {"unknown"}


def test_fields_of_later_issues_are_null(tables):
    later = ["gi_z", "pattern", "forecast", "forecast_low", "forecast_high"]
    assert tables["w20"][later].isna().to_numpy().all()


def layer_of(weekly, name, category="*"):
    found = {
        week: values
        for layer, code, week, values in weekly.layers()
        if (layer, code) == (name, category)
    }
    return np.array([found[week] for week in range(WEEKS)])


def test_layers_are_arrays_in_the_order_of_the_areas_for_every_week(weekly):
    seen = [(layer, code, week) for layer, code, week, _ in weekly.layers()]
    assert len(seen) == len(set(seen)) == 3 * (2 + 2) * WEEKS
    assert all(v.dtype == np.uint16 and v.shape == (4,) for *_, v in weekly.layers())


def test_the_layer_of_cases_shows_what_the_rows_show(weekly, tables):
    layer = layer_of(weekly, "cases")
    rows = tables["w20"].query("category == '*'").set_index("area_id")["cases"]
    assert layer[20].tolist() == [*rows.reindex(AREAS).fillna(0), 0]


def test_the_layer_of_rebounds_is_per_mille_and_null_without_enough_data(weekly, tables):
    layer = layer_of(weekly, "rebound", "D02")
    rows = tables["w20"].query("category == 'D02'").set_index("area_id")["p_rebound_30"]
    expected = (rows.reindex([*AREAS, "never"]) * 1000).round().fillna(float(NULL))
    assert layer[20].tolist() == expected.tolist()
    assert layer[20, 3] == 65535
    classes = layer_of(weekly, "rebound_class", weekly.pairs.categories[weekly.pairs.category[0]])
    assert (classes[:, weekly.pairs.area[0]] == NULL).all()
    assert set(classes.ravel().tolist()) == {2, int(NULL)}


def test_the_layer_of_hotspots_is_the_verdict(weekly, tables):
    layer = layer_of(weekly, "hotspots")
    hot = tables["w39"].query("category == '*' and hot")["area_id"]
    assert layer[39].tolist() == [int(area in set(hot)) for area in [*AREAS, "never"]]


def test_series_hold_each_weeks_own_counts(weekly):
    series = {(name, code): grid for name, code, grid in weekly.counts.series(weekly.pairs)}
    assert {name for name, _ in series} == {"reports", "cases", "closures", "rebounds"}
    whole = series["cases", "*"]
    assert whole.shape == (4, WEEKS)
    np.testing.assert_array_equal(whole, series["cases", "D01"] + series["cases", "D02"])
    assert whole[3].sum() == 0
    assert whole.sum() == weekly.counts.cases[weekly.pairs.category == 0].sum()


def test_the_verdict_with_neighbours_stands_in_the_rows_but_where_nobody_looked(weekly):
    shape = weekly.verdict.hot.shape
    rng = np.random.default_rng(3)
    around, uncertain = rng.random(shape) < 0.5, rng.random(shape) < 0.2
    unseen = np.zeros((len(weekly.pairs.area_ids), WEEKS), dtype=bool)
    unseen[0, -1] = True
    told = replace(
        weekly,
        verdict=weekly.verdict._replace(around=around, uncertain=uncertain),
        unseen=unseen,
    )
    rows = frames(told, np.ones(WEEKS))["w39"]
    pair = weekly.pairs.number(rows)
    seen = (weekly.pairs.area[pair] != 0) & np.ones(len(rows), dtype=bool)
    assert (~seen).any()
    assert (rows["hot_around"] == (around[pair, -1] & seen)).all()
    assert (rows["uncertain"] == (uncertain[pair, -1] & seen)).all()
    assert rows["hot_around"].any()


def test_patterns_and_words_stand_in_the_rows_each_by_itself(weekly):
    shape = weekly.verdict.hot.shape
    rng = np.random.default_rng(4)
    z = np.where(rng.random(shape) < 0.2, np.nan, rng.normal(size=shape))
    number = np.where(np.isnan(z), -1, rng.integers(-1, len(PATTERNS), shape)).astype(np.int8)
    mark = rng.integers(-1, 2, shape).astype(np.int8)
    said = rng.integers(-1, 4, shape).astype(np.int8)
    told = replace(weekly, patterns=Patterns(z, mark, number), words=said)
    rows = frames(told, np.ones(WEEKS))["w39"]
    pair = weekly.pairs.number(rows)
    for column, names, numbers in (
        ("pattern", PATTERNS, number),
        ("pattern_word", PATTERN_WORDS, said),
    ):
        got = [None if isinstance(one, float) else one for one in rows[column].astype(object)]
        assert got == [(*names, None)[one] for one in numbers[pair, -1]]
    np.testing.assert_allclose(rows["gi_z"], z[pair, -1], atol=5e-5)


def test_the_layer_of_gi_holds_hundredths_and_marks_in_the_order_of_the_areas(weekly):
    shape = weekly.verdict.hot.shape
    z, mark = np.full(shape, np.nan), np.zeros(shape, np.int8)
    z[3, -1], mark[3, -1] = 2.346, 1
    told = replace(weekly, patterns=Patterns(z, mark, mark))
    layers = {(category, week): array for _, category, week, array in told.gi()}
    assert len(layers) == len(weekly.pairs.categories) * WEEKS
    where = weekly.pairs.categories[weekly.pairs.category[3]], WEEKS - 1
    values, marks = layers[where]
    area = weekly.pairs.area[3]
    assert (values[area], marks[area]) == (235, 1)
    assert (np.delete(values, area) == NO_Z).all()
    assert not list(weekly.gi())


def test_windows_are_told_where_an_area_is_hot_and_nowhere_else(weekly):
    hot = np.zeros_like(weekly.verdict.hot)
    hot[[0, 1], -1] = True
    fired = np.full(hot.shape, 0b1011, dtype=np.uint8)
    unseen = np.zeros((len(weekly.pairs.area_ids), WEEKS), dtype=bool)
    unseen[weekly.pairs.area[1]] = True
    told = weekly.verdict._replace(hot=hot, windows=fired, whole=hot)
    rows = frames(replace(weekly, verdict=told, unseen=unseen), np.full(WEEKS, 28.0))["w39"]
    assert set(rows["windows"][rows["hot"]]) == {"1;2;8"}
    assert rows["windows"][~rows["hot"]].isna().all()
    assert rows["hot"].sum() == 1
    assert (rows["hot_subdistrict"] == rows["hot"]).all()


def test_what_is_hot_by_its_rebounds_is_told_where_there_is_a_q_value_of_them(weekly):
    q = np.full(weekly.verdict.hot.shape, np.nan)
    q[0], q[1] = 0.01, 0.2
    rows = frames(replace(weekly, q_rebound=q), np.full(WEEKS, 28.0))["w39"]
    assert rows["hot_rebound"].sum() == 1
    assert sorted(rows["q_rebound"].dropna()) == [0.01, 0.2]
    assert frames(weekly, np.full(WEEKS, 28.0))["w39"]["q_rebound"].isna().all()
