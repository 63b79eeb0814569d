"""What happens at a site: one case after another, as often as planted."""

import pytest

from geo_service.demo.process import DAY, END
from tests.demo.cases import by_unit, next_within, simulated


@pytest.fixture(scope="module")
def default():
    return simulated(1)


def test_planted_hazard_shows_in_the_shares(default):
    plan, cases = default
    spells = next_within(cases, 30)
    spells = spells[spells["seen"]]
    planted = (plan["role"] == "rebounding").to_numpy()[spells["unit"].to_numpy()]
    back = spells["back"].to_numpy()
    assert 0.08 <= back[~planted].mean() <= 0.11
    assert 0.24 <= back[planted].mean() <= 0.31


def test_emerging_rise_and_fading_fall(default):
    plan, cases = default
    weeks = 7 * DAY
    last = by_unit(cases[cases["opened"] >= END - 4 * weeks], plan) / 4
    before = cases[(cases["opened"] < END - 16 * weeks) & (cases["opened"] >= END - 68 * weeks)]
    year = by_unit(before, plan) / 52
    rising, falling = plan["role"] == "emerging", plan["role"] == "fading"
    assert (last[rising] > 2.5 * year[rising]).all()
    assert (last[falling] < 0.5 * year[falling]).all()
    assert (year[falling] > 0.5).all()


def test_cases_of_a_site_follow_each_other(default):
    _, cases = default
    closed = cases[cases["verified"] >= 0]
    assert (closed["fixed"] > closed["opened"]).all()
    assert (closed["verified"] > closed["fixed"]).all()
    following = cases.groupby("site")["opened"].shift(-1)
    both = following.notna() & (cases["verified"] >= 0)
    assert (following[both] > cases.loc[both, "verified"]).all()
