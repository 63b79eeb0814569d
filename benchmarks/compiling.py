"""What compiling costs: from an empty cache, and what of it is left for the first refresh.

The package is copied, so that nothing is kept of it, and compiled by ``geo-service warm``.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.city import CityParams, make_city
from benchmarks.clock import Finished
from benchmarks.rows import AtLeast, AtMost, Row
from benchmarks.service import Service

CITY = CityParams(areas=400, reports=20_000, weeks=52, categories=4)
CORE_SECONDS = 30
FIRST_TIMES = 1.2
PACKAGE = Path(__file__).parents[1]


def measure() -> Iterator[Row]:
    """Yield what is compiled at first, and the first refresh beside a later one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # the templates lie beside the package
        for part in ("geo_service", "templates"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(PACKAGE / part, folder / "copy" / part, ignore=ignored)
        service = _by_copy(folder, "first")
        warm = service.run("warm")
        yield Row.of(
            "compile_empty",
            [warm.core_seconds],
            asked=AtMost(CORE_SECONDS),
            note=f"geo-service warm, seconds on a core; {warm.seconds:.0f} s by the clock",
        )
        areas, reports = make_city(CITY).write(folder)
        refreshes = [
            _refresh(_by_copy(folder, store), areas, reports) for store in ("first", "again")
        ]
    first, again = (one.seconds for one in refreshes)
    yield Row.of(
        "compile_first_refresh",
        [first],
        peer="a later one of the same reports",
        peer_times=[again],
        asked=AtLeast(round(1 / FIRST_TIMES, 2)),
        note=f"{CITY.reports:,} reports; on a core {refreshes[0].core_seconds:.1f} and "
        f"{refreshes[1].core_seconds:.1f} s",
    )


def _by_copy(folder: Path, store: str) -> Service:
    """Return the commands of the copied package upon a store of its own."""
    (folder / store).mkdir(exist_ok=True)
    service = Service.within(folder / store)
    own = {"PYTHONPATH": str(folder / "copy"), "GEO_SERVICE_VAR": str(folder / "var")}
    own["PYTHONSAFEPATH"] = "1"  # else the folder that one stands in comes before the copy
    return replace(service, environ=service.environ | own)


def _refresh(service: Service, areas: Path, reports: Path) -> Finished:
    service.run("areas", "import", areas)
    service.run("reports", "import", reports)
    return service.run("refresh", "--as-of", "2026-06-29")
