"""A report that comes now: kept with its place and its case, and answered.

The usual report is the latest of its neighbourhood, and towards the few cases near it the rule is
one step. Any other (a late one, one beside facts that no refresh has linked yet, one that is
known already) goes the slow way of `relinking`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

import pandas as pd

from geo_service.flow.live.fields import checked
from geo_service.flow.live.one_step import Step, write_step
from geo_service.flow.live.one_step import step as one_step
from geo_service.flow.live.places import Places, places_of
from geo_service.flow.live.relinking import Seed, relink
from geo_service.flow.live.turning import closing, relink_sources
from geo_service.flow.live.updating import update
from geo_service.link import NEVER, OWN_POINT, Facts, LinkTerms, Site, SiteIndex
from geo_service.link import facts_of as read_facts
from geo_service.measure import microseconds_of, to_metres, utm_epsg
from geo_service.store import NearCase, Store
from geo_service.terms import BadInput

_FILE = "live"
_INSTANT = timedelta(microseconds=1)
_TIMES = ("reported_at", "fixed_at", "verified_at", "closed_at")


@dataclass(frozen=True)
class Accepted:
    """What became of a report.

    Parameters
    ----------
    outcome
        ``accepted``, ``updated`` or ``unchanged``.
    case_id, link
        None where it has no case: it has no point of its own.
    parent_case_id, closed_days
        The case before at its site, and for how many days that had been closed.
    """

    report_id: str
    outcome: str
    case_id: str | None
    link: str | None
    site_id: str | None
    episode: int | None
    parent_case_id: str | None
    closed_days: float | None
    area_id: str | None
    subdistrict_id: str | None
    distance_m: float | None
    precision: str


def accept(
    store: Store,
    fields: Mapping[str, Any],
    *,
    now: datetime,
    index: SiteIndex | None = None,
) -> Accepted:
    """Take one report in: placed, linked and kept at once, or not at all.

    Parameters
    ----------
    fields
        Of REPORTS, as they come: texts, numbers, times as ISO texts or moments. `category` is
        needed, and everything else may be missing; `reported_at` is then `now`.
    index
        A cache that is told of a new site.

    Raises
    ------
    BadInput
        Names the field that cannot be used, and its value.
    Busy
        If another process writes for longer than the store waits.
    """
    with store.reading():
        district = store.district.get()
        asked = checked(fields, now=now, district=district)
        if "category" in asked and store.live.terms(asked["category"]) is None:
            raise BadInput("live.no_category", field="category", value=asked["category"])
        epsg = district.utm_epsg
        if epsg is None and "lon" in asked:
            epsg = utm_epsg(asked["lon"], asked["lat"])
        places = places_of(store, epsg, district.fallbacks)
    if "lon" in asked:
        asked["precision"] = places.precision(asked["lon"], asked["lat"], asked["precision"])
    with store.transaction():
        known = "report_id" in asked and store.live.has(asked["report_id"])
        if not known and "category" not in asked:
            raise BadInput("live.missing", field="category")
        if epsg is not None and epsg != district.utm_epsg:
            # Two first reports of one moment: the zone of the one that was first counts for both.
            epsg = store.district.get().utm_epsg or epsg
            store.district.set(utm_epsg=epsg)
        if known:
            outcome = _renew(store, asked, places, epsg, now + _INSTANT)
            if outcome == "updated":
                _end_demo(store)
            return told(store, asked["report_id"], outcome)
        _end_demo(store)
        return _take(store, asked, places, epsg, now, index)


def _renew(
    store: Store, asked: dict[str, Any], places: Places, epsg: int | None, as_of: datetime
) -> str:
    end = microseconds_of(as_of)
    sources = {store.live.source_of(asked["report_id"]), asked.get("source")}
    before = closing(store, sources, end)
    outcome = update(store, asked, places, epsg=epsg, file=_FILE, as_of=as_of)
    if outcome == "updated" and epsg is not None:
        now = closing(store, sources, end)
        turned = [source for source in sources if now[source] != before[source]]
        relink_sources(store, turned, [], epsg=epsg, as_of=as_of)
    return outcome


def _take(
    store: Store,
    asked: dict[str, Any],
    places: Places,
    epsg: int | None,
    now: datetime,
    index: SiteIndex | None,
) -> Accepted:
    asked.setdefault("reported_at", now)
    asked.setdefault("report_id", _new_id(store, asked, now))
    placed, version = places.place(asked)
    moments = {name: microseconds_of(asked[name]) for name in _TIMES if name in asked}
    row = {
        **asked,
        **moments,
        **placed._asdict(),
        "received_at": microseconds_of(now),
        "places_version": version,
        "file": _FILE,
    }
    as_of = now + _INSTANT
    fact = _facts(row, microseconds_of(as_of))
    source = row.get("source")
    first = fact.fixed != NEVER and not closing(store, [source], microseconds_of(as_of))[source]
    if placed.precision not in OWN_POINT or epsg is None:
        store.live.add_report(row)
        if first and epsg is not None:
            relink_sources(store, [source], [], epsg=epsg, as_of=as_of)
        return _answer(row, None, None)

    words = store.live.terms(asked["category"])
    terms = LinkTerms.of(*(words or ()))
    step = None if first else one_step(store, row, fact, terms, epsg, as_of)
    if step is None:
        store.live.add_report(row)
        seed = Seed(asked["category"], asked["lon"], asked["lat"])
        if first:
            relink_sources(store, [source], [seed], epsg=epsg, as_of=as_of)
        else:
            relink(store, [seed], [asked["report_id"]], epsg=epsg, as_of=as_of)
        answer = told(store, asked["report_id"], "accepted")
    else:
        store.live.add_report({**row, "case_id": step.case_id, "link": step.link})
        write_step(store, row, step, microseconds_of(as_of))
        answer = _answer(row, step, store.live.case(step.case_id))
    if index is not None and answer.site_id == answer.report_id:
        x, y = to_metres([asked["lon"]], [asked["lat"]], epsg)
        index.add(asked["category"], Site(answer.report_id, float(x[0]), float(y[0])))
    return answer


def _facts(row: Mapping[str, Any], as_of: int) -> Facts:
    return read_facts(
        row["report_id"],
        row["reported_at"],
        row.get("fixed_at"),
        row.get("verified_at"),
        row.get("closed_at"),
        row.get("status"),
        bool(row.get("is_duplicate")),
        as_of,
    )


def _new_id(store: Store, asked: Mapping[str, Any], now: datetime) -> str:
    """Return a hash of the content and the moment, and of its how-manieth occurrence."""
    text = "\x1f".join(f"{name}={asked[name]}" for name in sorted(asked))
    again = 0
    while True:
        content = f"{now.isoformat()}\x1f{again}\x1f{text}"
        one = f"live-{blake2b(content.encode(), digest_size=10).hexdigest()}"
        if not store.live.has(one):
            return one
        again += 1


def _end_demo(store: Store) -> None:
    """From the first real report on the district lives today, and nobody looks unseen."""
    if store.district.get().demo:
        store.district.set(demo=False, today=None)


def told(store: Store, report_id: str, outcome: str) -> Accepted:
    """Return what the store says of a report."""
    columns = ["case_id", "link", "area_id", "subdistrict_id", "distance_m", "precision"]
    found = store.reports.read(columns, ids=[report_id]).iloc[0]
    row = {name: None if pd.isna(value) else value for name, value in found.items()}
    case = store.live.case(row["case_id"])
    return _answer({**row, "report_id": report_id}, row["link"], case, outcome)


def _answer(
    row: Mapping[str, Any],
    link: Step | str | None,
    case: NearCase | None,
    outcome: str = "accepted",
) -> Accepted:
    opened = case is not None and case.case_id == row["report_id"]
    return Accepted(
        report_id=row["report_id"],
        outcome=outcome,
        case_id=None if case is None else case.case_id,
        link=link.link if isinstance(link, Step) else link,
        site_id=None if case is None else case.site_id,
        episode=None if case is None else case.episode,
        parent_case_id=case.parent_case_id if case is not None and opened else None,
        closed_days=case.gap_days if case is not None and opened else None,
        area_id=row["area_id"],
        subdistrict_id=row["subdistrict_id"],
        distance_m=row["distance_m"],
        precision=row["precision"],
    )
