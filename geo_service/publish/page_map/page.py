"""One page with everything in it: Leaflet, styles, pictures, scripts, shapes and figures."""

import base64
import hashlib
import html
import json
import math
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
from branca.element import Element, Figure
from numpy.typing import ArrayLike

from geo_service.measure import inner_points
from geo_service.publish.bundle import bundled
from geo_service.publish.geojson import feature_collection
from geo_service.terms import LANGUAGES, OBSERVED
from geo_service.terms.phrases import subject_phrases

SHOWN_LAYERS = ("rebound", "hotspots", "forecast", "density", "coverage")
"""Layers that the file can show, in the order in which they are offered."""

_STATIC = files("geo_service").joinpath("web", "static")
_STYLES = ("looks.css", "base.css", "map.css", "mapfile.css")
_DIGITS = 5
_LISTED = 20
_SHARES = ("p_rebound_30", "p_rebound_30_low", "p_rebound_30_high")
_COUNTS = ("rebound_spells", "rebound_events_30", "cases", "rebounds")
_FLAGS = ("hot", "hot_around", "uncertain", "hot_rebound")

_PAGE = """
<svg hidden>{icons}</svg>
<header class="top">
  <h1 class="home">
    <span class="district" data-name></span>
    <span class="schematic" data-text="schematic" hidden></span>
  </h1>
  <p class="state"></p>
  <nav class="nav"><button type="button" class="quiet" data-testid="language"></button></nav>
</header>
<main class="overview" data-sheet="half">
  <section class="side" data-label="worst_title">
    <aside class="drawer" data-testid="area-drawer" tabindex="-1" hidden></aside>
    <button type="button" class="sheet-handle" aria-expanded="true" data-label="pull_list"></button>
    <div class="worst-head">
      <h2 data-text="worst_title"></h2><p class="quiet-text worst-count"></p>
    </div>
    <ol class="worst" id="worst" data-testid="worst-list"></ol>
  </section>
  <div class="map-frame">
{map}
    <select class="shown-layer" data-testid="layer-select" data-label="layer"></select>
    <section class="legend" data-testid="legend" data-label="legend"></section>
  </div>
  <div class="week-bar" role="group" data-label="week">
    <button type="button" class="second play"></button>
    <div class="track">
      <input type="range" data-testid="week-slider" data-label="week"
        min="0" max="0" step="1" value="0">
      <div class="ticks" aria-hidden="true"></div>
    </div>
    <output class="week-label" aria-live="polite"></output>
  </div>
</main>
<script type="application/json" id="facts">{facts}</script>
"""


@dataclass(frozen=True)
class MapFacts:
    """What the file shows; arrays and rows follow `areas` and `weeks`.

    Attributes
    ----------
    words
        What its head says, ready for JSON: district, filters, kinds, days.
    areas
        GeoDataFrame in WGS 84, the finest last; ``area_id name kind subdistrict_name``.
    ground
        GeoDataFrame of what lies beneath: ``name kind``.
    weeks
        ISO weeks, oldest first.
    layers, layer
        What can be shown, and what is shown first.
    by_layer
        By layer an array (areas,) a week; ``None`` where there is no figure.
    unseen
        Numbers of the areas that nobody looked at, a week.
    absent
        Numbers of the areas that are not valid, a week.
    heat
        A week's pictures of the heat map, one a zoom step.
    rows
        ``FRAMES["hotspots"]`` a week, with the ``area`` number.
    weekly
        Counts (areas, weeks) by name.
    """

    words: dict[str, Any]
    areas: gpd.GeoDataFrame
    ground: gpd.GeoDataFrame
    weeks: list[str]
    layers: list[str]
    layer: str
    by_layer: dict[str, list[list[int | None]]]
    unseen: list[list[int]]
    absent: list[list[int]]
    heat: list[list[dict[str, Any]]]
    rows: list[pd.DataFrame]
    weekly: dict[str, list[list[int]]]


class _Verbatim(Element):
    """Text that folium puts into the page as it is: it would run what looks like a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_: object) -> str:
        return self._text


class _Map(folium.Map):
    """folium's map under a fixed name."""

    def get_name(self) -> str:
        return "map"


class _Bounds(folium.FitBounds):
    def get_name(self) -> str:
        return "bounds"


