"""Simulated cases by what was planted."""

from datetime import timedelta

import pandas as pd

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
