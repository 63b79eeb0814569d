"""The list of cases, its download and the morning: a request by the test client, on both databases.

Seconds on a core of the page and the download; of the page and the morning also all that passes.
"""

from __future__ import annotations

import csv
import io
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from flask.testing import FlaskClient

from benchmarks.load import prepared
from benchmarks.rows import AtMost, Row
from benchmarks.serving import signed_in
from geo_service.settings import load_settings
from geo_service.web import create_app
from tests.postgres import Server, programs

PAGE_SECONDS, PAGE_WHOLE_SECONDS = 0.010, 0.150
TODAY_SECONDS = 0.100
CSV_SECONDS = 0.3
PAGES, FILES = 50, 5


def measure() -> Iterator[Row]:
    """Yield the rows of a file, and of a server where there is one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        service, _ = prepared(folder)
        yield from _of_store(service.environ, folder, "")
        bin_ = programs()
        if bin_ is None:
            return
        server = Server(bin_)
        try:
            server.start()
            url = server.new_store()
            service.run("copy", "--from", service.environ["GEO_SERVICE_DB"], "--to", url)
            yield from _of_store(service.environ | {"GEO_SERVICE_DB": url}, folder, "_postgresql")
        finally:
            server.stop()


def _of_store(environ: Mapping[str, str], folder: Path, beside: str) -> Iterator[Row]:
    app = create_app(load_settings(environ, folder))
    yield from rows(signed_in(app), beside)
    app.extensions["geo_service"].store.close()


def rows(client: FlaskClient, beside: str = "") -> Iterator[Row]:
    """Yield the rows as `client` sees them; `beside` stands after their names."""
    text = client.get("/exports/cases.csv").get_data(as_text=True)
    count = sum(1 for _ in csv.reader(io.StringIO(text))) - 1
    many = f"of {count:,} cases"
    core, whole = _times(lambda: client.get("/casework").get_data(), PAGES)
    for name, times, most in (("", core, PAGE_SECONDS), ("_whole", whole, PAGE_WHOLE_SECONDS)):
        note = f"/casework {many}" + ("" if name else "; seconds on a core")
        yield Row.of(f"casework_page{name}{beside}", times, asked=AtMost(most), note=note)
    _, whole = _times(lambda: client.get("/today").get_data(), PAGES)
    note = f"/today {many}"
    yield Row.of(f"casework_today{beside}", whole, asked=AtMost(TODAY_SECONDS), note=note)
    files, _ = _times(lambda: client.get("/exports/cases.csv").get_data(), FILES)
    note = f"cases.csv {many}; seconds on a core"
    yield Row.of(f"casework_csv{beside}", files, asked=AtMost(CSV_SECONDS), note=note)


def _times(ask: Callable[[], bytes], times: int) -> tuple[list[float], list[float]]:
    """Return the seconds on a core, and in all, of `times` requests after one that goes before."""
    ask()
    core, whole = [], []
    for _ in range(times):
        begun, busy = time.perf_counter(), time.process_time()
        ask()
        core.append(time.process_time() - busy)
        whole.append(time.perf_counter() - begun)
    return core, whole
