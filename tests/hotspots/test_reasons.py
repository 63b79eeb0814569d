"""The order of rows, and why each stands where it stands."""

import numpy as np

from geo_service.hotspots import rank_of, reasons
from geo_service.terms import REASONS

NO = np.array([False] * 4)


def test_ties_share_a_rank_and_the_next_skips():
    assert rank_of(NO, np.array([1.0, 1.0, 0.5, 4.0])).tolist() == [2, 2, 4, 1]


def test_sums_are_ranked_among_themselves():
    whole = np.array([True, False, True, False])
    assert rank_of(whole, np.array([1.0, 0.2, 9.0, 0.1])).tolist() == [2, 1, 1, 2]


def test_no_rows_have_no_ranks():
    assert rank_of(NO[:0], np.array([])).tolist() == []


def test_the_first_reason_that_holds_is_told():
    columns = {
        "hot": np.array([True, False, False, False, False]),
        "chronic_sites": np.array([9, 2, 1, 0, 0]),
        "expected_cases_28": np.array([1.0, 1.0, 20.0, 1.0, 1.0]),
        "overdue": np.array([1, 1, 1, 1, 0]),
    }
    found = reasons(columns, np.zeros(5, dtype=np.int64))
    assert [REASONS[one] for one in found] == ["hot", "chronic", "many", "overdue", "usual"]
