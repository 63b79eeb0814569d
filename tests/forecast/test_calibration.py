"""What was expected is held against what came."""

import numpy as np
import pytest

from geo_service.forecast.calibration import Sums, bent, bins_of, curve_of


def test_sums_of_trials_are_those_of_least_squares():
    rng = np.random.default_rng(1)
    grids = tuple(rng.random((40, 3)) for _ in range(2))
    came = rng.poisson(1.0, (40, 3)).astype(np.int32)
    grids[0][:, 2] = np.nan
    sums = Sums.of(grids, came)
    assert sums.known.tolist() == [True, True, False]
    x, y = np.stack([grid[:, 1] for grid in grids], axis=1), came[:, 1]
    weight = 1 / (x.mean(axis=1) + 0.01)
    np.testing.assert_allclose(sums.square[1], (x * weight[:, None]).T @ x)
    np.testing.assert_allclose(sums.both[1], x.T @ (weight * y))
    np.testing.assert_allclose(sums.said[1], x.sum(axis=0))
    assert sums.came[1] == y.sum()


def test_what_is_expected_follows_what_came_and_rises():
    rng = np.random.default_rng(2)
    expected = rng.gamma(0.5, 1.0, 20_000)
    came = rng.poisson(0.5 * expected**1.5).astype(np.int32)
    curve = curve_of(bins_of(expected, came))
    told = bent(np.sort(expected), curve)
    assert (np.diff(told) > -1e-9).all()
    assert told.sum() == pytest.approx(came.sum(), rel=0.1)
    assert bent(np.array([2.0]), curve)[0] == pytest.approx(0.5 * 2**1.5, rel=0.2)
    assert bent(np.array([0.0]), curve)[0] == 0


def test_too_little_bends_nothing():
    few = np.array([0.5, 1.0])
    assert curve_of(bins_of(few, np.array([1, 0], dtype=np.int32))) is None
    assert bent(few, None).tolist() == [0.5, 1.0]
