"""Histories sent one report at a time, and what linking them all at once gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
from hypothesis import strategies as st

from geo_service import flow, link
from geo_service.flow.live.relink import Seed, relink
from geo_service.measure import id_key, to_degrees
from geo_service.terms import FRAMES
from tests.flow.city import ALLEY, plain
from tests.link.reference import Row
from tests.link.sides import EPSG
from tests.link.test_rule import histories as link_histories
from tests.store.samples import spells_of

ROOT = Path(__file__).parents[3]
NOW = datetime(2027, 12, 1, tzinfo=UTC)
SENT = datetime(2028, 1, 1, tzinfo=UTC)
END = SENT + timedelta(microseconds=1)


def fields_of(r: Row) -> dict:
    lon, lat = to_degrees([r.x], [r.y], EPSG)
    closed = r.cancelled if r.cancelled is not None else r.closed_at
    at = lambda t: None if t is None else pd.Timestamp(t, unit="us", tz="UTC").isoformat()  # noqa: E731
    return {
        "report_id": r.id,
        "source": r.source,
        "category": {"A": "D01", "B": "D02"}[r.category],
        "reported_at": at(r.at),
        "lon": float(lon[0]),
        "lat": float(lat[0]),
        "fixed_at": at(r.fixed_at),
        "verified_at": at(r.verified_at),
        "closed_at": at(closed),
        "status": "cancelled" if r.cancelled is not None else None,
        "is_duplicate": r.is_duplicate,
    }


OPENING = ("report_id", "source", "category", "reported_at", "lon", "lat")


def opens(r: Row) -> bool:
    """Tell whether a row says nothing but that it opens: such a one can be sent."""
    times = (r.cancelled, r.fixed_at, r.verified_at, r.closed_at)
    return not r.is_duplicate and all(time is None for time in times)


def send_row(store, r):
    return flow.accept(store, {name: fields_of(r)[name] for name in OPENING}, now=SENT)


def take_in(store, *rows, **changes):
    """Keep rows as a file of their source brings them, and link all that is known anew."""
    table = pd.DataFrame([fields_of(r) | changes for r in rows])
    table["is_cancelled"] = table["status"] == "cancelled"
    for name in ("reported_at", "fixed_at", "verified_at", "closed_at"):
        table[name] = pd.to_datetime(table[name], utc=True, format="ISO8601")
    with store.transaction():
        store.reports.upsert(table)
        reports = store.reports.read()
        seeds = reports[["category", "lon", "lat"]].dropna().itertuples(index=False)
        every = [Seed(*one) for one in seeds]
        relink(store, every, reports["report_id"], epsg=EPSG, as_of=END, most=None)


UNTOLD = [
    *("unit_id", "dispatched_unit_id", "dispatched_crew_id", "dispatched_person", "disputed"),
]
"""What is kept beside cases, and the rule does not say."""


def what_is_linked(store):
    links = store.reports.read(["report_id", "case_id", "link"])
    return told(store.cases.read(), store.sites.read(), spells_of(store), links)


def told(cases, sites, spells, links):
    """Return rows that compare, without deadlines and what the as-of moment alone changes.

    Nobody goes round and lapses cases that only grow older, or lengthens spells.
    """
    followed = cases["case_id"].isin(cases["parent_case_id"])
    ages = ~followed & (cases["state"] != "cancelled")
    cases = cases.drop(columns=["due_at", *UNTOLD]).assign(
        lapsed=cases["lapsed"] & ~ages, state=cases["state"].mask(ages)
    )
    spells = spells.assign(ended_at=spells["ended_at"].where(spells["returned"]))
    tables = {"cases": cases, "sites": sites, "spells": spells, "links": links}
    return {name: plain(table.sort_values(table.columns[0])) for name, table in tables.items()}


def all_at_once(store, as_of):
    """Return what the store holds, and what linking all of it at once gives."""
    words = store.words.categories()
    every = store.reports.read(), store.events.read(), words
    got = link.link(*every, epsg=store.district.get().utm_epsg, as_of=as_of)
    return what_is_linked(store), told(got.cases, got.sites, got.spells, got.links)


def clear(store):
    from geo_service.store.schema import cases, reports, sites, spells

    with store.transaction() as connection:
        for table in (reports, cases, sites, spells):
            connection.execute(table.delete())


@st.composite
def histories(draw):
    """Return few rows: what goes wrong among many goes wrong among some of them."""
    return [r for r in draw(link_histories(most=8)) if r.id]


def send_all(store, rows):
    """Take rows as they come: those that only open are sent, the others come in a file.

    An answer is what the store says as long as no fact changes it.

    Of rows in time order only the first closing of a source does: its cases of before turn out to
    wait longer.
    """
    said, closing = {}, set()
    for r in rows:
        if not opens(r):
            take_in(store, r)
        if r.cancelled is None and (r.fixed_at or r.verified_at or r.closed_at):
            if r.source not in closing:
                said = {}
            closing.add(r.source)
        if opens(r):
            answer = send_row(store, r)
            said[r.id] = (answer.case_id, answer.link)
    if rows != in_time_order(rows):
        said = {r.id: said[r.id]} if opens(r) else {}
    assert stored_links(store, said) == said


def stored_links(store, ids=None):
    found = store.reports.read(["report_id", "case_id", "link"], ids=ids)
    return {key: (case, link) for key, case, link in plain(found)}


def is_as_all_at_once(store):
    """Compare the store with what linking all its reports at once gives."""
    reports = store.reports.read()
    end = SENT + timedelta(seconds=1)
    events, categories = FRAMES["events"].empty(), store.words.categories()
    got = link.link(reports, events, categories, epsg=EPSG, as_of=end)
    found = what_is_linked(store)
    for name, table in told(got.cases, got.sites, got.spells, got.links).items():
        assert found[name] == table, name


def check(store, rows):
    clear(store)
    store.district.set(utm_epsg=EPSG)
    send_all(store, rows)
    is_as_all_at_once(store)


def in_time_order(rows):
    return sorted(rows, key=lambda r: (r.at, id_key(r.id)))


def send(store, point=ALLEY, category="D01", at="2026-03-13T08:00+08:00", **more):
    lon, lat = point or (None, None)
    fields = {"category": category, "lon": lon, "lat": lat, "reported_at": at, **more}
    return flow.accept(store, fields, now=NOW)
