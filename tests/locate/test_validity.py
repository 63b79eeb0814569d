"""Which areas there are when."""

import numpy as np
import pandas as pd
import pytest
import shapely

from geo_service.locate import Validity, locate
from geo_service.terms import FRAMES, packaged_kinds

EPSG = 32648

WHOLE = shapely.box(103.75, 36.05, 103.76, 36.06)
WEST, EAST = shapely.box(103.75, 36.05, 103.755, 36.06), shapely.box(103.755, 36.05, 103.76, 36.06)
NEW_YEAR = pd.Timestamp("2025-12-31T16:00Z")


def areas(*rows):
    columns = ["area_id", "kind", "geometry", "valid_from", "valid_to"]
    return FRAMES["areas"].conform(pd.DataFrame(rows, columns=columns))


HALVED = areas(
    ("A", "street", WHOLE, None, NEW_YEAR),
    ("B", "street", WEST, NEW_YEAR, None),
    ("C", "street", EAST, NEW_YEAR, None),
)


def placed(table, *rows):
    columns = ["report_id", "lon", "lat", "reported_at", "address"]
    asked = pd.DataFrame(rows, columns=columns)
    asked["reported_at"] = pd.to_datetime(asked["reported_at"], utc=True)
    asked = FRAMES["reports"].conform(asked.assign(precision="point"))
    return locate(asked, table, packaged_kinds(), epsg=EPSG)["area_id"].tolist()


def test_a_report_lies_in_an_area_of_its_time():
    rows = [
        ("1", 103.752, 36.055, "2026-06-01T00:00Z", None),
        ("2", 103.752, 36.055, "2025-06-01T00:00Z", None),
        ("3", 103.758, 36.055, "2025-06-01T00:00Z", None),
        ("4", 103.758, 36.055, "2026-06-01T00:00Z", None),
        ("5", 103.758, 36.055, NEW_YEAR, None),
        ("6", 103.758, 36.055, NEW_YEAR - pd.Timedelta("1us"), None),
    ]
    assert placed(HALVED, *rows) == ["B", "A", "A", "C", "C", "A"]
    assert placed(HALVED) == []


def test_words_place_it_among_those_of_its_time_too():
    named = HALVED.assign(name=["西津路", "西津路西", "西津路"])
    rows = [
        ("1", None, None, "2025-06-01T00:00Z", "西津路8号"),
        ("2", None, None, "2026-06-01T00:00Z", "西津路8号"),
        ("3", None, None, "2025-06-01T00:00Z", "西津路西"),
    ]
    assert placed(named, *rows) == ["A", "C", "A"]


def test_nothing_is_there_before_an_area_begins():
    later = areas(("B", "street", WHOLE, NEW_YEAR, None))
    assert pd.isna(placed(later, ("1", 103.752, 36.055, "2025-06-01T00:00Z", None))[0])


def test_of_two_on_the_same_ground_the_one_in_use_goes_first():
    twins = areas(("a", "alley", WHOLE, None, NEW_YEAR), ("b", "alley", WHOLE, None, None))
    one = ("1", 103.752, 36.055, "2025-06-01T00:00Z", None)
    assert placed(twins, one) == ["b"]
    assert placed(twins.drop(columns="valid_to"), one) == ["a"]


@pytest.mark.parametrize("table", [HALVED, HALVED.iloc[:0], HALVED.drop(columns="valid_from")])
def test_epochs_hold_each_moment_once_with_what_is_valid_in_it(table):
    validity = Validity.of(table)
    at = np.array([5, NEW_YEAR.value // 1000, 3, NEW_YEAR.value], dtype=np.int64)
    seen = np.zeros(len(at), dtype=int)
    for some, valid in validity.epochs(at):
        seen[some] += 1
        for moment in at[some]:
            assert (valid == validity.during(moment, moment + 1)).all()
    assert (seen == 1).all()


def test_a_week_has_all_that_are_valid_on_any_of_its_days():
    validity, edge = Validity.of(HALVED), NEW_YEAR.value // 1000
    assert validity.during(edge - 9, edge).tolist() == [True, False, False]
    assert validity.during(edge - 9, edge + 1).tolist() == [True, True, True]
    assert validity.during(edge, edge + 9).tolist() == [False, True, True]
