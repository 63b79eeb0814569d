"""The fast way: the latest report of its neighbourhood is one step of the rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import hypot
from typing import Any, NamedTuple

from geo_service.flow.live.boxes import box_around
from geo_service.link import (
    CANCELLED_STATUS,
    DAY,
    NEVER,
    OWN_POINT,
    Decision,
    Facts,
    LinkTerms,
    Standing,
    after,
    decide,
    facts_of,
    joined,
    replayed,
)
from geo_service.measure import id_key, microseconds_of, to_metres
from geo_service.store import NearCase, NearReport, Store

_SLACK_M = 1.0
_MINUTE = 60_000_000


class Step(NamedTuple):
    """What a report becomes.

    Parameters
    ----------
    case_id, link
        None where the report stays without a case.
    decision
        Towards which case, as it was before.
    case
        The case as it is now.
    stored
        The case of the decision as the store has it.
    """

    case_id: str | None
    link: str | None
    decision: Decision
    case: Standing | None
    stored: NearCase | None


def step(
    store: Store,
    row: Mapping[str, Any],
    fact: Facts,
    terms: LinkTerms,
    epsg: int,
    as_of: datetime,
) -> Step | None:
    """Decide; None where more than one step is to be done: then all around is linked anew."""
    end = microseconds_of(as_of)
    if fact.cancelled != NEVER:
        return None
    found = _candidates(store, row, fact, terms, epsg, end)
    if found is None:
        return None
    (x, y), cases = found
    decision = decide(fact.at, x, y, [standing for standing, _ in cases], terms)
    if fact.only_joins and decision.line != 1:
        return Step(None, None, decision, None, None)
    before = decision.case
    stored = next((case for one, case in cases if one is before), None)
    if before is not None and decision.joins:
        case = joined(before, fact, decision.line)
        return Step(case.case_id, decision.link, decision, case, stored)
    closes = fact.fixed != NEVER or store.live.closes(row.get("source"), end, CANCELLED_STATUS)
    window = terms.window if closes else terms.short_window
    if before is None:
        case = Standing.opened(fact, fact.report_id, x, y, window)
    else:
        case = Standing.opened(fact, before.site_id, before.x, before.y, window, before.episode + 1)
    return Step(case.case_id, decision.link, decision, case, stored)


def _candidates(
    store: Store, row: Mapping[str, Any], fact: Facts, terms: LinkTerms, epsg: int, end: int
) -> tuple[tuple[float, float], list[tuple[Standing, NearCase]]] | None:
    """Return the report's metres and the latest case of each site near; None if it is late."""
    category, lon, lat = row["category"], row["lon"], row["lat"]
    # A case's reports lie within d of its site, and its site within d of this report.
    beside = [
        report
        for report in store.live.reports_in(
            category, box_around(lon, lat, 2 * terms.reach + _SLACK_M)
        )
        if report.precision in OWN_POINT
    ]
    if any(report.link is None or report.at >= fact.at for report in beside):
        return None
    sites = store.live.sites_in(category, box_around(lon, lat, terms.reach + _SLACK_M))
    xs, ys = to_metres([lon, *(s[1] for s in sites)], [lat, *(s[2] for s in sites)], epsg)
    x, y = here = float(xs[0]), float(ys[0])
    points = {
        site[0]: (float(a), float(b))
        for site, a, b in zip(sites, xs[1:], ys[1:], strict=True)
        if hypot(a - x, b - y) <= terms.reach + _SLACK_M
    }
    latest: dict[str, NearCase] = {}
    for case in store.live.cases_of(points):
        known = latest.get(case.site_id)
        if known is None or _order(known) < _order(case):
            latest[case.site_id] = case
    joined_to: dict[str | None, list[NearReport]] = {}
    for report in beside:
        joined_to.setdefault(report.case_id, []).append(report)
    closing: dict[str, bool] = {}
    standing = []
    for site_id, point in points.items():
        its = latest.get(site_id)
        if its is None:
            return None
        rows = joined_to.get(its.case_id, [])
        one = _standing(store, its, point, rows, terms, closing, end)
        if one is None:
            return None
        standing.append((one, its))
    return here, standing


