"""Who answers for cases, and in whose hands they are: kept beside each case."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from geo_service import casework, link
from geo_service.casework import Answer, Duties
from geo_service.store import NearCase, Store
from geo_service.terms import NotFound

DECIDES = "office"
"""The role that says whose a case is that nobody wants."""


def duties_of(store: Store, area_id: str | None = None) -> Duties:
    """Return who answers, for all areas or for one."""
    held = {(one["category"], one["area_id"]): one["unit_id"] for one in store.units.exceptions()}
    return Duties.of(*store.units.said(area_id), held)


def who_answers(
    store: Store, category: str, area_id: str | None
) -> tuple[Answer, dict[str, Any] | None]:
    """Return who answers for a `category` in an area, `area_id`, and whence an exception comes."""
    answer = duties_of(store, area_id).answer(category, area_id)
    if answer.by != "exception":
        return answer, None
    held = {(one["category"], one["area_id"]): one for one in store.units.exceptions()}
    return answer, held[category, str(area_id)]


def forget_exception(store: Store, event_id: str) -> dict[str, Any]:
    """Let what was decided by an event, `event_id`, no longer hold; return what that was.

    Raises
    ------
    NotFound
        If nothing was.
    """
    with store.transaction():
        gone = store.units.forget(event_id)
        if gone is None:
            raise NotFound("units.no_exception", event_id=event_id)
        settle_units(store)
    return gone


def with_duties(
    store: Store, cases: pd.DataFrame, links: pd.DataFrame, events: pd.DataFrame
) -> pd.DataFrame:
    """Return CASES with `unit_id`, and in whose hands they are.

    Parameters
    ----------
    cases
        As the link rule gives them.
    links
        `report_id` and `case_id` of the reports that `events` name.
    events
        EVENTS in the order in which they came, those that concern these cases among them.
    """
    if cases.empty:
        return cases
    places = cases[["category", "area_id"]].astype("category")
    cases = cases.assign(unit_id=by_unit(duties_of(store), places)["unit_id"].astype("str"))
    passed = _in_hand(events, dict(zip(links["report_id"], links["case_id"], strict=True)))
    if not passed:
        return cases
    held = [casework.hands(its) for its in passed.values()]
    hands = pd.DataFrame(held, list(passed), casework.Hands._fields).reindex(cases["case_id"])
    found = {name: hands[name].to_numpy(dtype=object) for name in hands}
    return cases.assign(**{**found, "disputed": found["disputed"] == np.True_})


def _in_hand(
    events: pd.DataFrame, held: Mapping[str, str | None]
) -> dict[str, list[dict[str, Any]]]:
    """Return the events that pass cases on and stand, by the case that holds them now."""
    found: dict[str, list[dict[str, Any]]] = {}
    if not events["kind"].isin(casework.PASSES).any():
        return found
    # what an import brings of the past came before what was done here since
    events = events.sort_values("received_at", kind="stable", ignore_index=True)
    log = events.sort_values(["at", "event_id"], kind="stable")
    passed = log[link.stands(log) & log["kind"].isin(casework.PASSES)].sort_index()
    names = ["case_id", "kind", "reason", "unit_id", "crew_id", "person"]
    rows = passed[names].astype(object).where(passed[names].notna(), None)
    for one in rows.to_dict("records"):
        case_id = held.get(one["case_id"])
        if case_id is not None and not pd.isna(case_id):
            found.setdefault(case_id, []).append({str(key): one[key] for key in one})
    return found


def by_unit(duties: Duties | None, table: pd.DataFrame) -> pd.DataFrame:
    """Return rows with `unit_id`, who answers for their `category` and `area_id`.

    Both are categorical; without `duties` nobody does.
    """
    if duties is None:
        return table
    category, area = table["category"].cat, table["area_id"].cat
    wide = len(area.categories) + 1
    pair = category.codes.astype(np.int64) * wide + area.codes + 1
    code, pairs = pd.factorize(pair)
    codes, areas = list(category.categories), [None, *area.categories]
    told = [duties.answer(codes[one // wide], areas[one % wide])[0] for one in pairs.tolist()]
    units = pd.Categorical(pd.Series(told, dtype="str"))
    return table.assign(unit_id=units.take(code, allow_fill=True))


def settle_units(store: Store) -> None:
    """Say anew who answers for all cases: areas, categories, units or exceptions changed."""
    known = duties_of(store)
    for category, area_id, unit_id in store.cases.answered():
        answer = known.answer(category, area_id).unit_id
        if answer != unit_id:
            store.cases.set_unit(category, area_id, answer)


def pass_on(
    store: Store, case: NearCase, standing: Iterable[Mapping[str, Any]], event: Mapping[str, Any]
) -> None:
    """Keep in whose hands a case is after an event that was just kept.

    Parameters
    ----------
    standing
        The events of the case before it that stand.
    """
    store.live.set_hands(case.case_id, casework.hands([*standing, event])._asdict())


def decide(
    store: Store,
    case: NearCase,
    standing: Iterable[Mapping[str, Any]],
    row: Mapping[str, Any],
    role: str,
    now: datetime,
) -> None:
    """Learn from an event, `row` of the log, whose such cases are, or that this was taken back.

    An office that dispatches a case that nobody wants to a unit decides so for its category in
    its area, from then on.
    """
    if row["kind"] == "withdrawn":
        learned = store.units.forget(row["takes_back"]) is not None
    else:
        learned = (
            row["kind"] == "dispatched"
            and role == DECIDES
            and row.get("unit_id") is not None
            and case.area_id is not None
            and casework.hands(standing).disputed
        )
        if learned:
            names = ("event_id", "unit_id", "case_id")
            said = {name: row[name] for name in names} | {"decided_by": row["actor"]}
            store.units.decide(said | {"category": case.category, "area_id": case.area_id}, now)
    if learned:
        settle_units(store)
