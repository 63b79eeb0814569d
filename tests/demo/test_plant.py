"""The planted truth, judged by the simulated cases themselves; no linker stands between."""

import numpy as np

from geo_service.demo.process import DAY, END
from tests.demo.cases import by_unit, next_within, simulated


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
    hits = [found(seed) for seed in range(1, 5)]
    assert hits[0] >= 11
    assert min(hits) >= 9
    assert np.mean(hits) >= 10
