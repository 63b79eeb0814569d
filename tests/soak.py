"""The long checks whole: ``make soak``. The suite holds a short seed of each."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.load import NAME, PASSWORD, Reader
from benchmarks.service import Service
from tests.link.test_walk import soak
from tests.web.flooding import HALF_BODY, HALF_HEADER, under_guesses, under_halves

HISTORIES = 2_000
LEAST = 50
FLOOD_SECONDS = 20.0
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


def pages() -> bool:
    """Every page by axe-core, five roles; a new district from three pairs of files."""
    files = [f"tests/browser/test_{name}.py" for name in ("axe", "new_district")]
    asked = [sys.executable, "-m", "pytest", "-q", "-n0", *files]
    told = subprocess.run(asked, env=os.environ | {"SOAK": "1"}, check=False)
    return told.returncode == 0


CHECKS: dict[str, Callable[[], bool]] = {
    f"{HISTORIES} histories": histories,
    "floods": floods,
    "pages in a browser": pages,
}


def main() -> int:
    """Run every check; returns how many failed."""
    failed = 0
    for name, check in CHECKS.items():
        print(name, flush=True)
        held = check()
        print("  holds" if held else "  DOES NOT HOLD", flush=True)
        failed += not held
    return failed


if __name__ == "__main__":
    sys.exit(main())
