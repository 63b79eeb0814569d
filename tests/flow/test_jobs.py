import json
import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from geo_service.flow import jobs
from geo_service.settings import load_settings
from geo_service.store import open_store
from geo_service.terms import Busy, NotFound
from tests.store.processes import child, wait_for
from tests.store.samples import many

NOW = datetime(2026, 6, 29, 1, tzinfo=UTC)
WORK = """
from datetime import UTC, datetime
from geo_service.flow import jobs
from geo_service.store import open_store
from tests.store.samples import many

def accept(store, args, progress):
    store.reports.upsert(many(60_000), progress=stop)

jobs.work(open_store(URL), {"import": accept}, lambda: datetime.now(UTC))
"""


def clock():
    return NOW


@pytest.fixture
def settings(tmp_path, store_url):
    return load_settings({"GEO_SERVICE_DB": store_url}, tmp_path)


@pytest.fixture
def store(settings):
    store = open_store(settings.database_url)
    yield store
    store.close()


def test_jobs_run_one_after_another_and_their_results_are_kept(store):
    done = []

    def handler(store, args, progress):
        done.append(args["n"])
        progress(1, 1, "all")
        return {"n": args["n"]}

    keys = [store.jobs.submit("count", {"n": n}, "wang", NOW) for n in range(3)]
    assert jobs.work(store, {"count": handler}, clock) == 3
    assert done == [0, 1, 2]
    ended = [store.jobs.get(key) for key in keys]
    assert [job.state for job in ended] == ["done"] * 3
    assert [job.result for job in ended] == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert (ended[0].done, ended[0].total, ended[0].message) == (1, 1, "all")
    assert ended[0].finished_at == NOW


def test_a_job_runs_as_the_writer(store, settings):
    other = open_store(settings.database_url)
    found = []

    def handler(store, args, progress):
        with store.writer("inner"):
            try:
                with other.writer("other"):
                    found.append("in")
            except Busy as error:
                found.append(str(error.values["who"]))

    store.jobs.submit("import", {}, None, NOW)
    jobs.work(store, {"import": handler}, clock)
    other.close()
    assert found == ["import #1"]
    with store.writer("later"):
        assert store.jobs.get(1).state == "done"


def test_one_jobs_failure_is_told_and_the_next_still_runs(store, capsys):
    def breaks(store, args, progress):
        store.reports.upsert(many(5))
        raise RuntimeError("disk")

    def refuses(store, args, progress):
        raise NotFound("errors.no_such_area", area_id="A1")

    for kind in ("breaks", "refuses", "unknown"):
        store.jobs.submit(kind, {}, None, NOW)
    assert jobs.work(store, {"breaks": breaks, "refuses": refuses}, clock) == 3
    unknown, refused, broken = store.jobs.latest()
    assert {unknown.state, refused.state, broken.state} == {"failed"}
    assert broken.result == {"error": "RuntimeError: disk"}
    assert refused.result["error"] == "There is no area A1."
    assert refused.result["error_zh"] == "没有责任区 A1。"
    assert unknown.result["error"].startswith("Unknown kind of job unknown; known are breaks")
    assert "RuntimeError: disk" in capsys.readouterr().err


def test_a_cancelled_job_stops_at_its_next_word_and_leaves_nothing(store):
    def handler(store, args, progress):
        with store.transaction():
            store.reports.upsert(many(5))
        store.jobs.cancel(1)
        with store.transaction():
            store.reports.upsert(many(5, first=5))
            progress(5, 5)

    store.jobs.submit("import", {}, None, NOW)
    jobs.work(store, {"import": handler}, clock)
    assert store.jobs.get(1).state == "cancelled"
    assert store.reports.count() == 5


def test_words_are_few_however_often_a_loop_says_them(store, monkeypatch):
    said = []
    keep = store.jobs.progress
    monkeypatch.setattr(store.jobs, "progress", lambda *word: said.append(word[1]) or keep(*word))

    def handler(store, args, progress):
        for n in range(1, 1001):
            progress(n, 1000)

    store.jobs.submit("import", {}, None, NOW)
    jobs.work(store, {"import": handler}, clock)
    assert said[0] == 1
    assert said[-1] == 1000
    assert len(said) < 50


