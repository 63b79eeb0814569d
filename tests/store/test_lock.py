"""One writer at a time, and who waits is told who writes."""

import threading

import pytest

from geo_service.store import open_store
from geo_service.terms import Busy
from tests.store.processes import child, wait_for

HOLD_WRITER = """
from geo_service.store import open_store
store = open_store(URL)
with store.writer("import of x.csv"):
    stop()
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
