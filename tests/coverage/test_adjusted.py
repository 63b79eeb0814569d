"""Rates of what could be seen: Kaplan–Meier with delayed entry."""

from __future__ import annotations

import numpy as np
import pytest

from geo_service.coverage.adjusted import entering_risk


def test_delayed_entry_is_kaplan_meier_over_those_at_risk():
    rng = np.random.default_rng(0)
    n = 300
    start = np.where(rng.random(n) < 0.5, 0.0, rng.uniform(0, 20, n))
    stop = start + rng.exponential(15, n)
    event = rng.random(n) < 0.6
    group = rng.integers(0, 3, n)
    risk, green, events = entering_risk(group, start, stop, event, 3, 30)
    for one in range(3):
        mine = group == one
        s, v = 1.0, 0.0
        for t in np.unique(stop[mine & event & (stop <= 30)]):
            at_risk = np.sum(mine & (start < t) & (t <= stop))
            d = np.sum(mine & event & (stop == t))
            s *= 1 - d / at_risk
            v += d / (at_risk * (at_risk - d)) if at_risk > d else np.inf
        assert risk[one] == pytest.approx(1 - s)
        assert green[one] == pytest.approx(v)
        assert events[one] == np.sum(mine & event & (stop <= 30))