def test_a_second_worker_has_nothing_to_do(store, settings, monkeypatch):
    monkeypatch.setattr(jobs, "_WORKER_PATIENCE", 0.0)
    other = open_store(settings.database_url)
    store.jobs.submit("import", {}, None, NOW)
    with store.worker("first"):
        assert jobs.work(other, {}, clock) == 0
        assert store.jobs.waiting() == 1
    other.close()


def test_a_job_that_comes_when_the_worker_is_leaving_is_not_forgotten(store, monkeypatch):
    claim = store.jobs.claim
    late = []

    def claim_then_submit(worker, now):
        job = claim(worker, now)
        if job is None and not late:
            late.append(store.jobs.submit("import", {}, None, NOW))
        return job

    monkeypatch.setattr(store.jobs, "claim", claim_then_submit)
    assert jobs.work(store, {"import": lambda *_: None}, clock) == 1
    assert store.jobs.get(late[0]).state == "done"


def test_a_killed_worker_leaves_the_last_complete_state(store, settings):
    store.jobs.submit("import", {}, None, NOW)
    before = store.fingerprint()
    with child(WORK, settings.database_url) as process:
        wait_for(process)
        with pytest.raises(Busy, match="import #1"), store.writer("refresh"):
            pass
        process.kill()
        process.wait()
    assert store.fingerprint() == before
    assert jobs.work(store, {}, clock) == 0
    job = store.jobs.get(1)
    assert (job.state, job.result) == ("failed", {"error": "killed"})


def test_a_worker_is_spawned_once_and_detached(store, settings, tmp_path, monkeypatch):
    said = tmp_path / "said.json"
    program = tmp_path / "python"
    program.write_text(
        f"#!{sys.executable}\n"
        "import json, os, pathlib, sys, time\n"
        "from geo_service.store import open_store\n"
        f"said = pathlib.Path({str(said)!r})\n"
        "address = os.environ['GEO_SERVICE_DB']\n"
        "with open_store(address).worker('spawned'):\n"
        "    print('working')\n"
        "    sys.stdout.flush()\n"
        "    draft = said.with_suffix('.draft')\n"
        "    draft.write_text(json.dumps([sys.argv[1:], address, os.getsid(0)]))\n"
        "    draft.rename(said)\n"
        "    time.sleep(60)\n"
    )
    program.chmod(0o700)
    monkeypatch.setattr(jobs.sys, "executable", str(program))
    pid = jobs.spawn_worker(settings)
    try:
        until = time.monotonic() + 30
        while not said.exists() and time.monotonic() < until:
            time.sleep(0.02)
        arguments, address, session = json.loads(said.read_text())
        assert arguments == ["-m", "geo_service", "jobs", "work"]
        assert address == settings.database_url
        assert session == pid != os.getsid(0)
        assert jobs.spawn_worker(settings) is None
    finally:
        os.kill(pid, signal.SIGKILL)
        for thread in threading.enumerate():
            if thread.daemon and thread.name.startswith("worker"):
                thread.join(10)
    assert (settings.var / "jobs.log").read_text() == "working\n"


def test_files_that_no_job_will_read_are_swept(store, tmp_path):
    waits, dead, orphan = (tmp_path / name for name in ("waits.csv", "dead.csv", "orphan.csv"))
    for path in (waits, dead, orphan):
        path.write_text("x")
    store.jobs.submit("import", {"path": str(dead)}, "ann", NOW)
    store.jobs.claim("a worker that was killed", NOW)
    store.jobs.submit("import", {"path": str(waits)}, "ann", NOW)
    with ThreadPoolExecutor(1) as other, store.worker("it lives"):
        assert other.submit(jobs.sweep_uploads, store, tmp_path).result() == 1
        assert {path.name for path in tmp_path.glob("*.csv")} == {"waits.csv", "dead.csv"}
    assert jobs.sweep_uploads(store, tmp_path) == 1
    assert [path.name for path in tmp_path.glob("*.csv")] == ["waits.csv"]
    assert jobs.sweep_uploads(store, tmp_path / "none") == 0
