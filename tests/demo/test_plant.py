"""The planted truth, judged by the simulated cases themselves; no linker stands between."""

from datetime import timedelta

import numpy as np
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


def found(seed: int) -> int:
    """Count planted area-categories among the first 20 by 30-day share × cases of 4 weeks."""
    plan, cases = simulated(seed)
    spells = next_within(cases, 30)
    spells = spells[spells["seen"] & (spells["verified"] >= END - 52 * 7 * DAY)]
    closed = by_unit(spells, plan)
    back = by_unit(spells[spells["back"]], plan)
    lately = by_unit(cases[cases["opened"] >= END - 28 * DAY], plan)
    score = (back / closed.clip(lower=1) * lately).where(closed >= 5, -1.0)
    first = score.sort_values(ascending=False, kind="stable").index[:20]
    return int((plan.loc[first, "role"] == "rebounding").sum())


def test_truth_names_what_was_planted(demo):
    truth = demo.truth
    assert truth["schematic"] is True
    assert [len(truth[k]) for k in ("rebounding", "emerging", "fading")] == [12, 3, 3]
    known = set(demo.areas["area_id"])
    kinds = demo.areas.set_index("area_id")["kind"]
    planted = [row["area_id"] for row in truth["rebounding"]]
    assert set(planted) <= known
    assert set(kinds[planted]) == {"street", "alley", "market", "compound"}
    assert truth["params"]["times"] == 3


def test_planted_are_as_large_as_others(demo):
    sizes = [row["cases"] for row in demo.truth["rebounding"]]
    others = [row["cases"] for row in demo.truth["busy"]]
    assert min(sizes) >= 60
    assert max(sizes) <= max(others) * 1.1
    assert min(others) <= np.median(sizes) <= max(others)


def test_planted_truth_is_found_by_rank():
    hits = [found(seed) for seed in range(1, 11)]
    assert hits[0] >= 11
    assert min(hits) >= 9
    assert np.mean(hits) >= 10
