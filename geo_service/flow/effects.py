"""Did the clean-up work: which areas were worked on when, and what came of it beside the rest."""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from geo_service import forecast
from geo_service.flow.neighbours import AreaNeighbours
from geo_service.measure import (
    Flags,
    Pairs,
    Shorts,
    local_midnight,
    week_labels,
    week_number,
    week_of,
)
from geo_service.measure.neighbours import Graph
from geo_service.store import Store, Trial
from geo_service.terms import ALL_CATEGORIES, BadUse, NotReady

AFTER_WEEKS = 4
"""What was done is to last: so many weeks after the last day are asked for, too."""

MOST_WEEKS = 26
_BEGUN = 25
_MOST_GROUPS = 20
_BY = {"fixed": "crew", "cause": "cause", "measure": "measure"}


class Work(NamedTuple):
    """What is asked for.

    Parameters
    ----------
    areas
        Ids by (group, key): ``("all", "")`` all of them, ``crew``, ``cause`` and ``measure`` those
        in which a crew fixed, a cause was found, a lasting measure taken.
    begins, ends
        The first and the last day.
    """

    areas: Mapping[tuple[str, str], frozenset[str]]
    begins: date
    ends: date
    name: str = ""
    number: int = 0


def work_of(
    store: Store,
    begins: date,
    ends: date,
    areas: Iterable[str] | None = None,
    events: pd.DataFrame | None = None,
) -> Work:
    """Return what casework tells of some areas, of all where none are named, in these days.

    `events` are all EVENTS, read where they are not given.
    """
    zone = store.district.get().timezone
    first, last = (local_midnight(day, zone) for day in (begins, ends + timedelta(days=1)))
    events = store.events.read() if events is None else events
    of_days = (events["at"] >= first) & (events["at"] < last) & events["kind"].isin(_BY)
    events = events[of_days]
    held = store.reports.read(["report_id", "area_id"], ids=events["case_id"].unique())
    where = held.set_index("report_id")["area_id"]
    events = events.assign(area_id=events["case_id"].map(where)).dropna(subset=["area_id"])
    asked = None if areas is None else frozenset(areas)
    if asked is not None:
        events = events[events["area_id"].isin(asked)]
    found: dict[tuple[str, str], frozenset[str]] = {}
    if asked is not None:
        found["all", ""] = asked
    for kind, group in _BY.items():
        mine = events[events["kind"] == kind]
        keys = mine["crew_id"] if group == "crew" else mine["note"].str.strip()
        named = mine.assign(key=keys).dropna(subset=["key"]).groupby("key")["area_id"]
        largest = named.nunique().sort_values(ascending=False, kind="stable")[:_MOST_GROUPS]
        found |= {(group, str(key)): frozenset(named.get_group(key)) for key in largest.index}
    return Work(found, begins, ends)


def campaigns_of(store: Store) -> list[Work]:
    """Return all campaigns as they are asked for."""
    campaigns = store.campaigns.list()
    events = store.events.read() if campaigns else None
    return [
        work_of(store, one.begins, one.ends, one.area_ids, events)._replace(
            name=one.name, number=one.campaign_id
        )
        for one in campaigns
    ]


def told(
    work: Work,
    cases: Shorts,
    weeks: list[str],
    area_ids: list[str],
    graph: Graph | None,
    timezone: str,
) -> list[dict[str, Any]]:
    """Return the effect on each group of areas, the ring around all of them after the first.

    Parameters
    ----------
    cases
        Of all categories, or of one, by area and week of `weeks`; shape (areas, weeks).
    graph
        Which areas touch; None: no ring.
    """
    if not weeks:
        return []
    start, end = (
        week_of(local_midnight(day, timezone), timezone) - week_number(weeks[0])
        for day in (work.begins, work.ends)
    )
    last = min(end + 1 + AFTER_WEEKS, len(weeks), start + MOST_WEEKS)
    if start < 0 or last <= start:
        return []
    busy = cases.sum(axis=0) >= _BEGUN
    expecter = forecast.Expecter(cases[:, :last], int(busy.argmax()) if busy.any() else 0)
    place = {area: number for number, area in enumerate(area_ids)}
    groups: dict[tuple[str, str], Flags] = {}
    for key, ids in work.areas.items():
        mine = np.zeros(len(area_ids), dtype=np.bool_)
        mine[[place[area] for area in ids if area in place]] = True
        groups[key] = mine
        if key == ("all", "") and graph is not None:
            groups["ring", ""] = ((graph.matrix @ mine) > 0) & ~mine
    whole = groups.get(("all", ""))
    served = np.zeros(len(area_ids), dtype=np.bool_) if whole is None else whole
    beside = served | groups.get(("ring", ""), served)
    rows = []
    for (group, name), mine in groups.items():
        found = expecter.effect(mine, start, last, beside)
        row: dict[str, Any] = {"group": group, "key": name, "areas": int(mine.sum())}
        row |= {"first_week": weeks[start], "last_week": weeks[last - 1]}
        row |= {one: _plain(value) for one, value in found._asdict().items() if one != "weekly"}
        if group == "all":
            shown = max(start - MOST_WEEKS, 0)
            row["shown"] = {
                "weeks": weeks[shown:last],
                "observed": cases[mine, shown:last].sum(axis=0).tolist(),
                "expected": [_plain(one) for one in found.weekly.tolist()],
                "worked": min(end + 1, last) - start,
            }
        rows.append(row)
    return rows


def _plain(value: float) -> float | None:
    if isinstance(value, int):
        return value
    return round(float(value), 4) if np.isfinite(value) else None