def _standing(
    store: Store,
    stored: NearCase,
    point: tuple[float, float],
    rows: list[NearReport],
    terms: LinkTerms,
    closing: dict[str, bool],
    end: int,
) -> Standing | None:
    """Return a case as its reports make it; None where the store's is not that, or is cancelled.

    The store's may be of another as-of moment, or older than the last import.
    """
    rows = sorted(rows, key=lambda one: (one.at, id_key(one.report_id)))
    if not rows or rows[0].report_id != stored.case_id or len(rows) != stored.reports:
        return None
    facts = [_facts(one, end) for one in rows]
    if stored.state == "cancelled" or facts[0].cancelled != NEVER or facts[0].only_joins:
        return None
    source = rows[0].source or ""
    if source not in closing:
        closing[source] = store.live.closes(source, end, CANCELLED_STATUS)
    window = terms.window if closing[source] else terms.short_window
    opening = Standing.opened(facts[0], stored.site_id, *point, window, stored.episode)
    links = [str(one.link) for one in rows]
    return replayed(opening, list(zip(facts[1:], links[1:], strict=True)), terms)


def _facts(one: NearReport, end: int) -> Facts:
    return facts_of(
        one.report_id,
        one.at,
        one.fixed,
        one.verified,
        one.closed,
        one.status,
        bool(one.is_duplicate),
        end,
    )


def _order(case: NearCase) -> tuple[int, tuple[bool, int, str, str]]:
    return case.opened_at, id_key(case.case_id)


def write_step(store: Store, row: Mapping[str, Any], step: Step, end: int) -> None:
    """Write the case, its site and the spells that the step changes; the report is kept."""
    case, before = step.case, step.decision.case
    if case is None:
        return
    if step.decision.joins:
        _change(store, case, step.stored, end)
        return
    said = None if before is None else after(before, case.opened_at, step.decision.line)
    values = {
        "case_id": case.case_id,
        "site_id": case.site_id,
        "category": row["category"],
        "area_id": row["area_id"],
        "lon": row["lon"],
        "lat": row["lat"],
        "opened_at": case.opened_at,
        "episode": case.episode,
        "parent_case_id": None if before is None else before.case_id,
        "link": step.link,
        "gap_days": None if said is None or said.gap is None else said.gap / DAY,
        "beyond_window": said is not None and said.beyond,
        **_closing(case, end),
    }
    store.live.add_case(values, new_site=before is None)
    state = case.state(end)
    if state == "verified":
        store.live.set_spell(case.case_id, _spell(case, row["category"], row["area_id"], end))
    if before is not None and step.stored is not None and said is not None:
        _change(store, before, step.stored, end, followed=(case, str(step.link), said.lapsed))


def _change(
    store: Store,
    case: Standing,
    stored: NearCase | None,
    end: int,
    followed: tuple[Standing, str, bool] | None = None,
) -> None:
    """Write what a case has become, and its spell where that may be another."""
    given_up = followed is not None and followed[2]
    values = _closing(case, end, given_up)
    store.live.change_case(case.case_id, values)
    if stored is None:
        return
    known = (stored.fixed, stored.verified, bool(stored.unverified), bool(stored.lapsed))
    same = known == tuple(
        values[name] for name in ("fixed_at", "verified_at", "unverified", "lapsed")
    )
    if same and (followed is None or case.verified == NEVER):
        return
    spell = None
    if case.verified != NEVER and not values["lapsed"]:
        spell = _spell(case, stored.category, stored.area_id, end)
        if followed is not None:
            following, link, _ = followed
            spell |= {
                "ended_at": max(following.opened_at, case.verified + _MINUTE),
                "returned": True,
                "next_case_id": following.case_id,
                "next_link": link,
            }
    store.live.set_spell(case.case_id, spell)


def _closing(case: Standing, end: int, given_up: bool = False) -> dict[str, Any]:
    state = case.state(end, given_up)
    return {
        "fixed_at": _or_none(case.fixed),
        "verified_at": _or_none(case.verified),
        "unverified": case.unverified and case.verified != NEVER,
        "state": state,
        "lapsed": state == "lapsed",
        "reports": case.reports,
        "reworks": case.reworks,
    }


def _spell(case: Standing, category: str, area_id: str | None, end: int) -> dict[str, Any]:
    return {
        "site_id": case.site_id,
        "category": category,
        "area_id": area_id,
        "episode": case.episode,
        "started_at": case.verified,
        "ended_at": max(end, case.verified + _MINUTE),
        "returned": False,
        "next_case_id": None,
        "next_link": None,
        "unverified": case.unverified,
    }


def _or_none(moment: int) -> int | None:
    return None if moment == NEVER else moment
