"""Histories of fixes, and who had their area."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from geo_service.rebound import rates
from tests.rebound.histories import BEGIN, spells

AREAS = pd.DataFrame(
    {
        "area_id": ["a", "b", "c"],
        "kind": ["alley", "market", "alley"],
        "subdistrict_id": ["S1", "S1", None],
        "community": ["东", "西", None],
    }
).astype("str")


WORDS = ["category", "area_id", "source", "episode"]


UNITS = {"a": "U1", "b": "U1", "c": "U2"}


def by_unit(table):
    return table.assign(unit_id=table["area_id"].map(UNITS))


DAY = pd.Timedelta(days=1)


def told(fixes, cases=None, sites=None, returns=None):
    """Histories of these fixes; a case and a site for each unless said otherwise."""
    fixes = fixes.assign(source="hotline", opened_at=fixes["started_at"] - DAY)
    if "rework" not in fixes:
        fixes["rework"] = False
    if cases is None:
        cases = fixes[WORDS].assign(reports=1, reworks=0, beyond_window=False, lapsed=False)
    if sites is None:
        sites = fixes[WORDS].assign(followed=400.0)
    if returns is None:
        returns = pd.DataFrame({"site": np.array([], np.int64), "day": np.array([], float)})
    each = {"fixes": fixes, "cases": cases, "sites": sites}
    return SimpleNamespace(returns=returns, **{name: by_unit(each[name]) for name in each})


def many(seed=1, size=600):
    rng = np.random.default_rng(seed)
    return spells(
        *(
            {
                "area_id": str(rng.choice(["a", "b", "c"])),
                "category": str(rng.choice(["D01", "D02"])),
                "episode": int(rng.integers(1, 4)),
                "start": int(rng.integers(0, 300)),
                "days": float(rng.integers(1, 100)) if rng.random() < 0.4 else 200.0,
            }
            for _ in range(size)
        )
    ).assign(returned=lambda table: (table["ended_at"] - table["started_at"]) < 100 * DAY)


def made(fixes, verified=None, **more):
    verified = fixes if verified is None else verified
    given = verified.assign(source="hotline", opened_at=verified["started_at"] - DAY)
    given["fixed_at"] = given["started_at"]
    return rates(by_unit(given), AREAS, told=told(fixes, **more.pop("told", {})), **more)


def day(number):
    return str((BEGIN + number * DAY).date())


def assigned(*rows):
    return pd.DataFrame(rows, columns=["crew_id", "area_id", "date"]).astype("str")
