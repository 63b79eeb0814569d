"""The application."""

from geo_service.web import create_app


def test_each_application_has_a_desk_of_its_own(settings, store, clock):
    one, other = create_app(settings, store, clock), create_app(settings, store, clock)
    assert one.extensions["geo_service"].memory is not other.extensions["geo_service"].memory
