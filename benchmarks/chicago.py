"""A real city from its file to the hotspots: five commands, each a process of its own.

Neighbourhoods as subdistricts, squares of 250 m as areas. Needs ``../shared/data/chicago``.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.clock import Finished
from benchmarks.rows import All, AtMost, MemoryAtMost, Row, Skip
from benchmarks.service import Service

DATA = Path(__file__).parents[2] / "shared" / "data" / "chicago"
REPORTS = DATA / "chicago_sanitation_code_complaints.csv.gz"
NEIGHBOURHOODS = DATA / "neighborhoods.geojson.gz"
END_TO_END = All((AtMost(14), MemoryAtMost(1_200)))
REFRESH_SECONDS = 8
ALL_WEEKS = All((AtMost(20), MemoryAtMost(600)))


def measure() -> Iterator[Row]:
    """Yield the rows of the whole way, of its refresh, and of all weeks printed; one run each."""
    if not REPORTS.exists():
        raise Skip("../shared/data/chicago is not on this machine")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        polygons = folder / "neighborhoods.geojson"
        with gzip.open(NEIGHBOURHOODS) as packed, polygons.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
        yield from rows(Service.within(folder), polygons, REPORTS)


def rows(service: Service, polygons: Path, reports: Path) -> Iterator[Row]:
    """Yield the rows of a city from its files.

    Parameters
    ----------
    polygons, reports
        Neighbourhoods as GeoJSON; complaints as the city publishes them.
    """
    commands: dict[str, list[str | Path]] = {
        "areas": ["areas", "import", polygons, "--kind", "subdistrict"],
        "reports": ["reports", "import", reports, "--preset", "chicago-311"],
        "grid": ["areas", "grid", "--cell", "250"],
        "refresh": ["refresh"],
        "export": ["export", "hotspots", "--output", service.folder / "hotspots.geojson"],
    }
    done = {step: service.run(*command) for step, command in commands.items()}
    seconds = ", ".join(f"{step} {one.seconds:.1f}" for step, one in done.items())
    yield Row.of(
        "chicago_end_to_end",
        [sum(one.seconds for one in done.values())],
        asked=END_TO_END,
        note=f"74,401 reports; {seconds} s; {sum(one.core_seconds for one in done.values()):.0f} s "
        "on a core; the memory is that of the command that held most",
        megabytes=max(one.peak_mb for one in done.values()),
    )
    yield _row("chicago_refresh", done["refresh"], AtMost(REFRESH_SECONDS), "of these, the refresh")
    weeks = service.run("hotspots", "--week", "all", "--format", "csv")
    yield _row("chicago_all_weeks", weeks, ALL_WEEKS, "hotspots --week all --format csv")


def _row(name: str, done: Finished, asked: AtMost | All, note: str) -> Row:
    told = f"{note}; {done.core_seconds:.0f} s on a core"
    return Row.of(name, [done.seconds], asked=asked, note=told, megabytes=done.peak_mb)
