"""The compiled beta distribution is scipy's."""

import numpy as np
import pytest
from scipy import special, stats

from geo_service.measure.beta import log_beta, tail_of_beta


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (1, 1), (3.2, 40), (800, 12), (1e4, 2e4)])
def test_tails_and_logarithms_are_scipys(a, b):
    assert log_beta(a, b) == pytest.approx(special.betaln(a, b), rel=1e-12)
    for x in (1e-9, 0.03, 0.3, 0.9, 1 - 1e-9):
        assert tail_of_beta(a, b, x) == pytest.approx(stats.beta.sf(x, a, b), abs=1e-9)


def test_beyond_its_ends_and_where_there_is_no_number():
    assert (tail_of_beta(2.0, 3.0, 0.0), tail_of_beta(2.0, 3.0, 1.0)) == (1.0, 0.0)
    assert np.isnan(tail_of_beta(2.0, 3.0, np.nan))
