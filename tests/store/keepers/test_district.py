from datetime import UTC, datetime

import pytest

from geo_service.store import District
from geo_service.terms import Conflict


def test_a_new_store_has_the_defaults(store):
    assert store.district.get() == District()


def test_what_is_set_stays_and_the_rest_too(store):
    today = datetime(2026, 6, 28, 16, tzinfo=UTC)
    store.district.set(name_zh="七里河区", today=today, region=(103.0, 36.0, 104.0, 37.0))
    store.district.set(utm_epsg=32648, demo=True)
    assert store.district.get() == District(
        name_zh="七里河区",
        today=today,
        region=(103.0, 36.0, 104.0, 37.0),
        utm_epsg=32648,
        demo=True,
    )
    assert store.district.set(today=None).today is None
    assert store.district.get().today is None


def test_a_fixed_zone_does_not_change(store):
    store.district.set(timezone="America/Chicago", timezone_fixed=True)
    store.district.set(timezone="America/Chicago")
    with pytest.raises(Conflict, match="fixed as America/Chicago"):
        store.district.set(timezone="UTC")
    assert store.district.get().timezone == "America/Chicago"


def test_a_field_nobody_knows_is_a_mistake(store):
    with pytest.raises(TypeError):
        store.district.set(colour="red")


def test_what_people_say_of_points_comes_back_as_it_was(store):
    said = ((103.8, 36.06, "real", "anna", "2026-06-01T00:00:00+00:00"),)
    store.district.set(decided=said, fallbacks=((1.5, 2.5, "point"),))
    assert store.district.get().decided == said
    assert store.district.get().fallbacks == ((1.5, 2.5, "point"),)
