import numpy as np
import pytest

from geo_service.measure import (
    by_length,
    risks_and_medians,
    risks_by_group,
    survival,
)
from geo_service.measure.intervals import follow_up, risk_curve


def test_what_is_silent_was_watched_as_far_as_the_curve_of_all_says():
    group = np.array([0, 0, 1, 1, 1], dtype=np.int64)
    days = np.array([3.0, 20, 10, 25, 400])
    event = np.array([True, True, False, False, False])
    (risk,) = risks_by_group(by_length(days, event, [30]), group, 2)
    expected = follow_up(days[2:], 30, risk_curve(days, event, 30)).sum()
    assert risk.n_eff[1] == pytest.approx(expected)
    assert 1 < expected < 3


def test_the_compiled_walk_is_the_plain_one(monkeypatch):
    rng = np.random.default_rng(5)
    group, days = rng.integers(-1, 6, 300), rng.integers(1, 120, 300) / 2
    given = by_length(days, rng.random(300) < 0.4, (7, 30))
    compiled = risks_by_group(given, group, 6)
    monkeypatch.setattr(survival, "_settle", survival._settle.py_func)
    monkeypatch.setattr(survival, "_walk", survival._walk.py_func)
    monkeypatch.setattr(survival, "_take", survival._take.py_func)
    for one, other in zip(compiled, risks_by_group(given, group, 6), strict=True):
        np.testing.assert_allclose(np.array(one[:6]), np.array(other[:6]), atol=1e-12)


def test_the_median_is_when_half_are_gone_and_none_where_they_are_not():
    group = np.array([0] * 4 + [1] * 4, dtype=np.int64)
    days = np.array([10.0, 100, 150, 300, 10, 40, 400, 500])
    event = np.array([True, False, True, False, True, False, False, True])
    _, until = risks_and_medians(by_length(days, event, (30,), reach=365), group, 2)
    np.testing.assert_array_equal(until.median, [150, np.nan])
    np.testing.assert_array_equal(until.followed, [300, 365])


def test_how_far_medians_are_looked_for_changes_no_risk():
    rng = np.random.default_rng(6)
    group, days = rng.integers(-1, 4, 200), rng.integers(1, 300, 200) / 2
    event = rng.random(200) < 0.4
    near = risks_by_group(by_length(days, event, (7, 30)), group, 4)
    far, _ = risks_and_medians(by_length(days, event, (7, 30), reach=365), group, 4)
    for one, other in zip(near, far, strict=True):
        np.testing.assert_array_equal(np.array(one[:6]), np.array(other[:6]))
