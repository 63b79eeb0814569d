"""The usual report, the latest of its neighbourhood, is one step of the rule: no relinking.

The compiled rule walks the reports of the few cases near it, each of which stays as it is stored,
and then the new one. What was stored has to come out again: else facts came meanwhile.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import hypot
from typing import Any, NamedTuple

import numpy as np

from geo_service import link
from geo_service.flow.cases import CaseFile, told_events
from geo_service.flow.deadlines import stage_deadlines
from geo_service.flow.duties import duties_of
from geo_service.measure import box_around, id_key, microseconds_of, to_metres
from geo_service.store import NearCase, NearReport, Store
from geo_service.terms import LINKS

_SLACK_M = 1.0
_TIMES = ("fixed", "verified", "closed")
_MORE = ("cancelled", "merged", "split", "recategorised", "moved")
"""Kinds of events that touch more than one case."""


class Step(NamedTuple):
    """What a report becomes.

    Parameters
    ----------
    link
        None where the report stays without a case.
    case
        The record of its case as it is now.
    stored
        The case that it joins or follows, as the store has it; None on a new site.
    before
        The record of the case that it follows, as it is now; None where it joins one.
    """

    link: str | None
    case: Any
    stored: NearCase | None
    before: Any

    @property
    def joined(self) -> str | None:
        """The id of the case that it joins, None where it opens one."""
        return None if self.stored is None or self.before is not None else self.stored.case_id


class _Near(NamedTuple):
    """A case near the report: as it is stored, its site's point in metres, and its reports."""

    stored: NearCase
    x: float
    y: float
    rows: list[NearReport]


def step(
    store: Store, row: Mapping[str, Any], params: link.LinkParams, epsg: int, as_of: datetime
) -> Step | None:
    """Decide what a report becomes; None where more than one step is to be done.

    `row` is of REPORTS, times in microseconds, and not kept yet; `params` are those of its
    category.
    """
    end = microseconds_of(as_of)
    found = _near(store, row, params, epsg)
    if found is None:
        return None
    (x, y), near, log = found
    rows = [(one, k) for k, case in enumerate(near) for one in case.rows]
    rows.sort(key=lambda pair: (pair[0].at, id_key(pair[0].report_id)))
    reports, opening, windows = _laid(store, rows, near, params, end)
    last = reports[-1]
    last.x, last.y = x, y
    _fill(last, row["reported_at"], dict.fromkeys(_TIMES), end)
    source = row.get("source")
    last.window = windows.get(source) or _window(store, source, params, end)

    around, sites = np.array([[0] + [-1] * 8]), np.array([-1])
    cases = link.records(link.CASE, len(reports))
    events = _walked(log, [one for one, _ in rows])
    link.apply_rule(reports, events, cases, around, sites, params.tie_m)
    for i, (one, _) in enumerate(rows):
        if i not in opening and LINKS[reports[i].link] != one.link:
            return None
    if last.case < 0:
        return Step(None, None, None, None)
    case = cases[last.case]
    word = LINKS[last.link]
    if case.opening in opening:
        return Step(word, case, near[opening.index(case.opening)].stored, None)
    if case.parent < 0:
        return Step(word, case, None, None)
    before = cases[case.parent]
    return Step(word, case, near[opening.index(before.opening)].stored, before)


def step_of_event(
    store: Store,
    file: CaseFile,
    event: Mapping[str, Any],
    params: link.LinkParams,
    as_of: datetime,
) -> Any | None:  # noqa: ANN401 (a record of the rule)
    """Return the record of a case after an event, of EVENTS and not kept yet, that comes last.

    None where more than one step is to be done: something of the case or its site is later, or was
    corrected, or the event touches the case before or two spells.
    """
    case, end = file.case, microseconds_of(as_of)
    if case.state == "cancelled" or case.unverified:
        return None
    at = microseconds_of(event["at"])
    if any(one["kind"] in _MORE for one in [*file.events, event]):
        return None
    others = store.live.cases_of([case.site_id])
    last = max([one.at for one in file.reports] + [microseconds_of(e["at"]) for e in file.events])
    if at <= last or any(_order(one) > _order(case) for one in others):
        return None
    if _acted_on_later(store, [case], others):
        return None
    first = file.reports[0]
    if len(file.reports) != case.reports or first.report_id != case.case_id:
        return None
    if first.is_cancelled or any(one.is_duplicate for one in file.reports):
        return None
    near = [_Near(case, 0.0, 0.0, file.reports)]
    made = []
    for some in (file.standing, [*file.standing, event]):
        reports, _, _ = _laid(store, [(one, 0) for one in file.reports], near, params, end)
        reports, cases = reports[:-1], link.records(link.CASE, len(reports))
        around, sites = np.array([[0] + [-1] * 8]), np.array([-1])
        events = _walked(some, file.reports)
        if link.apply_rule(reports, events, cases, around, sites, params.tie_m) != 1:
            return None
        made.append(cases[0])
    was = _closing(made[0], end)
    known = (case.fixed, case.verified, case.unverified, case.reports, case.reworks)
    names = ("fixed_at", "verified_at", "unverified", "reports", "reworks")
    return made[1] if known == tuple(was[name] for name in names) else None


