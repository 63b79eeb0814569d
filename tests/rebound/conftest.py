"""Spells of many areas, and their rates."""

import numpy as np
import pandas as pd
import pytest

from geo_service.rebound import rates
from tests.rebound.histories import spells

AREAS = pd.DataFrame(
    {
        "area_id": ["a", "b", "c"],
        "kind": ["alley", "market", "alley"],
        "subdistrict_id": ["S1", "S1", None],
    }
).astype("str")


FIGURES = [f"p_rebound_{h}{end}" for h in (7, 30, 90) for end in ("", "_low", "_high")]


@pytest.fixture(scope="module")
def many():
    rng = np.random.default_rng(7)
    n = 400
    return spells(
        *(
            {
                "area_id": str(rng.choice(["a", "b", "c"])),
                "category": str(rng.choice(["D01", "D02"])),
                "episode": int(rng.integers(1, 8)),
                "start": int(rng.integers(0, 300)),
                "days": int(rng.integers(1, 120)),
                "returned": bool(rng.random() < 0.4),
                "unverified": bool(rng.random() < 0.3),
            }
            for _ in range(n)
        )
    )


@pytest.fixture(scope="module")
def sources(many):
    words = np.where(np.arange(len(many)) % 3 == 0, "hotline", "inspector")
    return pd.Series(words, index=many["case_id"]).astype("str")


@pytest.fixture(scope="module")
def table(many, sources):
    return rates(many.assign(source=sources.array), AREAS)
