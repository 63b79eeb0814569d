"""A session is a row: what ends it, and what using it costs."""

from datetime import timedelta

from geo_service.terms import Busy
from geo_service.web.base.sessions import keep_seen, was_signed_in, write_seen
from tests.web.conftest import sign_in, token


def is_in(client):
    return client.get("/api/periods").status_code == 200


def test_signing_out_ends_a_cookie_that_was_copied(client, app):
    sign_in(client, "viewer")
    copy = app.test_client()
    copy.set_cookie("geo_service", client.get_cookie("geo_service").value)
    assert is_in(copy)
    client.post("/sign-out", data={"csrf_token": token(client)})
    assert not is_in(copy)


def test_signing_in_again_ends_the_session_before(client, store):
    sign_in(client, "viewer")
    sign_in(client, "viewer")
    assert len(store.sessions.of("viewer")) == 1


def test_an_hour_without_use_ends_it(client, clock):
    sign_in(client, "viewer")
    clock.pass_by(minutes=59)
    assert is_in(client)
    clock.pass_by(minutes=59)
    assert is_in(client)
    clock.pass_by(minutes=60)
    assert not is_in(client)
    assert not is_in(client)


def test_reading_pages_writes_nothing(client, app, store, clock):
    sign_in(client, "viewer")
    own = app.extensions["geo_service"]
    began = clock()
    clock.pass_by(minutes=10)
    before = store.changes.mark()
    for _ in range(3):
        assert is_in(client)
    assert store.changes.mark() == before
    (found,) = store.sessions.of("viewer")
    assert found.seen == began
    waits = iter([False, True])
    keep_seen(own, lambda _: next(waits))
    (found,) = store.sessions.of("viewer")
    assert found.seen == began + timedelta(minutes=10)
    assert own.seen == {}


def test_what_a_busy_store_was_not_told_it_is_told_later(client, app, store, clock, monkeypatch):
    sign_in(client, "viewer")
    clock.pass_by(minutes=10)
    assert is_in(client)
    own = app.extensions["geo_service"]

    def busy(_):
        raise Busy("errors.busy", who="another")

    monkeypatch.setattr(store.sessions, "saw", busy)
    write_seen(own)
    monkeypatch.undo()
    write_seen(own)
    (found,) = store.sessions.of("viewer")
    assert found.seen == clock()


def test_the_key_is_not_in_the_store_and_from_where_is(client, store):
    sign_in(client, "viewer")
    with client.session_transaction() as session:
        key = session["_user_id"]
    (found,) = store.sessions.of("viewer")
    assert len(key) >= 43
    assert key not in (found.session_id, found.address)
    assert found.address == "127.0.0.1"


def test_a_cookie_tells_whether_somebody_signed_in(client, app):
    own = lambda: f"geo_service={client.get_cookie('geo_service').value}"  # noqa: E731
    client.get("/sign-in")
    assert not was_signed_in(app, own())
    sign_in(client, "viewer")
    assert was_signed_in(app, f"a=b; {own()}")
    for made_up in (own()[:-3] + "AAA", "geo_service=x", "geo_service=", "", "é;=;;\x00"):
        assert not was_signed_in(app, made_up)
