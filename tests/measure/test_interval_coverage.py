"""A small edition of ``benchmarks/intervals.py``: how often the 95 % intervals hold the truth."""

import numpy as np
import pytest

from benchmarks.intervals import (
    CLASSES,
    HIGH,
    HORIZON,
    LOW,
    RISKS,
    Coverage,
    main,
    own,
    returns,
    spells,
    together,
)


@pytest.mark.parametrize("censored", [False, True])
@pytest.mark.parametrize("size", CLASSES)
def test_the_interval_of_a_group_holds_the_truth_as_often_as_it_says(size, censored):
    found = own(size, 200, censored=censored)
    assert found.holds
    # at no risk much less often; with a standard error below 0.008 each
    assert min(found.each) > 0.93
    assert len(found.each) == len(RISKS)


@pytest.mark.parametrize("censored", [False, True])
@pytest.mark.parametrize("size", CLASSES)
def test_so_does_the_interval_of_areas_that_are_drawn_together(size, censored):
    found = together(size, 40, censored=censored)
    # the plug-in intervals of moments would hold it in 0.884 to 0.896
    assert LOW - 0.01 <= found.mean <= HIGH
    assert min(found.each) > 0.9
    assert found.width < own(size, 50, censored=censored).width


def test_areas_of_another_kind_are_held_less_often_but_mostly_where_they_are_large():
    """Two in a hundred: the interval of all of them is wide enough, that of these alone is not."""
    large = together("> 30", 100, censored=False, others=True)
    assert 0.8 < large.mean < LOW
    assert large.mean > together("≤ 5", 100, censored=False, others=True).mean


@pytest.mark.parametrize("censored", [False, True])
@pytest.mark.parametrize("size", CLASSES)
def test_so_does_the_interval_of_returns_a_site(size, censored):
    found = returns(size, 300, censored=censored)
    # of five sites that were all watched it is rather too wide
    assert LOW - 0.01 <= found.mean <= HIGH + 0.015
    assert min(found.each) > 0.91


def test_spells_have_the_risk_they_are_drawn_with():
    rng = np.random.default_rng(1)
    sizes = np.array([40_000, 40_000])
    group, days, event = spells(rng, np.array([0.1, 0.4]), sizes, censored=False)
    assert event.all()
    shares = np.bincount(group, weights=days <= HORIZON) / sizes
    np.testing.assert_allclose(shares, [0.1, 0.4], atol=0.01)
    _, cut, event = spells(rng, np.array([0.1, 0.4]), sizes, censored=True)
    assert cut.max() < 90
    assert 0.2 < (~event & (cut < HORIZON)).mean() < 0.34


def test_too_narrow_intervals_are_told(capsys, monkeypatch):
    monkeypatch.setattr("benchmarks.intervals.own", lambda *_, **__: Coverage((0.99, 0.85), 0.1))
    monkeypatch.setattr(
        "benchmarks.intervals.together", lambda *_, **__: Coverage((0.95, 0.95), 0.1)
    )
    monkeypatch.setattr(
        "benchmarks.intervals.returns", lambda *_, **__: Coverage((0.95, 0.95), 0.1)
    )
    assert main([]) == 1
    told = capsys.readouterr().out
    assert (told.count("NO"), told.count("yes")) == (6, 12)
