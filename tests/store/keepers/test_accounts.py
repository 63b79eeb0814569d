from datetime import UTC, datetime, timedelta

import pytest

from geo_service.terms import BadUse, Conflict, NotFound

NOW = datetime(2026, 6, 29, 1, tzinfo=UTC)


def test_an_account(store):
    store.accounts.add("王", "crew-leader", "hash", "C1", NOW)
    account = store.accounts.get("王")
    assert (account.role, account.crew_id, account.created_at) == ("crew-leader", "C1", NOW)
    assert not account.disabled
    assert store.accounts.get("li") is None
    assert [one.name for one in store.accounts.list()] == ["王"]


def test_a_name_is_taken_once_and_a_role_exists(store):
    store.accounts.add("wang", "viewer", "hash", None, NOW)
    with pytest.raises(Conflict, match="an account wang already"):
        store.accounts.add("wang", "admin", "hash", None, NOW)
    with pytest.raises(BadUse):
        store.accounts.add("li", "king", "hash", None, NOW)
    assert store.accounts.get("wang").role == "viewer"


def test_closing_and_a_new_password_end_standing_logins(store):
    store.accounts.add("wang", "viewer", "old", None, NOW)
    store.accounts.add("zhao", "viewer", "old", None, NOW)
    store.sessions.begin("other", "zhao", "10.0.0.3", NOW)
    later = NOW + timedelta(hours=1)
    store.sessions.begin("one", "wang", "10.0.0.1", NOW)
    store.accounts.set_password("wang", "new", later)
    assert store.accounts.get("wang").password_hash == "new"
    assert store.sessions.find("one").ended == later
    store.sessions.begin("two", "wang", "10.0.0.1", later)
    store.accounts.disable("wang", later + timedelta(hours=1))
    assert store.accounts.get("wang").disabled
    assert store.sessions.find("one").ended == later
    assert store.sessions.find("two").ended == later + timedelta(hours=1)
    store.accounts.enable("wang")
    assert not store.accounts.get("wang").disabled
    assert store.sessions.of("wang") == []
    assert len(store.sessions.of("zhao")) == 1
    with pytest.raises(NotFound):
        store.accounts.disable("li", NOW)


def test_only_accounts_that_people_made_are_real(store):
    store.accounts.add("demo", "viewer", "hash", None, NOW, demo=True)
    assert not store.accounts.any_real()
    store.accounts.add("wang", "viewer", "hash", None, NOW)
    assert store.accounts.any_real()


def test_tries_are_counted_for_any_name_and_address_until_one_is_right(store):
    assert store.accounts.failures("nobody", "here") == (0, None)
    for minute in range(3):
        store.accounts.tried("nobody", "here", NOW + timedelta(minutes=minute))
    assert store.accounts.failures("nobody", "here") == (3, NOW + timedelta(minutes=2))
    assert store.accounts.failures("nobody", "there") == (0, None)
    store.accounts.tried("nobody", "there", NOW)
    store.accounts.succeeded("nobody", "here")
    assert store.accounts.failures("nobody", "here") == (0, None)
    assert store.accounts.failures("nobody", "there") == (1, NOW)


def test_a_name_of_any_length_is_counted(store):
    store.accounts.tried("x" * 10_000, "y" * 10_000, NOW)
    assert store.accounts.failures("x" * 10_000, "y" * 10_000) == (1, NOW)


def test_tries_are_forgotten_after_a_day(store):
    store.accounts.tried("wang", "here", NOW)
    store.accounts.tried("li", "here", NOW + timedelta(hours=25))
    assert store.accounts.failures("wang", "here") == (0, None)
    assert store.accounts.failures("li", "here")[0] == 1
