"""Which areas there are when."""

import numpy as np
import pandas as pd
import pytest
import shapely

from geo_service.measure import Validity
from geo_service.terms import FRAMES

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


def test_days_of_each_week_seven_of_a_whole_one():
    edge, day = NEW_YEAR.value // 1000, 86_400_000_000
    edges = np.array(
        [edge - 9 * day, edge - 2 * day, edge + 5 * day, edge + 12 * day + 3_600_000_000]
    )
    assert Validity.of(HALVED).days(edges).tolist() == [[7, 2, 0], [0, 5, 7], [0, 5, 7]]


def test_a_week_by_its_name_in_the_district_s_zone():
    validity = Validity.of(HALVED.assign(valid_to=pd.Timestamp("2026-01-04T16:00Z")))
    assert validity.in_week("2026-W01", "Asia/Shanghai").tolist() == [True, True, True]
    assert validity.in_week("2026-W02", "Asia/Shanghai").tolist() == [False, False, False]
    assert validity.in_week("2026-W02", "UTC").tolist() == [False, False, False]
    assert validity.in_week("2025-W52", "UTC").tolist() == [True, False, False]
