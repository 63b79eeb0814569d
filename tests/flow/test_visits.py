"""What one visit says: kept once, refused by the field that is wrong."""

from datetime import UTC, datetime

import geopandas as gpd
import pytest
import shapely

from geo_service import flow
from geo_service.casework import Actor
from geo_service.terms import BadInput, Conflict, NotFound

NOW = datetime(2027, 3, 1, 4, tzinfo=UTC)
GOOD = {"area_id": "A", "kind": "patrol", "started_at": "2027-03-01T11:00"}
WHO = Actor("wang", "inspector")


@pytest.fixture
def city(store):
    square = shapely.box(103.7, 36.0, 103.71, 36.01)
    areas = {"area_id": ["A"], "name": ["西湖后街"], "kind": ["alley"]}
    store.areas.upsert(gpd.GeoDataFrame(areas, geometry=[square], crs="EPSG:4326"))
    return store


def test_a_visit_without_an_end_lasts_until_now_and_of_no_known_length(city):
    made = flow.visit(city, GOOD, actor=WHO, now=NOW)
    (row,) = city.visits.read().to_dict("records")
    assert (row["visit_id"], row["person"]) == (made.visit_id, "wang")
    assert row["started_at"].isoformat() == "2027-03-01T03:00:00+00:00"
    assert row["ended_at"] == NOW
    assert row["minutes"] != row["minutes"]


def test_without_a_key_equal_ones_are_one(city):
    ended = GOOD | {"ended_at": "2027-03-01T11:20"}
    one = flow.visit(city, ended, actor=WHO, now=NOW)
    two = flow.visit(city, ended, actor=WHO, now=NOW)
    assert (two.visit_id, two.repeated) == (one.visit_id, True)
    flow.visit(city, ended, actor=Actor("li", "inspector"), now=NOW)
    assert city.visits.count() == 2


def test_a_key_is_used_once(city):
    flow.visit(city, GOOD, actor=WHO, now=NOW, key="k")
    with pytest.raises(Conflict):
        flow.visit(city, GOOD | {"kind": "cleanup"}, actor=WHO, now=NOW, key="k")


@pytest.mark.parametrize(
    "track", [[[103.70, 36.0], [103.71, 36.0]], {"coordinates": [[103.70, 36.0], [103.71, 36.0]]}]
)
def test_a_track_is_a_place(city, track):
    said = {"started_at": GOOD["started_at"], "track": track}
    flow.visit(city, said, actor=WHO, now=NOW)
    shape = city.visits.read()["geometry"].iloc[0]
    assert shape.equals(shapely.LineString([(103.70, 36.0), (103.71, 36.0)]))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"started_at": None}, "started_at"),
        ({"area_id": None}, "area_id"),
        ({"started_at": "soon"}, "started_at"),
        ({"started_at": "2027-03-01T14:00"}, "started_at"),
        ({"ended_at": "2027-03-01T10:00"}, "ended_at"),
        ({"ended_at": "2027-03-03T10:00"}, "ended_at"),
        ({"track": "here"}, "track"),
        ({"track": [[1]]}, "track"),
        ({"track": [["x", 36]]}, "track"),
        ({"track": [[200, 36]]}, "track"),
        ({"quantity": -1}, "quantity"),
        ({"photo_ids": [1]}, "photo_ids"),
        ({"kind": "x" * 31}, "kind"),
        ({"person": "li"}, "person"),
    ],
)
def test_what_cannot_be_used_is_named(city, changes, field):
    with pytest.raises(BadInput) as refused:
        flow.visit(city, GOOD | changes, actor=WHO, now=NOW)
    assert vars(refused.value)["values"]["field"] == field
    assert city.visits.count() == 0


def test_an_area_that_is_none_is_named(city):
    with pytest.raises(NotFound, match="Z"):
        flow.visit(city, GOOD | {"area_id": "Z"}, actor=WHO, now=NOW)
