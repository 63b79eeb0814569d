"""The list of cases and its download: seconds on a core a request, by the test client."""

from __future__ import annotations

import csv
import io
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from flask.testing import FlaskClient

from benchmarks.load import prepared
from benchmarks.rows import AtMost, Row
from benchmarks.serving import signed_in
from geo_service.settings import load_settings
from geo_service.web import create_app

PAGE_SECONDS = 0.008
CSV_SECONDS = 0.3
PAGES, FILES = 50, 5


def measure() -> Iterator[Row]:
    """Yield the rows of the page and of the download."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        service, _ = prepared(folder)
        app = create_app(load_settings(service.environ, folder))
        yield from rows(signed_in(app))
        app.extensions["geo_service"].store.close()


def rows(client: FlaskClient) -> Iterator[Row]:
    """Yield the rows as `client` sees them."""
    text = client.get("/exports/cases.csv").get_data(as_text=True)
    count = sum(1 for _ in csv.reader(io.StringIO(text))) - 1
    many = f"of {count:,} cases; seconds on a core"
    pages = _times(lambda: client.get("/casework").get_data(), PAGES)
    yield Row.of("casework_page", pages, asked=AtMost(PAGE_SECONDS), note=f"/casework {many}")
    files = _times(lambda: client.get("/exports/cases.csv").get_data(), FILES)
    yield Row.of("casework_csv", files, asked=AtMost(CSV_SECONDS), note=f"cases.csv {many}")


def _times(ask: Callable[[], bytes], times: int) -> list[float]:
    """Return the seconds on a core of each of `times` requests, after one that does not count."""
    ask()
    out = []
    for _ in range(times):
        begun = time.process_time()
        ask()
        out.append(time.process_time() - begun)
    return out
