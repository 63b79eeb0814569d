"""The long checks whole: ``make soak``. The suite holds a short seed of each.

Some of them alone: ``python -m tests.soak kills``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from benchmarks.load import NAME, PASSWORD, Reader
from benchmarks.service import Service
from geo_service.store import open_store
from tests.flow.live.crowd import crowd
from tests.link.test_walk import soak
from tests.postgres import Server, programs
from tests.web.flooding import HALF_BODY, HALF_HEADER, under_guesses, under_halves
from tests.web.killing import killed

HISTORIES = 2_000
LEAST = 50
FLOOD_SECONDS = 20.0
PROCESSES, EACH = 20, 30
KILLS = 100
ASKED = (
    "line 1",
    "line 2",
    "line 3",
    "line 4",
    "line 5",
    "failed",
    "merged",
    "split",
    "reinstated",
)


def histories() -> bool:
    """Random histories with people at work through the rule and the reference."""
    reached = soak(range(HISTORIES))
    for what, count in sorted(reached.items()):
        print(f"  {what}: {count}")
    return all(reached[what] >= LEAST for what in ASKED)


@contextmanager
def _demo() -> Iterator[Reader]:
    with tempfile.TemporaryDirectory() as name:
        service = Service.within(Path(name))
        service.run("demo")
        service.add_user(NAME, PASSWORD)
        with service.serving() as address:
            yield Reader.at(address)


def floods() -> bool:
    """Wrong passwords and half requests of many clients; pages and health stay as they were."""
    with _demo() as reader:
        seen = [under_guesses(reader, FLOOD_SECONDS)]
        seen += [under_halves(reader, half, FLOOD_SECONDS) for half in (HALF_HEADER, HALF_BODY)]
    for what, one in zip(("wrong passwords", "half headers", "half bodies"), seen, strict=True):
        print(f"  {what}: {one}")
    return all(one.holds() for one in seen)


@contextmanager
def _new_stores() -> Iterator[dict[str, tuple[str, Path]]]:
    """Give the address of a new store, and a folder beside it, of either database."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as ends:
        folders = {word: Path(name) / word for word in ("sqlite", "postgresql")}
        for folder in folders.values():
            folder.mkdir()
        found = {"sqlite": f"sqlite:///{folders['sqlite'] / 'store.sqlite'}"}
        bin_ = programs()
        if bin_ is None:
            print("  postgresql is left out: make test-deps")
        else:
            server = Server(bin_)
            ends.callback(server.stop)
            server.start()
            found["postgresql"] = server.new_store()
        yield {word: (url, folders[word]) for word, url in found.items()}


def crowds() -> bool:
    """Many processes at one case and its neighbours; each thing is done once."""
    with _new_stores() as stores:
        for word, (url, folder) in stores.items():
            with closing(open_store(url)) as store:
                print(f"  {word}: {dict(crowd(store, folder, PROCESSES, EACH))}", flush=True)
    return True


def kills() -> bool:
    """A server that is killed between receipt and answer; nothing is lost or doubled."""
    with _new_stores() as stores:
        for word, (url, folder) in stores.items():
            came = killed(url, folder, KILLS)
            print(f"  {word}: {dict(sorted(came.items()))}", flush=True)
    return True


def pages() -> bool:
    """Every page by axe-core, five roles; a new district from three pairs of files."""
    files = [f"tests/browser/test_{name}.py" for name in ("axe", "new_district")]
    asked = [sys.executable, "-m", "pytest", "-q", "-n0", *files]
    told = subprocess.run(asked, env=os.environ | {"SOAK": "1"}, check=False)
    return told.returncode == 0


CHECKS: dict[str, Callable[[], bool]] = {
    f"{HISTORIES} histories": histories,
    f"{PROCESSES} processes at one case": crowds,
    f"{KILLS} kills of the server": kills,
    "floods": floods,
    "pages in a browser": pages,
}


def main(wanted: list[str]) -> int:
    """Run every check, or those whose names hold a wanted word; returns how many failed."""
    failed = 0
    for name, check in CHECKS.items():
        if wanted and not any(word in name for word in wanted):
            continue
        print(name, flush=True)
        try:
            held = check()
        except AssertionError:
            traceback.print_exc()
            held = False
        print("  holds" if held else "  DOES NOT HOLD", flush=True)
        failed += not held
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
