"""What turns the link rule is refused when senseless, and set by a category where it says so."""

from __future__ import annotations

import numpy as np
import pytest

from geo_service.link import LinkParams


@pytest.mark.parametrize("wrong", ["distance_m", "duplicate_days", "rebound_days", "tie_m"])
def test_params_that_make_no_sense_are_refused(wrong):
    for value in (0, -1, np.nan):
        with pytest.raises(ValueError, match=wrong):
            LinkParams(**{wrong: value})


def test_a_category_sets_what_it_names_and_nothing_else():
    got = LinkParams(rebound_days=60).of_category(50.0, None, np.nan)
    assert (got.distance_m, got.duplicate_days, got.rebound_days) == (50, 180, 60)
