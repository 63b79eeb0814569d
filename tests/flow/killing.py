"""Commands that are killed while they work, and what they leave behind.

As a program, on a file of one's own, with more kills than the tests have time for:
``python -m tests.flow.killing FILE --preset P --kills 20 --seed 1 [--postgresql]``.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from geo_service.store import open_store
from tests.postgres import Server, programs
from tests.store.samples import unplaced

PATIENCE = 600


class Ran(NamedTuple):
    """How a command went: the step it said last, and for how long it worked after its first."""

    step: str | None
    seconds: float
    killed: bool


class Kill(NamedTuple):
    """One moment: in which command, so many seconds after the first step it said."""

    command: str
    after: float


class Killing:
    """An import and a refresh by the real command line, and the store as they should leave it.

    Parameters
    ----------
    backend
        Makes stores.
    folder
        Where the commands run.
    commands
        ``import``, ``grid`` and ``refresh``, as they are typed.
    """

    def __init__(self, backend: Any, folder: Path, commands: dict[str, tuple[str, ...]]) -> None:
        self.backend, self.folder, self.commands = backend, folder, commands
        self.right: dict[str, str] = {}
        self.seconds: dict[str, float] = {}
        url = backend.new_database()
        self._undisturbed(url, "import")
        self.finish(url, "grid")
        # The first refresh on a machine compiles for some seconds: its time says nothing.
        warm = backend.copy_of(url)
        self.finish(warm, "refresh")
        backend.drop(warm)
        self.imported = backend.copy_of(url)
        self._undisturbed(url, "refresh")
        backend.drop(url)

    def _undisturbed(self, url: str, name: str) -> None:
        self.seconds[name] = self.finish(url, name).seconds
        self.right[name] = fingerprint(url)

    def moments(self, kills: int, seed: int) -> list[Kill]:
        """Return random moments, one in each of `kills` equal parts of both commands' time."""
        total = self.seconds["import"] + self.seconds["refresh"]
        moments = (np.arange(kills) + np.random.default_rng(seed).random(kills)) / kills * total
        first = self.seconds["import"]
        return [
            Kill("import", moment) if moment < first else Kill("refresh", moment - first)
            for moment in moments.tolist()
        ]

    def kill(self, kill: Kill) -> tuple[str, Ran]:
        """Begin the command in a store of its own, and kill it; returns the store."""
        from_nothing = kill.command == "import"
        url = self.backend.new_database() if from_nothing else self.backend.copy_of(self.imported)
        ran = self.run(url, kill.command, kill.after)
        ended(url)
        return url, ran

    def left(self, url: str) -> str:
        """Return what a killed command left: ``nothing``, ``import``, ``places`` or ``refresh``.

        Raises
        ------
        AssertionError
            If it is a part of something.
        """
        store = open_store(url)
        try:
            print_ = store.fingerprint()
            known = [name for name, right in self.right.items() if right == print_]
            if known:
                return known[0]
            run, reports, cases = store.runs.latest(), store.reports.count(), store.cases.read()
            placed = not unplaced(store, store.areas.version())
        finally:
            store.close()
        assert run is None, "a run that is not the right one"
        assert cases.empty, "cases without a run"
        if reports == 0:
            return "nothing"
        return "places" if placed else "import"

    def finish(self, url: str, name: str) -> Ran:
        """Run a command to its end."""
        ran = self.run(url, name)
        assert not ran.killed
        return ran

    def run(self, url: str, name: str, after: float | None = None) -> Ran:
        """Run a command; kill it so many seconds after the first step that it says."""
        process = subprocess.Popen(
            [sys.executable, "-m", "geo_service", *self.commands[name]],
            env=os.environ | {"GEO_SERVICE_DB": url, "GEO_SERVICE_LANGUAGE": "en"},
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        said: list[str] = []
        begun = time.monotonic()
        timer = None
        assert process.stderr is not None
        for line in process.stderr:
            if line.rstrip().endswith("…") and not said:
                begun = time.monotonic()
                if after is not None:
                    timer = threading.Timer(after, process.send_signal, [signal.SIGKILL])
                    timer.start()
            said.append(line.strip())
        process.wait(PATIENCE)
        process.stderr.close()
        if timer is not None:
            timer.cancel()
        killed = process.returncode == -signal.SIGKILL
        assert killed or process.returncode == 0, said
        steps = [line.removesuffix(" …") for line in said if line.endswith("…")]
        return Ran(steps[-1] if steps else None, time.monotonic() - begun, killed)


def ended(url: str) -> None:
    """Wait until what was killed is over: a server has to notice that its client is gone."""
    store = open_store(url)
    try:
        with store.writer("test", wait=20.0), store.transaction():
            pass
    finally:
        store.close()


def fingerprint(url: str) -> str:
    """Return the hash of what a store holds."""
    store = open_store(url)
    try:
        return store.fingerprint()
    finally:
        store.close()


def main() -> None:
    """Kill, say where each kill fell, run again to the end, and compare."""
    from tests.conftest import Files

    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--preset")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    preset = () if asked.preset is None else ("--preset", asked.preset)
    commands = {
        "import": ("reports", "import", str(asked.file.resolve()), *preset),
        "grid": ("areas", "grid", "--cell", "250"),
        "refresh": ("refresh",),
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = None
        if asked.postgresql:
            found = programs()
            assert found is not None, "no PostgreSQL with PostGIS here"
            server = Server(found)
            server.start()
        else:
            open_store(f"sqlite:///{folder / 'new.sqlite'}").close()
        try:
            backend = server or Files(folder / "new.sqlite", folder)
            killing = Killing(backend, folder, commands)
            print({name: round(one, 2) for name, one in killing.seconds.items()}, flush=True)
            differing = sum(_told(killing, one) for one in killing.moments(asked.kills, asked.seed))
        finally:
            if server is not None:
                server.stop()
    print(f"{differing} of {asked.kills} stores differ")
    sys.exit(differing > 0)


def _told(killing: Killing, kill: Kill) -> bool:
    url, ran = killing.kill(kill)
    left = killing.left(url)
    if kill.command == "import":
        killing.finish(url, "import")
        killing.finish(url, "grid")
    killing.finish(url, "refresh")
    same = fingerprint(url) == killing.right["refresh"]
    killing.backend.drop(url)
    what = f"killed while {ran.step}" if ran.killed else "was done before"
    print(
        f"{kill.command} {kill.after:7.3f} s: {what}; left {left}; again: same {same}", flush=True
    )
    return not same


if __name__ == "__main__":
    main()
