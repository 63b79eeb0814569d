"""Who looked where: rounds that follow what is known, areas that nobody visits, a campaign."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.demo.draws import Draws
from geo_service.demo.ground import Ground
from geo_service.demo.mix import DAYS
from geo_service.measure import Ints
from geo_service.terms import FRAMES

_WEEK = 7
_FIRST_ROUND = 8 * 60
"""Minutes after midnight at which the day's rounds begin."""
_STEP = 9
"""Minutes from one area of a round to the next."""
_ZONE_MINUTES = 8 * 60
_KINDS_UNSEEN = ("alley", "compound")


@dataclass(frozen=True)
class PatrolParams:
    """How patrols go.

    Parameters
    ----------
    weeks
        Weeks of the log, the last ones shown; nobody knows who looked before it.
    cases_a_round
        Yearly cases of an area for which it gets one more round a week.
    most
        Most rounds a week.
    rarely
        Areas per mille, of those with one round a week, that are visited every other week.
    skipped
        Rounds per mille that fall out.
    unvisited
        Areas that nobody visits, each with at least `unvisited_cases` true cases.
    forgotten_weeks
        So many weeks at the end nobody visits the first area of those that rebound.
    heard
        Sites per mille of an unvisited area from which residents' reports still come.
    campaign_weeks, campaign_ends
        How long the campaign takes, and how many weeks before the end it is over. It looks more
        often and changes nothing else: whoever finds an effect on problems finds what is not there.
    assessed
        Areas that a mock assessment looks at on its one day.
    """

    weeks: int = 53
    cases_a_round: int = 26
    most: int = 6
    rarely: int = 250
    skipped: int = 30
    unvisited: int = 5
    unvisited_cases: int = 100
    forgotten_weeks: int = 5
    heard: int = 150
    campaign_weeks: int = 6
    campaign_ends: int = 8
    assessed: int = 40


@dataclass(frozen=True)
class Patrols:
    """Where patrols go.

    Parameters
    ----------
    visits
        ``area day minute minutes person kind``; day 0 is the first day shown.
    unvisited
        Areas (positions) that nobody visits.
    campaign, assessments
        First day and the day after the last; the two days of mock assessments.
    """

    visits: pd.DataFrame
    unvisited: Ints
    campaign: tuple[int, int]
    assessments: tuple[int, int]

    def truth(self, areas: pd.DataFrame, first: date) -> dict[str, Any]:
        """Return what was planted, without the areas nobody visits."""
        start, end = (first + timedelta(days=day) for day in self.campaign)
        mocks = self.visits[self.visits["kind"] == "assessment"]
        ids = areas["area_id"].to_numpy(dtype=object)
        return {
            "first": start.isoformat(),
            "last": (end - timedelta(days=1)).isoformat(),
            "kinds": ["street", "alley", "market"],
            "effect_on_problems": 0,
            "assessments": [
                {
                    "date": (first + timedelta(days=day)).isoformat(),
                    "areas": sorted(ids[mocks.loc[mocks["day"] == day, "area"].to_numpy()]),
                }
                for day in self.assessments
            ],
        }


