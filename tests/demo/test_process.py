"""What happens at a site: one case after another, as often as planted."""

from datetime import timedelta

import pandas as pd
import pytest

from geo_service.demo.district import END as LAST
from geo_service.demo.ground import draw_ground
from geo_service.demo.mix import DAYS
from geo_service.demo.plant import PlantParams, draw_plan
from geo_service.demo.process import DAY, END, draw_sites, simulate


def next_within(cases: pd.DataFrame, days: int) -> pd.DataFrame:
    """Verified cases: `back` within days; `seen`, where the whole window was over by the end."""
    follows = cases.groupby("site")["opened"].shift(-1)
    table = cases.assign(next=follows)
    table = table[(table["verified"] >= 0) & (table["verified"] < END)]
    gap = table["next"] - table["verified"]
    back = gap <= days * DAY
    seen = back | (table["verified"] + days * DAY <= END)
    return table.assign(back=back, seen=seen)


def simulated(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    params = PlantParams()
    plan, spots = draw_plan(draw_ground(seed), params, seed)
    sites = draw_sites(plan, spots, seed)
    cases = simulate(plan, sites, LAST - timedelta(days=DAYS), params, seed)
    return plan, cases.assign(unit=sites["unit"].to_numpy()[cases["site"].to_numpy()])


def by_unit(cases: pd.DataFrame, plan: pd.DataFrame) -> pd.Series:
    return cases.groupby("unit").size().reindex(plan.index, fill_value=0)


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
