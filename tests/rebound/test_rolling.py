import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_service.measure import Pairs, Risk
from geo_service.rebound import (
    ReboundParams,
    risk_classes,
    rolling,
    rolling_risk,
    shrunk_risk,
)
from geo_service.terms import FRAMES
from tests.one_horizon import kaplan_meier
from tests.rebound.histories import BEGIN, spells

WEEK = pd.Timedelta(days=7)
ENDS = np.array([(BEGIN + WEEK * k).value // 1000 for k in range(1, 40)], dtype=np.int64)
PARAMS = ReboundParams(window_weeks=12)

histories = st.lists(
    st.fixed_dictionaries(
        {
            "area_id": st.sampled_from(["a", "b"]),
            "category": st.sampled_from(["D01", "D02"]),
            "start": st.integers(-20, 280) | st.integers(0, 560).map(lambda half: half / 2),
            "days": st.integers(1, 100) | st.sampled_from([0.25, 7, 7.5, 30, 30.25]),
            "returned": st.booleans(),
        }
    ),
    min_size=1,
    max_size=25,
)


def known_at(table, end, params):
    """The closures of the window before `end`, and of each only what happened before it."""
    moment = pd.Timestamp(int(end), unit="us", tz="UTC")
    window = pd.Timedelta(weeks=params.window_weeks)
    table = table[(table["started_at"] < moment) & (table["started_at"] >= moment - window)]
    event = (table["returned"] & (table["ended_at"] < moment)).to_numpy()
    stop = table["ended_at"].where(table["ended_at"] < moment, moment)
    return ((stop - table["started_at"]) / pd.Timedelta(days=1)).to_numpy(), event


def of_pair(table, pairs, number):
    category = pairs.categories[pairs.category[number]]
    mine = table["area_id"] == pairs.area_ids[pairs.area[number]]
    return table[mine & ((table["category"] == category) | (category == "*"))]


@given(histories)
@settings(max_examples=20, deadline=None)
def test_each_weeks_figure_is_the_estimate_of_what_was_known_then(history):
    table = spells(*history)
    pairs = Pairs.of(["a", "b"], table)
    got = rolling_risk(table, pairs, ENDS, PARAMS)
    for number in range(len(pairs)):
        mine = of_pair(table, pairs, number)
        for week in range(0, len(ENDS), 5):
            days, event = known_at(mine, ENDS[week], PARAMS)
            alone = kaplan_meier(np.zeros(len(days), np.int64), days, event, 1, 30)
            assert got.spells[number, week] == len(days)
            assert got.events[number, week] == alone.events[0]
            assert got.probability[number, week] == pytest.approx(
                alone.probability[0], abs=1e-12, nan_ok=True
            )
            if alone.events[0]:
                for name in ("low", "high", "n_eff"):
                    assert getattr(got, name)[number, week] == pytest.approx(
                        getattr(alone, name)[0], abs=1e-9
                    )


@given(histories)
@settings(max_examples=15, deadline=None)
def test_the_compiled_walk_is_the_plain_one(history):
    table = spells(*history)
    pairs = Pairs.of(["a", "b"], table)
    compiled = rolling_risk(table, pairs, ENDS[::4], PARAMS)
    kept = rolling._roll, rolling._risk_now, rolling._sort
    rolling._roll, rolling._risk_now, rolling._sort = (one.py_func for one in kept)
    try:
        with np.errstate(all="ignore"):
            plain = rolling_risk(table, pairs, ENDS[::4], PARAMS)
    finally:
        rolling._roll, rolling._risk_now, rolling._sort = kept
    for one, other in zip(compiled[:6], plain[:6], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("size", [0, 1, 31, 500])
def test_few_and_many_lengths_are_sorted(size):
    values = np.random.default_rng(size).integers(0, 50, size)
    expected = np.sort(values)
    rolling._sort(values)
    np.testing.assert_array_equal(values, expected)


def one_pair(*rows, **params):
    table = spells(*rows)
    return rolling_risk(table, Pairs.of(["a"], table), ENDS, ReboundParams(**params))


def test_before_a_return_the_spell_is_under_watch_and_after_it_an_event():
    got = one_pair({"start": 0, "days": 10, "returned": True})
    assert got.spells[1].tolist() == [1] * len(ENDS)
    assert got.events[1, :3].tolist() == [0, 1, 1]
    assert got.probability[1, :3].tolist() == [0, 1, 1]


def test_a_return_at_the_very_end_of_a_week_is_not_known_in_it():
    got = one_pair({"start": 0, "days": 7, "returned": True})
    assert got.events[1, :2].tolist() == [0, 1]


def test_a_closure_leaves_the_window_after_its_weeks():
    got = one_pair({"start": 0}, window_weeks=4)
    # the window of the week that ends on day 28 begins on day 0, that closure's own
    assert got.spells[1, :6].tolist() == [1, 1, 1, 1, 0, 0]
    assert np.isnan(got.probability[1, 4])


def test_a_spell_in_a_category_counts_in_its_area_as_well():
    table = spells({"category": "D01"}, {"category": "D02"})
    pairs = Pairs.of(["a"], table)
    got = rolling_risk(table, pairs, ENDS, PARAMS)
    by_name = dict(zip(pairs.categories, got.spells[:, 0].tolist(), strict=True))
    assert by_name == {"*": 2, "D01": 1, "D02": 1}


def test_what_a_week_says_does_not_change_by_what_comes_later():
    early = spells({"start": 0, "days": 20}, {"start": 2, "days": 200})
    late = spells(
        {"start": 0, "days": 20},
        {"start": 2, "days": 200},
        {"start": 21, "days": 8, "returned": True, "area_id": "b"},
    )
    pairs = Pairs.of(["a", "b"], late)
    before, after = (rolling_risk(table, pairs, ENDS, PARAMS) for table in (early, late))
    assert before.n_eff[0, :4].tolist() == after.n_eff[0, :4].tolist()
    assert before.n_eff[0, 1] == pytest.approx((14 + 12) / 30)


def test_without_spells_there_is_nothing_to_say():
    table = FRAMES["spells"].empty()
    cases = pd.DataFrame({"area_id": ["a"], "category": ["D01"]}).astype("str")
    got = rolling_risk(table, Pairs.of(["a"], cases), ENDS, PARAMS)
    assert got.spells.shape == (2, len(ENDS))
    assert got.spells.sum() == 0
    assert np.isnan(got.probability).all()
    assert (got.n_eff == 0).all()


def test_without_weeks_the_arrays_are_empty():
    table = spells({})
    got = rolling_risk(table, Pairs.of(["a"], table), ENDS[:0], PARAMS)
    assert got.probability.shape == (2, 0)


def test_areas_stand_beside_all_by_their_own_fixes_and_surely_only_together():
    above = np.array([[0.1, 0.5, 0.9, 0.9, 0.99]])
    worse = np.array([[0.0, 0.0, 0.79, 0.8, 0.9]])
    n_eff = np.array([[9.0, 9.0, 9.0, 9.0, 4.9]])
    one = np.ones((1, 5))
    risks = Risk(one, one, one, one, one, n_eff, worse, above)
    assert risk_classes(risks).tolist() == [[0, 1, 2, 3, -1]]
    with pytest.raises(ValueError, match="together"):
        risk_classes(risks._replace(above=None))


def test_a_shrunk_week_knows_nothing_of_later_ones():
    rows = [
        {"area_id": area, "start": 3 * n, "days": 5 + n, "returned": n % 3 == 0}
        for area in ("a", "b")
        for n in range(60)
    ]
    table = spells(*rows)
    pairs = Pairs.of(["a", "b"], table)
    whole = shrunk_risk(rolling_risk(table, pairs, ENDS), pairs)
    early = shrunk_risk(rolling_risk(table, pairs, ENDS[:9]), pairs)
    assert np.isfinite(early.worse).any()
    np.testing.assert_array_equal(whole.worse[:, :9], early.worse)
    np.testing.assert_array_equal(whole.probability[:, :9], early.probability)
