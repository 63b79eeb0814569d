"""The long checks whole: ``make soak``. The suite holds a short seed of each."""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.link.test_walk import soak

HISTORIES = 2_000
LEAST = 50
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


CHECKS: dict[str, Callable[[], bool]] = {f"{HISTORIES} histories": histories}


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
