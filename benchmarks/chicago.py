"""A real city from its file to the hotspots: five commands, each a process of its own.

Neighbourhoods as subdistricts, squares of 250 m as areas. Needs ``../shared/data/chicago``.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.rows import AtMost, Row, Skip
from benchmarks.service import Service

DATA = Path(__file__).parents[2] / "shared" / "data" / "chicago"
REPORTS = DATA / "chicago_sanitation_code_complaints.csv.gz"
NEIGHBOURHOODS = DATA / "neighborhoods.geojson.gz"


def measure() -> Iterator[Row]:
    """Yield the row of the whole way, one run."""
    if not REPORTS.exists():
        raise Skip("../shared/data/chicago is not on this machine")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        polygons = folder / "neighborhoods.geojson"
        with gzip.open(NEIGHBOURHOODS) as packed, polygons.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
        service = Service.within(folder)
        commands: dict[str, list[str | Path]] = {
            "areas": ["areas", "import", polygons, "--kind", "subdistrict"],
            "reports": ["reports", "import", REPORTS, "--preset", "chicago-311"],
            "grid": ["areas", "grid", "--cell", "250"],
            "refresh": ["refresh"],
            "export": ["export", "hotspots", "--output", folder / "hotspots.geojson"],
        }
        done = {step: service.run(*command) for step, command in commands.items()}
    seconds = ", ".join(f"{step} {one.seconds:.1f}" for step, one in done.items())
    peak = max(one.peak_mb for one in done.values())
    core = sum(one.core_seconds for one in done.values())
    yield Row.of(
        "chicago_end_to_end",
        [sum(one.seconds for one in done.values())],
        asked=AtMost(60),
        note=f"74,401 reports; {seconds} s; {core:.0f} s on a core; peak {peak:,.0f} MB",
    )
