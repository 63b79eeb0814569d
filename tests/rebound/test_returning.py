import numpy as np
import pandas as pd
import pytest

from geo_service.measure import Pairs
from geo_service.rebound import area_curves, rolling_risk
from geo_service.terms import AT_RISK_DAYS, CURVE_DAYS
from tests.one_horizon import kaplan_meier
from tests.rebound.histories import BEGIN, spells

END = (BEGIN + pd.Timedelta(days=364)).value // 1000
SPLIT = len(CURVE_DAYS)


@pytest.fixture(scope="module")
def history():
    rng = np.random.default_rng(8)
    return spells(
        *(
            {
                "area_id": str(rng.choice(["a", "b"])),
                "category": str(rng.choice(["D01", "D02"])),
                "start": int(rng.integers(-100, 420)),
                "days": int(rng.integers(1, 150)),
                "returned": bool(rng.random() < 0.5),
            }
            for _ in range(400)
        )
    )


@pytest.fixture(scope="module")
def curves(history):
    return dict(area_curves(history, Pairs.of(["a", "b", "c"], history), END))


def known(history):
    end = pd.Timestamp(END, unit="us", tz="UTC")
    asked = (history["started_at"] >= end - pd.Timedelta(weeks=52)) & (history["started_at"] < end)
    mine = history[asked]
    stop = mine["ended_at"].where(mine["ended_at"] < end, end)
    days = ((stop - mine["started_at"]) / pd.Timedelta(days=1)).to_numpy()
    return mine, days, (mine["returned"] & (mine["ended_at"] < end)).to_numpy()


@pytest.mark.parametrize(
    ("category", "row", "of"),
    [
        ("*", 0, "area_id == 'a'"),
        ("D02", 1, "area_id == 'b' and category == 'D02'"),
        ("D01", 3, "category == 'D01'"),
        ("*", 3, "area_id != ''"),
    ],
)
def test_a_curve_is_the_estimate_by_each_day_of_what_was_known_then(
    history, curves, category, row, of
):
    mine, days, event = known(history)
    some = mine.eval(of).to_numpy()
    got = curves[category][row]
    for place, day in enumerate(CURVE_DAYS):
        alone = kaplan_meier(np.zeros(some.sum(), int), days[some], event[some], 1, day)
        assert got[place] == round(alone.probability[0] * 1000)
    left = [(days[some] > day).sum() for day in AT_RISK_DAYS]
    assert got[SPLIT:].tolist() == left


def test_the_curve_passes_where_the_week_stands(history, curves):
    pairs = Pairs.of(["a", "b", "c"], history)
    week = rolling_risk(history, pairs, np.array([END]))
    at = CURVE_DAYS.index(30)
    for number, name in enumerate(pairs.categories):
        mine = pairs.category == number
        raw = curves[name][pairs.area[mine], at]
        np.testing.assert_array_equal(raw, np.round(week.probability[mine, 0] * 1000))
        closures = curves[name][pairs.area[mine], SPLIT]
        np.testing.assert_array_equal(closures, week.spells[mine, 0])


def test_an_area_without_a_closure_has_no_curve(curves):
    assert curves["*"][2].tolist() == [-1] * SPLIT + [0] * len(AT_RISK_DAYS)
