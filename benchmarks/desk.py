"""What a district's desks ask for at once: 200 a second for a minute, of the demo.

Of 17 requests three are the overview, two the areas, eight a layer's values, one the alleys'
hotspots, two the list of cases, one whether the service is up; and every ten seconds somebody
downloads all cases.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.load import NAME, PASSWORD, Reader, row, run
from benchmarks.rows import Row
from benchmarks.sender import Request
from benchmarks.service import Service

RATE = 200
SECONDS = 60
WARM_SECONDS = 15
P95_SECONDS = 0.15
EVERY_SECONDS = 10
OF_17 = {"page": 3, "areas": 2, "values": 8, "hotspots": 1, "casework": 2, "health": 1}
ADDRESSES = {
    "page": "/",
    "areas": "/api/areas.geojson",
    "hotspots": "/exports/hotspots.geojson?kind=alley",
    "casework": "/casework",
    "health": "/healthz",
}
FILE = "/exports/cases.csv"
_LAYERS = ("rebound", "hotspots", "density", "coverage")


def measure() -> Iterator[Row]:
    """Yield the row of the desks' load."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        service = Service.within(folder)
        service.run("demo")
        service.add_user(NAME, PASSWORD)
        with service.serving() as address:
            reader = Reader.at(address)
            run(reader.plan(requests(reader.weeks, WARM_SECONDS, seed=1)), folder)
            before = os.getloadavg()[0]
            answers = run(reader.plan(requests(reader.weeks, SECONDS, seed=2)), folder)
    asked = (P95_SECONDS, RATE, SECONDS)
    kinds = [*OF_17, "cases"]
    yield row("desk_p95", answers, asked, kinds, (before, os.getloadavg()[0]))


def requests(weeks: list[str], seconds: float, seed: int) -> list[Request]:
    """Draw the requests of so many seconds at random moments.

    Parameters
    ----------
    weeks
        Those that the map can show.
    """
    rng = np.random.default_rng(seed)
    at = rng.uniform(0, seconds, round(RATE * seconds)).tolist()
    kinds = rng.choice(list(OF_17), len(at), p=np.array(list(OF_17.values())) / 17).tolist()
    drawn = [
        Request(when, kind, _address(kind, weeks, rng))
        for when, kind in zip(at, kinds, strict=True)
    ]
    files = np.arange(EVERY_SECONDS / 2, seconds, EVERY_SECONDS).tolist()
    drawn += [Request(when, "cases", FILE) for when in files]
    return sorted(drawn, key=lambda request: request.at)


def _address(kind: str, weeks: list[str], rng: np.random.Generator) -> str:
    if kind != "values":
        return ADDRESSES[kind]
    layer = _LAYERS[int(rng.integers(len(_LAYERS)))]
    return f"/api/values/{layer}/{weeks[int(rng.integers(len(weeks)))]}"
