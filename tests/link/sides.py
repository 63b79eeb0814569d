"""The rule under test beside the reference: the same histories through both."""

from __future__ import annotations

import pandas as pd
import pytest

from geo_service.link import Linked, link
from geo_service.measure import to_degrees
from geo_service.terms import FRAMES, packaged_categories
from tests.link.reference import DAY, MINUTE, Event, Row, Walk, walk

EPSG = 32648


def moment(micro):
    return pd.Timestamp(micro, unit="us", tz="UTC") if micro is not None else pd.NaT


def report_table(rows: list[Row]) -> pd.DataFrame:
    lon, lat = to_degrees([r.x for r in rows], [r.y for r in rows], EPSG)
    return FRAMES["reports"].conform(
        pd.DataFrame(
            {
                "report_id": [r.id for r in rows],
                "source": [r.source for r in rows],
                "category": [r.category for r in rows],
                "reported_at": [moment(r.at) for r in rows],
                "fixed_at": [moment(r.fixed_at) for r in rows],
                "verified_at": [moment(r.verified_at) for r in rows],
                "closed_at": [
                    moment(r.cancelled if r.cancelled is not None else r.closed_at) for r in rows
                ],
                "is_cancelled": [r.cancelled is not None for r in rows],
                "is_duplicate": [r.is_duplicate for r in rows],
                "lon": lon,
                "lat": lat,
                "precision": "point",
            }
        )
    )


def event_table(events: list[Event]) -> pd.DataFrame:
    if not events:
        return FRAMES["events"].empty()
    lon, lat = to_degrees([e.x for e in events], [e.y for e in events], EPSG)
    return FRAMES["events"].conform(
        pd.DataFrame(
            {
                "event_id": [e.id for e in events],
                "kind": [e.kind for e in events],
                "case_id": [e.case for e in events],
                "at": [moment(e.at) for e in events],
                "target_case_id": [e.target or None for e in events],
                "takes_back": [e.takes_back or None for e in events],
                "report_ids": [";".join(e.reports) or None for e in events],
                "category": [e.category or None for e in events],
                "lon": lon,
                "lat": lat,
                "actor": [e.actor for e in events],
                "idempotency_key": [e.key for e in events],
            }
        )
    )


def linked(rows: list[Row], events: list[Event] = (), *, as_of: int) -> Linked:
    return link(
        report_table(rows),
        event_table(events),
        packaged_categories(),
        epsg=EPSG,
        as_of=moment(as_of).to_pydatetime(),
    )


def plain(value):
    return None if pd.isna(value) else value


def compare(rows: list[Row], events: list[Event] = (), *, as_of: int) -> Walk:
    """Assert that both say the same; returns what the reference made."""
    got = linked(rows, events, as_of=as_of)
    made, cases, links = walk(rows, events, as_of=as_of)
    assert {
        row.report_id: (plain(row.case_id), plain(row.link)) for row in got.links.itertuples()
    } == links
    table = got.cases.set_index("case_id")
    assert sorted(table.index) == sorted(c.opening.id for c in cases)
    for c in cases:
        row, state = table.loc[c.opening.id], made.state(c)
        f, v, mere = (None, None, False) if state == "cancelled" else c.closing()
        assert row.state == state
        assert row.site_id == c.spots[0].id
        assert (row.episode, row.reworks, row.reports) == (c.episode, c.reworks, c.reports)
        assert row.link == c.link
        assert plain(row.fixed_at) == moment_of(f), c
        assert plain(row.verified_at) == moment_of(v), c
        assert row.unverified == mere
        assert (row.lapsed, row.beyond_window) == (state == "lapsed", c.beyond)
        assert plain(row.parent_case_id) == parent_of(c)
        gap = None if c.gap is None else pytest.approx(c.gap / DAY)
        assert plain(row.gap_days) == gap
    its = sorted(zip(*(got.spells[name] for name in SPELL), strict=True))
    assert its == sorted(spells_by_hand(made, cases, as_of))
    return made


SPELL = ("case_id", "started_at", "ended_at", "returned", "unverified")


def moment_of(value):
    return None if value in (None, float("inf")) else moment(int(value))


def parent_of(case):
    parent = case.parent
    while parent is not None and parent.merged:
        parent = parent.parent
    return None if parent is None else parent.opening.id


def spells_by_hand(made: Walk, cases, as_of: int):
    stands = {id(c) for c in cases if made.state(c) != "cancelled"}
    after = {}
    for n in cases:
        before = n.parent
        while before is not None and id(before) not in stands:
            before = before.parent
        if id(n) in stands and before is not None:
            after[id(before)] = n
    for c in cases:
        if made.state(c) != "verified":
            continue
        _, v, mere = c.closing()
        follows = after.get(id(c))
        end = as_of if follows is None else follows.opening.at
        yield c.opening.id, moment(v), moment(max(end, v + MINUTE)), follows is not None, mere
        if c.confirmed is not None:
            checked = max(v, c.confirmed + MINUTE)
            yield c.opening.id, moment(c.confirmed), moment(checked), False, True
