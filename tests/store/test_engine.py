"""Snapshots for readers, one transaction for a writer."""

import threading
import time

import pytest

from geo_service.store import open_store
from geo_service.terms import Busy
from tests.store.processes import child, wait_for
from tests.store.samples import many, reports

HOLD_TRANSACTION = """
from geo_service.store import open_store
store = open_store(URL)
with store.transaction():
    store.district.set(name_zh="half")
    stop()
"""


def test_a_transaction_that_waits_too_long_is_busy(url):
    store = open_store(url, busy_seconds=0.1)
    with child(HOLD_TRANSACTION, url) as process:
        wait_for(process)
        with pytest.raises(Busy):
            store.district.set(name_zh="mine")
        assert store.district.get().name_zh is None
    assert store.district.set(name_zh="mine").name_zh == "mine"
    store.close()


def test_who_waits_to_write_goes_first_where_he_is_let(store, url):
    other = open_store(url)
    waits = threading.Thread(target=lambda: other.district.set(name_zh="theirs"))
    store._connections.let_through(60)  # nobody waits
    with store.transaction():
        waits.start()
        time.sleep(0.2)
    store._connections.let_through(60)
    with store.transaction():
        assert store.district.get().name_zh == "theirs"
    waits.join()
    other.close()


def test_who_writes_twice_keeps_the_one_who_lets_others_through_from_beginning_between(store, url):
    other, between = open_store(url), threading.Event()

    def twice():
        with other.going_first():
            other.district.set(name_zh="first")
            between.set()
            time.sleep(0.2)
            other.district.set(name_zh="second")

    person = threading.Thread(target=twice)
    person.start()
    between.wait()
    in_a_file = store.engine.dialect.name == "sqlite"  # on a server nobody waits
    assert store._connections.let_through(60) is in_a_file
    assert not in_a_file or store.district.get().name_zh == "second"
    person.join()
    assert store.district.get().name_zh == "second"
    other.close()


def test_nested_transactions_are_one(store):
    def fail_late():
        with store.transaction():
            store.district.set(name_zh="gone")
            with store.transaction():
                store.reports.upsert(reports({"report_id": "1"}))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_late()
    assert store.reports.count() == 0
    assert store.district.get().name_zh is None


def test_a_reading_sees_one_moment(store):
    seen = []
    with store.reading():
        seen.append(store.reports.count())
        thread = threading.Thread(target=store.reports.upsert, args=(many(10),))
        thread.start()
        thread.join()
        seen.append(store.reports.count())
    assert [*seen, store.reports.count()] == [0, 0, 10]


def test_nothing_is_written_inside_a_reading(store):
    with store.reading(), pytest.raises(RuntimeError, match="inside a reading"):
        store.district.set(name_zh="x")


def test_a_forked_child_opens_connections_of_its_own(store, url):
    code = """
import os
from geo_service.store import open_store
store = open_store(URL)
store.district.set(name_zh="parent")
pool = store._connections.engine.pool
child = os.fork()
if not child:
    store.district.set(name_en="child")
    os._exit(0 if store._connections.engine.pool is not pool else 1)
_, status = os.waitpid(child, 0)
store.district.set(name_zh="both" if status == 0 else "shared")
stop()
"""
    with child(code, url) as process:
        wait_for(process)
    district = store.district.get()
    assert (district.name_zh, district.name_en) == ("both", "child")
