from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

NOW = datetime(2026, 6, 29, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def known(store):
    for name in ("wang", "zhao"):
        store.accounts.add(name, "viewer", "hash", None, NOW)
    return store


def test_a_session_and_whose_it_is(known):
    known.sessions.begin("key", "wang", "10.0.0.1", NOW)
    found = known.sessions.find("key")
    assert (found.account.name, found.account.role) == ("wang", "viewer")
    assert (found.begun, found.seen, found.ended, found.address) == (NOW, NOW, None, "10.0.0.1")
    assert known.sessions.find("another") is None


def test_nobody_signs_in_with_what_the_store_holds(known):
    known.sessions.begin("key", "wang", "10.0.0.1", NOW)
    with known.reading() as connection:
        (row,) = connection.execute(text("SELECT * FROM sessions")).all()
    assert not any("key" in str(value) for value in row)
    assert known.sessions.find(known.sessions.find("key").session_id) is None


def test_one_ends_all_of_an_account_or_one_or_the_others(known):
    for number, name in enumerate(["wang", "wang", "wang", "zhao"]):
        known.sessions.begin(f"k{number}", name, "", NOW + number * MINUTE)
    ids = [known.sessions.find(f"k{number}").session_id for number in range(4)]
    known.sessions.end("wang", NOW, only=ids[3])
    assert [one.session_id for one in known.sessions.of("wang")] == [ids[2], ids[1], ids[0]]
    known.sessions.end("wang", NOW, only=ids[0])
    known.sessions.end("wang", NOW + MINUTE, but=ids[1])
    assert [one.session_id for one in known.sessions.of("wang")] == [ids[1]]
    assert known.sessions.find("k0").ended == NOW
    known.sessions.end("wang", NOW + MINUTE)
    assert known.sessions.of("wang") == []
    assert len(known.sessions.of("zhao")) == 1


def test_when_one_was_seen_never_goes_back(known):
    known.sessions.begin("key", "wang", "", NOW)
    mine = known.sessions.find("key").session_id
    for minutes in (5, 3):
        known.sessions.saw({mine: NOW + minutes * MINUTE, "unknown": NOW})
        assert known.sessions.find("key").seen == NOW + 5 * MINUTE


def test_sessions_of_a_month_ago_are_forgotten(known):
    known.sessions.begin("old", "wang", "", NOW - timedelta(days=31))
    known.sessions.begin("new", "wang", "", NOW)
    assert known.sessions.find("old") is None
