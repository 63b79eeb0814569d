"""Who gets how many cases, and the truth that is planted among them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo_service.demo.draws import Draws
from geo_service.demo.ground import Ground
from geo_service.demo.mix import AFFINITY, CATEGORIES, LINK_METRES, SHARES
from geo_service.demo.sites import APART_METRES, draw_spots
from geo_service.measure import Ints


@dataclass(frozen=True)
class PlantParams:
    """What is planted and how strongly.

    Parameters
    ----------
    cases
        Cases aimed at in two years.
    rebound_hazard, rebound_days
        Total extra hazard after a verified fix, and the mean days with which it fades.
    times
        Hazard of the rebounding area-categories in multiples of the others'.
    rest_days
        Days after a verified fix before anything but a rebound comes.
    small, busy
        Most cases of an area-category outside the busy ones; of those so many are like all others.
    low, high, wider
        Least and most cases aimed at in a planted one, and how much smaller a busy one may be.
    """

    cases: int = 52_500
    rebound_hazard: float = 0.128
    rebound_days: float = 20.0
    times: int = 3
    rest_days: int = 35
    small: int = 36
    busy: int = 20
    low: int = 114
    high: int = 128
    wider: int = 30


PLANTED = (
    ("alley", "D01"), ("alley", "D02"), ("alley", "D03"), ("alley", "D03"),
    ("market", "D03"), ("market", "D02"), ("compound", "D01"), ("compound", "D03"),
    ("compound", "D09"), ("street", "D04"), ("street", "D04"), ("street", "D01"),
)  # fmt: skip
"""Kind and category of each rebounding area-category."""

_EMERGING = (("street", "D05"), ("street", "D01"), ("street", "D02"))
_FADING = (("street", "D01"), ("street", "D05"), ("compound", "D03"))

_KNOWN = {
    ("alley", "D01"): "西湖后街",
    ("market", "D03"): "敦煌路市场",
    ("compound", "D01"): "希望大院",
}
"""Who is planted first, where there is room."""

_PER_SPOT = 14
"""Most cases of a busy spot in two years: less than two months from case to case."""

_RISING_SPOTS = 30
_SIZES = {"emerging": 3, "fading": 12}
"""Quarters of the usual size: what fades must have been busy, or nobody can see it fade."""

_HARDLY, _CLEARLY = 7, 27


def draw_plan(
    ground: Ground, params: PlantParams, seed: int
) -> tuple[pd.DataFrame, dict[int, pd.DataFrame]]:
    """Share the cases out over area-categories; returns the plan, and all spots by link distance.

    The plan has one row an area-category: ``area category spots cases role``; role is ``""``,
    ``busy``, ``rebounding``, ``emerging`` or ``fading``.
    """
    draws = Draws(seed, "plan")
    spots = {link: draw_spots(ground, apart, seed) for link, apart in APART_METRES.items()}
    names = ground.areas["name"].to_numpy(dtype=object)[: len(ground.polygons)]
    kinds = ground.areas["kind"].to_numpy(dtype=object)[: len(ground.polygons)]
    character = np.array([1, 1, 2, 3, 4])[draws.whole(0, 5, len(kinds))]
    tables = []
    for category in CATEGORIES:
        near = spots[LINK_METRES[category]]
        count = np.bincount(near["area"].to_numpy(), minlength=len(kinds))
        liking = np.array([AFFINITY[category].get(kind, 0) for kind in kinds])
        lively = np.array([0, 1, 1, 2, 4])[draws.whole(0, 5, len(kinds))]
        weight = count * liking * character * lively
        cases = _share(weight, count, params.cases * SHARES[category] // 1000, params.small)
        tables.append(
            pd.DataFrame(
                {
                    "area": np.arange(len(kinds)),
                    "name": names,
                    "kind": kinds,
                    "category": category,
                    "spots": count,
                    "cases": cases,
                }
            )
        )
    plan = pd.concat(tables, ignore_index=True)
    plan["role"] = ""
    _plant(plan, params, draws)
    return plan[plan["cases"] > 0].reset_index(drop=True), spots


def _share(weight: Ints, count: Ints, total: int, most: int) -> Ints:
    """Share `total` by weight, no area above `most` or five a spot; the rest goes round."""
    limit = np.minimum(count * 6, most)
    cases = np.zeros(len(weight))
    for _ in range(8):
        open_ = (cases < limit) & (weight > 0)
        left = total - cases.sum()
        if left < 1 or not open_.any():
            break
        cases = np.minimum(cases + left * weight * open_ / (weight * open_).sum(), limit)
    return _apart(np.floor(cases + 0.5).astype(np.int64), limit)


def _apart(cases: Ints, limit: Ints) -> Ints:
    """Move middling sizes to one side: a place has the problem, or hardly has it.

    About as many cases are added as are taken away.
    """
    few, many = _HARDLY, _CLEARLY
    middling = np.flatnonzero((cases > few) & (cases < many))
    roomy = limit[middling] >= many
    middling = middling[np.lexsort((middling, -cases[middling], ~roomy))]
    size = cases[middling]
    added = np.cumsum(many - size)
    taken = (size - few).sum() - np.cumsum(size - few)
    out = cases.copy()
    out[middling] = np.where((added <= taken) & (limit[middling] >= many), many, few)
    return out


def _plant(plan: pd.DataFrame, params: PlantParams, draws: Draws) -> None:
    used: set[int] = set()

    def take(kind: str, category: str, role: str) -> None:
        fits = plan[
            (plan["kind"] == kind)
            & (plan["category"] == category)
            & (plan["role"] == "")
            & ~plan["area"].isin(used)
        ]
        least_cases = params.low - params.wider if role == "busy" else params.low
        want = draws.one(least_cases, params.high + 1) * _SIZES.get(role, 4) // 4
        fits = fits.iloc[draws.shuffled(len(fits))]
        fits = fits.sort_values("spots", ascending=False, kind="stable")
        # any of those with room, else the roomiest
        least = _RISING_SPOTS if role == "emerging" else -(-want // _PER_SPOT)
        roomy = fits[fits["spots"] >= least]
        row = (roomy if len(roomy) else fits).index[draws.one(0, max(1, len(roomy)))]
        known = fits.index[(fits["name"] == _KNOWN.get((kind, category))) & (fits["spots"] >= 8)]
        if role == "rebounding" and len(known):
            row = known[0]
        plan.loc[row, "cases"] = min(want, int(plan.loc[row, "spots"]) * _PER_SPOT)
        plan.loc[row, "role"] = role
        used.add(int(plan.loc[row, "area"]))

    for role, pairs in (("rebounding", PLANTED), ("emerging", _EMERGING), ("fading", _FADING)):
        for kind, category in pairs:
            take(kind, category, role)
    for number in range(params.busy):
        kind, category = PLANTED[number % len(PLANTED)]
        take(kind, category, "busy")
