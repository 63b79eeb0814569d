"""What is called hot when a week closes, by category and area."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from geo_service.hotspots import hot_labels


def weekly(unseen=None, first=0):
    # pairs are sorted by category, then area
    pairs = SimpleNamespace(
        categories=["*", "D01"],
        category=np.array([0, 0, 1]),
        area_ids=["A1", "A2"],
        area=np.array([0, 1, 1]),
    )
    hot = np.array([[True, False], [True, True], [False, True]])
    return SimpleNamespace(
        pairs=pairs,
        verdict=SimpleNamespace(hot=hot),
        unseen=unseen,
        everywhere=np.array([False, False, True]),
        first=first,
    )


def test_ids_of_hot_areas_by_week_and_category():
    assert hot_labels(weekly(first=5)) == {5: {"*": ["A1", "A2"]}, 6: {"*": ["A2"], "D01": ["A2"]}}


def test_where_nobody_looked_nothing_is_hot_but_what_the_public_reports_anywhere():
    unseen = np.array([[False, False], [True, True]])
    assert hot_labels(weekly(unseen)) == {0: {"*": ["A1"]}, 1: {"D01": ["A2"]}}
