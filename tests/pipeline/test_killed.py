"""A process that is killed leaves the store as it was before, or as it would have been."""

import os
import shutil
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


def start(folder, *args):
    env = os.environ | {"GEO_SERVICE_DB": f"sqlite:///{folder / 'store.sqlite'}"}
    return subprocess.Popen(
        [sys.executable, "-m", "geo_service", *map(str, args)],
        env=env,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def finish(folder, *args):
    begun = time.monotonic()
    process = start(folder, *args)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err.decode()
    return time.monotonic() - begun


def kill(folder, after, *args):
    """Kill the command after so many seconds; returns whether it was still at work."""
    process = start(folder, *args)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    return process.returncode == -signal.SIGKILL


def fingerprint(folder):
    store = open_store(f"sqlite:///{folder / 'store.sqlite'}")
    try:
        return store.fingerprint()
    finally:
        store.close()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A folder in which all went well, how long each command took, and what the store was."""
    folder = tmp_path_factory.mktemp("undisturbed")
    write(folder / "reports.csv")
    seconds = {"import": finish(folder, "reports", "import", "reports.csv")}
    prints = {"import": fingerprint(folder)}
    shutil.copy(folder / "store.sqlite", folder / "imported.sqlite")
    seconds["refresh"] = finish(folder, "refresh", "--as-of", "2024-08-01")
    prints["refresh"] = fingerprint(folder)
    return folder, seconds, prints


def test_an_import_killed_at_any_moment_and_run_again_is_an_import(undisturbed, tmp_path):
    made, seconds, prints = undisturbed
    shutil.copy(made / "reports.csv", tmp_path)
    command = ("reports", "import", "reports.csv")
    killed = [kill(tmp_path, share * seconds["import"], *command) for share in KILLS]
    assert any(killed), "every import was done before it was killed: nothing was tested"
    finish(tmp_path, *command)
    assert fingerprint(tmp_path) == prints["import"]


def test_a_refresh_killed_at_any_moment_leaves_what_was_and_run_again_is_a_refresh(
    undisturbed, tmp_path
):
    made, seconds, prints = undisturbed
    shutil.copy(made / "imported.sqlite", tmp_path / "store.sqlite")
    command = ("refresh", "--as-of", "2024-08-01")
    killed = []
    for share in KILLS[1:]:
        killed.append(kill(tmp_path, share * seconds["refresh"], *command))
        store = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}")
        run, reports, cases = store.runs.latest(), store.reports.count(), len(store.cases.read())
        store.close()
        # no run yet, or a whole one; never cases without a run
        assert reports == ROWS
        assert (run is None) == (cases == 0)
    assert any(killed), "every refresh was done before it was killed: nothing was tested"
    finish(tmp_path, *command)
    assert fingerprint(tmp_path) == prints["refresh"]
