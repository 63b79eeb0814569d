"""Small districts to count and judge."""

import numpy as np
import pandas as pd

from geo_service.measure import Pairs
from geo_service.terms import FRAMES

MONDAY = pd.Timestamp("2026-01-05", tz="Asia/Shanghai")
WEEK_US = 7 * 86_400_000_000
FIRST = MONDAY.value // 1000
AREAS = ["a", "b", "c"]


def edges(weeks):
    return FIRST + np.arange(weeks + 1, dtype=np.int64) * WEEK_US


def drawn_cases(seed, n=400, weeks=8):
    """Cases, some outside the weeks, some without an area, some cancelled."""
    rng = np.random.default_rng(seed)
    opened = MONDAY + pd.to_timedelta(rng.integers(-10 * 24, (weeks * 7 + 10) * 24, n), unit="h")
    closed = opened + pd.to_timedelta(rng.integers(1, 20 * 24, n), unit="h")
    state = rng.choice(["open", "verified", "cancelled", "lapsed"], n)
    table = pd.DataFrame(
        {
            "case_id": np.arange(n).astype(str),
            "area_id": rng.choice(["a", "b", "c", "z", None], n),
            "category": rng.choice(["D01", "D02"], n),
            "lon": 103.7 + rng.random(n) / 200,
            "lat": 36.05 + rng.random(n) / 200,
            "opened_at": opened,
            "verified_at": pd.Series(closed).where(state != "open"),
            "unverified": rng.random(n) < 0.4,
            "state": state,
            "link": rng.choice(["new", "rebound"], n),
        }
    )
    return FRAMES["cases"].conform(table)


def of_areas(count):
    """The pairs of one category in `count` areas, sums first."""
    both = np.arange(count, dtype=np.int64)
    return Pairs([str(k) for k in both], ["*", "D01"], np.tile(both, 2), np.repeat([0, 1], count))


def constant_city(seed, weeks, planted=()):
    """120 areas of unequal, unchanging rates, 2 cases a week in the mean.

    The areas `planted` have four times as many in the last four weeks.
    """
    rng = np.random.default_rng(seed)
    rate = np.exp(rng.normal(size=120))
    level = np.tile((rate * 2 / rate.mean())[:, None], (1, weeks))
    level[list(planted), -4:] *= 4
    cases = rng.poisson(level).astype(np.int32)
    return np.vstack([cases, cases])
