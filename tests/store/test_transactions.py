import threading

from geo_service.store import open_store
from tests.store.processes import child, wait_for
from tests.store.samples import NOW, many, run

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
runs._drop = stop
store = open_store(URL)
store.runs.save(run(store.reports.read().head(50), 2))
"""


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
