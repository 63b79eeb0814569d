"""Reports lie in areas of their time."""

import pandas as pd

from geo_service.locate import locate
from geo_service.terms import FRAMES, packaged_kinds
from tests.locate.conftest import EPSG
from tests.measure.test_validity import HALVED, NEW_YEAR, WHOLE, areas


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
