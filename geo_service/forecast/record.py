"""What came of statements that were sealed before: each is scored once, when its time is over.

A statement is a table, as it was said; what came is told by the cases and spells of the first
refresh after its time. No score looks at another statement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo_service.measure import Floats
from geo_service.measure.came_true import came_true
from geo_service.measure.sequential import always_valid

DAYS = {"forecast": 7, "ranking": 28, "hot": 28, "risks": 90}
"""How many days after its week each kind of statement speaks of."""

FIRST_SHARE, FIRST_SITES = 0.05, 100
"""How much of a list counts as its beginning."""

_BLOCK, _LEAST_BLOCKS = 4, 6
_COMPARED = ("forecast", "ranking")
_KEY = ["area_id", "category"]


@dataclass(frozen=True)
class Came:
    """What is known now of the time after a statement's week.

    Parameters
    ----------
    cases
        `area_id category link opened_at` of those not cancelled, in those days alone.
    spells
        `case_id started_at ended_at returned` of spells that began in the week or before it.
    begin
        End of the statement's week.
    """

    cases: pd.DataFrame
    spells: pd.DataFrame
    begin: pd.Timestamp

    @classmethod
    def of(
        cls, cases: pd.DataFrame, spells: pd.DataFrame, begin: pd.Timestamp, days: int
    ) -> "Came":
        """Take out of CASES and SPELLS what concerns `days` days from `begin` on."""
        opened = cases["opened_at"]
        inside = (opened >= begin) & (opened < begin + pd.Timedelta(days=days))
        return cls(
            cases[inside & cases["state"].ne("cancelled")],
            spells[spells["started_at"] < begin],
            begin,
        )

    def count(self, *, rebounds: bool = False) -> pd.Series:
        """Return how many cases, or rebounds, each area × category had; ``*`` sums them."""
        cases = self.cases[self.cases["link"].eq("rebound")] if rebounds else self.cases
        own = cases.groupby(_KEY).size()
        whole = cases.assign(category="*").groupby(_KEY).size()
        return pd.concat([own, whole])


def outcome(kind: str, said: pd.DataFrame, came: Came) -> dict[str, float]:
    """Return what came of a statement, numerators and denominators.

    Parameters
    ----------
    kind
        One of `DAYS`.
    said
        ``forecast``: `area_id category mean simple low80 high80 low95 high95`, ``ranking``:
        `area_id shown simple` (what areas are ordered by, larger first), ``hot``:
        `area_id category expected` (cases of four weeks), ``risks``: `case_id p30 p90` (of
        sites closed in the week, counted from their closing).
    came
        Of the days that the statement speaks of.

    Returns
    -------
    counts
        ``forecast``: `cases`, `shown` and `simple` (caught in the first 5 % of areas), `told`,
        `inside_80`, `inside_95`, `expected`; ``ranking``: `rebounds`, `shown`, `simple`; ``hot``:
        `labels`, `true` (at least 1.5 × and one more than expected); ``risks``: `sites`,
        `expected_30`, `back_30`, `expected_90`, `back_90`, `first`, `first_back` (of the worst
        hundred).
    """
    return _SCORES[kind](said, came)


def _forecast(said: pd.DataFrame, came: Came) -> dict[str, float]:
    counts = came.count().reindex(pd.MultiIndex.from_frame(said[_KEY]), fill_value=0).to_numpy()
    inside = {}
    for level in (80, 95):
        within = (said[f"low{level}"] <= counts) & (counts <= said[f"high{level}"])
        inside[f"inside_{level}"] = float(within.sum())
    areas = said.assign(came=counts).groupby("area_id")[["mean", "simple", "came"]].sum()
    caught = {
        name: _caught(areas[column].to_numpy(), areas["came"].to_numpy())
        for name, column in (("shown", "mean"), ("simple", "simple"))
    }
    told = {"told": float(len(said)), "expected": float(said["mean"].sum())}
    return {"cases": float(len(came.cases)), **caught, **told, **inside}


def _ranking(said: pd.DataFrame, came: Came) -> dict[str, float]:
    rebounds = came.count(rebounds=True)
    whole = pd.MultiIndex.from_product([said["area_id"], ["*"]])
    counts = rebounds.reindex(whole, fill_value=0).to_numpy()
    caught = {name: _caught(said[name].to_numpy(), counts) for name in ("shown", "simple")}
    return {"rebounds": float(came.cases["link"].eq("rebound").sum()), **caught}


def _hot(said: pd.DataFrame, came: Came) -> dict[str, float]:
    counts = came.count().reindex(pd.MultiIndex.from_frame(said[_KEY]), fill_value=0).to_numpy()
    expected = said["expected"].to_numpy(dtype=float)
    return {"labels": float(len(said)), "true": float(came_true(counts, expected).sum())}


def _risks(said: pd.DataFrame, came: Came) -> dict[str, float]:
    spells = came.spells.drop_duplicates("case_id", keep="last").set_index("case_id")
    spells = spells.reindex(said["case_id"])
    # what was never closed, as is known now, did not come back either
    days = ((spells["ended_at"] - spells["started_at"]).dt.total_seconds() / 86_400).where(
        spells["returned"].eq(True)
    )
    days, out = days.to_numpy(), {"sites": float(len(said))}
    for horizon in (30, 90):
        out[f"expected_{horizon}"] = float(said[f"p{horizon}"].sum())
        out[f"back_{horizon}"] = float((days <= horizon).sum())
    worst = np.argsort(-said["p90"].to_numpy(), kind="stable")[:FIRST_SITES]
    return out | {"first": float(len(worst)), "first_back": float((days[worst] <= 90).sum())}


def _caught(order: Floats, came: Floats) -> float:
    """Return how much lies in the first 5 % of places; ties share theirs, part of one counts so."""
    worst = np.argsort(-order, kind="stable")
    sizes = (np.arange(len(order)) + 1).astype(float)
    taken = np.clip(FIRST_SHARE * len(order) - (sizes - 1), 0, 1)
    # places that rank the same catch the same
    _, group = np.unique(-order[worst], return_inverse=True)
    mean = np.bincount(group, came[worst]) / np.maximum(np.bincount(group), 1)
    return float((taken * mean[group]).sum())


_SCORES = {"forecast": _forecast, "ranking": _ranking, "hot": _hot, "risks": _risks}


def lifetime(outcomes: Sequence[tuple[str, Mapping[str, float]]]) -> dict[str, dict[str, Any]]:
    """Add up what came of all statements that have been scored, failures included.

    Parameters
    ----------
    outcomes
        (kind, counts) in the order in which they were sealed.

    Returns
    -------
    record
        By kind the sums and how many `statements`; where the shown was sealed beside a simple
        rule also `gain`, `low`, `high`: points of share caught more, by blocks of four weeks,
        with an interval that holds however often it is looked at, and `better` (True, False, or
        None with fewer than six blocks).
    """
    out: dict[str, dict[str, Any]] = {}
    for kind in DAYS:
        mine = [counts for one, counts in outcomes if one == kind]
        if not mine:
            continue
        table = pd.DataFrame(mine)
        # lists of four weeks in a row count the same rebounds: of four the first
        apart = table.iloc[::_BLOCK] if kind == "ranking" else table
        out[kind] = {"statements": len(apart), **apart.sum().to_dict()}
        if kind in _COMPARED:
            whole = table["cases" if kind == "forecast" else "rebounds"]
            out[kind] |= _compared(table["shown"] - table["simple"], whole)
    return out


def _compared(gain: pd.Series, whole: pd.Series) -> dict[str, Any]:
    """Compare by blocks of weeks that are over: statements of one month share what came."""
    blocks = len(gain) // _BLOCK
    if blocks < _LEAST_BLOCKS:
        return {"gain": None, "low": None, "high": None, "better": None}
    used = blocks * _BLOCK
    sums = gain.to_numpy()[:used].reshape(blocks, _BLOCK).sum(axis=1)
    all_ = whole.to_numpy()[:used].reshape(blocks, _BLOCK).sum(axis=1)
    shares = 100 * sums / np.maximum(all_, 1)
    low, high = always_valid(shares)
    return {"gain": float(shares.mean()), "low": low, "high": high, "better": bool(low > 0)}
