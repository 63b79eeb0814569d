"""The map's shell asks nobody outside for anything."""

import re

import pytest

from geo_service.publish.maps import Manifest, UnknownAsset, manifest, map_shell

BOUNDS = (103.70, 36.02, 103.85, 36.10)


def test_the_map_is_reachable_and_fits_its_bounds():
    shell = map_shell(BOUNDS)
    assert 'id="map"' in shell.html
    assert "window.geoServiceMap = map;" in shell.script
    assert "[[36.02, 103.7], [36.1, 103.85]]" in shell.script


def test_nothing_comes_from_outside():
    shell = map_shell(BOUNDS)
    everything = shell.html + shell.script + "".join(shell.css_links + shell.js_links)
    assert not re.search(r"//\w", everything)
    assert shell.js_links == ["vendor/leaflet-1.9.4/leaflet.js"]
    assert shell.css_links == ["vendor/leaflet-1.9.4/leaflet.css"]


def test_two_shells_of_one_district_are_equal():
    assert map_shell(BOUNDS) == map_shell(BOUNDS)


def test_an_address_nobody_decided_about_stops_the_page():
    with pytest.raises(UnknownAsset, match="leaflet"):
        map_shell(BOUNDS, assets=Manifest({}, frozenset()))


def test_every_known_asset_says_its_licence():
    assert all(
        asset.licence and asset.version in asset.file for asset in manifest().assets.values()
    )


def test_a_configured_tile_server_is_used_and_its_words_are_only_words():
    shell = map_shell(BOUNDS, "https://tiles.example/{z}/{x}/{y}.png", "<img src=x>${alert(1)}`")
    assert "https://tiles.example/{z}/{x}/{y}.png" in shell.script
    assert "<img" not in shell.script
    assert "${" not in shell.script
    assert "`" not in shell.script


def test_the_script_has_no_markup():
    assert "<" not in map_shell(BOUNDS).script


def test_no_bounds_is_the_world():
    assert "fitBounds" in map_shell(None).script
