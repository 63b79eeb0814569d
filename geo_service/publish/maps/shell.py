"""The empty map: folium renders it, its parts are taken apart so that nothing is inline.

Children are rendered first, for branca writes addresses into the page while it renders; then
the header is walked and every foreign address exchanged for a local file.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink

from geo_service.publish.maps.manifest import Manifest, manifest

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Shell:
    """A map taken apart.

    Attributes
    ----------
    html
        The element the map is drawn into, ``id="map"``.
    script
        Draws it; sets ``window.geoServiceMap``. Served as a file of its own.
    css_links, js_links
        Files below ``/static`` that must be loaded before the script.
    """

    html: str
    script: str
    css_links: list[str] = field(default_factory=list)
    js_links: list[str] = field(default_factory=list)


class _Map(folium.Map):
    """folium's map under a fixed name."""

    def get_name(self) -> str:
        return "map"


class _Tiles(folium.TileLayer):
    def get_name(self) -> str:
        return "tiles"


class _Bounds(folium.FitBounds):
    def get_name(self) -> str:
        return "bounds"


def map_shell(
    bounds: Bounds | None,
    tile_url: str | None = None,
    attribution: str | None = None,
    *,
    assets: Manifest | None = None,
) -> Shell:
    """Return the shell of a map that shows `bounds`.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees; the whole world where nothing is known.
    tile_url, attribution
        The operator's tile server, if any, and what must be said about it.
    assets
        Manifest of local files; the packaged one by default.

    Raises
    ------
    UnknownAsset
        If folium asks for a foreign file that the manifest does not know.
    """
    west, south, east, north = bounds or (-170.0, -60.0, 170.0, 75.0)
    page = _Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        prefer_canvas=True,
        zoom_control=True,
        control_scale=True,
    )
    if tile_url:
        # folium writes an attribution into the page as it is.
        said = html.escape(attribution or "").replace("`", "&#96;").replace("$", "&#36;")
        _Tiles(tiles=tile_url, attr=said or " ", control=False).add_to(page)
    fit = _Bounds([[south, west], [north, east]])
    # An animation that is still under way would undo what our own scripts set meanwhile.
    fit.options["animate"] = False
    fit.add_to(page)
    return _taken_apart(page.get_root(), assets or manifest())


def _taken_apart(figure: Element, assets: Manifest) -> Shell:
    if not isinstance(figure, Figure):
        raise TypeError("folium put the map outside a page")
    for child in list(figure._children.values()):  # noqa: SLF001 - branca has no public way
        child.render()
    css: list[str] = []
    js: list[str] = []
    for element in figure.header._children.values():  # noqa: SLF001
        if isinstance(element, JavascriptLink | CssLink):
            asset = assets.local(element.url)
            if asset is not None:
                (css if isinstance(element, CssLink) else js).append(asset.file)
    script = _rendered(figure.script)
    wrapped = f'(function () {{\n"use strict";\n{script}\nwindow.geoServiceMap = map;\n}}());\n'
    return Shell('<div id="map" data-testid="map"></div>', wrapped, css, js)


def _rendered(part: Element) -> str:
    text: str = part.render()
    return text.strip()
