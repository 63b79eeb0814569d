"""What came of a sealed statement, counted by hand; what is said of all of them together."""

import numpy as np
import pandas as pd
import pytest

from geo_service.forecast import Came, lifetime, outcome

BEGIN = pd.Timestamp("2026-06-08T00:00Z")


def days(*numbers):
    return [BEGIN + pd.Timedelta(days=one) for one in numbers]


CASES = pd.DataFrame(
    {
        "area_id": ["A", "A", "A", "B", "B", "C"],
        "category": ["D01", "D01", "D02", "D01", "D01", "D01"],
        "link": ["rebound", "new", "rebound", "new", "rebound", "rebound"],
        "state": ["open", "verified", "open", "open", "cancelled", "open"],
        "opened_at": days(0, 3, 6, 5, 5, 7),
    }
)
SPELLS = pd.DataFrame(
    {
        "case_id": ["1", "2", "3", "9"],
        "started_at": days(-5, -1, -80, 2),
        "ended_at": days(20, 40, 120, 3),
        "returned": [True, True, True, True],
    }
)


def came(length):
    return Came.of(CASES, SPELLS, BEGIN, length)


def test_a_forecast_is_held_against_the_week_after_it():
    said = pd.DataFrame(
        {
            "area_id": ["A", "A", "B"],
            "category": ["D01", "D02", "D01"],
            "mean": [2.0, 0.2, 0.3],
            "simple": [0.1, 0.1, 0.9],
            "low80": [1, 0, 0],
            "high80": [3, 0, 1],
            "low95": [0, 0, 0],
            "high95": [4, 1, 2],
        }
    )
    got = outcome("forecast", said, came(7))
    # the first 5 % of two areas is a tenth of the first of them
    assert got["shown"] == pytest.approx(0.1 * 3)
    assert got["simple"] == pytest.approx(0.1 * 1)
    assert got["cases"] == 4
    assert (got["told"], got["inside_80"], got["inside_95"]) == (3, 2, 3)
    assert got["expected"] == pytest.approx(2.5)


def test_an_order_is_held_against_the_rebounds_of_four_weeks():
    said = pd.DataFrame({"area_id": ["A", "B", "C"], "shown": [3, 2, 1], "simple": [1, 1, 1]})
    got = outcome("ranking", said, came(28))
    assert got["rebounds"] == 3
    assert got["shown"] == pytest.approx(0.15 * 2)
    # what ranks the same catches the same, whatever stands first
    assert got["simple"] == pytest.approx(0.15 * 1)


def test_a_label_came_true_by_half_as_many_again_and_more_than_one():
    said = pd.DataFrame(
        {
            "area_id": ["A", "A", "B"],
            "category": ["*", "D02", "D01"],
            "expected": [1.2, 0.1, 0.7],
        }
    )
    # 3 of 1.2; 1 of 0.1 is not more than one above; 1 of 0.7 is less than 1.5 times
    assert outcome("hot", said, came(28)) == {"labels": 3, "true": 1}


def test_sites_come_back_by_days_after_their_closing():
    said = pd.DataFrame({"case_id": ["1", "2", "3", "gone"], "p30": [0.5] * 4, "p90": [0.9] * 4})
    got = outcome("risks", said, came(90))
    # after 25, 41 and 200 days; what is not known as closed any more did not come back
    assert (got["sites"], got["expected_30"], got["back_30"]) == (4, 2.0, 1)
    assert (got["back_90"], got["first"], got["first_back"]) == (2, 4, 2)


def test_better_is_said_only_where_blocks_of_weeks_show_it():
    rng = np.random.default_rng(4)

    def lists(gain, many):
        simple = rng.poisson(40, many)
        return [("ranking", {"rebounds": 100, "shown": s + gain, "simple": s}) for s in simple]

    assert lifetime(lists(9, 20))["ranking"]["better"] is None
    luck = [("ranking", {"rebounds": 100, "shown": 40 + d, "simple": 40}) for d in (9, -9) * 26]
    assert lifetime(luck)["ranking"]["better"] is False
    known = lifetime(lists(9, 52))["ranking"]
    assert (known["better"], known["gain"], known["statements"]) == (True, 9.0, 13)
    assert lifetime([("hot", {"labels": 2, "true": 1}), ("hot", {"labels": 0, "true": 0})]) == {
        "hot": {"statements": 2, "labels": 2, "true": 1}
    }
