"""How soon a command answers: Python's start and what it imports, each a process of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.clock import RUNS
from benchmarks.rows import AtMost, Row
from benchmarks.service import Service

SECONDS = 0.4
COMMANDS = {"help": ["--help"], "rejects": ["reports", "rejects"]}
_FILE = (
    "report_id,category,reported_at,lon,lat\n1,D01,no day,103.8,36.0\n2,D01,2026-06-01,103.8,36.0\n"
)


def measure() -> Iterator[Row]:
    """Yield a row a command, over a store with a rejected row."""
    with tempfile.TemporaryDirectory() as name:
        service = Service.within(Path(name))
        reports = Path(name) / "reports.csv"
        reports.write_text(_FILE, encoding="utf-8")
        service.run("reports", "import", reports)
        for command, words in COMMANDS.items():
            service.run(*words)
            done = [service.run(*words) for _ in range(RUNS)]
            yield Row.of(
                f"start_{command}",
                [one.seconds for one in done],
                asked=AtMost(SECONDS),
                note=f"geo-service {' '.join(words)}; "
                f"{min(one.core_seconds for one in done):.2f} s on a core at best",
            )
