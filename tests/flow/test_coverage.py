"""Visits that are imported say in every figure where nobody looked."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from geo_service import flow
from tests.flow.city import fill
from tests.flow.one_database import backend  # noqa: F401

AS_OF = datetime(2026, 6, 28, 16, tzinfo=UTC)


def fill_and_refresh(store, folder):
    fill(store, folder)
    flow.refresh(store, now=AS_OF, as_of=AS_OF)


@pytest.fixture
def done(copy_of):
    return copy_of(fill_and_refresh)


EVERY_THIRD = pd.date_range("2026-03-01", "2026-06-27", freq="3D")


def visit(store, area_id="A1", days=EVERY_THIRD):
    store.visits.upsert(
        pd.DataFrame(
            {
                "visit_id": [f"{area_id}-{day:%m%d}" for day in days],
                "area_id": area_id,
                "started_at": [day.tz_localize("Asia/Shanghai") for day in days],
            }
        )
    )


def rows(store, week):
    return store.runs.week_rows(week).set_index(["area_id", "category"])


def test_without_a_log_nobody_knows(done):
    run = done.runs.latest()
    assert not run.coverage_known
    assert "unseen" not in run.summary
    assert done.runs.values("coverage", "*", run.last_week) is None
    assert set(rows(done, "2026-W12")["observed"]) == {"unknown"}
    assert done.runs.rates()["observed_days"].isna().all()


def test_an_area_that_nobody_visits_is_never_called_clean(done):
    visit(done)
    flow.refresh(done, now=AS_OF, as_of=AS_OF)
    run = done.runs.latest()
    assert run.coverage_known
    observed = rows(done, "2026-W13")["observed"]
    assert observed["A1", "D01"] == "yes"
    assert observed["M1", "D02"] == "no"
    ids = done.runs.area_ids()
    for layer in ("rebound", "hotspots", "cases"):
        values = done.runs.values(layer, "*", "2026-W13")
        assert values[ids.index("M1")] == 65535, layer
    assert done.runs.values("cases", "*", "2026-W13")[ids.index("A1")] < 65535
    looked = done.runs.values("coverage", "*", "2026-W13")
    assert looked[ids.index("M1")] == 0
    assert looked[ids.index("A1")] == 9
    assert run.summary["unseen"] == len(ids) - 1


def test_rates_have_what_was_seen_beside_what_was_counted(done):
    visit(done)
    flow.refresh(done, now=AS_OF, as_of=AS_OF)
    table = done.runs.rates()
    (district,) = table[(table["level"] == "district")].to_dict("records")
    assert district["observed_days"] > 0
    assert district["observed_rebounds_30"] == district["rebounds_30"]
    assert district["blind_rebounds"] == 0


def test_visits_that_change_make_every_week_anew(done):
    visit(done, days=pd.date_range("2026-03-01", "2026-03-03"))
    flow.refresh(done, now=AS_OF, as_of=AS_OF)
    assert rows(done, "2026-W17")["observed"].eq("no").all()
    visit(done)
    flow.refresh(done, now=AS_OF, as_of=AS_OF)
    assert rows(done, "2026-W13").loc[("A1", "D01"), "observed"] == "yes"


def by_public(store, *codes):
    table = store.words.categories()
    rows = table[table["code"].isin(codes)].assign(observed_by="public")
    store.words.upsert_categories(rows)


def test_what_public_channels_observe_is_unseen_nowhere(done):
    visit(done)
    by_public(done, "D02")
    flow.refresh(done, now=AS_OF, as_of=AS_OF)
    table = rows(done, "2026-W13")
    assert table.loc[("M1", "D02"), "observed"] == "yes"
    assert table.loc[("M1", "D02"), "exposure_days"] > 9
    assert table.loc[("M1", "*"), "observed"] == "no"
    ids = done.runs.area_ids()
    assert done.runs.values("cases", "D02", "2026-W13")[ids.index("M1")] < 65535
    assert done.runs.values("cases", "D01", "2026-W13")[ids.index("M1")] == 65535
    assert done.runs.values("coverage", "D02", "2026-W13").min() > 0


def test_no_category_is_observed_by_the_public_until_an_office_says_so(done):
    assert done.words.categories()["observed_by"].isna().all()
    visit(done)
    flow.refresh(done, now=AS_OF, as_of=AS_OF)
    assert set(rows(done, "2026-W13").loc["M1", "observed"]) == {"no"}


def test_without_a_log_nobody_knows_even_of_public_categories(done):
    by_public(done, "D02")
    flow.refresh(done, now=AS_OF, as_of=AS_OF)
    assert set(rows(done, "2026-W12")["observed"]) == {"unknown"}


def test_a_return_that_the_public_reports_is_seen_in_any_gap(done):
    # a visit long after the return: nobody looked while it happened
    visit(done, days=pd.to_datetime(["2026-03-02", "2026-06-20"]))
    flow.refresh(done, now=AS_OF, as_of=AS_OF)
    (before,) = done.runs.rates().query("level == 'district'").to_dict("records")
    by_public(done, "D01")
    flow.refresh(done, now=AS_OF, as_of=AS_OF)
    (after,) = done.runs.rates().query("level == 'district'").to_dict("records")
    assert after["blind_rebounds"] == 0
    assert after["observed_rebounds_30"] == after["rebounds_30"]
    assert after["observed_days"] > before["observed_days"]
