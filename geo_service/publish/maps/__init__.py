"""The map's shell, rendered by folium; the only room that knows folium.

In: the rectangle to show and, if the operator set one, a tile address. Out: markup, one script
and the local addresses of the files it needs. No text from people enters here: folium executes
much of what it is given.
"""

from geo_service.publish.maps.manifest import Asset, Manifest, UnknownAsset, manifest
from geo_service.publish.maps.shell import Shell, map_shell

__all__ = ["Asset", "Manifest", "Shell", "UnknownAsset", "manifest", "map_shell"]
