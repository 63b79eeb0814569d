"""What was known at a week's beginning: nothing of later; the back-test says what was said then."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from geo_service import flow
from geo_service.flow.forecasts import back_test
from geo_service.measure import week_number
from geo_service.terms import NotReady
from tests.flow.city import ALLEY, AREAS, MARKET, STREET, fill, row, take

WEEKS, TESTED = 40, 6
MONDAY = datetime(2026, 1, 4, 16, tzinfo=UTC)  # Monday's midnight in Lanzhou, 2026-W02
NOW = datetime(2027, 6, 1, tzinfo=UTC)


def reports(seed, until=WEEKS):
    draw = np.random.default_rng(seed)
    out = []
    for week in range(until):
        for place, rate in ((ALLEY, 3.0), (STREET, 1.0), (MARKET, 0.3)):
            for _ in range(draw.poisson(rate)):
                at = MONDAY + timedelta(days=7 * week + float(draw.uniform(0, 7)))
                lon, lat = (
                    place[0] + draw.uniform(-8e-4, 8e-4),
                    place[1] + draw.uniform(-8e-4, 8e-4),
                )
                closed = at + timedelta(days=float(draw.uniform(1, 20)))
                code = f"D0{draw.integers(1, 3)}"
                told = {"closed_at": closed.isoformat(timespec="seconds")}
                name = f"{seed}{len(out):04d}"
                out.append(row(name, at.isoformat(timespec="seconds"), (lon, lat), code, **told))
    return out


def last_monday(weeks):
    return MONDAY + timedelta(weeks=weeks)


def fill_forty(store, folder):
    fill(store, folder, reports(1))
    flow.refresh(store, now=NOW, as_of=last_monday(WEEKS))


def fill_corrupt(store, folder):
    """The same until the tested weeks; then another city, and nothing is closed any more."""
    stop = last_monday(WEEKS - TESTED)
    early = [r for r in reports(1) if pd.Timestamp(r["reported_at"]) < stop]
    for one in early:
        if pd.Timestamp(one["closed_at"]) >= stop:
            one["closed_at"] = None
    late = [r for r in reports(2) if pd.Timestamp(r["reported_at"]) >= stop]
    fill(store, folder, early + late)
    flow.refresh(store, now=NOW, as_of=last_monday(WEEKS))


def rows(said):
    return [tuple(one) for one in said.itertuples(index=False)]


def test_another_future_is_given_the_same_forecast(copy_of):
    one, other = copy_of(fill_forty), copy_of(fill_corrupt)
    (_, said), (_, corrupt) = back_test(one, TESTED), back_test(other, TESTED)
    first, second = next(said), next(corrupt)
    assert len(first) > 3
    assert rows(first) == rows(second)
    assert rows(next(said)) != rows(next(corrupt)), "the next week has seen another one"


def test_scores_and_rows_are_of_the_weeks_asked_for(copy_of):
    found, said = back_test(copy_of(fill_forty), TESTED)
    assert found["weeks"] == TESTED
    assert {"ewma", "last_week", "shrunk", "as_shown"} <= {one["model"] for one in found["models"]}
    table = pd.concat(said)
    assert [week_number(week) for week in table["week"].unique()] == list(
        range(week_number("2026-W36"), week_number("2026-W42"))
    )
    parts = table[table["category"] != "*"].groupby(["area_id", "week"])["mean"].sum()
    whole = table[table["category"] == "*"].set_index(["area_id", "week"])["mean"]
    pd.testing.assert_series_equal(parts.sort_index(), whole.sort_index())
    assert whole["A1"].mean() == pytest.approx(3.0, abs=1.0)
    assert (table["low95"] <= table["low80"]).all()
    assert set(table["area_id"]) == {one["properties"]["area_id"] for one in AREAS[:3]}


def test_more_weeks_than_there_are_is_said(copy_of, store):
    with pytest.raises(NotReady):
        back_test(copy_of(fill_forty), WEEKS + 1)
    with pytest.raises(NotReady):
        back_test(store, 4)


def stored(store):
    """Return what a run keeps of the next week, by category: mean and ends by area."""
    run = store.runs.latest()
    told, ids = run.params["forecast"], store.runs.area_ids()
    out = {}
    for category in told["categories"]:
        array = store.runs.series("forecast", category)
        known = np.flatnonzero(~np.isnan(array[:, 0]))
        out |= {(ids[k], category, told["week"]): tuple(array[k].tolist()) for k in known}
    return out


def test_a_refresh_on_the_monday_says_what_the_back_test_says(copy_of):
    store = copy_of(fill_forty)
    *_, said = back_test(store, TESTED)[1]
    flow.refresh(store, now=NOW, as_of=last_monday(WEEKS - 1))
    told = {tuple(one[:3]): tuple(one[3:]) for one in rows(said)}
    assert stored(store) == told
    assert len(told) > 5


def test_a_week_that_has_not_closed_leaves_the_forecast_as_it_was(copy_of, monkeypatch, tmp_path):
    store = copy_of(fill_forty)
    before, last = stored(store), store.runs.latest().last_week

    def never(*_):
        raise AssertionError("computed anew")

    monkeypatch.setattr("geo_service.flow.forecasts._next_week", never)
    at = (last_monday(WEEKS) + timedelta(days=1)).isoformat(timespec="seconds")
    take(store, tmp_path, [row("late", at, ALLEY)], name="late.csv")
    flow.refresh(store, now=NOW, as_of=last_monday(WEEKS) + timedelta(days=2))
    assert store.runs.latest().last_week == last
    assert stored(store) == before
    table = store.runs.week_rows(last).set_index(["area_id", "category"])
    shown = table.loc[("A1", "*"), ["forecast", "forecast_low", "forecast_high"]]
    assert tuple(shown) == before["A1", "*", "2026-W42"][:3]
    layer = store.runs.values("forecast", "*", last)
    assert layer[store.runs.area_ids().index("A1")] == round(shown.iloc[0] * 100)
    with pytest.raises(AssertionError, match="computed anew"):
        flow.refresh(store, now=NOW, as_of=last_monday(WEEKS + 1))
