"""What leaves the house: every table, the weeks and rows that are asked for."""

import pandas as pd
import pytest

from geo_service import flow
from geo_service.flow.exports import EXPORTS, export_parts
from geo_service.publish import Filter
from geo_service.terms import NotFound, NotReady
from tests.flow.city import CREWS, NOW, fill_until_week_twelve


@pytest.fixture
def week_twelve(copy_of):
    return copy_of(fill_until_week_twelve)


def test_every_table_can_leave(week_twelve, tmp_path):
    path = tmp_path / "crews.csv"
    path.write_text(CREWS, "utf-8")
    flow.import_table(week_twelve, path, "crews")
    week_twelve.assignments.add("C1", "A1", "2026-03-23", None, "boss", NOW)
    sizes = {
        name: sum(len(part) for part in export_parts(week_twelve, name, Filter()))
        for name in EXPORTS
    }
    # hotspots: A1 and M1, each in its category and in sum
    expected = {"hotspots": 4, "forecast": 4, "areas": 4, "cases": 4, "reports": 7, "rebounds": 1}
    assert sizes == expected | {
        "events": 0,
        "visits": 0,
        "assignments": 1,
        "crews": 2,
        "units": 0,
        "risks": 0,
    }


def test_hotspots_leave_for_the_weeks_that_are_asked_for(week_twelve):
    def weeks(**asked):
        parts = list(export_parts(week_twelve, "hotspots", Filter(**asked)))
        return sorted(set(pd.concat(parts)["week"]))

    assert weeks() == ["2026-W12"]
    assert weeks(week=("2026-W10",)) == ["2026-W10"]
    assert weeks(week=("all",)) == ["2026-W10", "2026-W11", "2026-W12"]


def test_filters_hold_for_exports(week_twelve):
    (cases,) = export_parts(week_twelve, "cases", Filter(kind=("market",)))
    assert cases["case_id"].tolist() == ["4"]
    (reports,) = export_parts(week_twelve, "reports", Filter(bbox=(103.8, 36, 104, 37)))
    assert reports["report_id"].tolist() == ["7"]


def test_what_does_not_exist_cannot_leave(week_twelve):
    with pytest.raises(NotFound):
        export_parts(week_twelve, "spells", Filter())
    with pytest.raises(NotFound):
        export_parts(week_twelve, "hotspots", Filter(week=("2026-W13",)))


def test_hotspots_need_a_run(store):
    with pytest.raises(NotReady):
        export_parts(store, "hotspots", Filter())
