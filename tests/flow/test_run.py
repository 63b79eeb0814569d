"""Refresh after refresh is one refresh of everything."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from geo_service import flow, link
from geo_service.flow import weeks as figures
from geo_service.store import Store
from tests.flow.city import ALLEY, AREAS, MARKET, STREET, feature, fill, row, take, write_areas
from tests.store.samples import spells_of

START = datetime(2026, 1, 5, tzinfo=UTC)


def rows_of(rng, count, first, since, until):
    """Rows of a file: on three areas and between them, most of them closed after a while."""
    out = []
    for number in range(first, first + count):
        at = START + timedelta(hours=float(rng.uniform(since * 24, until * 24)))
        fixed = at + timedelta(days=float(rng.exponential(6)))
        verified = fixed + timedelta(days=float(rng.exponential(4)))
        x, y = (ALLEY, STREET, MARKET, (103.7651, 36.0512))[rng.integers(0, 4)]
        point = (round(x + rng.integers(0, 3) * 2e-4, 7), y)
        out.append(
            row(
                str(number),
                f"{at:%Y-%m-%d %H:%M}",
                point if rng.random() < 0.95 else None,
                ["D01", "D02", "D05"][rng.integers(0, 3)],
                address="西湖后街口北侧",
                source=["hotline", "patrol"][rng.integers(0, 2)],
                fixed_at=f"{fixed:%Y-%m-%d %H:%M}" if rng.random() < 0.7 else None,
                verified_at=f"{verified:%Y-%m-%d %H:%M}" if rng.random() < 0.6 else None,
            )
        )
    return out


@contextmanager
def only_renewing():
    """All reports may not be read again."""

    def never(*_, **__):
        raise AssertionError("everything was read anew")

    with pytest.MonkeyPatch.context() as patch:
        refreshing = import_module("geo_service.flow.refresh")
        patch.setattr(link, "remember", never)
        patch.setattr(refreshing, "MANY", 1.0)
        yield


def one_refresh(store: Store, folder, parts, as_of):
    fill(store, folder, parts[0])
    for number, part in enumerate(parts[1:]):
        take(store, folder, part, f"more{number}.csv")
    flow.refresh(store, now=as_of, as_of=as_of)
    return store


def same(left: Store, right: Store):
    """Compare run by run part, so that a difference has a name; then everything."""
    one, other = left.runs.latest(), right.runs.latest()
    assert (one.weeks, one.summary) == (other.weeks, other.summary)
    # a forecast stays as it was made when its week began
    assert one.params["ranking"] == other.params["ranking"]
    readers = {"cases": lambda s: s.cases.read(), "sites": lambda s: s.sites.read()}
    for name, read in (readers | {"spells": spells_of}).items():
        tables = [read(store) for store in (left, right)]
        tables = [table.sort_values(table.columns[0], ignore_index=True) for table in tables]
        pd.testing.assert_frame_equal(*tables, obj=name)
    pd.testing.assert_frame_equal(left.runs.rates(), right.runs.rates(), obj="rates")
    for week in one.weeks:
        known = [store.runs.week_rows(week) for store in (left, right)]
        own = ["run_id", "forecast", "forecast_low", "forecast_high"]
        rows = [table.drop(columns=own) for table in known]
        pd.testing.assert_frame_equal(*rows, obj=week)
    for layer in set(left.runs.layers()) - {"forecast"}:
        for category in ("*", "D01", "D02", "D05"):
            for week in one.weeks:
                found = [store.runs.values(layer, category, week) for store in (left, right)]
                assert np.array_equal(*found), (layer, category, week)


def equal(left: Store, right: Store):
    """Compare all that the stores hold; what differs is looked for only where something does."""
    if left.fingerprint() != right.fingerprint():
        same(left, right)
        pytest.fail("the stores differ, and not in what a run shows")


@pytest.mark.parametrize("seed", range(6))
def test_refresh_after_refresh_is_one_refresh_of_everything(opened, tmp_path, seed):
    rng = np.random.default_rng(seed)
    parts = [rows_of(rng, 150, 1, 0, 160)]
    store = opened()
    fill(store, tmp_path, parts[0])
    as_of = START + timedelta(days=150)
    flow.refresh(store, now=as_of, as_of=as_of)
    for step in range(3):
        fresh = rows_of(rng, 12, 1000 * (step + 1), 140 if step != 1 else 20, 175)
        again = [dict(parts[0][k]) for k in rng.integers(0, 150, 8)]
        for one in again:
            late = as_of + timedelta(days=float(rng.uniform(-90, 9)))
            one["verified_at"] = f"{late:%Y-%m-%d %H:%M}"
        parts.append(fresh + list({one["report_id"]: one for one in again}.values()))
        take(store, tmp_path, parts[-1], f"more{step}.csv")
        as_of += timedelta(days=float(rng.choice([0, 1, 8])))
        with only_renewing():
            flow.refresh(store, now=as_of, as_of=as_of)
        assert len(store.pending.read()) == 0
    equal(store, one_refresh(opened(), tmp_path, parts, as_of))


def test_weeks_that_cannot_differ_are_taken_over(store, tmp_path, monkeypatch):
    rng = np.random.default_rng(9)
    fill(store, tmp_path, rows_of(rng, 120, 1, 0, 100))
    as_of = START + timedelta(days=105)
    flow.refresh(store, now=as_of, as_of=as_of)
    judged = []
    real = figures.hotspots.words
    monkeypatch.setattr(
        figures.hotspots,
        "words",
        lambda *args, **named: judged.append(args[5]) or real(*args, **named),
    )
    take(store, tmp_path, rows_of(rng, 5, 500, 101, 104), "more.csv")
    flow.refresh(store, now=as_of, as_of=as_of)
    # fifteen weeks are over, and the reports came in the last
    assert judged == [14]


@pytest.mark.parametrize("what", ["areas", "category", "earlier"])
def test_what_touches_everything_computes_everything(opened, tmp_path, what):
    rng = np.random.default_rng(4)
    rows = rows_of(rng, 80, 1, 0, 100)
    as_of = START + timedelta(days=105)

    def turn(store):
        if what == "areas":
            more = [*AREAS, feature("A9", "新巷", "alley", _square())]
            flow.import_areas(store, write_areas(tmp_path, more, "more.geojson"))
        elif what == "category":
            table = tmp_path / "categories.csv"
            table.write_text("code,name_zh,name_en,link_distance_m\nD01,a,b,80\n", "utf-8")
            flow.import_table(store, table, "categories")

    stores = [opened(), opened()]
    fill(stores[0], tmp_path, rows)
    flow.refresh(stores[0], now=as_of, as_of=as_of)
    fill(stores[1], tmp_path, rows)
    if what == "earlier":
        as_of -= timedelta(days=40)
    for store in stores:
        turn(store)
        flow.refresh(store, now=as_of, as_of=as_of)
    same(*stores)


def test_what_came_one_by_one_is_figured_by_the_next_refresh(opened, tmp_path):
    rng = np.random.default_rng(5)
    rows = rows_of(rng, 80, 1, 0, 100)
    now = START + timedelta(days=103)
    stores = [opened(), opened()]
    for store in stores:
        fill(store, tmp_path, rows)
    flow.refresh(stores[0], now=now, as_of=now)
    fields = [
        {"report_id": "n1", "category": "D01", "lon": ALLEY[0], "lat": ALLEY[1]},
        {"report_id": "n2", "category": "D02", "lon": MARKET[0], "lat": MARKET[1],
         "reported_at": "2026-02-01T10:00+08:00"},
    ]  # fmt: skip
    for store in stores:
        for one in fields:
            flow.accept(store, one, now=now)
    later = now + timedelta(hours=5)
    with only_renewing():
        flow.refresh(stores[0], now=later, as_of=later)
    flow.refresh(stores[1], now=later, as_of=later)
    equal(*stores)


def _square():
    import shapely

    return shapely.box(103.765, 36.051, 103.7655, 36.0515)
