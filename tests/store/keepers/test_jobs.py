from datetime import UTC, datetime, timedelta

import pytest

from geo_service.store import process_name
from geo_service.store.lock import is_gone
from geo_service.terms import Conflict, NotFound
from tests.store.processes import child, wait_for

NOW = datetime(2026, 6, 29, 1, tzinfo=UTC)
CLAIM = """
from datetime import UTC, datetime
from geo_service.store import open_store, process_name
store = open_store(URL)
store.jobs.claim(process_name(), datetime(2026, 6, 29, 1, tzinfo=UTC))
stop()
"""


def test_first_come_first_served(store):
    first = store.jobs.submit("import", {"file": "a.csv", "名": 1}, "wang", NOW)
    second = store.jobs.submit("refresh", {}, None, NOW)
    assert [job.job_id for job in store.jobs.latest()] == [second, first]
    assert store.jobs.waiting() == 2
    job = store.jobs.claim(process_name(), NOW)
    assert (job.job_id, job.state, job.args) == (first, "running", {"file": "a.csv", "名": 1})
    assert job.started_at == job.submitted_at == NOW
    store.jobs.finish(first, "done", {"read": 3}, NOW + timedelta(seconds=5))
    ended = store.jobs.get(first)
    assert (ended.state, ended.result) == ("done", {"read": 3})
    assert ended.finished_at == NOW + timedelta(seconds=5)
    assert store.jobs.claim(process_name(), NOW).job_id == second
    store.jobs.finish(second, "failed", {"error": "x"})
    assert store.jobs.claim(process_name(), NOW) is None


def test_progress_is_kept(store):
    job_id = store.jobs.submit("refresh", {}, None, NOW)
    store.jobs.claim(process_name(), NOW)
    assert store.jobs.progress(job_id, 3, 10, "linking", NOW + timedelta(seconds=1))
    job = store.jobs.get(job_id)
    assert (job.done, job.total, job.message) == (3, 10, "linking")
    assert job.heartbeat == NOW + timedelta(seconds=1)


def test_cancelling(store):
    waits = store.jobs.submit("refresh", {}, None, NOW)
    assert store.jobs.cancel(waits).state == "cancelled"
    assert store.jobs.claim(process_name(), NOW) is None
    runs = store.jobs.submit("refresh", {}, None, NOW)
    store.jobs.claim(process_name(), NOW)
    assert store.jobs.cancel(runs).state == "running"
    assert not store.jobs.progress(runs, 1, 2)
    store.jobs.finish(runs, "cancelled", {})
    assert store.jobs.cancel(runs).state == "cancelled"


def test_what_ended_does_not_end_again_and_what_is_not_there_is_not_found(store):
    job_id = store.jobs.submit("refresh", {}, None, NOW)
    store.jobs.cancel(job_id)
    with pytest.raises(Conflict):
        store.jobs.finish(job_id, "done", {})
    with pytest.raises(ValueError, match="happy"):
        store.jobs.finish(job_id, "happy", {})
    for ask in (store.jobs.get, store.jobs.cancel):
        with pytest.raises(NotFound):
            ask(99)


def test_a_job_whose_process_was_killed_has_failed(store, url):
    killed = store.jobs.submit("import", {}, None, NOW)
    waits = store.jobs.submit("refresh", {}, None, NOW)
    with child(CLAIM, url) as process:
        wait_for(process)
        worker = store.jobs.get(killed).worker
        assert not is_gone(worker)
        assert store.jobs.claim("elsewhere:1:1", NOW).job_id == waits
        assert store.jobs.get(killed).state == "running"
        process.kill()
        process.wait()
    assert is_gone(worker)
    assert store.jobs.claim("elsewhere:1:1", NOW + timedelta(seconds=1)) is None
    job = store.jobs.get(killed)
    assert (job.state, job.result) == ("failed", {"error": "killed"})
    assert job.finished_at == NOW + timedelta(seconds=1)


def test_who_asks_for_work_has_none_left(store):
    dropped = store.jobs.submit("import", {}, None, NOW)
    store.jobs.claim(process_name(), NOW)
    assert store.jobs.claim(process_name(), NOW) is None
    assert store.jobs.get(dropped).state == "failed"


def test_a_job_elsewhere_is_lost_when_nothing_was_heard_for_long(store):
    job_id = store.jobs.submit("import", {}, None, NOW)
    store.jobs.claim("elsewhere:1:1", NOW)
    store.jobs.claim(process_name(), NOW + timedelta(hours=1))
    assert store.jobs.get(job_id).state == "running"
    store.jobs.claim(process_name(), NOW + timedelta(hours=7))
    assert store.jobs.get(job_id).state == "failed"


def test_who_is_gone():
    me = process_name()
    host, pid, started = me.rsplit(":", 2)
    assert not is_gone(me)
    assert is_gone(f"{host}:{pid}:{int(started) + 1}")
    assert is_gone(f"{host}:4194999:1")
    assert not is_gone("elsewhere:4194999:1")
