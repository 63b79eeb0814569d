"""A refresh from facts to figures, and what a run says."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
import shapely

from geo_service import flow
from geo_service.flow.exports import export_parts
from geo_service.intake import ImportOptions
from geo_service.publish import Filter
from geo_service.terms import BadUse, NotReady
from tests.flow.city import (
    ALLEY,
    NOW,
    ROWS,
    feature,
    fill,
    fill_and_refresh,
    fill_until_week_twelve,
    plain,
    row,
    take,
    write_areas,
)


@pytest.fixture
def done(copy_of):
    return copy_of(fill_and_refresh)


def links(store):
    table = store.reports.read(["report_id", "case_id", "link"])
    return {key: (case, link) for key, case, link in plain(table)}


def places(store):
    return dict(plain(store.reports.read(["report_id", "area_id"])))


def test_reports_become_cases_and_a_case_rebounds(done):
    assert links(done) == {
        "1": ("1", "new"),
        "2": ("2", "rebound"),
        "3": ("2", "duplicate"),
        "4": ("4", "new"),
        "5": (None, None),
        "6": (None, None),
        "7": ("7", "new"),
    }
    second = done.cases.one("2")
    assert (second["site_id"], second["parent_case_id"], second["episode"]) == ("1", "1", 2)
    assert second["gap_days"] == 6
    assert second["unverified"]


def test_a_row_placed_by_name_or_by_fallback_counts_in_totals_and_has_no_case(week_twelve):
    done = week_twelve
    table = done.reports.read().set_index("report_id")
    assert table.loc["5", ["area_id", "precision"]].tolist() == ["A1", "area"]
    assert table.loc["6", "precision"] == "fallback"
    assert pd.isna(table.loc["6", "area_id"])
    assert table.loc[["5", "6"], ["case_id", "link"]].isna().to_numpy().all()
    summary = done.runs.latest().summary
    assert (summary["reports"], summary["without_point"], summary["unlocated"]) == (7, 2, 2)
    week = done.runs.week_rows("2026-W12")
    star = week[(week["area_id"] == "A1") & (week["category"] == "*")]
    assert (star["reports"].item(), star["cases"].item()) == (4, 2)


def test_the_summary_counts_cases_by_their_state(done):
    summary = done.runs.latest().summary
    assert (summary["cases"], summary["open"], summary["verified"]) == (4, 2, 2)
    assert (summary["unverified"], summary["sites"]) == (1, 3)


def test_rates_stand_on_the_spells(done):
    rates = done.runs.rates(level="district")
    assert (rates["closures"].item(), rates["rebounds_7"].item()) == (2, 1)
    assert rates["unverified"].item() == 1
    area = done.runs.rates(level="area", category="*")
    assert area.set_index("key")["closures"].to_dict() == {"A1": 2}


def test_weeks_run_from_the_first_report_to_the_last_closed_week(done):
    run = done.runs.latest()
    assert run.weeks == ["2026-W10", "2026-W11"]
    assert run.as_of == flow.as_of_day(date(2026, 3, 21), done)
    flow.refresh(done, now=NOW, as_of=flow.as_of_day(date(2026, 3, 23), done))
    assert done.runs.latest().weeks == ["2026-W10", "2026-W11", "2026-W12"]


@pytest.fixture
def week_twelve(copy_of):
    return copy_of(fill_until_week_twelve)


def test_arrays_are_in_the_order_of_the_areas(week_twelve):
    assert week_twelve.runs.area_ids() == ["A1", "B1", "M1"]
    assert week_twelve.runs.values("cases", "*", "2026-W12").tolist() == [2, 0, 1]
    assert week_twelve.runs.values("rebound", "*", "2026-W12").tolist() == [65535] * 3
    cells = week_twelve.runs.values("density", "*", "2026-W12")
    assert sorted(cells[:, 2].tolist()) == [1, 1, 2]
    assert week_twelve.runs.series("cases", "D01").tolist() == [[1, 1, 0], [0] * 3, [0] * 3]


def test_a_refresh_in_the_first_week_has_cases_and_no_weeks(store, tmp_path):
    fill(store, tmp_path, [row("1", "2026-03-04 08:00")])
    flow.refresh(store, now=NOW)
    run = store.runs.latest()
    assert (run.weeks, run.first_week, run.summary["cases"]) == ([], "", 1)
    assert len(next(export_parts(store, "hotspots", Filter()))) == 0


def test_without_any_area_every_case_is_kept_and_unlocated(store, tmp_path):
    take(store, tmp_path)
    flow.refresh(store, now=NOW)
    assert store.runs.latest().summary["unlocated"] == 7
    assert len(store.cases.read()) == 4


def test_an_empty_store_says_what_is_missing(store):
    with pytest.raises(NotReady) as caught:
        flow.refresh(store, now=NOW)
    assert caught.value.key == "pipeline.no_reports"
    assert store.runs.latest() is None


def test_reports_without_any_point_say_what_is_missing(store, tmp_path):
    take(store, tmp_path, [row("1", "2026-03-02", None, address="西湖后街")])
    with pytest.raises(NotReady) as caught:
        flow.refresh(store, now=NOW)
    assert caught.value.key == "pipeline.no_points"


def test_reports_placed_by_name_alone_can_be_refreshed(store, tmp_path):
    fill(store, tmp_path, [row("1", "2026-03-02", None, address="西湖后街3号")])
    flow.refresh(store, now=NOW)
    assert places(store) == {"1": "A1"}
    assert len(store.cases.read()) == 0


def test_a_later_row_that_says_reopened_takes_its_closing_back(store, tmp_path):
    head = "report_id,category,reported_at,lon,lat,status,closed_at\n"
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    first.write_text(head + "R1,x,2026-06-01 09:00,103.80,36.06,closed,2026-06-03 09:00\n")
    second.write_text(
        head
        + "R1,x,2026-06-01 09:00,103.80,36.06,reopened,\nR2,x,2026-06-20 09:00,103.80,36.06,open,\n"
    )
    flow.import_areas(store, write_areas(tmp_path))
    for path in (first, second):
        flow.import_reports(store, path, ImportOptions(), now=NOW)
    flow.refresh(store, now=NOW)
    assert links(store) == {"R1": ("R1", "new"), "R2": ("R1", "duplicate")}
    # what is empty and does not say so leaves what is known
    flow.import_reports(store, first, ImportOptions(), now=NOW)
    third = tmp_path / "3.csv"
    third.write_text(head + "R1,x,2026-06-01 09:00,103.80,36.06,closed,\n")
    flow.import_reports(store, third, ImportOptions(), now=NOW)
    flow.refresh(store, now=NOW)
    assert links(store)["R2"] == ("R2", "rebound")


def test_nothing_is_known_of_what_has_not_come(done):
    with pytest.raises(BadUse) as caught:
        flow.refresh(done, now=NOW, as_of=NOW + timedelta(days=1))
    assert caught.value.key == "pipeline.as_of_ahead"
    soon = datetime(2026, 3, 20, 12, tzinfo=UTC)
    assert flow.default_as_of(done, soon) == soon


def test_before_the_first_report_there_is_nothing_to_refresh(done):
    with pytest.raises(NotReady) as caught:
        flow.refresh(done, now=NOW, as_of=datetime(2026, 3, 1, tzinfo=UTC))
    assert caught.value.key == "pipeline.nothing_before"
    assert done.runs.latest().run_id == "1"


def test_a_refresh_that_fails_leaves_the_run_before(done, monkeypatch):
    before = done.fingerprint()

    def fail(*_, **__):
        raise RuntimeError("power cut")

    monkeypatch.setattr("geo_service.store.runs.unmark", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        flow.refresh(done, now=NOW)
    assert done.fingerprint() == before


def test_new_areas_locate_the_stored_reports_anew(done, tmp_path):
    assert places(done)["7"] is None
    far = feature("N1", "新路", "street", shapely.box(103.899, 36.199, 103.901, 36.201))
    flow.import_areas(done, write_areas(tmp_path, [far]))
    flow.refresh(done, now=NOW)
    assert places(done)["7"] == "N1"
    assert done.cases.one("7")["area_id"] == "N1"


def test_a_finer_area_takes_over_what_lies_in_it(done, tmp_path):
    x, y = ALLEY
    toilet = feature("T1", "公厕", "toilet", shapely.box(x - 1e-4, y - 1e-4, x + 1e-4, y + 1e-4))
    flow.import_areas(done, write_areas(tmp_path, [toilet]))
    flow.refresh(done, now=NOW)
    assert places(done)["1"] == "T1"
    # who has no point of its own stays with the name in its address
    assert places(done)["5"] == "A1"


def test_another_order_of_kinds_locates_the_stored_reports_anew(store, tmp_path):
    around = feature("P1", "百合公园", "plaza", shapely.box(103.749, 36.049, 103.753, 36.053))
    fill(store, tmp_path, ROWS[:1])
    flow.import_areas(store, write_areas(tmp_path, [around]))
    flow.refresh(store, now=NOW)
    assert places(store) == {"1": "P1"}
    path = tmp_path / "kinds.csv"
    path.write_text("kind,fineness\nalley,0\n")
    flow.import_table(store, path, "kinds")
    flow.refresh(store, now=NOW)
    assert places(store) == {"1": "A1"}


def test_areas_learn_their_subdistrict_and_reports_theirs(done):
    areas = done.areas.read().set_index("area_id")["subdistrict_id"]
    assert areas[["A1", "B1", "M1"]].tolist() == ["S1"] * 3
    table = done.reports.read().set_index("report_id")["subdistrict_id"]
    assert table[["1", "4", "5"]].tolist() == ["S1"] * 3
    assert pd.isna(table["7"])


# ---- the as-of moment --------------------------------------------------------------------------

MIDNIGHT = datetime(2026, 3, 20, 16, tzinfo=UTC)
"""2026-03-21 00:00 in Lanzhou, after the last report of ROWS."""


def test_the_default_is_the_local_midnight_after_the_last_fact(store, tmp_path):
    take(store, tmp_path)
    assert flow.default_as_of(store, NOW) == MIDNIGHT


def test_a_closing_is_a_fact_too(store, tmp_path):
    take(store, tmp_path, [*ROWS, row("8", "2026-03-02 08:00", closed_at="2026-04-30 23:59")])
    assert flow.default_as_of(store, NOW) == datetime(2026, 4, 30, 16, tzinfo=UTC)


def test_a_closing_at_the_very_midnight_is_seen(store, tmp_path):
    # a date without a time ends with its day: 2026-03-25 closes at the midnight of the 26th
    fill(store, tmp_path, [row("8", "2026-03-02", closed_at="2026-03-25")])
    assert flow.default_as_of(store, NOW) == datetime(2026, 3, 26, 16, tzinfo=UTC)
    flow.refresh(store, now=NOW)
    assert store.cases.one("8")["state"] == "verified"


@pytest.mark.parametrize("days", [0, 3, 6.99, 7])
def test_where_facts_still_come_in_it_is_now(store, tmp_path, days):
    take(store, tmp_path)
    last = datetime(2026, 3, 20, 3, tzinfo=UTC)
    now = last + timedelta(days=days)
    assert flow.default_as_of(store, now) == now


@pytest.mark.parametrize("days", [7.01, 400])
def test_after_a_week_of_silence_it_is_the_midnight_again(store, tmp_path, days):
    take(store, tmp_path)
    now = datetime(2026, 3, 20, 3, tzinfo=UTC) + timedelta(days=days)
    assert flow.default_as_of(store, now) == MIDNIGHT


def test_the_demo_has_a_today_of_its_own(store, tmp_path):
    take(store, tmp_path)
    today = datetime(2026, 6, 28, 16, tzinfo=UTC)
    store.district.set(demo=True, today=today)
    assert flow.default_as_of(store, NOW) == today


def test_without_reports_there_is_no_as_of(store):
    with pytest.raises(NotReady):
        flow.default_as_of(store, NOW)


# ---- what leaves -------------------------------------------------------------------------------
