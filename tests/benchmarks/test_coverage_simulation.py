"""Twelve cities of ``benchmarks/coverage_simulation.py``: counts widen what rates do not."""

import numpy as np
import pytest

from benchmarks import coverage_simulation
from benchmarks.coverage_simulation import SimulationParams, main, means, simulate, watched_days

SMALL = SimulationParams(areas=60, rounds=20)


@pytest.fixture(scope="module")
def follows():
    return means([simulate(seed, SMALL) for seed in range(12)])


def test_patrols_that_follow_counts_widen_the_spread_of_counts(follows):
    assert 2 <= follows["times_raw"] <= 3


def test_rates_by_watched_days_keep_the_true_spread(follows):
    assert 0.85 <= follows["times_adjusted"] <= 1.3
    assert follows["worst_adjusted"] > follows["worst_raw"]


def test_patrols_that_go_anywhere_need_no_adjusting():
    params = SimulationParams(areas=60, rounds=20, follow=0.0)
    anywhere = means([simulate(seed, params) for seed in range(12)])
    assert anywhere["times_raw"] == pytest.approx(1, abs=0.1)
    assert anywhere["times_adjusted"] == pytest.approx(1, abs=0.1)


def test_a_seed_is_a_city():
    assert simulate(3, SMALL) == simulate(3, SMALL)
    assert simulate(3, SMALL) != simulate(4, SMALL)


def test_days_are_those_that_a_log_of_the_visits_says():
    visited = np.zeros((3, 14), dtype=bool)
    visited[0, [0, 6, 7, 13]] = visited[2, 3] = True
    assert watched_days(visited).tolist() == [4, 0, 1]


def test_other_figures_than_told_are_said(capsys, monkeypatch):
    monkeypatch.setattr(coverage_simulation, "EXPECTED", (9.0, 10.0))
    assert main(["--cities", "2"]) == 1
    assert "other than told" in capsys.readouterr().out
