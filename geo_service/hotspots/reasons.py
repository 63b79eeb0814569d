"""The order of the list, and one word for why a row stands where it stands."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo_service.measure import AnyInts, Flags, Floats, Ints
from geo_service.terms import REASONS

EXPECTED = ("expected_rebounds_28", "expected_cases_28")
COUNTED = ("chronic_sites", "third_cases", "overdue")
"""Columns beside what is expected: what a row's sentence tells."""

_CHRONIC, _MANY = 2, 3.0


def rank_of(whole: Flags, order: Floats) -> Ints:
    """Rank a week's rows, 1 the worst; the sums over categories are ranked among themselves.

    Parameters
    ----------
    whole
        Whether a row is a sum over categories; shape (k,).
    order
        The higher, the worse: rebounds expected and cases by their weight; shape (k,).

    Returns
    -------
    rank
        Ties share theirs, and the next skips; shape (k,).

    >>> yes, no = np.array([True] * 3), np.array([False] * 3)
    >>> rank_of(no, np.array([0.5, 0.1, 0.1])).tolist()
    [1, 2, 2]
    """
    rank = np.empty(len(order), dtype=np.int64)
    for family in (whole, ~whole):
        mine = np.sort(-order[family])
        rank[family] = np.searchsorted(mine, -order[family]) + 1
    return rank


def reasons(columns: Mapping[str, NDArray[Any]], category: AnyInts) -> Ints:
    """Return a number into REASONS for each row of a week, the first that holds; shape (k,).

    hot: by the verdict. chronic: two sites and more that came back four times were closed lately.
    many: three times as many cases are expected as in the mean row of the category. overdue: an
    open case is past its deadline. usual: nothing of these.

    Parameters
    ----------
    columns
        ``hot chronic_sites expected_cases_28 overdue``, shape (k,) each.
    category
        Number of each row's; shape (k,).
    """
    expected = columns["expected_cases_28"]
    rows = np.maximum(np.bincount(category), 1)
    mean = (np.bincount(category, expected) / rows)[category]
    holds = {
        "hot": columns["hot"],
        "chronic": columns["chronic_sites"] >= _CHRONIC,
        "many": expected > _MANY * mean,
        "overdue": columns["overdue"] > 0,
    }
    number = [REASONS.index(name) for name in holds]
    return np.select(list(holds.values()), number, REASONS.index("usual"))
