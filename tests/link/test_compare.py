"""Facts in pieces give what all facts at once give, and only what differs is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from geo_service.link import (
    Linking,
    Memory,
    case_table,
    compare,
    link,
    link_rows,
    link_table,
    remember,
    renewed_rows,
    rows_of,
    site_table,
    spell_table,
)
from geo_service.measure import microseconds_of, to_degrees
from geo_service.terms import FRAMES, packaged_categories

EPSG = 32648
X0, Y0 = 570_000.0, 3_990_000.0
T0 = datetime(2025, 1, 1, tzinfo=UTC)
LINKING = Linking(packaged_categories(), EPSG)


def reports_of(rng, count, first=0, since=0.0, until=300.0):
    """Return reports along a street, often on one spot, often closed, some of them cancelled."""
    day = rng.uniform(since, until, count)
    day = np.where(rng.random(count) < 0.3, np.floor(day), day)
    lon, lat = to_degrees(
        X0 + rng.integers(0, 25, count) * 12.0, Y0 + rng.integers(0, 2, count) * 500.0, EPSG
    )
    fixed = day + rng.exponential(12, count)
    verified = fixed + rng.exponential(6, count)
    at = lambda days: pd.to_datetime(T0) + pd.to_timedelta(days, unit="D").round("s")  # noqa: E731
    some = lambda share: rng.random(count) < share  # noqa: E731
    table = pd.DataFrame(
        {
            "report_id": np.char.add(
                rng.choice(["", "a", "0"], count), np.arange(first, first + count).astype(str)
            ),
            "source": rng.choice(["hotline", "resident", "walker"], count, p=[0.5, 0.3, 0.2]),
            "category": rng.choice(["D01", "D02", "D05"], count),
            "reported_at": at(day),
            "received_at": pd.Series(at(day + rng.exponential(4, count))).where(some(0.3)),
            "fixed_at": pd.Series(at(fixed)).where(some(0.6)),
            "verified_at": pd.Series(at(verified)).where(some(0.5)),
            "closed_at": pd.Series(at(verified)).where(some(0.1)),
            "is_cancelled": some(0.05),
            "is_duplicate": some(0.05),
            "lon": lon,
            "lat": lat,
            "precision": rng.choice(["point", "address", "none"], count, p=[0.8, 0.15, 0.05]),
            "area_id": rng.choice(["A", "B", None], count),
        }
    )
    never = table["source"] == "walker"
    table.loc[never, ["fixed_at", "verified_at", "closed_at"]] = pd.NaT
    return FRAMES["reports"].conform(table)


def changed(rng, reports):
    """Return some of the reports with other facts: closed, moved, renamed, placed nowhere."""
    some = reports[rng.random(len(reports)) < 0.15].copy()
    what = rng.integers(0, 6, len(some))
    late = some["reported_at"] + pd.to_timedelta(rng.exponential(30, len(some)), unit="D")
    late = late.dt.round("s")
    some["fixed_at"] = some["fixed_at"].mask(what == 0, late)
    some["verified_at"] = some["verified_at"].mask(what <= 1, late)
    some["lon"] += np.where(what == 2, 3e-4, 0)
    some["category"] = some["category"].mask(what == 3, "D02")
    some["precision"] = some["precision"].mask(what == 4, "none")
    some["area_id"] = some["area_id"].mask(what == 5, "B")
    return some


def tables_of(memory: Memory):
    return {
        "cases": case_table(memory),
        "sites": site_table(memory),
        "spells": spell_table(memory),
        "links": link_table(memory, np.flatnonzero(memory.known)),
    }


def of_all(reports, as_of):
    return link(
        reports, FRAMES["events"].empty(), LINKING.categories, epsg=EPSG, as_of=as_of
    )._asdict()


def first(reports, as_of):
    return remember(reports, FRAMES["events"].empty(), LINKING, as_of)


def after(memory, came, as_of):
    """Return the memory after reports came, and where it differs."""
    fresh, words = rows_of(came, memory.words)
    rows = renewed_rows(memory.rows, fresh)
    now = link_rows(rows, words, FRAMES["events"].empty(), LINKING, microseconds_of(as_of))
    return now, compare(memory, now, came["report_id"])


def same(left, right):
    for name, table in left.items():
        pd.testing.assert_frame_equal(table, right[name], obj=name)


def steps(seed):
    """Yield facts that come one after another: (reports that came, all reports, as of)."""
    rng = np.random.default_rng(seed)
    reports = reports_of(rng, 60, until=200)
    as_of = T0 + timedelta(days=150)
    yield reports, reports, as_of
    for step in range(4):
        new = reports_of(rng, int(rng.integers(0, 8)), 1000 * (step + 1), 0 if step == 2 else 140)
        came = pd.concat([changed(rng, reports), new], ignore_index=True)
        if step == 3 and seed % 3 == 0:
            came.loc[came["source"] == "walker", "fixed_at"] = pd.Timestamp(T0) + timedelta(200)
        kept = reports[~reports["report_id"].isin(came["report_id"])]
        reports = pd.concat([kept, came], ignore_index=True)
        as_of += timedelta(days=float(rng.choice([0, 0.5, 20, 60])))
        yield came, reports, as_of


def test_cases_may_come_where_there_was_none():
    rng = np.random.default_rng(4)
    blind = reports_of(rng, 30).assign(precision="none")
    as_of = T0 + timedelta(days=250)
    memory = first(FRAMES["reports"].conform(blind), as_of)
    assert len(memory.state) == 0
    came = reports_of(rng, 40, 100)
    now, got = after(memory, came, as_of)
    everything = pd.concat([blind, came], ignore_index=True)
    same(tables_of(now), of_all(FRAMES["reports"].conform(everything), as_of))
    assert got.cases.tolist() == list(range(len(now.state)))
    assert set(came["report_id"]) <= set(now.rows.report_id[got.rows])
    assert got.since == now.rows.reported[now.known].min()


def _written(tables, made, ids):
    """Return the tables after the rows of `ids` became those that were made."""
    keys = {"cases": "case_id", "sites": "site_id", "spells": "case_id", "links": "report_id"}
    out = {}
    for name, table in tables.items():
        key = keys[name]
        kept = table[~table[key].isin(ids)]
        new = pd.concat([kept, made[name]], ignore_index=True)
        out[name] = new.sort_values(key, ignore_index=True)
    return out


@pytest.mark.parametrize("seed", range(60))
def test_pieces_give_what_all_at_once_gives_and_only_what_is_told_to_differ_differs(seed):
    memory, stored = None, None
    for came, reports, as_of in steps(seed):
        if memory is None:
            memory = first(came, as_of)
            stored = tables_of(memory)
            same(stored, of_all(reports, as_of))
            continue
        memory, got = after(memory, came, as_of)
        expected = tables_of(memory)
        same(expected, of_all(reports, as_of))
        rows, cases = memory.rows, memory.cases
        linked = got.rows[memory.known[got.rows]]
        made = {
            "cases": case_table(memory, got.cases),
            "sites": site_table(memory, got.cases),
            "spells": spell_table(memory, np.isin(memory.spells.case, got.cases)),
        }
        ids = {*rows.report_id[cases.opening[got.cases]], *got.gone}
        stored = _written({name: stored[name] for name in made}, made, ids) | {
            "links": _written(
                {"links": stored["links"]},
                {"links": link_table(memory, linked)},
                set(rows.report_id[got.rows]),
            )["links"]
        }
        # a spell without a return ends when nothing more is known, whoever looks
        open_ = ~stored["spells"]["returned"]
        moment = pd.Timestamp(as_of)
        least = stored["spells"]["started_at"] + timedelta(minutes=1)
        stored["spells"]["ended_at"] = stored["spells"]["ended_at"].mask(
            open_, least.where(least > moment, moment)
        )
        for name, table in expected.items():
            ordered = table.sort_values(table.columns[0], ignore_index=True)
            mine = stored[name]
            if name == "links":  # a report without a case has none, known or not
                mine, ordered = (one.dropna().reset_index(drop=True) for one in (mine, ordered))
            pd.testing.assert_frame_equal(mine, ordered, obj=name)