def campaign_effects(
    works: list[Work],
    cases: Shorts,
    pairs: Pairs,
    weeks: list[str],
    graph: Graph | None,
    timezone: str,
) -> dict[str, Any]:
    """Return what a run keeps of all campaigns; nothing where there is none.

    `cases` is by pair and week, as hotspots count them.
    """
    if not works:
        return {}
    whole = np.zeros((len(pairs.area_ids), len(weeks)), np.int32)
    of_all = pairs.category == 0
    whole[pairs.area[of_all]] = cases[of_all]
    said = [
        {
            "number": work.number,
            "name": work.name,
            "begins": work.begins.isoformat(),
            "ends": work.ends.isoformat(),
            "rows": told(work, whole, weeks, pairs.area_ids, graph, timezone),
        }
        for work in works
    ]
    return {"effects": said}


def effect(
    store: Store,
    begins: date,
    ends: date,
    *,
    areas: Iterable[str] | None = None,
    crew: str | None = None,
    category: str = ALL_CATEGORIES,
) -> list[dict[str, Any]]:
    """Return the effect of work on `areas`, or of a crew wherever it fixed, by the last run.

    Raises
    ------
    BadUse
        If the days are turned, an area is unknown, or neither areas nor a crew that fixed
        anything are named.
    NotReady
        If there is no run.
    """
    run = store.runs.latest()
    if run is None:
        raise NotReady("errors.no_run")
    if ends < begins:
        raise BadUse("effects.days_turned", begins=begins, ends=ends)
    area_ids = store.runs.area_ids()
    if areas is None:
        found = work_of(store, begins, ends).areas.get(("crew", crew or ""), frozenset())
        if not found:
            raise BadUse("effects.no_fix", crew=crew or "–")
        areas = found
    known_areas(area_ids, areas := list(areas))
    work = work_of(store, begins, ends, areas)
    cases = store.runs.series("cases", category)
    if cases is None:
        raise BadUse("problems.no_such_category", category=category, known="*")
    around = AreaNeighbours.of_arrays(store.runs.memory(run.run_id))
    graph = None if around is None else around.neighbours.contact
    timezone = store.district.get().timezone
    return told(work, cases, run.weeks, area_ids, graph, timezone)


def check_work(store: Store, begins: date, ends: date, areas: list[str]) -> None:
    """Refuse days that are the wrong way round, and areas that there are not.

    Raises
    ------
    BadUse
        If the days are turned, or an area is unknown, or none is named.
    """
    if ends < begins:
        raise BadUse("effects.days_turned", begins=begins, ends=ends)
    if not areas:
        raise BadUse("effects.no_such_area", area="–")
    known_areas(store.areas.read(geometry=False)["area_id"].tolist(), areas)


def known_areas(known: list[str], asked: Iterable[str]) -> None:
    """Refuse areas that there are not.

    Raises
    ------
    BadUse
        If one is unknown.
    """
    strange = sorted(set(asked) - set(known))
    if strange:
        raise BadUse("effects.no_such_area", area=strange[0])


def draw_trial(
    store: Store,
    pool: list[str],
    k: int,
    begins: date | None,
    weeks: int,
    seed: int | None,
    now: datetime,
) -> Trial:
    """Draw `k` of the areas in `pool` for each week, and keep it.

    The first week is the one that holds `begins`, the next one where that is None; a seed of None
    is made up.

    Raises
    ------
    BadUse
        If an area is unknown or named twice, or fewer than two would be drawn, or be left.
    """
    known_areas(store.areas.read(geometry=False)["area_id"].tolist(), pool)
    if len(set(pool)) != len(pool) or not 2 <= k <= len(pool) - 2 or not 1 <= weeks <= 104:
        raise BadUse("effects.bad_draw", k=k, pool=len(pool), weeks=weeks)
    if begins is None:
        today = now.astimezone(ZoneInfo(store.district.get().timezone)).date()
        begins = today + timedelta(weeks=1)
    seed = secrets.randbelow(2**31) if seed is None else seed
    drawn = forecast.draw(len(pool), k, weeks, seed)
    trial = Trial(
        trial_id=0,
        drawn_at=now,
        begins=begins - timedelta(days=begins.weekday()),
        weeks=weeks,
        pool=tuple(pool),
        k=k,
        seed=seed,
        probability=k / len(pool),
        drawn=tuple(tuple(np.array(pool, dtype=object)[one].tolist()) for one in drawn),
        closed_at=None,
        outcome=None,
    )
    return store.trials.get(store.trials.add(trial))


def close_trial(store: Store, trial_id: int, now: datetime) -> dict[str, Any]:
    """Estimate what the draw changed, by the last run, and keep it with the trial.

    Raises
    ------
    NotReady
        If the last run doesn't hold all weeks that were drawn for.
    """
    trial, run = store.trials.get(trial_id), store.runs.latest()
    zone = store.district.get().timezone
    first = week_of(local_midnight(trial.begins, zone), zone)
    labels = week_labels(range(first, first + trial.weeks))
    series = None if run is None else store.runs.series("cases", ALL_CATEGORIES)
    if run is None or series is None or not set(labels) <= set(run.weeks):
        raise NotReady("effects.trial_runs", week=labels[-1])
    ids = store.runs.area_ids()
    known_areas(ids, trial.pool)
    at, place = run.weeks.index(labels[0]), [ids.index(area) for area in trial.pool]
    drawn = np.array([np.isin(trial.pool, one) for one in trial.drawn])
    found = forecast.trial_effect(series[place, at : at + trial.weeks].T, drawn)
    outcome: dict[str, Any] = {name: _plain(value) for name, value in asdict(found).items()}
    outcome |= {"first_week": labels[0], "last_week": labels[-1], "run_id": run.run_id}
    store.trials.close(trial_id, json.loads(json.dumps(outcome)), now)
    return outcome
