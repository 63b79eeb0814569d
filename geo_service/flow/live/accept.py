"""A report that comes now: kept with its place and its case, and answered.

The usual report is the latest of its neighbourhood, and towards the few cases near it the rule is
one step. Any other (a late one, one beside facts that no refresh has linked yet) goes the slow way
of :mod:`~geo_service.flow.live.relink`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

import pandas as pd

from geo_service.flow.live.relink import Seed, relink
from geo_service.flow.live.step import step, write_step
from geo_service.flow.locating import Places, places_of, present
from geo_service.flow.report_fields import OPENING, PERSONAL, checked
from geo_service.link import OWN_POINT, LinkParams
from geo_service.measure import microseconds_of, utm_epsg
from geo_service.store import NearCase, Store
from geo_service.terms import BadInput, Conflict

_READ = [
    *("reported_at", "category", "lon", "lat", "precision"),
    *("address", "area_name", "subdistrict", "places_version"),
]
_FILE = "live"
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Accepted:
    """What became of a report; `distance_m` in metres to its area.

    Parameters
    ----------
    outcome
        ``accepted``, ``unchanged`` or ``placed``.
    case_id, link
        None where it has no case: it has no point of its own.
    parent_case_id, closed_days
        The case before at its site, and for how many days that had been closed.
    waits
        Whether so much hangs on it that its case comes with the next refresh only.
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
    waits: bool = False


def accept(
    store: Store, fields: Mapping[str, Any], *, now: datetime, by: str | None = None
) -> Accepted:
    """Take one report in, placed, linked and kept at once or not at all; return what became of it.

    It only opens: what is known stays as it is, whoever sends it again.

    Parameters
    ----------
    fields
        Of REPORTS, as they come: texts, numbers, times as ISO texts or moments. `category` is
        needed, and everything else may be missing; `reported_at` is then `now`. Who reported it
        is kept apart from the report.
    by
        The account that sent it; kept.

    Raises
    ------
    BadInput
        Names the field that cannot be used, and its value.
    Conflict
        If the `report_id` is known and says something else.
    Busy
        If another process writes for longer than the store waits.
    """
    with store.reading():
        district, now = store.district.get(), present(store, now)
        asked = checked(fields, now=now, district=district)
        person = {name: asked.pop(name) for name in PERSONAL if name in asked}
        if "category" not in asked:
            raise BadInput("live.missing", field="category")
        if store.live.terms(asked["category"]) is None:
            raise BadInput("live.no_category", field="category", value=asked["category"])
        epsg = district.utm_epsg
        if epsg is None and "lon" in asked:
            epsg = utm_epsg(asked["lon"], asked["lat"])
        places = places_of(store, epsg, district.fallbacks)
    if "lon" in asked:
        places.check_near(asked["lon"], asked["lat"])
        asked["precision"] = places.precision(asked["lon"], asked["lat"], asked["precision"])
    with store.transaction():
        known = "report_id" in asked and store.live.has(asked["report_id"])
        if epsg is not None and epsg != district.utm_epsg:
            # Two first reports of one moment: the zone of the one that was first counts for both.
            epsg = store.district.get().utm_epsg or epsg
            store.district.set(utm_epsg=epsg)
        if known:
            return _repeated(store, asked)
        answer = _take(store, asked, places, epsg, now, by)
        if person:
            rows = pd.DataFrame([{"report_id": answer.report_id, **person}])
            store.reporters.keep(rows, now)
        return answer


def _repeated(store: Store, asked: dict[str, Any]) -> Accepted:
    """Answer for a report that is known: a person's call opens, and changes nothing."""
    report_id = asked["report_id"]
    found = store.reports.read([*OPENING, "precision", "received_at"], ids=[report_id])
    row = store.placements.as_given(found)[0].iloc[0]
    known: dict[str, Any] = {name: None if pd.isna(row[name]) else row[name] for name in row.index}
    # What a repeat need not say: when it came, and where a clock that was ahead was set to that.
    when = asked.get("reported_at", known["reported_at"])
    if known["reported_at"] == known["received_at"] and when > known["received_at"]:
        when = known["reported_at"]
    said = {**asked, "reported_at": when}
    if any(said.get(name) != known[name] for name in OPENING):
        raise Conflict("live.known", report_id=report_id)
    return told(store, report_id, "unchanged")


