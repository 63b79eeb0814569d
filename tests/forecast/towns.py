"""A town whose places differ, drift and have neighbours like them: something can be learned."""

import numpy as np

from geo_service.forecast import CaseHistory, rings_of
from geo_service.measure import Pairs

SIDE = 12
AREAS = SIDE * SIDE


def places():
    x, y = np.meshgrid(np.arange(SIDE) * 250.0, np.arange(SIDE) * 250.0)
    return x.ravel(), y.ravel()


def counts(weeks=165, seed=1, rate=0.4):
    """Cases by category, area and week: a smooth surface, a year's turn, places that move."""
    draw = np.random.default_rng(seed)
    x, y = places()
    week = np.arange(weeks)
    middle = 1500 + 800 * np.sin(week / 40)
    near = np.exp(-0.5 * (((x[:, None] - middle) ** 2 + (y[:, None] - 1200) ** 2) / 500**2))
    own = draw.gamma(0.5, 2.0, (AREAS, 1))
    mean = rate * (0.3 * own + 2 * near) * (1 + 0.4 * np.sin(week * 2 * np.pi / 52.18))
    return np.stack([draw.poisson(share * mean) for share in (0.7, 0.3)])


def past(cases, weeks=None):
    """What is known after `weeks` weeks, all by themselves."""
    cases = cases[:, :, : cases.shape[2] if weeks is None else weeks]
    pairs = Pairs(
        [f"{k:03d}" for k in range(AREAS)],
        ["*", "D01", "D02"],
        np.tile(np.arange(AREAS), 3),
        np.repeat([0, 1, 2], AREAS),
    )
    both = np.concatenate([cases.sum(axis=0, keepdims=True), cases]).reshape(
        3 * AREAS, cases.shape[2]
    )
    return CaseHistory(pairs, both.astype(np.int32), range(2000, 2000 + cases.shape[2]), RINGS)


RINGS = rings_of(*places())
GROUPS = np.arange(AREAS) // SIDE // 4