def _acted_on_later(store: Store, latest: Iterable[NearCase], every: Sequence[NearCase]) -> bool:
    """Tell whether an event of an earlier case of a site came after the latest was opened.

    Such a one acts on the latest case, whose own reports do not tell of it.
    """
    opened = {case.site_id: case.opened_at for case in latest}
    ids = {one.case_id: opened[one.site_id] for one in every if one.opened_at < opened[one.site_id]}
    log = store.events.of(list(ids)) if ids else []
    return any(microseconds_of(one["at"]) >= ids.get(one["case_id"], 0) for one in log)


def _events_near(
    store: Store, reports: Sequence[NearReport], before: int
) -> list[dict[str, Any]] | None:
    """Return the standing events about reports, all of them before a moment, microseconds.

    None where one of them touched more than one case, or is later.
    """
    ids = [one.report_id for one in reports]
    log = store.events.of(ids) if ids else []
    if any(one["kind"] in _MORE or microseconds_of(one["at"]) >= before for one in log):
        return None
    return [one for one in told_events(log) if one["stands"]]


def _walked(events: Sequence[Mapping[str, Any]], reports: Sequence[NearReport]) -> link.Records:
    """Return standing events as the rule walks them between reports, which are by moment and id."""
    place = {one.report_id: i for i, one in enumerate(reports)}
    times = [one.at for one in reports]
    laid = []
    for one in events:
        if one["kind"] in link.KINDS and one["case_id"] in place:
            i = place[one["case_id"]]
            moment = max(microseconds_of(one["at"]), times[i])
            late = moment == times[i]
            here = not one["actor"].startswith(link.ELSEWHERE)
            kind = link.KINDS.index(one["kind"])
            order = (moment, late, kind, one["idempotency_key"] or "", one.get("event_id") or "~")
            laid.append((order, bisect_left(times, moment + late), kind, i, moment, here))
    laid.sort()
    out = link.records(link.EVENT, len(laid))
    for row, (_, before, kind, i, moment, here) in zip(out, laid, strict=True):
        row.before, row.kind, row.report, row.other = before, kind, i, -1
        row.moment, row.here = moment, here
    return out


def write_event(store: Store, case: Any, stored: NearCase, as_of: datetime) -> None:  # noqa: ANN401
    """Write what a case has become, the record of which :func:`step_of_event` returned."""
    _change(store, case, stored, microseconds_of(as_of))


def _laid(
    store: Store,
    rows: Sequence[tuple[NearReport, int]],
    near: Sequence[_Near],
    params: link.LinkParams,
    end: int,
) -> tuple[link.Records, list[int], dict[str | None, int]]:
    """Lay reports of cases out for the rule, with room for one more.

    `rows` are by moment and id, each with the number of its case. Returns the records, which of
    them opens each case, and the windows by source.
    """
    reports = link.records(link.REPORT, len(rows) + 1)
    reports.reach, reports.following, reports.case = params.distance_m + link.REACH_SLACK_M, -1, -1
    reports.first_of, reports.cancelled, reports.link = -1, link.NEVER, link.NO_LINK
    reports.hidden_until = link.ALWAYS
    reports.rebound_window = round(params.rebound_days * link.DAY)
    opening = [-1] * len(near)
    sources = {case.rows[0].source for case in near}
    windows = {source: _window(store, source, params, end) for source in sources}
    for i, (one, k) in enumerate(rows):
        opening[k] = i if opening[k] < 0 else opening[k]
        # a site's point is its first report's
        reports[i].x, reports[i].y = near[k].x, near[k].y
        reports[i].first_of, reports[i].alone = opening[k], True
        void = one.is_cancelled
        _fill(reports[i], one.at, {n: None if void else getattr(one, n) for n in _TIMES}, end)
        reports[i].only_joins = one.is_duplicate
        # only what opens a case lends it its window
        reports[i].window = windows.get(one.source, 0)
    return reports, opening, windows


def _fill(report: Any, at: int, times: Mapping[str, int | None], end: int) -> None:  # noqa: ANN401
    report.at = at
    for name, moment in times.items():
        report[name] = link.NEVER if moment is None or moment >= end else moment


def _window(store: Store, source: str | None, params: link.LinkParams, end: int) -> int:
    closes = store.live.closes(source, end)
    return round(
        (params.duplicate_days if closes else params.duplicate_days_without_closing) * link.DAY
    )