def draw_patrols(ground: Ground, plan: pd.DataFrame, params: PatrolParams, seed: int) -> Patrols:
    """Share patrols out over the areas: the more cases are known, the more rounds."""
    draws = Draws(seed, "patrols")
    count = len(ground.polygons)
    kinds = ground.areas["kind"].to_numpy(dtype=object)[:count]
    cases = np.bincount(plan["area"], weights=plan["cases"], minlength=count)
    unvisited = _unvisited(plan, kinds, cases, params, draws)
    rounds = 1 + np.floor(cases / (2 * params.cases_a_round)).astype(np.int64)
    rounds = np.clip(rounds, 1, params.most)
    rarely = (rounds == 1) & draws.happens(params.rarely, count)
    # what is planted is known of: there patrols come each week
    rarely[plan.loc[plan["role"] != "", "area"].to_numpy()] = False
    start = DAYS - _WEEK * params.weeks
    daily = _rounds(rounds, rarely, params, draws)
    daily[unvisited] = False
    end = params.weeks - params.campaign_ends
    begins = end - params.campaign_weeks
    extra = np.zeros_like(daily)
    often = np.isin(kinds, ["street", "alley", "market"])
    for week in range(begins, end):
        extra[often, _WEEK * week + np.array([[1], [4]])] = True
    extra[unvisited] = False
    extra &= ~daily
    known = plan.loc[plan["role"] == "rebounding", "area"].to_numpy()[:1]
    daily[known, DAYS - start - _WEEK * params.forgotten_weeks :] = False
    mocks = (_WEEK * (begins + params.campaign_weeks // 2) + 2, _WEEK * (end - 1) + 3)
    visited = np.setdiff1d(np.arange(count), unvisited)
    assessed = np.zeros_like(daily)
    for day in mocks:
        assessed[visited[draws.shuffled(len(visited))[: params.assessed]], day] = True
    town = pd.factorize(ground.areas["subdistrict_id"].to_numpy(dtype=object)[:count])[0]
    parts = [
        _walked(daily, town, "patrol", "patrol-{:02d}", start, draws),
        _walked(extra, town, "campaign", "campaign-{:02d}", start, draws),
        _walked(assessed, np.zeros_like(town), "assessment", "assessor-{:02d}", start, draws),
    ]
    visits = pd.concat(parts, ignore_index=True)
    visits = visits.sort_values(["day", "minute", "person"], kind="stable", ignore_index=True)
    days = (start + _WEEK * begins, start + _WEEK * end)
    return Patrols(visits, unvisited, days, (start + mocks[0], start + mocks[1]))


def reported(
    rows: pd.DataFrame, sites: pd.DataFrame, plan: pd.DataFrame, patrols: Patrols,
    params: PatrolParams, seed: int,
) -> NDArray[np.bool_]:  # fmt: skip
    """Tell which reports come in: of unvisited areas few, and none by inspectors."""
    heard = Draws(seed, "heard").happens(params.heard, len(sites))
    area = plan["area"].to_numpy()[sites["unit"].to_numpy()]
    silent = np.isin(area, patrols.unvisited)
    site = rows["site"].to_numpy()
    by_patrol = (rows["source"] == "inspector").to_numpy()
    return np.asarray(~silent[site] | (heard[site] & ~by_patrol), dtype=np.bool_)


def visit_table(patrols: Patrols, areas: pd.DataFrame, first: date) -> pd.DataFrame:
    """Return the visits as the service takes them, the first shown day being `first`."""
    rows = patrols.visits
    start = pd.Timestamp(first) - pd.Timedelta(minutes=_ZONE_MINUTES)
    minute = rows["day"] * 1440 + rows["minute"]
    at = (start + pd.to_timedelta(minute, unit="m")).dt.tz_localize("UTC")
    table = pd.DataFrame(
        {
            "visit_id": pd.Series(np.arange(1, len(rows) + 1)).map("V{:05d}".format),
            "person": rows["person"],
            "area_id": areas["area_id"].to_numpy(dtype=object)[rows["area"].to_numpy()],
            "started_at": at,
            "ended_at": at + pd.to_timedelta(rows["minutes"], unit="m"),
            "minutes": rows["minutes"].astype("float64"),
            "kind": rows["kind"],
        }
    )
    return FRAMES["visits"].conform(table)


def _unvisited(
    plan: pd.DataFrame, kinds: np.ndarray, cases: np.ndarray, params: PatrolParams, draws: Draws
) -> Ints:
    """Choose areas with many true cases, none of them planted otherwise."""
    planted = np.isin(np.arange(len(kinds)), plan.loc[plan["role"] != "", "area"].to_numpy())
    fits = np.flatnonzero(np.isin(kinds, _KINDS_UNSEEN) & ~planted)
    fits = fits[draws.shuffled(len(fits))]
    enough = cases[fits] >= params.unvisited_cases
    # where too few areas are so busy, the busiest of the others
    order = np.lexsort((-cases[fits] * ~enough, ~enough))
    return np.sort(fits[order][: params.unvisited])


def _rounds(
    rounds: Ints, rarely: NDArray[np.bool_], params: PatrolParams, draws: Draws
) -> NDArray[np.bool_]:
    """Spread the rounds of a week over its days, the same days each week."""
    count = len(rounds)
    first = draws.whole(0, _WEEK, count)
    grid = np.zeros((count, params.weeks, _WEEK), dtype=bool)
    for nth in range(params.most):
        some = np.flatnonzero(rounds > nth)
        grid[some, :, (first[some] + nth * _WEEK // rounds[some]) % _WEEK] = True
    other = (np.arange(params.weeks)[None, :] + first[:, None]) % 2 == 1
    grid[rarely[:, None] & other] = False
    grid &= ~draws.happens(params.skipped, grid.size).reshape(grid.shape)
    return grid.reshape(count, -1)


def _walked(
    grid: NDArray[np.bool_], team: np.ndarray, kind: str, person: str, start: int, draws: Draws
) -> pd.DataFrame:
    """Put each team's areas of a day one after another."""
    day, area = np.nonzero(grid.T)
    table = pd.DataFrame({"day": day, "area": area, "team": team[area]})
    turn = table.groupby(["day", "team"]).cumcount()
    return pd.DataFrame(
        {
            "area": table["area"],
            "day": table["day"] + start,
            "minute": _FIRST_ROUND + turn * _STEP,
            "minutes": draws.whole(4, _STEP + 1, len(table)),
            "person": (table["team"] + 1).map(person.format),
            "kind": kind,
        }
    )
