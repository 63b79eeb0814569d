"""What SQLite's file and disk do when they fail: one sentence, and nothing half kept."""

import os

import pytest
from sqlalchemy import event

from geo_service.store import open_store
from geo_service.terms import NotReady
from tests.store.samples import many


@pytest.fixture
def path(tmp_path):
    return tmp_path / "geo.sqlite"


@pytest.fixture
def store(path):
    opened = open_store(f"sqlite:///{path}")
    yield opened
    opened.close()


def test_what_was_told_is_on_the_disk(store):
    with store.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_a_full_disk(store):
    store.reports.upsert(many(10))
    store.engine.dispose()

    @event.listens_for(store.engine, "checkout")
    def small(raw, *_):
        raw.execute("PRAGMA max_page_count = 1")

    with pytest.raises(NotReady, match="disk is full"):
        store.reports.upsert(many(5_000))
    assert store.reports.count() == 10


def test_a_damaged_page(store, path):
    store.reports.upsert(many(5_000))
    store.close()
    size = path.stat().st_size
    with path.open("r+b") as stream:
        for at in range(4096 * 10, size, 4096):
            stream.seek(at)
            stream.write(os.urandom(512))
    with pytest.raises(NotReady, match=r"damaged.*backup"):
        store.reports.read()


def test_a_store_that_may_only_be_read(store):
    @event.listens_for(store.engine, "checkout")
    def only_read(raw, *_):
        raw.execute("PRAGMA query_only = ON")

    with pytest.raises(NotReady, match="only be read"):
        store.reports.upsert(many(1))
