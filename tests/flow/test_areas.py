"""Areas that begin and end, and areas on the same ground, from file to figures."""

import pandas as pd
import pytest
import shapely

from geo_service import flow
from geo_service.publish import Filter
from geo_service.terms import NotFound
from tests.flow.city import NOW, feature, row, take, write_areas

WHOLE = shapely.box(103.75, 36.05, 103.754, 36.052)
WEST, EAST = (
    shapely.box(103.75, 36.05, 103.752, 36.052),
    shapely.box(103.752, 36.05, 103.754, 36.052),
)
IN_WEST, IN_EAST = (103.751, 36.051), (103.753, 36.051)
HALVED = [
    feature("A", "西津路", "street", WHOLE, valid_to="2025-12-31"),
    feature("B", "西津路西段", "street", WEST, valid_from="2026-01-01"),
    feature("C", "西津路东段", "street", EAST, valid_from="2026-01-01"),
]
ROWS = [
    row("1", "2025-06-02 08:00", IN_WEST),
    row("2", "2025-06-02 09:00", IN_EAST, "D02"),
    row("3", "2025-12-31 23:30", IN_EAST, "D03"),
    row("4", "2026-01-01 00:30", IN_EAST, "D04"),
    row("5", "2026-06-02 08:00", IN_WEST, "D05"),
    row("6", "2026-06-02 09:00", IN_EAST, "D06"),
]


def area_of(store):
    return store.reports.read(["report_id", "area_id"]).set_index("report_id")["area_id"].to_dict()


def test_reports_lie_in_the_areas_of_their_time(store, tmp_path):
    take(store, tmp_path, ROWS)
    flow.import_areas(store, write_areas(tmp_path, HALVED))
    flow.refresh(store, now=NOW)
    assert area_of(store) == {"1": "A", "2": "A", "3": "A", "4": "C", "5": "B", "6": "C"}


def test_figures_of_a_week_are_of_the_areas_valid_in_it(store, tmp_path):
    many = [
        row(f"{day}-{at[0]}", f"{day} 08:00", at, closed_at=f"{day} 20:00")
        for day in pd.date_range("2025-11-03", "2026-03-01", freq="5D").strftime("%Y-%m-%d")
        for at in (IN_WEST, IN_EAST)
    ]
    take(store, tmp_path, many)
    flow.import_areas(store, write_areas(tmp_path, HALVED))
    flow.refresh(store, now=NOW)
    run = store.runs.latest()
    order = store.runs.area_ids(run.run_id)
    for week in run.weeks[2:]:
        rows = store.runs.week_rows(week, run.run_id)
        there = (
            {"A"} if week < "2026-W01" else {"A", "B", "C"} if week == "2026-W01" else {"B", "C"}
        )
        # of the week of the change there are cases at all three
        assert set(rows["area_id"]) == there, week
        values = dict(zip(order, store.runs.values("cases", "*", week, run.run_id), strict=True))
        assert {one for one, value in values.items() if value == 65535} == {*"ABC"} - there, week
        asked = Filter(week=(week,))
        (areas,) = flow.exports.export_parts(store, "areas", asked)
        assert set(areas["area_id"]) == there, week


TWINS = [feature(area_id, "后街", "alley", WEST) for area_id in ("a", "b")]


def twins(store, tmp_path):
    first, _ = flow.import_areas(store, write_areas(tmp_path, TWINS[:1], "one.geojson"))
    second, _ = flow.import_areas(store, write_areas(tmp_path, TWINS[1:], "two.geojson"))
    return first, second


def test_a_new_area_on_the_ground_of_another_is_told(store, tmp_path):
    first, second = twins(store, tmp_path)
    assert first.warnings == []
    (told,) = second.warnings
    assert (told.key, told.count, told.example) == ("pipeline.same_ground", 1, "b = a")
    again, _ = flow.import_areas(store, write_areas(tmp_path, TWINS[1:], "two.geojson"))
    assert again.warnings == []


def test_an_id_that_was_another_kind_s_is_told(store, tmp_path):
    flow.import_areas(store, write_areas(tmp_path, TWINS[:1], "one.geojson"))
    market = [feature("a", "市场", "market", EAST)]
    done, _ = flow.import_areas(store, write_areas(tmp_path, market, "two.geojson"))
    (told,) = done.warnings
    assert (told.key, told.count, told.example) == ("pipeline.same_id", 1, "a: alley → market")
    again, _ = flow.import_areas(store, write_areas(tmp_path, market, "two.geojson"))
    assert again.warnings == []


def test_what_is_retired_gets_no_report_and_can_be_taken_back(store, tmp_path):
    twins(store, tmp_path)
    take(store, tmp_path, [row("1", "2026-06-02 08:00", IN_WEST)])
    flow.refresh(store, now=NOW)
    assert area_of(store) == {"1": "a"}
    assert flow.retire_areas(store, ["a"], now=NOW) == 1
    assert flow.retire_areas(store, ["a"], now=NOW) == 0
    flow.refresh(store, now=NOW)
    assert area_of(store) == {"1": "b"}
    ends = store.areas.read(geometry=False).set_index("area_id")["valid_to"]
    assert ends["a"] == pd.Timestamp(NOW)
    assert pd.isna(ends["b"])
    assert flow.retire_areas(store, ["a"], now=NOW, undo=True) == 1
    flow.refresh(store, now=NOW)
    assert area_of(store) == {"1": "a"}


def test_a_retired_area_keeps_its_past_and_has_no_future(store, tmp_path):
    flow.import_areas(store, write_areas(tmp_path, TWINS[:1]))
    take(store, tmp_path, [row("1", "2026-06-02 08:00", IN_WEST)])
    flow.retire_areas(store, ["a"], now=pd.Timestamp("2026-07-01", tz="UTC").to_pydatetime())
    take(store, tmp_path, [row("2", "2026-07-02 08:00", IN_WEST)], "later.csv")
    flow.refresh(store, now=NOW)
    areas = area_of(store)
    assert areas["1"] == "a"
    assert pd.isna(areas["2"])


def test_none_is_retired_where_one_is_unknown(store, tmp_path):
    flow.import_areas(store, write_areas(tmp_path, TWINS))
    with pytest.raises(NotFound, match="zz"):
        flow.retire_areas(store, ["a", "zz"], now=NOW)
    assert store.areas.read(geometry=False)["valid_to"].isna().all()


def test_a_report_that_is_sent_lies_in_an_area_of_its_time_at_once(store, tmp_path):
    take(store, tmp_path, ROWS[:1])
    flow.import_areas(store, write_areas(tmp_path, HALVED))
    flow.refresh(store, now=NOW)
    for name, at, area in (("n", NOW, "B"), ("o", "2025-06-03T08:00:00+08:00", "A")):
        asked = {"report_id": name, "category": "D01", "reported_at": at}
        flow.accept(store, asked | dict(zip(("lon", "lat"), IN_WEST, strict=True)), now=NOW)
        assert area_of(store)[name] == area
