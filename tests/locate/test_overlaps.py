"""Two areas on the same ground."""

import pandas as pd
import shapely

from geo_service.locate import same_ground
from geo_service.terms import FRAMES

EPSG = 32648

BOX = shapely.box(103.75, 36.05, 103.76, 36.06)
ALMOST = shapely.box(103.75, 36.05, 103.7594, 36.06)
HALF = shapely.box(103.75, 36.05, 103.755, 36.06)


def areas(*rows):
    columns = ["area_id", "kind", "geometry", "valid_from", "valid_to"]
    whole = [(*row, None, None)[:5] for row in rows]
    return FRAMES["areas"].conform(pd.DataFrame(whole, columns=columns))


def pairs(new, known):
    return same_ground(new, known, epsg=EPSG).to_numpy().tolist()


def test_a_new_area_over_an_old_one_of_its_kind():
    known = areas(("old", "alley", BOX), ("half", "alley", HALF), ("street", "street", BOX))
    new = areas(("new", "alley", ALMOST))
    assert pairs(new, pd.concat([known, new])) == [["new", "old"]]
    assert pairs(areas(("half2", "alley", HALF)), known) == [["half2", "half"]]
    assert pairs(areas(("old", "alley", BOX)), known) == []
    assert pairs(new, new) == []
    assert pairs(new.iloc[:0], known) == []


def test_two_new_ones_are_one_pair():
    new = areas(("b", "alley", BOX), ("a", "alley", ALMOST))
    assert pairs(new, new) == [["b", "a"]]


def test_who_follows_another_is_no_twin():
    day = pd.Timestamp("2026-01-01", tz="UTC")
    old = areas(("old", "alley", BOX, None, day))
    assert pairs(areas(("new", "alley", BOX, day)), old) == []
    assert pairs(areas(("new", "alley", BOX)), old) == [["new", "old"]]
