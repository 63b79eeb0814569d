"""A process that is killed leaves the store as it was before, or as it would have been."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from geo_service.store import open_store

ROWS = 40_000
KILLS = (0.35, 0.6, 0.85)
"""At these shares of an undisturbed command's time."""


def write(path):
    number = np.arange(ROWS)
    at = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(number * 7 % 300_000, unit="min")
    table = pd.DataFrame(
        {
            "report_id": number,
            "category": np.where(number % 3, "D01", "D02"),
            "reported_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lon": 103.7 + number % 997 / 10_000,
            "lat": 36.0 + number % 883 / 10_000,
            "closed_at": (at + pd.Timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )
    table.to_csv(path, index=False)


def start(folder, url, *args):
    return subprocess.Popen(
        [sys.executable, "-m", "geo_service", *map(str, args)],
        env=os.environ | {"GEO_SERVICE_DB": url},
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def finish(folder, url, *args):
    begun = time.monotonic()
    process = start(folder, url, *args)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err.decode()
    return time.monotonic() - begun


def kill(folder, url, after, *args):
    """Kill the command after so many seconds; returns whether it was still at work."""
    process = start(folder, url, *args)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    return process.returncode == -signal.SIGKILL


def ended(url):
    """Wait until what was killed is over: a server has to notice that its client is gone."""
    store = open_store(url)
    try:
        with store.writer("test", wait=20.0), store.transaction():
            pass
    finally:
        store.close()


def fingerprint(url):
    store = open_store(url)
    try:
        return store.fingerprint()
    finally:
        store.close()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, backend):
    """Where all went well: the folder, the store after each command, and how long each took."""
    folder = tmp_path_factory.mktemp("undisturbed")
    write(folder / "reports.csv")
    imported = backend.new_store()
    seconds = {"import": finish(folder, imported, "reports", "import", "reports.csv")}
    # the first refresh on a machine compiles for some seconds: its time says nothing of the next
    warm = backend.copy_of(imported)
    finish(folder, warm, "refresh", "--as-of", "2024-08-01")
    backend.drop(warm)
    refreshed = backend.copy_of(imported)
    seconds["refresh"] = finish(folder, refreshed, "refresh", "--as-of", "2024-08-01")
    yield folder, {"import": imported, "refresh": refreshed}, seconds
    for url in (imported, refreshed):
        backend.drop(url)


def test_an_import_killed_at_any_moment_and_run_again_is_an_import(undisturbed, store_url):
    folder, stores, seconds = undisturbed
    command = ("reports", "import", "reports.csv")
    killed = []
    for share in KILLS:
        killed.append(kill(folder, store_url, share * seconds["import"], *command))
        ended(store_url)
    assert any(killed), "every import was done before it was killed: nothing was tested"
    finish(folder, store_url, *command)
    assert fingerprint(store_url) == fingerprint(stores["import"])


def test_a_refresh_killed_at_any_moment_leaves_what_was_and_run_again_is_a_refresh(
    undisturbed, backend
):
    folder, stores, seconds = undisturbed
    url = backend.copy_of(stores["import"])
    command = ("refresh", "--as-of", "2024-08-01")
    killed = []
    after = seconds["refresh"]
    for share in (*KILLS[1:], *KILLS[:1]):
        killed.append(kill(folder, url, share * after, *command))
        # a machine that has grown quieter since needs less time than it did
        after /= 1 if killed[-1] else 2
        ended(url)
        store = open_store(url)
        run, reports, cases = store.runs.latest(), store.reports.count(), len(store.cases.read())
        store.close()
        # no run yet, or a whole one; never cases without a run
        assert reports == ROWS
        assert (run is None) == (cases == 0)
    assert any(killed), "every refresh was done before it was killed: nothing was tested"
    finish(folder, url, *command)
    assert fingerprint(url) == fingerprint(stores["refresh"])
    backend.drop(url)
