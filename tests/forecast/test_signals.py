"""An exponentially weighted mean is one of the past alone."""

import numpy as np
import pandas as pd
import pytest

from geo_service.forecast import ewma


@pytest.mark.parametrize("half_life", [0.5, 4.0, 13.0])
def test_it_is_what_pandas_says(half_life: float) -> None:
    counts = np.random.default_rng(1).poisson(2.0, (5, 60))
    theirs = pd.DataFrame(counts.T).ewm(halflife=half_life, adjust=True).mean().to_numpy().T
    np.testing.assert_allclose(ewma(counts, half_life), theirs)


def test_nothing_of_later_enters() -> None:
    counts = np.random.default_rng(2).poisson(2.0, (5, 60))
    other = counts.copy()
    other[:, 40:] = 999
    assert (ewma(other, 13)[:, :40] == ewma(counts, 13)[:, :40]).all()


def test_a_half_life_is_positive() -> None:
    with pytest.raises(ValueError, match="half_life"):
        ewma(np.zeros((1, 3)), 0.0)
