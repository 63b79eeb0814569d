"""A mark stays while nothing is committed, and is another one after any commit of anybody."""

from datetime import UTC, datetime

import pytest

from geo_service.store import open_store

NOW = datetime(2026, 6, 28, tzinfo=UTC)


def test_the_mark_stays_while_nothing_is_committed(store):
    def stays():
        first = store.changes.mark()
        store.areas.version()
        store.accounts.list()
        return store.changes.mark() == first

    # a server counts what is committed in any of its databases, its own housekeeping as well
    assert any(stays() for _ in range(10))


def test_a_commit_of_this_process_is_noticed(store):
    first = store.changes.mark()
    store.accounts.add("li", "viewer", "hash", None, NOW)
    second = store.changes.mark()
    store.accounts.disable("li", NOW)
    assert len({first, second, store.changes.mark()}) == 3


def test_a_commit_of_another_is_noticed(store):
    other = open_store(store.engine.url.render_as_string(hide_password=False), create=False)
    first = store.changes.mark()
    other.accounts.add("wang", "viewer", "hash", None, NOW)
    other.close()
    assert store.changes.mark() != first


def test_what_is_undone_leaves_what_was_read_true(store):
    def broken():
        with store.transaction():
            store.accounts.add("zhao", "viewer", "hash", None, NOW)
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        broken()
    first = store.changes.mark()
    assert store.accounts.get("zhao") is None
    assert store.changes.mark() == first


def test_a_closed_store_that_is_used_again_has_another_mark(store):
    first = store.changes.mark()
    store.close()
    store.accounts.add("qian", "viewer", "hash", None, NOW)
    assert store.changes.mark() != first