def _take(
    store: Store,
    asked: dict[str, Any],
    places: Places,
    epsg: int | None,
    now: datetime,
    by: str | None,
) -> Accepted:
    asked.setdefault("reported_at", now)
    asked.setdefault("report_id", _new_id(store, asked, now))
    report_id = asked["report_id"]
    placed, version = places.place(asked)
    row = {
        **asked,
        **placed._asdict(),
        "reported_at": microseconds_of(asked["reported_at"]),
        "received_at": microseconds_of(now),
        "received_by": by,
        "places_version": version,
        "file": _FILE,
    }
    if placed.precision not in OWN_POINT or epsg is None:
        store.live.add_report(row)
        return told(store, report_id, "accepted")

    as_of = now + _INSTANT
    params = LinkParams().of_category(*(store.live.terms(asked["category"]) or ()))
    one = step(store, row, params, epsg, as_of)
    if one is None:
        store.live.add_report(row)
        seed = Seed(asked["category"], asked["lon"], asked["lat"])
        done = relink(store, [seed], [report_id], epsg=epsg, as_of=as_of)
        return told(store, report_id, "accepted", waits=not done)
    case_id = report_id if one.joined is None else one.joined
    case_id = None if one.link is None else case_id
    store.live.add_report({**row, "case_id": case_id, "link": one.link})
    write_step(store, row, one, microseconds_of(as_of))
    return _answer(row, one.link, store.live.case(case_id), "accepted")


def place(
    store: Store,
    report_id: str,
    lon: object,
    lat: object,
    *,
    by: str | None,
    now: datetime,
    as_of: datetime,
) -> Accepted:
    """Put a report that has no point of its own, or was placed before, on one; return the same.

    Parameters
    ----------
    lon, lat
        As they come, numbers or texts, degrees.
    by
        Who says so; kept.
    as_of
        First moment not seen by linking.

    Raises
    ------
    BadInput
        If the point is none, or lies outside the district or far from all areas.
    NotFound
        If there is no such report.
    Conflict
        If its source gave it a point of its own.
    """
    with store.reading():
        district = store.district.get()
        point = checked({"lon": lon, "lat": lat}, now=now, district=district)
        if "lon" not in point:
            raise BadInput("live.missing", field="lon")
        epsg = district.utm_epsg or utm_epsg(point["lon"], point["lat"])
        places = places_of(store, epsg, district.fallbacks)
    places.check_near(point["lon"], point["lat"])
    with store.transaction():
        # Two first points of one moment: the zone of the one that was first counts for both.
        epsg = store.district.get().utm_epsg or epsg
        store.district.set(utm_epsg=epsg)
        before = _known(store, report_id) if store.live.has(report_id) else None
        store.placements.put(report_id, point["lon"], point["lat"], by, now)
        after = _known(store, report_id)
        _set_place(store, report_id, after, places)
        done = relink(store, _seeds(before, after), [report_id], epsg=epsg, as_of=as_of)
        return told(store, report_id, "placed", waits=not done)


def told(store: Store, report_id: str, outcome: str, *, waits: bool = False) -> Accepted:
    """Return what the store says of a report, `outcome` what was done with it.

    `waits` tells whether its case is still to come.
    """
    columns = ["case_id", "link", "area_id", "subdistrict_id", "distance_m", "precision"]
    found = store.reports.read(columns, ids=[report_id]).iloc[0]
    row = {name: None if pd.isna(value) else value for name, value in found.items()}
    case = store.live.case(row["case_id"])
    answer = _answer({**row, "report_id": report_id}, row["link"], case, outcome)
    return replace(answer, waits=waits)


def _seeds(*rows: Mapping[str, Any] | None) -> list[Seed]:
    return [
        Seed(row["category"], row["lon"], row["lat"])
        for row in rows
        if row is not None and row["lon"] is not None and row["precision"] in OWN_POINT
    ]


def _set_place(store: Store, report_id: str, row: dict[str, Any], places: Places) -> None:
    """Locate a report that moved; `row` learns how well its point is known."""
    placed, version = places.place(row)
    if version is not None:
        table = pd.DataFrame([{"report_id": report_id, **placed._asdict()}])
        store.reports.set_places(table, version)
        row["precision"] = placed.precision


def _known(store: Store, report_id: str) -> dict[str, Any]:
    """Return what is known of a report, as far as its place and its links need it."""
    found = store.reports.read(_READ, ids=[report_id]).iloc[0]
    return {str(name): None if pd.isna(value) else value for name, value in found.items()}


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


def _answer(
    row: Mapping[str, Any], link: str | None, case: NearCase | None, outcome: str
) -> Accepted:
    opened = case is not None and case.case_id == row["report_id"]
    return Accepted(
        report_id=row["report_id"],
        outcome=outcome,
        case_id=None if case is None else case.case_id,
        link=link,
        site_id=None if case is None else case.site_id,
        episode=None if case is None else case.episode,
        parent_case_id=case.parent_case_id if case is not None and opened else None,
        closed_days=case.gap_days if case is not None and opened else None,
        area_id=row["area_id"],
        subdistrict_id=row["subdistrict_id"],
        distance_m=row["distance_m"],
        precision=row["precision"],
    )
