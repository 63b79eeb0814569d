"""Facts in pieces give what all facts at once give, and only what differs is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from geo_service.link import (
    Linking,
    Memory,
    closures_of_rows,
    link,
    remember,
    renew,
    renewing,
    revising,
)
from geo_service.link.arriving import arrived
from geo_service.link.rows import rows_of
from geo_service.link.tables import case_table, link_table, site_table, spell_table
from geo_service.measure import to_degrees
from geo_service.terms import FRAMES, packaged_categories
from tests.link.plain import uncompiled

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
            "status": np.where(some(0.05), "cancelled", None),
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
    rows, words, cases = memory.rows, memory.words, memory.cases
    return {
        "cases": case_table(rows, words, cases, memory.state),
        "sites": site_table(rows, words, cases),
        "spells": spell_table(rows, words, cases, memory.spells),
        "links": link_table(rows, cases, memory.case, memory.link, np.flatnonzero(memory.known)),
    }


def of_all(reports, as_of):
    found = link(reports, closures_of_rows(reports), LINKING.categories, epsg=EPSG, as_of=as_of)
    return {name: getattr(found, name) for name in ("cases", "sites", "spells", "links")}


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


@pytest.mark.parametrize("seed", range(60))
def test_pieces_give_what_all_at_once_gives(seed):
    memory = None
    for came, reports, as_of in steps(seed):
        if memory is None:
            memory = remember(came, LINKING, as_of)
        else:
            memory = renew(memory, came, LINKING, as_of).memory
        same(tables_of(memory), of_all(reports, as_of))


def few_facts(seed):
    """Yield few facts after many reports: (reports that came, all reports, as of)."""
    rng = np.random.default_rng(seed)
    count = int(rng.choice([60, 200, 600]))
    rng.integers(2)
    reports = reports_of(rng, count, until=200)
    as_of = T0 + timedelta(days=150)
    yield reports, reports, as_of
    for step in range(4):
        since = 0 if step == 2 else 140
        new = reports_of(rng, int(rng.integers(0, 8)), 1000 * (step + 1), since)
        some = changed(rng, reports)
        if rng.random() < 0.7:
            some = some.head(int(rng.integers(0, 6)))
        came = pd.concat([some, new], ignore_index=True)
        kept = reports[~reports["report_id"].isin(came["report_id"])]
        reports = pd.concat([kept, came], ignore_index=True)
        as_of += timedelta(days=float(rng.choice([0, 0, 0.5, 20])))
        yield came, reports, as_of


# the last ones found a site that nobody had looked into, one that stood otherwise too briefly, and
# one that was not walked through to its stretch
SEEDS = [*range(40), 475, 1151, 3046]


@pytest.mark.parametrize("seed", SEEDS)
def test_few_facts_give_what_all_at_once_gives(seed):
    memory = None
    for came, reports, as_of in few_facts(seed):
        if memory is None:
            memory = remember(came, LINKING, as_of)
        else:
            memory = renew(memory, came, LINKING, as_of).memory
        same(tables_of(memory), of_all(reports, as_of))


def test_few_facts_do_not_link_everything_anew(monkeypatch):
    made = []
    monkeypatch.setattr(renewing, "revise", lambda *a: made.append(revising.revise(*a)) or made[-1])
    memory = None
    for came, _, as_of in few_facts(13):
        if memory is None:
            memory = remember(came, LINKING, as_of)
        else:
            memory = renew(memory, came, LINKING, as_of).memory
    assert made
    assert all(one.done for one in made)
    assert max(len(one.row) for one in made) < 100  # of 600


def test_the_compiled_sweep_equals_the_plain_one(monkeypatch):
    facts = list(few_facts(8))
    memory = remember(facts[0][0], LINKING, facts[0][2])
    uncompiled(monkeypatch)
    for came, reports, as_of in facts[1:]:
        memory = renew(memory, came, LINKING, as_of).memory
        same(tables_of(memory), of_all(reports, as_of))


def test_where_much_is_concerned_everything_is_linked_anew(monkeypatch):
    made = []
    monkeypatch.setattr(revising, "_FEW", 0)
    monkeypatch.setattr(revising, "_swept", revising._swept.py_func)
    monkeypatch.setattr(renewing, "revise", lambda *a: made.append(revising.revise(*a)) or made[-1])
    rng = np.random.default_rng(3)
    reports, as_of = reports_of(rng, 60, until=200), T0 + timedelta(days=400)
    memory = remember(reports, LINKING, as_of - timedelta(days=250))
    memory = renew(memory, reports, LINKING, as_of).memory
    assert not made[0].done
    same(tables_of(memory), of_all(reports, as_of))


def test_cases_may_come_where_there_was_none():
    rng = np.random.default_rng(4)
    blind = reports_of(rng, 30).assign(precision="none")
    as_of = T0 + timedelta(days=250)
    memory = remember(FRAMES["reports"].conform(blind), LINKING, as_of)
    assert len(memory.state) == 0
    came = reports_of(rng, 40, 100)
    got = renew(memory, came, LINKING, as_of)
    everything = pd.concat([blind, came], ignore_index=True)
    same(tables_of(got.memory), of_all(FRAMES["reports"].conform(everything), as_of))
    assert got.cases.tolist() == list(range(len(got.memory.state)))
    assert set(came["report_id"]) <= set(got.memory.rows.report_id[got.rows])
    assert got.since == got.memory.rows.reported[got.memory.known].min()


def test_a_report_that_comes_again_at_its_moment_is_found_there():
    rng = np.random.default_rng(2)
    old, _ = rows_of(reports_of(rng, 40))
    again = old.take(np.array([3, 17]))
    came = arrived(old, again._replace(fixed=again.fixed - 1))
    assert came.still
    assert came.fresh.tolist() == [3, 17]
    assert (came.rows.fixed != old.fixed).sum() == 2
    moved = arrived(old, again._replace(reported=again.reported - 10**12))
    assert not moved.still
    assert moved.was[moved.fresh].tolist() == [3, 17] or moved.was[moved.fresh].tolist() == [17, 3]
    assert len(moved.rows.reported) == 40


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


@pytest.mark.parametrize("seed", range(40))
def test_only_what_is_told_to_differ_differs(seed):
    memory, stored = None, None
    for came, _, as_of in steps(seed):
        if memory is None:
            memory = remember(came, LINKING, as_of)
            stored = tables_of(memory)
            continue
        got = renew(memory, came, LINKING, as_of)
        memory = got.memory
        rows, words, cases = memory.rows, memory.words, memory.cases
        spells = memory.spells
        linked = got.rows[memory.known[got.rows]]
        made = {
            "cases": case_table(rows, words, cases, memory.state, got.cases),
            "sites": site_table(rows, words, cases, got.cases),
            "spells": spell_table(rows, words, cases, spells, np.isin(spells.case, got.cases)),
        }
        ids = {*rows.report_id[cases.opening[got.cases]], *got.gone}
        stored = _written({name: stored[name] for name in made}, made, ids) | {
            "links": _written(
                {"links": stored["links"]},
                {"links": link_table(rows, cases, memory.case, memory.link, linked)},
                set(rows.report_id[got.rows]),
            )["links"]
        }
        # a spell without a return ends when nothing more is known, whoever looks
        expected = tables_of(memory)
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


def test_the_order_of_rows_is_that_of_moments_and_ids():
    rng = np.random.default_rng(1)
    reports = reports_of(rng, 50)
    rows, words = rows_of(reports)
    again, _ = rows_of(reports.sample(frac=1, random_state=2), words)
    assert rows.report_id.tolist() == again.report_id.tolist()
    assert (np.diff(rows.reported) >= 0).all()
