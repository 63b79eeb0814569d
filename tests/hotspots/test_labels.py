"""What is called hot when a week closes, by category and area; and of how many it came true."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from geo_service.hotspots import came_true, hot_labels, inside
from geo_service.measure import Pairs
from geo_service.measure.neighbours import Graph

IDS = ["A1", "A2", "A3", "A4", "A5"]
ROW = Graph.of_pairs(5, np.array([0, 1, 2, 3]), np.array([1, 2, 3, 4]))
ALONE = inside(np.arange(5), 5)
GROUNDS = {
    "area": (IDS, ALONE),
    "around": (IDS, ROW.matrix + ALONE),
    "subdistrict": (["S1", "S2"], inside(np.array([0, 0, 0, 1, -1]), 5)),
}
PAIRS = Pairs(IDS, ["*", "D01"], np.tile(np.arange(5), 2), np.repeat([0, 1], 5))


def weekly(hot=(), around=(), uncertain=(), whole=(), unseen=None, first=0, weeks=2):
    flags = {"hot": hot, "around": around, "uncertain": uncertain, "whole": whole}
    grids = {name: np.zeros((10, weeks), dtype=bool) for name in flags}
    for name, places in flags.items():
        for one in places:
            grids[name][one] = True
    expected = np.tile(np.arange(1.0, 11.0)[:, None], (1, weeks))
    return SimpleNamespace(
        pairs=PAIRS,
        verdict=SimpleNamespace(expected=expected, **grids),
        unseen=unseen,
        everywhere=PAIRS.category == 1,
        first=first,
    )


def test_ids_of_hot_areas_by_week_and_category():
    got = hot_labels(weekly(hot=[(0, 0), (1, 0), (1, 1), (6, 1)], first=5), GROUNDS)
    assert {week: {"hot": one["hot"]} for week, one in got.items()} == {
        5: {"hot": {"*": ["A1", "A2"]}},
        6: {"hot": {"*": ["A2"], "D01": ["A2"]}},
    }


def test_where_nobody_looked_nothing_is_hot_but_what_the_public_reports_anywhere():
    unseen = np.zeros((5, 2), dtype=bool)
    unseen[1] = True
    got = hot_labels(weekly(hot=[(0, 0), (1, 0), (1, 1), (6, 1)], unseen=unseen), GROUNDS)
    assert [got[week]["hot"] for week in (0, 1)] == [{"*": ["A1"]}, {"D01": ["A2"]}]


def test_what_holds_is_said_at_the_finest_level_with_what_was_expected():
    # next to a hot area its neighbours are hot with it; so is the subdistrict
    got = hot_labels(
        weekly(hot=[(0, 0)], around=[(0, 0), (1, 0), (3, 0)], whole=[(0, 0), (1, 0), (2, 0)]),
        GROUNDS,
    )
    said = got[0]["said"]
    assert said["area"] == {"*": {"A1": 1.0}}
    # the fourth with the third and the fifth
    assert said["around"] == {"*": {"A4": 3.0 + 4.0 + 5.0}}
    assert "subdistrict" not in said
    alone = hot_labels(weekly(whole=[(5, 1), (6, 1), (7, 1)]), GROUNDS)
    assert alone[1]["said"] == {"subdistrict": {"D01": {"S1": 6.0 + 7.0 + 8.0}}}
    doubtful = hot_labels(weekly(around=[(3, 0)], uncertain=[(3, 0)]), GROUNDS)
    assert doubtful[0] == {"hot": {}, "said": {}}


def test_a_first_label_came_true_where_the_next_four_weeks_hold_half_as_many_again():
    weeks = [f"w{number}" for number in range(9)]
    cases = np.zeros((10, 9), dtype=np.int32)
    cases[0, 3:7] = [1, 2, 2, 1]
    cases[1, 3] = 50
    labels = {
        "w2": {"said": {"area": {"*": {"A1": 4.0, "A3": 0.1}}, "around": {"*": {"A1": 4.0}}}},
        # said again, and too late to know
        "w3": {"said": {"area": {"*": {"A1": 1.0}}}},
        "w4": {"said": {"area": {"*": {"A1": 99.0}}, "subdistrict": {"*": {"S1": 3.0}}}},
        "w6": {"said": {"area": {"*": {"A1": 0.1}}}},
    }
    got = came_true(labels, weeks, cases, PAIRS, GROUNDS)
    # of the areas six came where four were expected, and none where hardly any was
    assert got["area"] == {"*": [2, 1]}
    assert got["around"] == {"*": [1, 1]}
    # three of three expected: as expected
    assert got["subdistrict"] == {"*": [1, 0]}


def test_half_as_many_again_of_hardly_any_is_not_enough():
    cases = np.zeros((10, 9), dtype=np.int32)
    cases[0, 3] = 1
    labels = {"w2": {"said": {"area": {"*": {"A1": 0.2, "gone": 1.0}}}}}
    weeks = [f"w{number}" for number in range(9)]
    assert came_true(labels, weeks, cases, PAIRS, GROUNDS) == {"area": {"*": [1, 0]}}
