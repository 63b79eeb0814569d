"""The areas as GeoJSON: how large for 5,000, and how often a second, kept and made each time.

Whole requests by the application's test client, in one process and one thread, signed in.
"""

from __future__ import annotations

import gzip
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask, Response
from flask.testing import FlaskClient

from benchmarks.clock import RUNS
from benchmarks.load import NAME, PASSWORD, prepared
from benchmarks.rows import AtLeast, Row, SizeAtMost
from geo_service.settings import load_settings
from geo_service.web import create_app
from geo_service.web.base.answers import body_answer
from geo_service.web.data.shapes import simplified_areas

ADDRESS = "/api/areas.geojson"
MOST_KB = 200
TIMES = 50
REQUESTS = 50
_GZIP = {"Accept-Encoding": "gzip"}


def measure() -> Iterator[Row]:
    """Yield the rows of the areas."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        service, _ = prepared(folder)
        app = create_app(load_settings(service.environ, folder))
        client = signed_in(app)
        yield _size(client)
        yield _rate(app, client)
        app.extensions["geo_service"].store.close()


def _made() -> Response:
    """Make the areas for one request, in one pass and quickly compressed."""
    return body_answer(simplified_areas(4.0, 5, level=6), "application/geo+json")


def signed_in(app: Flask) -> FlaskClient:
    """Return a client of `app` that signed in as the account of `prepared`."""
    client = app.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    token = found[1] if found else ""
    form = {"name": NAME, "password": PASSWORD, "csrf_token": token}
    client.post("/sign-in", data=form)
    return client


def _size(client: FlaskClient) -> Row:
    begun = time.perf_counter()
    answer = client.get(ADDRESS, headers=_GZIP)
    seconds = time.perf_counter() - begun
    plain = len(gzip.decompress(answer.data)) / 1000
    full = len(client.get(f"{ADDRESS}?detail=full", headers=_GZIP).data) / 1000
    size = len(answer.data) / 1000
    return Row.of(
        "areas_geojson_kb",
        [seconds],
        asked=SizeAtMost(MOST_KB, size),
        note=f"{size:.0f} kB compressed, {plain:,.0f} kB plain, {full:.0f} kB with detail=full; "
        "the time is that of the first request, which makes it",
    )


def _rate(app: Flask, client: FlaskClient) -> Row:
    ours, peer = [], []
    for _ in range(RUNS):
        begun = time.perf_counter()
        for _ in range(REQUESTS):
            answer = client.get(ADDRESS, headers=_GZIP)
        ours.append((time.perf_counter() - begun) / REQUESTS)
        begun = time.perf_counter()
        with app.test_request_context(ADDRESS, headers=_GZIP):
            made = _made()
        peer.append(time.perf_counter() - begun)
    if gzip.decompress(answer.data) != gzip.decompress(made.get_data()):
        raise AssertionError("what is kept is not what would be made")
    return Row.of(
        "areas_serving",
        ours,
        peer="made for each request",
        peer_times=peer,
        asked=AtLeast(TIMES),
        note=f"{1 / min(ours):,.0f} requests/s at best, one thread",
    )
