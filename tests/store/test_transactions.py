import threading

import pytest

from geo_service.store import open_store
from geo_service.terms import Busy
from tests.store.processes import child, wait_for
from tests.store.samples import NOW, many, reports, run

HOLD_WRITER = """
from geo_service.store import open_store
store = open_store(URL)
with store.writer("import of x.csv"):
    stop()
"""
HOLD_TRANSACTION = """
from geo_service.store import open_store
store = open_store(URL)
with store.transaction():
    store.district.set(name_zh="half")
    stop()
"""
UPSERT = """
from geo_service.store import open_store
from tests.store.samples import many
store = open_store(URL)
store.reports.upsert(many(120_000), "a.csv", progress=stop)
"""
SAVE = """
import geo_service.store.runs as runs
from geo_service.store import open_store
from tests.store.samples import run
runs._prune = stop
store = open_store(URL)
store.runs.save(run(store.reports.read().head(50), 2))
"""


def test_a_second_writer_is_told_who_writes(store, url):
    with child(HOLD_WRITER, url) as process:
        wait_for(process)
        with pytest.raises(Busy, match=r"import of x\.csv"), store.writer("refresh"):
            pass
        process.kill()
        process.wait()
        with store.writer("refresh", wait=5.0):  # the kernel, or the server, released it
            assert store._writer.holder() == "refresh"


def test_two_stores_of_one_process_are_two_writers(store, url):
    other = open_store(url)
    with store.writer("one"), pytest.raises(Busy), other.writer("two"):
        pass
    with other.writer("two"):
        assert other._writer.holder() == "two"
    other.close()


def test_the_writer_may_enter_again_and_keeps_the_lock_until_the_outer_end(store, url):
    other = open_store(url)
    with store.writer("outer"):
        with store.writer("inner"):
            pass
        with pytest.raises(Busy), other.writer("two"):
            pass
    other.close()


def test_another_thread_of_the_process_has_to_wait_too(store):
    found = []

    def other():
        try:
            with store.writer("other"):
                found.append("in")
        except Busy:
            found.append("busy")

    with store.writer("main"):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert found == ["busy"]


def test_who_waits_gets_the_lock_when_it_is_free(store, url):
    other = open_store(url)
    inside = threading.Event()

    def hold():
        with other.writer("short"):
            inside.set()
            threading.Event().wait(0.2)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait()
    with store.writer("patient", wait=10.0):
        assert store._writer.holder() == "patient"
    thread.join()
    other.close()


def test_a_transaction_that_waits_too_long_is_busy(url):
    store = open_store(url, busy_seconds=0.1)
    with child(HOLD_TRANSACTION, url) as process:
        wait_for(process)
        with pytest.raises(Busy):
            store.district.set(name_zh="mine")
        assert store.district.get().name_zh is None
    assert store.district.set(name_zh="mine").name_zh == "mine"
    store.close()


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


def test_readers_see_the_old_run_while_the_new_one_is_written(store):
    table = many(30)
    store.reports.upsert(table)
    store.runs.save(run(table, 1))
    written, look = threading.Event(), threading.Event()

    def write():
        with store.transaction():
            store.runs.save(run(table.head(20), 2))
            written.set()
            look.wait(30)

    thread = threading.Thread(target=write)
    thread.start()
    written.wait(30)
    during = (store.runs.latest().run_id, len(store.cases.read()), store.reports.read()["link"])
    look.set()
    thread.join()
    assert during[:2] == ("1", 30)
    assert during[2].notna().all()
    assert (store.runs.latest().run_id, len(store.cases.read())) == ("2", 20)


def test_kill_in_the_middle_of_an_import_leaves_the_state_before(store, url):
    store.reports.upsert(many(10, first=500_000))
    before = store.fingerprint()
    with child(UPSERT, url) as process:
        wait_for(process)
        process.kill()
        process.wait()
        assert store.fingerprint() == before
    first = store.reports.upsert(many(1000))
    assert (first.accepted, store.reports.count()) == (1000, 1010)


def test_kill_and_again_is_the_same_store_as_once(url, new_store_url):
    with child(UPSERT, url) as process:
        wait_for(process)
    killed, clean = open_store(url), open_store(new_store_url())
    for store in (killed, clean):
        store.reports.upsert(many(2000), "a.csv")
    assert killed.fingerprint() == clean.fingerprint()
    killed.close()
    clean.close()


def test_kill_in_the_middle_of_saving_a_run_leaves_the_run_before(store, url):
    table = many(100)
    store.reports.upsert(table)
    store.runs.save(run(table, 1), NOW)
    before = store.fingerprint()
    with child(SAVE, url) as process:
        wait_for(process)
        process.kill()
        process.wait()
    assert store.fingerprint() == before
    assert store.runs.latest().run_id == "1"
    assert len(store.cases.read()) == 100
    assert store.runs.save(run(table.head(50), 2)) == "2"
    assert store.runs.values("cases", "*", "2026-W26").tolist() == [2, 65535]


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
