"""A process that is killed leaves the store as it was before, or as it would have been."""

import numpy as np
import pandas as pd
import pytest

from tests.flow.killing import Killing, fingerprint
from tests.postgres import Server

ROWS = 5_000
FILES, SERVER = 6, 4
"""How many kills on either database; `killing.py` does more, on real files."""
SEED = 20


def write(path):
    number = np.arange(ROWS)
    at = pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(number * 7 % 300_000, unit="min")
    table = pd.DataFrame(
        {
            "report_id": number,
            "category": np.where(number % 3, "D01", "D02"),
            "reported_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lon": 103.7 + number % 997 / 50_000,
            "lat": 36.0 + number % 883 / 50_000,
            "closed_at": (at + pd.Timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )
    table.to_csv(path, index=False)


@pytest.fixture(scope="module")
def killing(tmp_path_factory, backend):
    folder = tmp_path_factory.mktemp("killing")
    write(folder / "reports.csv")
    commands = {
        "import": ("reports", "import", "reports.csv"),
        "grid": ("areas", "grid", "--cell", "100"),
        "refresh": ("refresh", "--as-of", "2024-08-01"),
    }
    made = Killing(backend, folder, commands)
    yield made
    backend.drop(made.imported)


def test_killed_at_random_moments_and_run_again_it_is_the_same_store(killing, backend):
    killed, pace = [], 1.0
    for moment in killing.moments(SERVER if isinstance(backend, Server) else FILES, SEED):
        kill = moment._replace(after=moment.after * pace)
        url, ran = killing.kill(kill)
        left = killing.left(url)
        print(kill, ran, "left", left)
        killed.append(ran.killed)
        if not ran.killed:
            assert left == kill.command
            pace /= 2  # the machine has grown quieter since it was timed
        killing.finish(url, kill.command)
        assert fingerprint(url) == killing.right[kill.command], (kill, ran)
        backend.drop(url)
    assert any(killed), "everything was done before it was killed: nothing was tested"
