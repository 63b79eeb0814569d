"""How a case stands: its reports, wherever merging put them together, and what was done with it.

Plain rows, no frames: this is asked while somebody waits.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from geo_service import casework, link
from geo_service.casework import Actor, Situation
from geo_service.flow.locating import present
from geo_service.measure import box_around, id_key, moment_at
from geo_service.store import NearCase, NearReport, Store
from geo_service.terms import NotFound

# Reports of one case lie within the link distance of its site: within twice that of each other.
_REACH = 2
_SLACK_M = 1.0


class CaseFile(NamedTuple):
    """All that is known of a case.

    Parameters
    ----------
    reports
        By moment, then id.
    events
        As they came, fields of EVENTS and their `number`; `stands` tells which take nothing back
        and were not taken back.
    """

    case: NearCase
    reports: list[NearReport]
    events: list[dict[str, Any]]

    @property
    def standing(self) -> list[dict[str, Any]]:
        """The events that count."""
        return [one for one in self.events if one["stands"]]


def case_file(store: Store, case_id: str) -> CaseFile:
    """Return the case that holds the report which opened `case_id` once.

    Raises
    ------
    NotFound
        If there is none.
    """
    case = store.live.case_of(case_id)
    if case is None:
        raise NotFound("store.no_such_case", case_id=case_id)
    terms = store.live.terms(case.category) or ()
    reach = _REACH * link.LinkParams().of_category(*terms).distance_m + _SLACK_M
    near: dict[str, NearReport] = {}
    known, ids, places = set[str](), {case.case_id}, [(case.lon, case.lat)]
    log: dict[str, dict[str, Any]] = {}
    while places:
        for lon, lat in places:
            found = store.live.reports_in(case.category, box_around(lon, lat, reach))
            near |= {one.report_id: one for one in found if one.case_id == case.case_id}
        ids = {*near, *ids} - known
        known |= ids
        log |= {one["event_id"]: one for one in store.events.of(ids)}
        merged = [one for one in log.values() if one["kind"] == "merged"]
        ids = {one[name] for one in merged for name in ("case_id", "target_case_id")} - known
        places = store.live.points(ids) if ids else []
    reports = sorted(near.values(), key=lambda one: (one.at, id_key(one.report_id)))
    events = [one for one in told_events(log.values()) if one["case_id"] in near]
    return CaseFile(case, reports, events)


def told_events(log: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return events as they came, each with whether it stands."""
    # what an import brings of the past came before what was done here since
    events = sorted(log, key=itemgetter("received_at", "number"))
    takers = [
        (one["event_id"], one["takes_back"])
        for one in sorted(events, key=lambda one: (one["at"], one["event_id"]))
        if one["kind"] in link.TAKERS
    ]
    gone = link.taken_back(takers)
    return [
        one | {"stands": one["event_id"] not in gone and one["kind"] not in link.TAKERS}
        for one in events
    ]


def postponements(store: Store, case_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the last postponement that stands, by the case, of each of `case_ids` that has one."""
    log = told_events(store.events.of(list(case_ids)))
    return {one["case_id"]: one for one in log if one["kind"] == "postponed" and one["stands"]}


def allowed(store: Store, file: CaseFile, actor: Actor, now: datetime) -> list[str]:
    """Return the kinds of events that `actor` may make of a case, `file`, now."""
    now = present(store, now)
    return casework.allowed(situation(store, file, actor, now), actor, now)


def situation(store: Store, file: CaseFile, actor: Actor, now: datetime) -> Situation:
    """Return how a case, `file`, stands for `actor`."""
    case = file.case
    given = False
    if actor.crew_id is not None and case.area_id is not None:
        since = (now - timedelta(days=2)).date()
        given = store.assignments.has(actor.crew_id, case.area_id, since)
    return Situation(
        case_id=case.case_id,
        state=case.state,
        unverified=bool(case.unverified),
        opened_at=moment_at(case.opened_at),
        fixed_at=None if case.fixed is None else moment_at(case.fixed),
        rebounds=_rebounds(store, case),
        events=file.standing,
        given=given,
        photo=store.live.asks_photo(case.category),
    )


def _rebounds(store: Store, case: NearCase) -> int:
    """Return the how-manieth rebound of its site a case is, 0 where it is none."""
    if case.link != "rebound":
        return 0
    every = store.live.cases_of([case.site_id])
    return sum(one.link == "rebound" and one.opened_at <= case.opened_at for one in every)
