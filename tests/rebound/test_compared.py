"""Crews and units compared for what they had to do with."""

import numpy as np
import pytest

from geo_service.rebound.compared import factors
from tests.rebound.fixes import assigned, day, made, many
from tests.rebound.histories import spells


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
