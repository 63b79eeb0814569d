"""The usual map, for comparison: folium with everything embedded in the page, served from here."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import folium
import geopandas as gpd
import numpy as np
import pandas as pd

import geo_service

LEAFLET = Path(geo_service.__file__).parent / "web" / "static" / "vendor" / "leaflet-1.9.4"
_COLOURS = np.array(["#ffffcc", "#fed976", "#fd8d3c", "#e31a1c", "#800026"], dtype=object)


def usual_page(areas: gpd.GeoDataFrame, values: pd.Series) -> str:
    """Return a page on which ``folium.GeoJson`` draws `areas` in the colours of one week.

    What folium loads from foreign hosts is left out but for Leaflet itself, which lies here.
    """
    breaks = values[values > 0].quantile([0.5, 0.8, 0.95]).to_numpy()
    colours = _COLOURS[np.where(values > 0, 1 + np.searchsorted(breaks, values), 0)]
    shown = areas[["area_id", "name", "kind", "geometry"]].assign(colour=colours)
    west, south, east, north = shown.total_bounds
    page = folium.Map(tiles=None)
    page.default_js = [("leaflet", "/leaflet.js")]
    page.default_css = [("leaflet_css", "/leaflet.css")]
    folium.GeoJson(
        shown,
        style_function=lambda feature: {
            "color": feature["properties"]["colour"],
            "fillColor": feature["properties"]["colour"],
            "weight": 1,
            "fillOpacity": 1,
        },
    ).add_to(page)
    page.fit_bounds([[south, west], [north, east]])
    html: str = page.get_root().render()
    return html


@contextmanager
def served(page: str) -> Iterator[str]:
    """Serve `page`, compressed beforehand; gives its address."""
    files = {
        "/": ("text/html; charset=utf-8", page.encode()),
        "/leaflet.js": ("text/javascript", _leaflet("leaflet.js")),
        "/leaflet.css": ("text/css", _leaflet("leaflet.css")),
    }
    packed = {path: (mime, gzip.compress(body, 6)) for path, (mime, body) in files.items()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            mime, body = packed.get(self.path, ("text/plain", gzip.compress(b"")))
            self.send_response(200 if self.path in packed else 404)
            self.send_header("Content-Type", mime)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def _leaflet(name: str) -> bytes:
    found = next(LEAFLET.rglob(name))
    return found.read_bytes()