def page_map(facts: MapFacts, language: str) -> str:
    """Return the page, opened in `language`; a reader can change it."""
    west, south, east, north = facts.areas.total_bounds.tolist()
    figure = Figure(title=html.escape(str(facts.words["title"][language])))
    shown = _Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        prefer_canvas=True,
        zoom_control=True,
        control_scale=True,
        zoom_snap=0.25,
    )
    shown.default_js, shown.default_css = [], []  # those are foreign addresses
    bounds = [[south, west], [north, east]]
    fit = _Bounds(bounds, padding=(32, 32), max_zoom=17)
    fit.options["animate"] = False
    fit.add_to(shown)
    figure.add_child(shown)
    figure.render()  # so that what is ours comes after what folium puts into the page

    styles = [_styles("vendor", "leaflet-1.9.4", "leaflet.css")]
    styles += [_styles("css", name) for name in _STYLES]
    figure.header.add_child(_Verbatim(f"<style>{''.join(styles)}</style>"))
    leaflet = _text("vendor", "leaflet-1.9.4", "leaflet.js")
    figure.header.add_child(_Verbatim(f"<script>{leaflet}</script>"))
    symbols = "".join(re.findall(r"<symbol.*?</symbol>", _text("icons.svg"), re.DOTALL))
    before, after = _PAGE.split("{map}")
    figure.html.add_child(_Verbatim(before.format(icons=symbols)), index=0)
    figure.html.add_child(
        _Verbatim(after.format(facts=_inert({"bounds": bounds} | _content(facts, language))))
    )
    figure.script.add_child(_Verbatim(bundled(_STATIC.joinpath("js"), "pages/mapfile.js")))
    return _sealed(figure.render())


def _sealed(page: str) -> str:
    """Return `page` with a policy: its own scripts run, no other, and nothing is asked for."""
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    marks = (base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in scripts)
    allowed = " ".join(f"'sha256-{mark}'" for mark in marks)
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    head = f'<head>\n<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return page.replace("<head>", head, 1)


def _content(facts: MapFacts, language: str) -> dict[str, Any]:
    ground = facts.ground.assign(area_id=range(len(facts.ground)))
    return facts.words | {
        "lang": language,
        "observed": OBSERVED,
        "phrases": {one: subject_phrases("screen", one) for one in LANGUAGES},
        "areas": _shapes(facts.areas, "name", "kind", "subdistrict_name"),
        "ground": _shapes(ground, "name", "kind"),
        "weeks": facts.weeks,
        "layers": [
            layer for layer in SHOWN_LAYERS if layer == "density" or layer in facts.by_layer
        ],
        "layer": facts.layer,
        "values": facts.by_layer,
        "unseen": facts.unseen,
        "absent": facts.absent,
        "heat": facts.heat,
        "rows": [_columns(table) for table in facts.rows],
        "weekly": facts.weekly,
    }


def _shapes(table: gpd.GeoDataFrame, *names: str) -> dict[str, Any]:
    lon, lat = inner_points(table.geometry)
    table = table.assign(inner_lon=lon, inner_lat=lat)
    names = (*names, "inner_lon", "inner_lat")
    written: dict[str, Any] = json.loads(
        b"".join(feature_collection(table, names, "area_id", digits=_DIGITS))
    )
    return written


def _steps(numbers: ArrayLike) -> list[int]:
    """Write rising numbers as how far each is from the one before: a third shorter."""
    return np.diff(np.asarray(numbers, dtype=np.int64), prepend=0).tolist()


def _columns(table: pd.DataFrame) -> dict[str, list[Any]]:
    """Return a week's rows by column: shares per mille, flags as bits, the worst as numbers."""
    flags = table[list(_FLAGS)].astype("boolean").fillna(value=False).to_numpy(dtype=bool)
    watched = table["observed"].map({word: number for number, word in enumerate(OBSERVED)})
    worst = np.argsort(table["rank"].fillna(len(table) + 1).to_numpy(), kind="stable")
    numbers = {
        **{name: table[name] for name in _COUNTS},
        **{name: table[name] * 1000 for name in _SHARES},
        "flags": pd.Series(flags @ np.array([1, 2, 4, 8])),
        "observed": watched.fillna(0),
    }
    expected = table["expected"].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    return {
        "area": _steps(table["area"]),
        **{name: _whole(column) for name, column in numbers.items()},
        "expected": [None if math.isnan(one) else round(one, 1) for one in expected.tolist()],
        "worst": worst[:_LISTED].tolist(),
    }


def _whole(column: pd.Series) -> list[int | None]:
    found = column.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan).tolist()
    return [None if math.isnan(number) else round(number) for number in found]


def _inert(content: object) -> str:
    r"""Write JSON that no browser takes for anything else, whatever people wrote.

    >>> _inert("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found.group()):04x}", text)


def _styles(*names: str) -> str:
    """Return a file of styles with its pictures inside."""

    def inside(found: re.Match[str]) -> str:
        folder, picture = list(names[:-1]), found.group(1)
        while picture.startswith("../"):
            folder, picture = folder[:-1], picture.removeprefix("../")
        data = base64.b64encode(_STATIC.joinpath(*folder, *picture.split("/")).read_bytes())
        kind = "svg+xml" if picture.endswith(".svg") else "png"
        return f"url(data:image/{kind};base64,{data.decode()})"

    return re.sub(r"""url\(["']?([\w./-]+\.(?:png|svg))["']?\)""", inside, _text(*names))


def _text(*names: str) -> str:
    return _STATIC.joinpath(*names).read_text("utf-8")