def _near(
    store: Store, row: Mapping[str, Any], params: link.LinkParams, epsg: int
) -> tuple[tuple[float, float], list[_Near], list[dict[str, Any]]] | None:
    """Return the report's metres, the latest case of each site near, and the events beside it.

    None if it is late.
    """
    category, lon, lat = row["category"], row["lon"], row["lat"]
    reach = params.distance_m
    # a case's reports lie within d of its site, and its site within d of this report
    beside = [
        report
        for report in store.live.reports_in(category, box_around(lon, lat, 2 * reach + _SLACK_M))
        if report.precision in link.OWN_POINT
    ]
    if any(report.link is None or report.at >= row["reported_at"] for report in beside):
        return None
    log = _events_near(store, beside, row["reported_at"])
    if log is None:
        return None
    sites = store.live.sites_in(category, box_around(lon, lat, reach + _SLACK_M))
    xs, ys = to_metres([lon, *(s[1] for s in sites)], [lat, *(s[2] for s in sites)], epsg)
    x, y = here = float(xs[0]), float(ys[0])
    points = {
        site[0]: (float(a), float(b))
        for site, a, b in zip(sites, xs[1:], ys[1:], strict=True)
        if hypot(a - x, b - y) <= reach + _SLACK_M
    }
    latest: dict[str, NearCase] = {}
    every = store.live.cases_of(points)
    for case in every:
        known = latest.get(case.site_id)
        if known is None or _order(known) < _order(case):
            latest[case.site_id] = case
    if _acted_on_later(store, latest.values(), every):
        return None
    near = []
    for site_id, point in points.items():
        its = latest.get(site_id)
        rows = [one for one in beside if its is not None and one.case_id == its.case_id]
        rows.sort(key=lambda one: (one.at, id_key(one.report_id)))
        # what is stored may be of another as-of moment, or older than the last import
        if its is None or len(rows) != its.reports or rows[0].report_id != its.case_id:
            return None
        if its.state == "cancelled" or rows[0].is_cancelled or rows[0].is_duplicate:
            return None
        near.append(_Near(its, *point, rows))
    return here, near, log


def _order(case: NearCase) -> tuple[int, tuple[bool, int, str, str]]:
    return case.opened_at, id_key(case.case_id)


def write_step(store: Store, row: Mapping[str, Any], step: Step, end: int) -> None:
    """Write the case, its site and the spells that the step changes; the report is kept."""
    case, stored = step.case, step.stored
    if case is None:
        return
    if stored is not None and step.before is None:
        _change(store, case, stored, end)
        return
    closing = _closing(case, end)
    case_id = row["report_id"]
    values = {
        "case_id": case_id,
        "site_id": case_id if stored is None else stored.site_id,
        "category": row["category"],
        "area_id": row["area_id"],
        "lon": row["lon"],
        "lat": row["lat"],
        "opened_at": int(case.last),
        "episode": 1 if stored is None else stored.episode + 1,
        "parent_case_id": None if stored is None else stored.case_id,
        "link": step.link,
        "gap_days": None if case.gap < 0 else int(case.gap) / link.DAY,
        "beyond_window": bool(case.beyond),
        "unit_id": duties_of(store, row["area_id"]).answer(row["category"], row["area_id"]).unit_id,
        "disputed": False,
        **closing,
        **stage_deadlines(store, row["category"], opened=int(case.last)),
    }
    store.live.add_case(values, new_site=stored is None)
    if stored is not None:
        _change(store, step.before, stored, end, followed=values)


def _change(
    store: Store,
    case: Any,  # noqa: ANN401 (a record of the rule)
    stored: NearCase,
    end: int,
    followed: Mapping[str, Any] | None = None,
) -> None:
    """Write what a case has become, and its spell where that may be another."""
    values = _closing(case, end)
    checked = stage_deadlines(store, stored.category, fixed=values["fixed_at"])
    due = {"check_due_at": checked["check_due_at"]}
    store.live.change_case(stored.case_id, values | due)
    known = (stored.fixed, stored.verified, bool(stored.unverified), bool(stored.lapsed))
    same = known == tuple(
        values[name] for name in ("fixed_at", "verified_at", "unverified", "lapsed")
    )
    if same and (followed is None or case.verified == link.NEVER):
        return
    spell = None
    if values["state"] == "verified":
        spell = _spell(case, stored._asdict(), end)
        if followed is not None:
            spell |= {
                "ended_at": max(followed["opened_at"], spell["started_at"] + link.MINUTE),
                "returned": True,
                "next_case_id": followed["case_id"],
                "next_link": followed["link"],
            }
    store.live.set_spell(stored.case_id, spell)


def _closing(case: Any, end: int) -> dict[str, Any]:  # noqa: ANN401
    state = link.state_at(case, end)
    return {
        "fixed_at": None if case.fixed == link.NEVER else int(case.fixed),
        "verified_at": None if case.verified == link.NEVER else int(case.verified),
        "unverified": bool(case.unverified),
        "state": state,
        "lapsed": state == "lapsed",
        "reports": int(case.rows),
        "reworks": int(case.reworks),
    }


def _spell(case: Any, values: Mapping[str, Any], end: int) -> dict[str, Any]:  # noqa: ANN401
    started = int(case.verified)
    return {
        **{name: values[name] for name in ("site_id", "category", "area_id", "episode")},
        "started_at": started,
        "ended_at": max(end, started + link.MINUTE),
        "returned": False,
        "next_case_id": None,
        "next_link": None,
        "unverified": bool(case.unverified),
    }
